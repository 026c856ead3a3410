"""Positions as people write them, `45°18′ S 120°28′ W`, to integers of 1e-7 degree and back.

The same line is printed in every language, from left to right (pages/README, Numbers). Reading is lenient about marks,
spaces and signs, strict about ranges; nothing is guessed: what cannot be read comes back as a Fault, never as a position.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from comity.formats import limits

UNIT = 10_000_000
"""Steps in one degree: a coordinate is an integer of 1e-7 degree, about one centimetre of latitude."""

FACES = {"N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1)}
BOUNDS = {"lat": 90 * UNIT, "lon": 180 * UNIT}

_MARKS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "\u200e": "", "\u200f": ""} | dict.fromkeys("°º˚′'’ʹ″\"”ʺ;", " "))
_TOKEN = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,12})?(?![\d.])|[NSEW](?![A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why something written or imported is not taken. `words` is an English sentence with %(names)s from `data`, to be translated."""

    code: str
    words: str
    data: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words % self.data


def point(lat: int, lon: int) -> dict[str, int]:
    """A position as it stands in acts."""
    return {"lat": lat, "lon": lon}


def written(position: Mapping[str, int]) -> str:
    """The shortest writing that reads back to the same integers: minutes, else seconds, else seconds with decimals."""
    return f"{_half(position['lat'], 'NS')} {_half(position['lon'], 'EW')}"


def read(text: str) -> dict[str, int] | Fault:
    """One position from one line: with letters (`45°18′30″ S 120°28′ W`, any order), or latitude and longitude in signed degrees."""
    if len(text) > limits.POSITION_CHARACTERS:
        return Fault(
            code="position-long",
            words="A position is at most %(limit)s characters long. Write one position on a line.",
            data={"limit": limits.POSITION_CHARACTERS},
        )
    plain = text.upper().translate(_MARKS)
    lettered = bool(re.search("[NSEW]", plain))
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain).replace(",", " ") if lettered else plain.replace(",", " ")
    tokens = _TOKEN.findall(plain)
    if not tokens or _TOKEN.sub("", plain).strip():
        return Fault(
            code="position-unreadable", words="“%(text)s” is not a position. Write it as 45°18′ S 120°28′ W.", data={"text": text.strip()}
        )
    return _lettered(tokens) if lettered else _signed(tokens)


def _half(value: int, faces: str) -> str:
    face = faces[0] if value >= 0 else faces[1]
    for decimals in (None, 0, 1, 2, 3, 4):
        text = f"{_sexagesimal(abs(value), decimals)} {face}"
        if _steps(_TOKEN.findall(text.translate(_MARKS))[:-1]) == abs(value):
            return text
    raise AssertionError("a ten-thousandth of a second is finer than 1e-7 degree")


def _sexagesimal(value: int, decimals: int | None) -> str:
    """Degrees and whole minutes (`decimals` None), or with seconds to so many decimals. Carries, so that 60 is never written."""
    if decimals is None:
        degrees, minutes = divmod(round(Fraction(value * 60, UNIT)), 60)
        return f"{degrees}°{minutes:02d}′"
    parts = 10**decimals
    minutes, fine = divmod(round(Fraction(value * 3600 * parts, UNIT)), 60 * parts)
    seconds = f"{fine // parts:02d}" + (f".{fine % parts:0{decimals}d}" if decimals else "")
    return f"{minutes // 60}°{minutes % 60:02d}′{seconds}″"


def _lettered(tokens: list[str]) -> dict[str, int] | Fault:
    halves: dict[str, int] = {}
    numbers: list[str] = []
    for token in tokens:
        if token not in FACES:
            numbers.append(token)
            continue
        axis, sign = FACES[token]
        steps = _steps(numbers)
        if axis in halves or steps is None:
            return Fault(
                code="position-half",
                words="The part before %(face)s cannot be read. Write degrees, minutes and seconds before one letter, as 45°18′ S.",
                data={"face": token},
            )
        halves[axis] = sign * steps
        numbers = []
    if numbers and len(halves) == 2:
        return Fault(code="position-letters", words="Degrees and minutes need their letters N, S, E, W. Write it as 45°18′ S 120°28′ W.")
    return _within(halves)


def _signed(tokens: list[str]) -> dict[str, int] | Fault:
    if len(tokens) == 1:
        return _missing("lon")
    if len(tokens) > 2:
        return Fault(code="position-letters", words="Degrees and minutes need their letters N, S, E, W. Write it as 45°18′ S 120°28′ W.")
    lat, lon = (round(Fraction(token) * UNIT) for token in tokens)
    return _within({"lat": lat, "lon": lon})


def _steps(numbers: list[str]) -> int | None:
    """Degrees, minutes, seconds to steps; None where they are not one of these. Only the last may have decimals."""
    if not 1 <= len(numbers) <= 3 or any(n[0] in "+-" for n in numbers) or any("." in n for n in numbers[:-1]):
        return None
    parts = [Fraction(n) for n in numbers] + [Fraction(0)] * (3 - len(numbers))
    if parts[1] >= 60 or parts[2] >= 60:
        return None
    return round((parts[0] + parts[1] / 60 + parts[2] / 3600) * UNIT)


def _within(halves: Mapping[str, int]) -> dict[str, int] | Fault:
    for axis in ("lat", "lon"):
        if axis not in halves:
            return _missing(axis)
    if abs(halves["lat"]) > BOUNDS["lat"]:
        return Fault(code="latitude-range", words="Latitude lies between 90° S and 90° N.")
    if abs(halves["lon"]) > BOUNDS["lon"]:
        return Fault(code="longitude-range", words="Longitude lies between 180° W and 180° E.")
    return point(halves["lat"], halves["lon"])


def _missing(axis: str) -> Fault:
    if axis == "lat":
        return Fault(code="latitude-missing", words="Latitude is missing. Write it as 45°18′ S.")
    return Fault(code="longitude-missing", words="Longitude is missing. Write it as 121°40′ W.")
