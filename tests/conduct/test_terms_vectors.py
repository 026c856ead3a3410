"""The published vectors for terms and places, which another implementer runs too."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.conduct.places import read_area, separation
from comity.conduct.terms import Chain
from comity.conduct.version_reader import read_version
from comity.protocol.canonical import encode
from comity.protocol.refusals import Refused
from tests.conduct.drafts import Said

VECTORS = Path(__file__).parents[2] / "spec" / "vectors" / "terms"


def vectors(pattern):
    found = sorted(VECTORS.glob(pattern))
    assert found
    return [pytest.param(json.loads(path.read_text("utf-8")), id=path.stem) for path in found]


@pytest.mark.parametrize("vector", [one for one in vectors("version_*.json") if "_fail" not in one.id])
def test_a_version_has_its_published_bytes_id_and_ground(vector):
    version = read_version(vector["record"])
    assert encode(vector["record"]).decode() == vector["canonical"]
    assert (version.id, version.ground) == (vector["id"], vector["ground"])


@pytest.mark.parametrize("vector", vectors("version_*_fail.json"))
def test_a_version_with_a_fault_is_refused_by_its_path(vector):
    with pytest.raises(Refused) as refusal:
        read_version(vector["record"])
    assert (refusal.value.code, refusal.value.data["path"]) == (vector["refused"], vector["path"])


def as_said(act):
    at = datetime.strptime(act["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Said(act["id"], act["author"], frozenset(act["to"]), at, act["kind"], act["body"])


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
@pytest.mark.parametrize("vector", vectors("chain_*.json"))
def test_a_chain_reads_as_published_in_either_order(vector, backwards):
    acts = vector["acts"][::-1] if backwards else vector["acts"]
    chain = Chain(vector["acts"][0]["body"]["base"])
    for act in acts:
        chain.advance(as_said(act))
    expected = vector["expected"]
    assert [one.version.id for one in chain.line()] == expected["line"]
    assert [one.since.strftime("%Y-%m-%dT%H:%M:%SZ") for one in chain.line()] == expected["since"]
    proofs = [[proof.rule, proof.against, sorted(proof.acts)] for proof in chain.proofs()]
    assert proofs == expected["proofs"]
    assert [[one.party, one.kind, one.ballot, one.version] for one in chain.awaited()] == expected["awaited"]


@pytest.mark.parametrize("vector", json.loads((VECTORS / "places_distance.json").read_text("utf-8")), ids=lambda v: v["why"])
def test_two_places_lie_as_far_apart_as_published(vector):
    one, other = read_area(vector["a"]), read_area(vector["b"])
    assert separation(one, other) == separation(other, one) == vector["metres"]


@pytest.mark.parametrize("vector", json.loads((VECTORS / "places_fail.json").read_text("utf-8")), ids=lambda v: v["why"])
def test_what_is_no_place_is_refused(vector):
    with pytest.raises(Refused):
        read_area(vector["area"])
