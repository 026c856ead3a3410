"""One account laid beside another: this year and last, exporter and importer, host and deploying State, plan and notice.

Pure, and without judgement: two figures and their difference. Which is right is for people to ask.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from comity.catalogue.form import Form, Schema
from comity.catalogue.form_values import added, first_day, last_day
from comity.conduct.facts import Change, Fact

_WHOLE = ("coordinates", "area", "amount")
Status = Literal["added", "removed", "changed", "unchanged"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field then and now. `path` is relative to its row, or a pointer into the data outside rows.

    `change` is given where both sides are figures (an absent one counts as not given, never as nought).
    """

    path: str
    old: Any
    new: Any
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifference:
    """One row of a report against the row of the same key last time. `index` is its place in this report, if it is there."""

    part: str
    key: tuple[str, ...]
    status: Status
    index: int | None
    line: int | None
    last_line: int | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """A report against the last: rows by their stable key in the order of this report, then rows gone; other fields."""

    rows: tuple[RowDifference, ...]
    fields: tuple[Difference, ...]

    @property
    def none(self) -> bool:
        """Whether the two reports say the same, line numbers aside."""
        return not self.fields and all(row.status == "unchanged" for row in self.rows)

    def count(self, status: Status) -> int:
        return sum(row.status == status for row in self.rows)


def differences(this: Row, last: Row, form: Form) -> Differences:
    """Row by row and field by field, what this report says otherwise than the last. Line numbers do not count."""
    rows: list[RowDifference] = []
    fields: list[Difference] = []
    for name, node in form.fields(form.schema):
        if "x-rows" in node:
            rows += _rows(form, name, node, now=this.get(name, []), then=last.get(name, []))
        else:
            fields += _compared(form, f"/{name}", node, new=this.get(name), old=last.get(name))
    return Differences(rows=tuple(rows), fields=tuple(fields))


def row_key(node: Schema, row: Row) -> tuple[str, ...]:
    """What names a row the same way every year."""
    return tuple(str(row.get(name, "")) for name in node["x-rows"])


def _rows(form: Form, part: str, node: Schema, *, now: Sequence[Row], then: Sequence[Row]) -> Iterator[RowDifference]:
    before = {row_key(node, row): row for row in then}
    seen = set()
    for index, row in enumerate(now):
        key = row_key(node, row)
        seen.add(key)
        old = before.get(key)
        found = tuple(_row_fields(form, node, row, old or {}))
        status: Status = "added" if old is None else "changed" if found else "unchanged"
        yield RowDifference(
            part=part, key=key, status=status, index=index, line=row.get("line"), last_line=(old or {}).get("line"), differences=found
        )
    for key, old in before.items():
        if key not in seen:
            line = old.get("line")
            yield RowDifference(part=part, key=key, status="removed", index=None, line=None, last_line=line, differences=())


def _row_fields(form: Form, node: Schema, row: Row, old: Row) -> Iterator[Difference]:
    for name, inner in form.fields(form.resolve(node["items"])):
        if name != "line":
            yield from _compared(form, name, inner, new=row.get(name), old=old.get(name))


def _compared(form: Form, path: str, node: Schema, *, new: Any, old: Any) -> Iterator[Difference]:
    if "properties" in node and node.get("x-widget") not in _WHOLE:
        for name, inner in form.fields(node):
            yield from _compared(form, f"{path}/{name}", inner, new=(new or {}).get(name), old=(old or {}).get(name))
    elif new != old and not (_figure(node) and _same_figure(new, old)):
        yield Difference(path=path, old=old, new=new, change=_change(old, new) if _figure(node) else None)


def _figure(node: Schema) -> bool:
    return node.get("type") == "integer" or node.get("x-widget") == "decimal"


def _same_figure(new: Any, old: Any) -> bool:
    return None not in (new, old) and added([new]) == added([old])


def _change(old: Any, new: Any) -> Change:
    was, now = (None if said is None else added([said]) for said in (old, new))
    return Change(old=was, new=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Two accounts of the same thing. A side that says nothing of it has no rows and no figure: that is not nought."""

    key: str
    left: tuple[Row, ...]
    right: tuple[Row, ...]
    left_figure: Decimal | None
    right_figure: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Left less right, where both gave a figure."""
        return None if self.left_figure is None or self.right_figure is None else self.left_figure - self.right_figure


def side_by_side(host: str, hosted: Row, sender: str, sent: Row, *, names: Callable[[str], str] = str.casefold) -> tuple[Beside, ...]:
    """Contingents of `sender` in `host`, as the host reports them (left) and as the deploying State does, by place.

    `names` brings names of States as written to one form: the party's id, where the terms know it.
    """
    ours = [row for row in hosted.get("contingents", []) if names(row["state"]) == names(sender)]
    theirs = [row for row in sent.get("contingents", []) if names(row["state"]) == names(host)]
    return _beside(ours, theirs, lambda row: str(row.get("place", "")).strip(), "personnel")


def transfers(
    exporter: str, exported: Row, importer: str, imported: Row, *, names: Callable[[str], str] = str.casefold
) -> tuple[Beside, ...]:
    """Arms that went from one State to the other in one year: the exporter's account (left) and the importer's, by category."""
    out = [row for row in exported.get("exports", []) if names(row["state"]) == names(importer)]
    in_ = [row for row in imported.get("imports", []) if names(row["state"]) == names(exporter)]
    return _beside(out, in_, lambda row: str(row["category"]), "number")


def _beside(left: Sequence[Row], right: Sequence[Row], key: Callable[[Row], str], figure: str) -> tuple[Beside, ...]:
    sides: dict[str, tuple[list[Row], list[Row]]] = {}
    shown: dict[str, str] = {}
    for side, rows in enumerate((left, right)):
        for row in rows:
            folded = key(row).casefold()
            shown.setdefault(folded, key(row))
            sides.setdefault(folded, ([], []))[side].append(row)
    return tuple(
        Beside(key=shown[name], left=tuple(a), right=tuple(b), left_figure=_summed(a, figure), right_figure=_summed(b, figure))
        for name, (a, b) in sides.items()
    )


def _summed(rows: Sequence[Row], figure: str) -> Decimal | None:
    given = [row[figure] for row in rows if figure in row]
    return added(given) if given else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An entry of the annual calendar and the notice of it, either of which may be absent. `by` says what joined them."""

    entry: Fact | None
    notice: Fact | None
    by: Literal["reference", "designation"] | None


def planned_and_notified(calendar: Iterable[Fact], notices: Iterable[Fact]) -> tuple[Planned, ...]:
    """Calendar entries with their notices, then notices of what the calendar did not have, in the order given.

    Joined by the party's own reference; else by the same designation at dates that may overlap, if only one fits.
    """
    left = list(notices)
    paired: list[Planned] = []
    for entry in calendar:
        notice, by = _notice_of(entry, left)
        if notice is not None:
            left.remove(notice)
        paired.append(Planned(entry=entry, notice=notice, by=by))
    return (*paired, *(Planned(entry=None, notice=notice, by=None) for notice in left))


def _notice_of(entry: Fact, notices: Sequence[Fact]) -> tuple[Fact | None, Literal["reference", "designation"] | None]:
    own = [notice for notice in notices if notice.party == entry.party]
    for notice in own:
        if entry.fields.get("reference") and notice.fields.get("reference") == entry.fields["reference"]:
            return notice, "reference"
    called = str(entry.fields.get("designation", "")).strip().casefold()
    alike = [n for n in own if called and str(n.fields.get("designation", "")).strip().casefold() == called and _overlap(n, entry)]
    return (alike[0], "designation") if len(alike) == 1 else (None, None)


def _overlap(one: Fact, other: Fact) -> bool:
    """Whether the two may run on the same day; what is not known may."""
    return _starts(one) <= _stops(other) and _starts(other) <= _stops(one)


def _starts(fact: Fact) -> str:
    return first_day(fact.begins) if fact.begins else "0000"


def _stops(fact: Fact) -> str:
    return last_day(fact.ends) if fact.ends else "9999"
