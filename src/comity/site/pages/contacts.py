"""Points of contact: who can be reached where, by State and measure, how old each entry is; and as vCard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.catalogue.form_texts import code_title
from comity.formats import vcard
from comity.site.config import wiring
from comity.site.journal import reading
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed, names
from comity.site.pages.templatetags.comity import listed
from comity.site.people.models import What
from comity.site.people.permissions import requires
from comity.site.people.record import address_of, record, record_reading

FIELDS = ("telephone", "second_telephone", "email", "hours", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of a declaration."""

    office: str
    function: str
    name: str
    rank: str
    languages: tuple[str, ...]
    telephone: str
    second_telephone: str
    email: str
    hours: str
    always: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What one participant declared for one measure, and how old it is in words."""

    party: str
    measure: str
    act: str
    at: datetime
    age: str
    confirmed: str
    people: tuple[Person, ...]
    remarks: str


@requires("contacts.read")
def contacts(request: HttpRequest) -> HttpResponse:
    record_reading(request, "page:contacts")
    with wiring.reading() as office:
        order = _order(office)
    found = declared(wiring.now())
    ordered = sorted(found, key=lambda one: (order.get(one.party, len(order)), one.party, one.measure))
    return render(request, "pages/contacts.html", {"declared": ordered})


def _order(office: Any) -> Mapping[str, int]:
    """States in the order of the terms."""
    found: dict[str, None] = {}
    for _chain, concluded in office.folds.instruments.in_force(wiring.now()):
        found.update(dict.fromkeys(name.partition("/")[0] for name in concluded.version.offices()))
    return {party: place for place, party in enumerate(found)}


def declared(now: datetime) -> list[Declared]:
    """The newest declaration of each participant for each measure."""
    confirmations = reading.contact_confirmations()
    return [_declared(line, confirmations.get((line.party, line.measure)), now) for line in reading.contact_acts()]


def _declared(line: ActLine, confirmed: datetime | None, now: datetime) -> Declared:
    data = line.content["body"]["data"]
    later = confirmed is not None and confirmed > line.at
    return Declared(
        party=line.party,
        measure=line.measure,
        act=line.id,
        at=line.at,
        age=_age(line.at, now),
        confirmed=_("confirmed %(age)s") % {"age": _age(confirmed, now)} if later and confirmed else "",
        people=tuple(_person(row) for row in data.get("contacts", ())),
        remarks=str(data.get("remarks", "")),
    )


def _age(at: datetime, now: datetime) -> str:
    days = max(0, (now - at) // timedelta(days=1))
    if not days:
        return _("today")
    if days < 60:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    months = days // 30
    return ngettext("%(count)s month ago", "%(count)s months ago", months) % {"count": months}


def _person(row: Mapping[str, Any]) -> Person:
    language = agreed.language()
    return Person(
        office=str(row.get("office", "")),
        function=code_title("contact-functions", str(row["function"]), language) if row.get("function") else "",
        name=str(row.get("name", "")),
        rank=str(row.get("rank", "")),
        languages=tuple(code_title("languages", str(one), language) for one in row.get("languages", ())),
        always=bool(row.get("always")),
        **{name: str(row.get(name, "")) for name in FIELDS},
    )


# As vCard ----------------------------------------------------------------------------------------------------------------


@requires("contacts.read")
def contacts_file(request: HttpRequest) -> HttpResponse:
    """All contacts, or those of one State, as a vCard file. It is recorded that it was saved."""
    party = request.GET.get("party", "")
    found = [one for one in declared(wiring.now()) if not party or one.party == party]
    data = vcard.write(card for one in found for card in _cards(one))
    record(request.user, What.EXPORT, f"contacts:{party or 'all'}"[:60], address=address_of(request))  # type: ignore[arg-type]
    response = HttpResponse(data, content_type=vcard.MEDIA_TYPE)
    response["Content-Disposition"] = 'attachment; filename="comity-contacts.vcf"'
    return response


def _cards(one: Declared) -> Iterator[vcard.Contact]:
    for number, person in enumerate(one.people, start=1):
        yield vcard.Contact(
            uid=f"{one.act[:24]}-{number}",
            name=person.name,
            units=(names.name_of(one.party), person.office),
            title=listed(word for word in (person.rank, person.function) if word),
            phones=tuple(phone for phone in (person.telephone, person.second_telephone) if phone),
            emails=(person.email,) if person.email else (),
            address=person.address,
            note=listed(word for word in (agreed.measure_title(one.measure), person.hours) if word),
            updated=one.at,
        )
