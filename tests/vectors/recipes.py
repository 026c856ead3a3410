"""How each vector is made, from fixed seeds: a name, what it is for, the input's bytes, the keys beside it.

Whoever makes them gives the signers and seal keys (`Workshop`): the real ones for the files, or stand-ins that always say the
same, by which a test knows whether the committed files are those of these recipes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from comity.protocol import act as acts
from comity.protocol import bundle, checkpoint, evidence, log, receipt, seal, signed, transport
from comity.protocol.act import Composed, Content, LanePoint, compose, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import Signer, SoftwareSigner
from comity.protocol.keyset import Card, Distrust, Keyset, SignedKeyset, sign_keyset
from comity.protocol.logkey import LogSigner
from comity.protocol.seal import SealKey, UnsealKey
from comity.protocol.tree import Tree, leaf_hash
from tests.protocol.three_states import AT, ONDORIA, SARN, TARSENIA, VELMORA, Chance, State, content, state

LIMIT = 1 << 23


@dataclass(frozen=True, kw_only=True)
class Vector:
    """`why` is the README; a name that ends in `_fail` must be refused."""

    name: str
    check: str
    why: str
    data: bytes
    keys: dict[str, Any]


@dataclass(frozen=True)
class Workshop:
    """What is randomised, in the hands of whoever makes the vectors."""

    signer: Callable[[SoftwareSigner], Signer]
    log_signer: Callable[[LogSigner], Any]
    seal_key: Callable[[SealKey], SealKey]


def vectors(workshop: Workshop) -> Iterator[Vector]:
    """All of them."""
    yield from _canonical()
    for part in (_cards, _acts, _envelopes, _receipts, _logs, _bundles, _sessions, _evidence):
        yield from part(workshop)


# Bytes --------------------------------------------------------------------------------------------------------------------


def _canonical() -> Iterator[Vector]:
    good = {
        "canonical-empty": (b"{}", "The shortest record."),
        "canonical-order": (b'{"":0,"1":1,"A":2,"_":3,"a":4}', "Names are sorted by their bytes; capital letters come first."),
        "canonical-scripts": (
            encode({"ar": "تمرين", "ru": "учение", "zh": "演习", "mark": "é"}),
            "Text beyond ASCII is written as it is, in NFC.",
        ),
        "canonical-escapes": (
            encode({"text": 'tab\t quote" back\\ bell\x07 delete\x7f line\u2028'}),
            "Only what JSON must escape is escaped, the short way where there is one.",
        ),
        "canonical-integers": (b"[-9007199254740991,0,9007199254740991]", "The largest integers that may be said."),
        "canonical-depth": (b"[" * 32 + b"]" * 32, "Thirty-two levels are the most."),
    }
    bad = {
        "canonical-duplicate": (b'{"a":1,"a":2}', "Two members of one name: readers differ in which they take."),
        "canonical-unsorted": (b'{"b":1,"a":2}', "Members out of order: the same value would have two byte strings."),
        "canonical-space": (b'{"a": 1}', "A space that RFC 8785 does not write."),
        "canonical-newline": (b'{"a":1}\n', "Something after the record, even a line end."),
        "canonical-bom": (b"\xef\xbb\xbf{}", "A byte order mark."),
        "canonical-float": (b'{"a":0.5}', "A float: amounts are decimal strings, coordinates integers."),
        "canonical-float-whole": (b'{"a":1.0}', "A whole number written as a float."),
        "canonical-exponent": (b'{"a":1e2}', "A whole number written with an exponent."),
        "canonical-minus-zero": (b'{"a":-0}', "Minus zero: some readers keep the sign."),
        "canonical-large": (b'{"a":9007199254740992}', "An integer that a reader with doubles cannot tell from its neighbour."),
        "canonical-nan": (b'{"a":NaN}', "Not JSON, though some readers take it."),
        "canonical-escaped": (b'{"a":"\\u0041"}', "A letter escaped that need not be."),
        "canonical-surrogate": (b'{"a":"\\ud800"}', "Half of a surrogate pair is no text."),
        "canonical-utf8": (b'{"a":"\xff"}', "Bytes that are not UTF-8."),
        "canonical-nfd": ('{"a":"e\u0301"}'.encode(), "Text that is not in Normalization Form C: two spellings look alike."),
        "canonical-name": ('{"é":1}'.encode(), "A name beyond ASCII: readers sort such names in two ways."),
        "canonical-null-character": (b'{"a":"\\u0000"}', "U+0000, which some databases cannot keep."),
        "canonical-deep": (b"[" * 33 + b"]" * 33, "One level too many."),
        "canonical-deeper": (b"[" * 20_000, "Levels enough to exhaust a reader that calls itself."),
        "canonical-truncated": (b'{"a":"b', "A record that was cut."),
        "canonical-nothing": (b"", "Nothing at all."),
    }
    for name, (data, why) in good.items():
        yield Vector(name=name, check="canonical", why=why, data=data, keys={"limit": 65536})
    for name, (data, why) in bad.items():
        yield Vector(name=f"{name}_fail", check="canonical", why=why, data=data, keys={"limit": 65536})
    yield Vector(
        name="canonical-size_fail",
        check="canonical",
        why="Longer than the reader allows.",
        data=b'"' + b"x" * 99 + b'"',
        keys={"limit": 100},
    )


# Cards and keysets ----------------------------------------------------------------------------------------------------------


def _keyset(shop: Workshop, of: State) -> SignedKeyset:
    """The State's first keyset, signed in this workshop."""
    return sign_keyset(of.keyset.keyset, shop.signer(of.keys.root))


def _second(shop: Workshop, first: SignedKeyset, **changed: Any) -> SignedKeyset:
    keys = state("tarsenia").keys
    following: Keyset = replace(
        first.keyset,
        number=2,
        prev=first.id,
        start=AT + timedelta(days=90),
        root=keys.next_root.public,
        act=SoftwareSigner.generate(Chance("second")).public,
        next_root=SoftwareSigner.generate(Chance("third root")).public.digest().hex(),
    )
    return sign_keyset(replace(following, **changed), shop.signer(keys.next_root))


def _cards(shop: Workshop) -> Iterator[Vector]:
    card = state("tarsenia").card
    yield Vector(name="card", check="card", why="A card, with what is read aloud to compare it.", data=card.bytes(), keys={})
    other: Card = replace(card, office=ONDORIA)
    yield Vector(name="card-office_fail", check="card", why="The office is not one of the card's own node.", data=other.bytes(), keys={})
    other = replace(card, doors=("ftp://node.example/",))
    yield Vector(name="card-door_fail", check="card", why="A door that is not a web address.", data=other.bytes(), keys={})

    first = _keyset(shop, state("tarsenia"))
    second = _second(shop, first)
    root = first.keyset.root.digest().hex()
    old_key = first.keyset.act.digest().hex()
    thief = sign_keyset(replace(second.keyset, root=first.keyset.root), shop.signer(state("tarsenia").keys.root))
    chains = {
        "keyset-first": ([first], 1, "One keyset, by the root that was compared."),
        "keyset-second": ([first, second], 2, "The second is signed by the root that the first promised."),
        "keyset-again": ([first, first], 1, "A keyset that comes twice changes nothing."),
        "keyset-root_fail": ([_keyset(shop, state("ondoria"))], 1, "Not by the root that was compared."),
        "keyset-thief_fail": ([first, thief], 2, "The old root names its own successor: a stolen root must not."),
        "keyset-gap_fail": ([second], 2, "The keyset before is missing."),
        "keyset-forked_fail": ([first, second, _second(shop, first, epoch=2)], 2, "Another keyset with a number already held."),
        "keyset-prev_fail": ([first, _second(shop, first, prev="0" * 64)], 2, "It names another keyset before it."),
        "keyset-distrusted_fail": (
            [first, _second(shop, first, distrust=(Distrust(key=old_key, after=41),))],
            1,
            "The second keyset distrusts the first one's act key, which is then asked for.",
        ),
    }
    for name, (chain, ask, why) in chains.items():
        data = encode([decode(one.wire(), limit=LIMIT) for one in chain])
        yield Vector(name=name, check="keysets", why=why, data=data, keys={"root": root, "ask": ask})
    altered = decode(first.wire(), limit=LIMIT)
    altered["record"] = altered["record"].replace('"epoch":1', '"epoch":2')
    keys = {"root": root, "ask": 1}
    yield Vector(name="keyset-altered_fail", check="keysets", why="Changed after it was signed.", data=encode([altered]), keys=keys)


# Acts -----------------------------------------------------------------------------------------------------------------------


def _say(shop: Workshop, said: Content, *, name: str = "vector", seq: int = 1) -> Composed:
    lane = LanePoint(epoch=1, seq=seq, prev=None if seq == 1 else "3" * 64)
    signer = shop.signer(state("tarsenia").keys.act)
    return compose(sender=TARSENIA, keyset=1, at=AT, content=said, lanes=[lane] * len(said.to), signer=signer, random=Chance(name))


def _public(*nodes: str) -> dict[str, Any]:
    return {node: {"1": state(node).keys.act.public.record()} for node in nodes}


def _frames(made: Composed, place: int = 0, **changed: bytes) -> bytes:
    given = {"head": made.head, "signatures": made.signatures, "content": made.content, "salt": made.salt}
    return signed.framed(**(given | {"slip": made.slips[place], "path": made.paths[place]} | changed))


def _resigned(shop: Workshop, made: Composed, said: dict[str, Any], place: int = 0, **head: Any) -> bytes:
    """What an issuer that does not keep the rules may sign: any content, any head, honestly signed."""
    content_bytes = encode(said)
    commitment = hashlib.sha256(made.salt + content_bytes).hexdigest()
    new = encode(decode(made.head, limit=LIMIT) | {"content": commitment} | head)
    signatures = encode(shop.signer(state("tarsenia").keys.act).sign(acts.TYPE, new).record())
    return _frames(made, place, head=new, signatures=signatures, content=content_bytes)


def _acts(shop: Workshop) -> Iterator[Vector]:
    one, three = _say(shop, content(ONDORIA)), _say(shop, content(ONDORIA, VELMORA, SARN), seq=7)
    other = _say(shop, content(ONDORIA), name="other")
    said = content(ONDORIA).record()
    true = decode(one.signatures, limit=LIMIT)
    false = shop.signer(SoftwareSigner.generate(Chance("thief"))).sign(acts.TYPE, one.head).record()
    head = decode(one.head, limit=LIMIT)
    later = encode(head | {"at": "2026-11-22T21:09:09Z"})
    receipts = shop.signer(state("tarsenia").keys.act).sign(receipt.TYPE, one.head).record()
    cases: dict[str, tuple[bytes, str, str]] = {
        "act-one": (_frames(one), ONDORIA, "An act to one office."),
        "act-first-of-three": (_frames(three, 0), ONDORIA, "The first of three addressees: number 7 of its lane, after another act."),
        "act-last-of-three": (_frames(three, 2), SARN, "The last of three, whose path is shorter."),
        "act-ext": (_resigned(shop, one, said | {"ext": {"colour": "red"}}), ONDORIA, "What may be ignored stands under `ext`."),
        "act-head_fail": (_frames(one, head=later), ONDORIA, "The head was changed after it was signed."),
        "act-ed25519_fail": (_frames(one, signatures=encode(true | {"ed25519": false["ed25519"]})), ONDORIA, "Only ML-DSA-65 holds."),
        "act-mldsa65_fail": (_frames(one, signatures=encode(true | {"mldsa65": false["mldsa65"]})), ONDORIA, "Only Ed25519 holds."),
        "act-single_fail": (_frames(one, signatures=encode({"ed25519": true["ed25519"]})), ONDORIA, "One signature alone is none."),
        "act-type_fail": (_frames(one, signatures=encode(receipts)), ONDORIA, "Signed as another kind of record."),
        "act-content_fail": (_frames(one, content=other.content.replace(b"2140", b"2141")), ONDORIA, "Another content than was signed for."),
        "act-salt_fail": (_frames(one, salt=other.salt), ONDORIA, "Another salt than was signed for."),
        "act-slip_fail": (_frames(one, slip=other.slips[0]), ONDORIA, "The slip of another act."),
        "act-path_fail": (_frames(three, 0, path=three.paths[1]), ONDORIA, "The path of another place."),
        "act-office_fail": (_frames(three, 1), ONDORIA, "The slip of another addressee."),
        "act-place_fail": (
            _resigned(shop, three, content(VELMORA, ONDORIA, SARN).record()),
            ONDORIA,
            "Leaf i belongs to the i-th addressee: here the slip stands at the place of another.",
        ),
        "act-not-named_fail": (_resigned(shop, one, content(VELMORA).record()), ONDORIA, "A slip for an office that `to` does not name."),
        "act-count_fail": (_resigned(shop, one, content(ONDORIA, VELMORA).record()), ONDORIA, "More addressees than were signed for."),
        "act-twice_fail": (_resigned(shop, one, said | {"to": [ONDORIA, ONDORIA]}, count=2), ONDORIA, "An addressee named twice."),
        "act-kind_fail": (_resigned(shop, one, said | {"kind": "order"}), ONDORIA, "A kind of act that is not known."),
        "act-relation_fail": (
            _resigned(shop, one, said | {"refs": [{"rel": "likes", "act": "1" * 64}]}), ONDORIA, "A relation that is not known.",
        ),
        "act-member_fail": (_resigned(shop, one, said | {"strange": 1}), ONDORIA, "A member that is not known."),
        "act-version_fail": (_resigned(shop, one, said | {"v": 2}), ONDORIA, "A version that is not known."),
        "act-version-true_fail": (_resigned(shop, one, said | {"v": True}), ONDORIA, "JSON's true is not the number 1."),
        "act-precedence_fail": (_resigned(shop, one, said | {"header": {}}), ONDORIA, "A header without a precedence."),
        "act-time_fail": (_resigned(shop, one, said, at="2026-11-22T21:09:08+00:00"), ONDORIA, "A time written in a second way."),
        "act-day_fail": (_resigned(shop, one, said, at="2026-02-30T00:00:00Z"), ONDORIA, "A day that is none."),
        "act-padding_fail": (_frames(one)[:-1] + b"\x01", ONDORIA, "Padding that is not zeros could carry a message."),
        "act-cut_fail": (_frames(one)[:-1], ONDORIA, "A frame shorter than it says."),
        "act-eighth_fail": (_frames(one) + b"\0\0\0\0", ONDORIA, "A frame more than there are."),
    }  # fmt: skip
    for name, (data, to, why) in cases.items():
        yield Vector(name=name, check="act", why=why, data=data, keys={"to": to, "act": _public("tarsenia")})


# Seals ----------------------------------------------------------------------------------------------------------------------


def _private(of: UnsealKey) -> dict[str, str]:
    return {"mlkem768": of.seeds[0].hex(), "x25519": of.seeds[1].hex()}


def _envelopes(shop: Workshop) -> Iterator[Vector]:
    keys = state("ondoria").keys.seal
    to = shop.seal_key(keys.public)
    made = _say(shop, content(ONDORIA))
    sealed = seal.seal(_frames(made), to, Chance("seal"))
    intro, first, second, mac, payload = sealed.split(b"\n", 4)
    size = 65536 + 16
    long = seal.seal(bytes(65536) + b"\1" * 65536 + b"\2", to, Chance("long"))
    start = len(long) - 2 * size - 17
    one, two, three = long[start : start + size], long[start + size : start + 2 * size], long[start + 2 * size :]
    cases = {
        "envelope": (sealed, "An act as it travels: stock age ≥ 1.3 opens it too."),
        "envelope-other_fail": (
            seal.seal(_frames(made), shop.seal_key(state("velmora").keys.seal.public), Chance("x")),
            "Sealed to another office.",
        ),
        "envelope-two-stanzas_fail": (b"\n".join([intro, first, second, first, second, mac, payload]), "A second stanza."),
        "envelope-grease_fail": (
            b"\n".join([intro, b"-> grease", b"", first, second, mac, payload]),
            "A stanza beside the one; age allows it.",
        ),
        "envelope-x25519_fail": (sealed.replace(b"mlkem768x25519", b"X25519", 1), "Another recipient type."),
        "envelope-armour_fail": (
            b"-----BEGIN AGE ENCRYPTED FILE-----\n" + base64.b64encode(sealed) + b"\n-----END AGE ENCRYPTED FILE-----\n",
            "Armour, which age allows.",
        ),
        "envelope-mac_fail": (sealed.replace(mac, b"--- " + base64.b64encode(bytes(32)).rstrip(b"=")), "Another MAC over the header."),
        "envelope-base64_fail": (sealed.replace(second, second[:-1] + b"/"), "Base64 with bits set that mean nothing."),
        "envelope-cut_fail": (sealed[:-1], "Cut by one byte."),
        "envelope-longer_fail": (sealed + b"\0", "Longer by one byte."),
        "envelope-altered_fail": (sealed[:-100] + bytes([sealed[-100] ^ 1]) + sealed[-99:], "One bit of the ciphertext changed."),
        "envelope-swapped_fail": (long[:start] + two + one + three, "Two chunks in the other order."),
        "envelope-dropped_fail": (long[:start] + one + two, "The last chunk is missing."),
        "envelope-empty_fail": (b"", "Nothing at all."),
    }
    for name, (data, why) in cases.items():
        yield Vector(
            name=name, check="envelope", why=why, data=data, keys={"to": ONDORIA, "act": _public("tarsenia"), "seal": _private(keys)}
        )
    said, file = seal.seal_attachment(b"Map of the area of the exercise.", Chance("attachment"))
    named = {"key": said.key.hex(), "sealed_hash": said.sealed_hash, "hash": said.hash, "length": said.length}
    yield Vector(name="attachment", check="attachment", why="A file beside an act.", data=file, keys=named)
    for member, value in (("hash", "0" * 64), ("sealed_hash", "0" * 64), ("length", 31)):
        why = f"The file is not the one the act names: its {member} differs."
        yield Vector(
            name=f"attachment-{member.replace('_', '-')}_fail", check="attachment", why=why, data=file, keys=named | {member: value}
        )


# Receipts -------------------------------------------------------------------------------------------------------------------


def _receipts(shop: Workshop) -> Iterator[Vector]:
    made = _say(shop, content(ONDORIA))
    signer, thief = shop.signer(state("ondoria").keys.act), shop.signer(state("velmora").keys.act)
    leaf = leaf_hash(made.slips[0]).hex()
    delivered = receipt.Entry(act=made.id, slip_leaf=leaf, to=ONDORIA, state="delivered")
    others = [replace(delivered, act=f"{n:064x}") for n in range(63)]

    def sign(entries: list[receipt.Entry], by: Signer = signer) -> bytes:
        return receipt.sign_receipts(entries, sender=ONDORIA, keyset=1, at=AT, signer=by, random=Chance("receipt"))[0]

    alone = sign([delivered])
    record = decode(alone, limit=LIMIT)
    seen = {"origin": "comity/tarsenia/1", "size": 256, "root": "5" * 64}
    cases = {
        "receipt": (alone, "The only one of its commit."),
        "receipt-of-64": (sign([delivered, *others]), "One of sixty-four under one signature."),
        "receipt-seen": (sign([replace(delivered, seen=seen)]), "It names the newest checkpoint of the issuer's log that was seen."),
        "receipt-refused": (sign([replace(delivered, state="refused", reason="act.schema")]), "A refusal, signed with its reason."),
        "receipt-state_fail": (encode(record | {"entry": record["entry"] | {"state": "opened"}}), "The state was changed after signing."),
        "receipt-place_fail": (encode(record | {"place": record["place"] ^ 1}), "Another place than the path leads from."),
        "receipt-path_fail": (encode(record | {"path": record["path"][::-1]}), "The path upside down."),
        "receipt-short_fail": (encode(record | {"path": record["path"][:7]}), "A path of seven hashes would tell the size of the batch."),
        "receipt-signer_fail": (sign([delivered], thief), "Signed by another State."),
        "receipt-reason_fail": (sign([replace(delivered, state="refused")]), "A refusal without a reason."),
        "receipt-waiting_fail": (sign([replace(delivered, state="waiting")]), "A state that is computed and never signed."),
        "receipt-act_fail": (sign([replace(delivered, act="0" * 64)]), "True, but for another act."),
        "receipt-slip_fail": (sign([replace(delivered, slip_leaf="0" * 64)]), "True, but for another slip."),
    }
    asked = {"act": made.id, "to": ONDORIA, "slip": made.slips[0].decode()}
    for name, (data, why) in cases.items():
        yield Vector(name=name, check="receipt", why=why, data=data, keys={"act": _public("ondoria"), "for": asked})


# Logs -----------------------------------------------------------------------------------------------------------------------


def _logs(shop: Workshop) -> Iterator[Vector]:
    for kind in sorted(log.KINDS):
        keys = {"kind": kind, "id": "1" * 64}
        yield Vector(
            name=f"leaf-{kind}", check="leaf", why=f"A leaf of kind {kind}; the input is its salt.", data=Chance(kind)(16), keys=keys
        )
    own, witness = state("tarsenia").keys.log, state("ondoria").keys.log
    signer, cosigner = shop.log_signer(own), shop.log_signer(witness)
    origin, name = checkpoint.origin_of("tarsenia", 1), checkpoint.origin_of("ondoria", 1)

    def sign(size: int = 256, by: Any = signer) -> bytes:
        return checkpoint.sign_checkpoint(origin=origin, size=size, root=leaf_hash(b"root"), at=AT, signer=by)

    note = sign()
    cosigned = checkpoint.cosign(note, name=name, at=AT + timedelta(hours=1), signer=cosigner)
    lines = note.decode().split("\n")
    cases = {
        "checkpoint": (note, "A checkpoint as its log signs it."),
        "checkpoint-cosigned": (cosigned, "The same, cosigned an hour later by another log."),
        "checkpoint-unknown": (note + "\u2014 somebody AAAAAAAA\n".encode(), "A line by a key nobody here knows counts for nothing."),
        "checkpoint-ed25519_fail": ("\n".join([*lines[:4], lines[5], ""]).encode(), "Only the ML-DSA-44 line."),
        "checkpoint-mldsa44_fail": ("\n".join([*lines[:4], lines[4], ""]).encode(), "Only the Ed25519 line."),
        "checkpoint-size_fail": (note.replace(b"\n256\n", b"\n512\n"), "The size was changed after signing."),
        "checkpoint-zero_fail": (note.replace(b"\n256\n", b"\n0256\n"), "A size with a leading zero."),
        "checkpoint-extension_fail": (note.replace(b"\n256\n", b"\n256\nmore\n"), "A fourth line, which ML-DSA-44 would not sign."),
        "checkpoint-signer_fail": (sign(by=cosigner), "By another log."),
        "checkpoint-moved_fail": (sign(512) + cosigned[len(note) :], "Cosignatures taken from another checkpoint."),
    }
    for title, (data, why) in cases.items():
        keys = {"log": own.public.record(), "cosigner": {"name": name, "log": witness.public.record()}}
        yield Vector(name=title, check="checkpoint", why=why, data=data, keys=keys)


# Bundles, sessions, evidence ------------------------------------------------------------------------------------------------


def _bundles(shop: Workshop) -> Iterator[Vector]:
    keys = state("ondoria").keys.seal
    records = [("checkpoint", b"first"), ("receipt", b"second" * 12_000), ("receipt", b"third")]
    own, thief = shop.signer(state("tarsenia").keys.act), shop.signer(state("velmora").keys.act)

    def packed(signer: Signer = own, to: str = ONDORIA) -> bytes:
        return bundle.pack(
            records, sender=TARSENIA, keyset=1, to=to, at=AT, signer=signer, recipient=shop.seal_key(keys.public), random=Chance("bundle")
        )

    whole = packed()
    cases = {
        "bundle": (whole, "Three records carried by hand."),
        "bundle-cut": (whole[:-4096], "Cut on its way: what is whole is taken, what is missing is named."),
        "bundle-manifest_fail": (whole[:3000], "Cut before its manifest ended."),
        "bundle-signer_fail": (packed(thief), "The manifest is signed by another State."),
        "bundle-to_fail": (packed(to="ondoria/embassy"), "Packed for another office of the same node."),
    }
    for name, (data, why) in cases.items():
        given = {"to": ONDORIA, "act": _public("tarsenia"), "seal": _private(keys)}
        yield Vector(name=name, check="bundle", why=why, data=data, keys=given)


def _sessions(shop: Workshop) -> Iterator[Vector]:
    caller, callee = state("tarsenia"), state("ondoria")
    private = caller.keys.transport

    def opened(by: bytes = private, audience: str = "ondoria") -> bytes:
        to = shop.seal_key(callee.keys.seal.public)
        return transport.open_session(node="tarsenia", keyset=1, private=by, audience=audience, to=to, at=AT, random=Chance("session")).wire

    wire = opened()
    record = decode(wire, limit=LIMIT)
    nonce = decode(record["token"].encode(), limit=LIMIT)["nonce"]
    later = AT + timedelta(seconds=121)
    cases: dict[str, tuple[bytes, dict[str, Any], str]] = {
        "session": (wire, {}, "A token and the session key sealed beside it, with the MAC of one request."),
        "session-late": (wire, {"now": write_moment(AT + timedelta(seconds=120))}, "The last second of its life."),
        "session-expired_fail": (wire, {"now": write_moment(later)}, "A second too old."),
        "session-used_fail": (wire, {"used": [nonce]}, "A nonce seen before."),
        "session-audience_fail": (opened(audience="velmora"), {}, "For another node."),
        "session-signer_fail": (opened(by=state("velmora").keys.transport), {}, "Signed by another key than the caller's."),
        "session-key_fail": (encode(record | {"key": record["key"][:-2] + "00"}), {}, "Another sealed key than the token names."),
    }
    for name, (data, changed, why) in cases.items():
        given = {"audience": "ondoria", "transport": caller.keyset.keyset.transport.hex(), "seal": _private(callee.keys.seal)}
        given |= {"now": write_moment(AT), "used": []} | changed
        yield Vector(name=name, check="session", why=why, data=data, keys=given)


def _evidence(shop: Workshop) -> Iterator[Vector]:
    made = _say(shop, content(ONDORIA))
    entry = receipt.Entry(act=made.id, slip_leaf=leaf_hash(made.slips[0]).hex(), to=ONDORIA, state="delivered")
    signer = shop.signer(state("ondoria").keys.act)
    wire = receipt.sign_receipts([entry], sender=ONDORIA, keyset=1, at=AT, signer=signer, random=Chance("receipt"))[0]
    act = evidence.ActRecord(
        head=made.head, signatures=made.signatures, content=made.content, salt=made.salt, slip=made.slips[0], path=made.paths[0]
    )
    states = [state("tarsenia"), state("ondoria")]
    keysets = {one.node: [_keyset(shop, one).wire()] for one in states}
    cards = [one.card.bytes() for one in states]

    def file(given: evidence.ActRecord = act, receipts: tuple[bytes, ...] = (wire,)) -> bytes:
        return evidence.make_evidence(given, cards=cards, keysets=keysets, receipts=receipts, proof=_proof(shop, made))

    whole = file()
    record = decode(whole, limit=LIMIT)
    bare = replace(act, content=None, salt=None)
    altered = record["act"]["content"] | {"case": "4" * 64}
    cases = {
        "evidence": (whole, "An act with its slip, its receipt and its place in the log."),
        "evidence-destroyed": (file(bare), "The content was destroyed; that the act was signed is still proved."),
        "evidence-content": (encode(record | {"act": record["act"] | {"content": altered}}), "Another content: not proved."),
        "evidence-log": (encode(record | {"log": record["log"] | {"index": 7}}), "Another place in the log: not proved."),
        "evidence-cards": (encode(record | {"cards": record["cards"][1:]}), "The signer's card is missing: not proved."),
        "evidence-form_fail": (encode({name: value for name, value in record.items() if name != "log"}), "A member is missing."),
    }
    for name, (data, why) in cases.items():
        yield Vector(name=name, check="evidence", why=why, data=data, keys={})


def _proof(shop: Workshop, made: Composed) -> evidence.LogProof:
    salt = Chance("leaf")(16)
    tree = Tree([log.commitment(log.ACT_OUT, made.id, salt)])
    for _, _, _, leaf in log.filling(1, Chance("filling")):
        tree.append(leaf)
    origin = checkpoint.origin_of("tarsenia", 1)
    signer = shop.log_signer(state("tarsenia").keys.log)
    note = checkpoint.sign_checkpoint(origin=origin, size=256, root=tree.root(), at=AT, signer=signer)
    return evidence.LogProof(kind=log.ACT_OUT, salt=salt, index=0, path=tree.inclusion(0), checkpoint=note)
