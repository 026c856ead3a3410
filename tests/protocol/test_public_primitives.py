"""The primitives below us, held to public vectors: an upgrade that changes an answer is seen here first."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.sources import sources


def cases(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (group, test) of a Wycheproof file."""
    whole = json.loads((sources("vectors/wycheproof") / f"{name}_test.json").read_text("utf-8"))
    found = [(group, test) for group in whole["testGroups"] for test in group["tests"]]
    assert len(found) == whole["numberOfTests"]
    return found


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


def holds(verify: Any, *arguments: Any) -> bool:
    try:
        verify(*arguments)
    except (InvalidSignature, InvalidTag, ValueError):
        return False
    return True


def said_valid(test: dict[str, Any]) -> bool:
    return bool(test["result"] == "valid")


def test_ed25519_agrees_with_wycheproof() -> None:
    for group, test in cases("ed25519"):
        key = Ed25519PublicKey.from_public_bytes(raw(group["publicKey"]["pk"]))
        assert holds(key.verify, raw(test["sig"]), raw(test["msg"])) is said_valid(test), test["tcId"]


def test_ed25519_refuses_points_written_in_two_ways() -> None:
    """What RFC 8032 leaves open is recorded: all nodes here must answer alike, so a change of answer is a change of protocol."""
    refused = accepted = 0
    for vector in json.loads((sources("vectors/cctv/ed25519") / "ed25519vectors.json").read_text("utf-8")):
        flags = set(vector["flags"] or ())
        fits = holds(_ed25519_verify, vector)
        accepted, refused = accepted + fits, refused + (not fits)
        if flags & {"non_canonical_R", "low_order_residue"}:
            assert not fits, vector["number"]
    assert accepted and refused


def _ed25519_verify(vector: dict[str, Any]) -> None:
    Ed25519PublicKey.from_public_bytes(raw(vector["key"])).verify(raw(vector["sig"]), vector["msg"].encode())


def test_x25519_agrees_with_wycheproof() -> None:
    for _, test in cases("x25519"):
        private, public = X25519PrivateKey.from_private_bytes(raw(test["private"])), X25519PublicKey.from_public_bytes(raw(test["public"]))
        if set(raw(test["shared"])) == {0}:
            assert not holds(private.exchange, public), test["tcId"]
        else:
            assert private.exchange(public) == raw(test["shared"]), test["tcId"]


def test_chacha20_poly1305_agrees_with_wycheproof() -> None:
    for group, test in cases("chacha20_poly1305"):
        if group["ivSize"] == 96:
            arguments = raw(test["iv"]), raw(test["ct"]) + raw(test["tag"]), raw(test["aad"])
            assert holds(ChaCha20Poly1305(raw(test["key"])).decrypt, *arguments) is said_valid(test), test["tcId"]


def test_hkdf_agrees_with_wycheproof() -> None:
    for _, test in cases("hkdf_sha256"):
        if said_valid(test):
            kdf = HKDF(hashes.SHA256(), test["size"], raw(test["salt"]), raw(test["info"]))
            assert kdf.derive(raw(test["ikm"])) == raw(test["okm"]), test["tcId"]
        else:
            assert not holds(HKDF, hashes.SHA256(), test["size"], raw(test["salt"]), raw(test["info"])), test["tcId"]


def test_hmac_agrees_with_wycheproof() -> None:
    for group, test in cases("hmac_sha256"):
        found = hmac.digest(raw(test["key"]), raw(test["msg"]), "sha256")[: group["tagSize"] // 8]
        assert (found == raw(test["tag"])) is said_valid(test), test["tcId"]


def test_mldsa65_verification_agrees_with_wycheproof() -> None:
    for group, test in cases("mldsa_65_verify"):
        assert holds(_mldsa_verify, group["publicKey"], test) is said_valid(test), test["tcId"]


def _mldsa_verify(public: str, test: dict[str, Any]) -> None:
    MLDSA65PublicKey.from_public_bytes(raw(public)).verify(raw(test["sig"]), raw(test["msg"]), raw(test.get("ctx", "")))


def test_mldsa65_seeds_give_the_keys_of_wycheproof_and_their_signatures_hold() -> None:
    for group, test in cases("mldsa_65_sign_seed"):
        if len(group["privateSeed"]) != 64:
            assert not holds(MLDSA65PrivateKey.from_seed_bytes, raw(group["privateSeed"])), test["tcId"]
            continue
        private = MLDSA65PrivateKey.from_seed_bytes(raw(group["privateSeed"]))
        assert private.public_key().public_bytes_raw() == raw(group["publicKey"]), test["tcId"]
        if "msg" in test:
            assert holds(_mldsa_verify, group["publicKey"], test) is said_valid(test), test["tcId"]


def test_mldsa_keys_of_a_hundred_seeds_verify_what_they_sign() -> None:
    """The seeds of the accumulated vectors (CCTV). Its digests need deterministic signing, which this library rightly lacks."""
    stream = hashlib.shake_128().digest(32 * 100)
    for start in range(0, len(stream), 32 * 10):
        for kind in (MLDSA44PrivateKey, MLDSA65PrivateKey):
            private = kind.from_seed_bytes(stream[start : start + 32])
            private.public_key().verify(private.sign(b"", b""), b"", b"")


def test_mlkem768_seeds_give_the_keys_of_wycheproof() -> None:
    for _, test in cases("mlkem_768_keygen_seed"):
        private = MLKEM768PrivateKey.from_seed_bytes(raw(test["seed"]))
        assert private.public_key().public_bytes_raw() == raw(test["ek"]), test["tcId"]


def test_mlkem768_agrees_with_wycheproof() -> None:
    """Among them CCTV's vectors that fail where memory is compared as text."""
    for _, test in cases("mlkem_768"):
        if "K" in test and "seed" in test and said_valid(test):
            assert MLKEM768PrivateKey.from_seed_bytes(raw(test["seed"])).decapsulate(raw(test["c"])) == raw(test["K"]), test["tcId"]
        elif "seed" in test:
            assert not holds(_mlkem_decapsulate, test), test["tcId"]


def _mlkem_decapsulate(test: dict[str, Any]) -> None:
    MLKEM768PrivateKey.from_seed_bytes(raw(test["seed"])).decapsulate(raw(test["c"]))


def test_mlkem768_refuses_keys_with_coefficients_out_of_range() -> None:
    """CCTV's other ML-KEM files were made before FIPS 203 was final, or need a private key that is not a seed."""
    lines = gzip.decompress((sources("vectors/cctv/ML-KEM/modulus") / "ML-KEM-768.txt.gz").read_bytes()).split()
    assert len(lines) > 100
    for line in lines[::16]:
        assert not holds(_mlkem_encapsulate, bytes.fromhex(line.decode()))


def _mlkem_encapsulate(public: bytes) -> None:
    MLKEM768PublicKey.from_public_bytes(public).encapsulate()
