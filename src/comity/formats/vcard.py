"""Points of contact out as vCard 4.0 (RFC 6350): one card per contact, several to a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from comity.formats.contentlines import joined, plain, text

MEDIA_TYPE = "text/vcard; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One point of contact. `units` go from the State down to the desk; phones are as dialled, `+` first."""

    uid: str
    name: str
    units: tuple[str, ...] = ()
    title: str = ""
    phones: tuple[str, ...] = ()
    faxes: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    address: str = ""
    note: str = ""
    url: str = ""
    updated: datetime


def write(contacts: Iterable[Contact]) -> bytes:
    """A file of cards; times in UTC. A card without `name` shows its lowest unit, since FN may not be empty (6.2.1)."""
    return joined(line for contact in contacts for line in _lines(contact))


def _lines(contact: Contact) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:4.0", f"UID:urn:comity:{plain(contact.uid)}")
    yield f"FN:{text(contact.name or (contact.units or ('–',))[-1])}"
    yield f"KIND:{'individual' if contact.name else 'org'}"
    if contact.units:
        yield "ORG:" + ";".join(text(unit) for unit in contact.units)
    yield from (f"{label}:{text(value)}" for label, value in (("TITLE", contact.title), ("NOTE", contact.note)) if value)
    yield from (f"TEL;TYPE=work,voice;VALUE=uri:tel:{_number(phone)}" for phone in contact.phones)
    yield from (f"TEL;TYPE=work,fax;VALUE=uri:tel:{_number(fax)}" for fax in contact.faxes)
    yield from (f"EMAIL;TYPE=work:{text(email)}" for email in contact.emails)
    yield from (f"LANG;PREF={place}:{plain(tag)}" for place, tag in enumerate(contact.languages, start=1))
    if contact.address:
        yield f"ADR;TYPE=work:;;{text(contact.address)};;;;"
    if contact.url:
        yield f"URL:{plain(contact.url)}"
    yield from (f"REV:{contact.updated.astimezone(UTC):%Y%m%dT%H%M%SZ}", "END:VCARD")


def _number(phone: str) -> str:
    """Digits with a leading plus, as RFC 3966 writes a global number; hyphens stay, spaces become hyphens."""
    return "-".join("".join(c for c in part if c.isascii() and (c.isdigit() or c in "+-*#")) for part in phone.split()).strip("-")
