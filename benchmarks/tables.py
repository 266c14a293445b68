"""Tables, for a terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill

WIDTH = 120


@dataclass(frozen=True)
class Table:
    """A table with what has to be said about it.

    Attributes:
        title: its title.
        columns: the heads of its columns.
        rows: its rows, each with a cell for each column.
        notes: sentences below it.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: Sequence[str] = ()

    def text(self) -> str:
        """For a terminal."""
        return "\n".join([self.title, *self._aligned(), *self.notes])

    def markdown(self) -> str:
        """For the page, without the title."""
        rules = tuple("---:" if self._has_numbers(column) else "---" for column in range(len(self.columns)))
        lines = [self.columns, rules, *self.rows]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        return "\n\n".join([table, *map(wrapped, self.notes)])

    def _aligned(self) -> Iterator[str]:
        lines = [self.columns, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.columns))]
        for line in lines:
            cells = (
                cell.rjust(width) if self._has_numbers(column) else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            yield "  ".join(cells).rstrip()

    def _has_numbers(self, column: int) -> bool:
        return column > 0 and bool(self.rows) and self.rows[0][column][:1].isdigit()


def wrapped(note: str) -> str:
    """A note, or a list of them, in lines that are not too long."""
    return "\n".join(
        fill(
            line, WIDTH, subsequent_indent="  " * line.startswith("- "), break_long_words=False, break_on_hyphens=False
        )
        for line in note.splitlines()
    )


def met(*, reached: bool) -> str:
    """What a table says of a bound."""
    return "yes" if reached else "**no**"


def duration(seconds: float) -> str:
    """A time in words."""
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"  # noqa: PLR2004
