"""Tables that commands print."""

import sys
from collections.abc import Iterable, Sequence

WIDE = 1_000  # into a pipe or a file nothing is cut or wrapped


def table(columns: str | Sequence[str], rows: Iterable[Sequence[str]], style: str = "") -> None:
    """Print rows under their columns, named as in "one|two"; without names there is no header.

    The first column is mostly an id that other commands ask for, so it is never cut. What is no visible sign (much of
    this was written by contacts) is shown by its number: it would turn lines around, or steer the terminal.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = columns.split("|") if isinstance(columns, str) else columns
    shown = Table(box=None, header_style="bold", show_header=any(names))
    for number, name in enumerate(names):
        shown.add_column(name, no_wrap=number == 0, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(visible(cell)) for cell in row), style=style)
    Console(width=None if sys.stdout.isatty() else WIDE).print(shown)


def visible(text: str) -> str:
    """`text` with what cannot be seen as `\\u202e`; new lines stay, and what joins emoji."""
    return "".join(one if one.isprintable() or one in "\n\u200d" else f"\\u{ord(one):04x}" for one in text)
