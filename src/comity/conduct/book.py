"""Tables that remember how to forget: every write is noted, so that a fold can go back and be done in another order."""

from __future__ import annotations

from typing import Any, Final

_MISSING: Final = object()


class Book:
    """A journal over plain dicts and lists. All state of a fold is written through it, and nothing else is state."""

    __slots__ = ("_notes", "writes")

    def __init__(self) -> None:
        self._notes: list[tuple[Any, Any, Any]] = []
        self.writes = 0
        """Writes ever made: the measure of work in tests."""

    @property
    def state(self) -> tuple[int, int]:
        """Two equal values mean that nothing was written or undone between them."""
        return self.writes, len(self._notes)

    def mark(self) -> int:
        return len(self._notes)

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        self.writes += 1
        self._notes.append((table, key, table.get(key, _MISSING)))
        table[key] = value

    def drop(self, table: dict[Any, Any], key: Any) -> None:
        if key in table:
            self.writes += 1
            self._notes.append((table, key, table.pop(key)))

    def push(self, table: dict[Any, list[Any]], key: Any, item: Any) -> None:
        """Append to the list under `key`."""
        self.writes += 1
        row = table.setdefault(key, [])
        row.append(item)
        self._notes.append((row, "push", None))

    def pull(self, row: list[Any]) -> None:
        """Take the last item away."""
        self.writes += 1
        self._notes.append((row, "pull", row.pop()))

    def back_to(self, mark: int) -> None:
        """Undo everything written since `mark`."""
        while len(self._notes) > mark:
            table, key, old = self._notes.pop()
            if isinstance(table, list):
                table.pop() if key == "push" else table.append(old)
            elif old is _MISSING:
                del table[key]
            else:
                table[key] = old
