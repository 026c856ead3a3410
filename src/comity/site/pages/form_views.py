"""What the templates of a form draw: cells, rows, tables, with labels, ids, last time's values and mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from comity.catalogue import form_texts
from comity.catalogue.form import Form, Schema
from comity.catalogue.form_values import added
from comity.conduct.correlation import row_key
from comity.formats import cells
from comity.formats.sheet_layout import Column, Table, tables, value_at
from comity.site.pages.form_posts import field_name
from comity.site.pages.form_sentences import sentence
from comity.site.pages.form_shown import LEFT_TO_RIGHT, changed, input_text, shown

_FIGURES = ("integer", "decimal")
_IN_TABLE = (*_FIGURES, "coordinates", "date", "vague-date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One control, or one value that is only read."""

    path: str
    id: str
    name: str
    label: str
    control: str
    """`line`, `text`, `long`, `select`, `checks` or `hidden`."""
    text: str
    value: SafeString | str
    required: bool
    figure: bool
    left_to_right: bool
    chosen: frozenset[str] = frozenset()
    options: tuple[tuple[str, str], ...] = ()
    names: str = ""
    help: str = ""
    unit: str = ""
    before: SafeString | str = ""
    change: SafeString | str = ""
    error: str = ""
    limit: int | None = None
    area: bool = False
    """Whether area.js may offer to draw it on the map."""

    @property
    def described(self) -> str:
        """Ids for aria-describedby: the mistake, then the help."""
        parts = [f"e-{self.id}" if self.error else "", f"h-{self.id}" if self.help else ""]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One repeating row: the cells of the table, and the others that stand below them."""

    index: int
    line: Any
    title: str
    cells: tuple[Cell, ...]
    more: tuple[Cell, ...]
    hidden: tuple[Cell, ...]
    open: bool
    beside: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A row of last time that this report does not have."""

    index: int
    title: str
    line: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of the form as a section."""

    kind: str
    name: str
    id: str
    label: str
    heads: tuple[Cell, ...] = ()
    cells: tuple[Cell, ...] = ()
    hidden: tuple[Cell, ...] = ()
    rows: tuple[Row, ...] = ()
    totals: tuple[tuple[Cell, SafeString | str, SafeString | str], ...] = ()
    gone: tuple[Gone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A form with its data on the way to a page."""

    form: Form
    language: str
    data: Mapping[str, Any]
    last: Mapping[str, Any] | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    writing: bool = True

    def parts(self) -> Iterator[Part]:
        """The sections in reading order: single fields before and after the tables stay together, first."""
        for table in tables(self.form):
            yield {"fields": self.fields, "rows": self.rows, "matrix": self.matrix}[table.kind](table)

    def fields(self, table: Table) -> Part:
        drawn = [self.cell(column, "", self.data, self.last) for column in table.columns]
        seen = [cell for cell in drawn if self.writing or cell.path in self.beside or cell.text]
        return Part(kind="fields", name="", id="f-fields", label="", cells=_visible(seen), hidden=_hidden(drawn))

    def rows(self, table: Table) -> Part:
        node = self.form.node(f"/{table.name}") or {}
        said = self.data.get(table.name) or ([{"line": 1}] if self.writing else [])
        before = {row_key(node, row): row for row in (self.last or {}).get(table.name, [])}
        shown_columns, more = _parted(table, node)
        rows = [
            self.row(table, index, row, before.get(row_key(node, row)), columns=shown_columns, more=more) for index, row in enumerate(said)
        ]
        now = {row_key(node, row) for row in said}
        gone = [
            Gone(index=index, title=_title(row), line=row.get("line")) for index, (key, row) in enumerate(before.items()) if key not in now
        ]
        heads = tuple(self.cell(column, f"/{table.name}/0", {}, None) for column in shown_columns)
        return Part(
            kind="rows",
            name=table.name,
            id=f"f-{table.name}",
            label=table.label(self.form, self.language),
            heads=heads,
            rows=tuple(rows),
            totals=self.totals(heads, shown_columns, said, list(before.values())),
            gone=tuple(gone),
        )

    def row(
        self, table: Table, index: int, row: Mapping[str, Any], before: Any, *, columns: Sequence[Column], more: Sequence[Column]
    ) -> Row:
        path = f"/{table.name}/{index}"
        inside = [self.cell(column, path, row, before) for column in columns]
        below = [self.cell(column, path, row, before) for column in more]
        line = next(column for column in table.columns if column.path == "line")
        needed = any(cell.error or (cell.required and not cell.text) for cell in below)
        return Row(
            index=index,
            line=row.get("line", index + 1),
            title=_title(row),
            cells=tuple(inside),
            more=tuple(cell for cell in below if self.writing or cell.text),
            hidden=(self.cell(line, path, {"line": index + 1, **row}, None),),
            open=self.writing and needed,
            beside=self.beside.get(path),
        )

    def matrix(self, table: Table) -> Part:
        said, last = self.data.get(table.name) or {}, (self.last or {}).get(table.name) or {}
        rows = [
            self.line(table, index, name, said=said, last=last) for index, name in enumerate(table.lines) if self.writing or said.get(name)
        ]
        heads = tuple(self.cell(column, f"/{table.name}/{table.lines[0]}", {}, None) for column in table.columns)
        return Part(
            kind="matrix", name=table.name, id=f"f-{table.name}", label=table.label(self.form, self.language), heads=heads, rows=tuple(rows)
        )

    def line(self, table: Table, index: int, name: str, *, said: Mapping[str, Any], last: Mapping[str, Any]) -> Row:
        path = f"/{table.name}/{name}"
        drawn = tuple(self.cell(column, path, said.get(name) or {}, last.get(name)) for column in table.columns)
        total = "x-total" in (self.form.node(path) or {})
        return Row(
            index=index,
            line="total" if total else "",
            title=self.form.label(path, self.language),
            cells=drawn,
            more=(),
            hidden=(),
            open=False,
        )

    def totals(self, heads: Sequence[Cell], columns: Sequence[Column], rows: Sequence[Any], before: Sequence[Any]) -> tuple[Any, ...]:
        """The sums of figures over the rows, and of last time; a column without a figure has none."""
        if len(rows) < 2 or not any(_summable(column) for column in columns):
            return ()
        return tuple((head, *self.total(column, rows, before)) for head, column in zip(heads, columns, strict=True))

    def total(self, column: Column, rows: Sequence[Any], before: Sequence[Any]) -> tuple[SafeString | str, SafeString | str]:
        if not _summable(column):
            return "", ""
        sums = [added(value for row in side for value in [value_at(row, column.path)] if value is not None) for side in (rows, before)]
        return shown(column.node, str(sums[0]), self.language), shown(column.node, str(sums[1]), self.language) if before else ""

    def cell(self, column: Column, path: str, row: Any, before: Any) -> Cell:
        here = f"{path}/{column.path}"
        node, value, old = column.node, value_at(row, column.path), value_at(before, column.path)
        kind = cells.kind(node)
        return Cell(
            path=here,
            id=field_name(here).replace("/", "-"),
            name=field_name(here),
            label=self.form.label(here, self.language),
            control=_control(self.form, node, here),
            text=self.typed.get(here, input_text(node, value, self.language)),
            value=shown(node, value, self.language),
            required=column.required,
            figure=kind in _FIGURES,
            left_to_right=kind in LEFT_TO_RIGHT,
            chosen=frozenset(value) if kind == "codes" and isinstance(value, list) else frozenset(),
            options=_options(node, self.language),
            names="states" if node.get("x-codes") == "states" else "",
            help=self.form.help(here, self.language),
            unit=form_texts.unit(node["x-unit"], self.language) if "x-unit" in node else "",
            before=_before(node, value, old, self.language) if self.writing or old != value else "",
            change="" if old is None else changed(value, old),
            error=self.errors.get(here, ""),
            limit=node.get("maxLength") if kind == "text" else None,
            area=kind == "area",
        )


def errors_of(form: Form, faults: Sequence[Any], drawn: Mapping[str, Any], language: str) -> dict[str, str]:
    """The sentence of each fault at the cell that shows it: a fault within a place or an area stands at the whole."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(cell_path(form, fault.path), sentence(fault, form, language))
    return found


def cell_path(form: Form, path: str) -> str:
    """The path of the control in which the value at a path is typed."""
    parts = path.split("/")
    for length in range(2, len(parts)):
        node = form.node("/".join(parts[:length]))
        if node and cells.kind(node) in ("coordinates", "area", "amount", "codes", "texts"):
            return "/".join(parts[:length])
    return path


def _before(node: Schema, value: Any, old: Any, language: str) -> SafeString | str:
    """Last time's value: of figures and places always, of words only where they changed."""
    told = old is not None and (old != value or cells.kind(node) in _IN_TABLE)
    return shown(node, old, language) if told else ""


def _control(form: Form, node: Schema, path: str) -> str:
    parents = [form.node(path[:place]) for place, character in enumerate(path) if character == "/" and place]
    if any(parent and parent.get("x-widget") == "reference" for parent in parents) or node.get("x-widget") in ("reference", "sealed"):
        return "hidden"
    kind = cells.kind(node)
    if kind in ("code", "boolean"):
        return "select"
    if kind == "codes":
        return "checks"
    return "long" if kind in ("area", "texts") or node.get("x-widget") == "long-text" else "text"


def _options(node: Schema, language: str) -> tuple[tuple[str, str], ...]:
    if cells.kind(node) == "boolean":
        return tuple((word, form_texts.word(word, language)) for word in ("yes", "no"))
    source = node.get("items", node)
    return tuple((code, form_texts.code_title(source.get("x-codes", ""), code, language)) for code in source.get("enum", ()))


def _parted(table: Table, node: Schema) -> tuple[list[Column], list[Column]]:
    """Columns of the table, and those that stand below each row: the key, needed texts, figures, places and dates come first."""
    others = [column for column in table.columns if column.path != "line"]
    if len(others) <= 7:
        return others, []
    first = [
        column
        for column in others
        if column.path in node["x-rows"] or cells.kind(column.node) in _IN_TABLE or (column.required and cells.kind(column.node) == "text")
    ]
    return first, [column for column in others if column not in first]


def _summable(column: Column) -> bool:
    return cells.kind(column.node) == "integer" and bool(column.node.get("maximum", 0) > 9999)


def _title(row: Mapping[str, Any]) -> str:
    return str(
        row.get("name")
        or row.get("designation")
        or row.get("office")
        or row.get("description")
        or row.get("unit")
        or row.get("record")
        or ""
    )


def _visible(drawn: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(cell for cell in drawn if cell.control != "hidden")


def _hidden(drawn: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(cell for cell in drawn if cell.control == "hidden")
