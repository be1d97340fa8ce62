"""The play's screen in a terminal: bubbles, the contact's on the right, and dim notes between them."""

from collections.abc import Iterator
from typing import Literal

from rich import box
from rich.align import Align
from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from rich.panel import Panel
from rich.segment import ControlType
from rich.text import Text

WIDTH_SHARE = 0.7  # of the terminal, so that both sides stay apart


class Bubbles:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()

    def lines(self) -> Iterator[str]:
        while True:
            try:
                line = self._console.input("[bold green]›[/] ")
            except (EOFError, KeyboardInterrupt):
                self._console.print()
                return
            if not line.startswith("/"):  # it comes back as a bubble
                self._console.control(Control.move(0, -1), Control((ControlType.ERASE_IN_LINE, 2)))
            yield line

    def contact(self, text: str) -> None:
        self._bubble(text, "green", "right")

    def bot(self, text: str) -> None:
        self._bubble(text, "white", "left")

    def note(self, text: str) -> None:
        self._console.print(Text(text, style="dim"))

    def _bubble(self, text: str, colour: str, side: Literal["left", "right"]) -> None:
        panel = Panel(Text(text), box=box.ROUNDED, border_style=colour, expand=False)
        width = max(20, int(self._console.width * WIDTH_SHARE))
        panel.width = min(width, max(map(cell_len, text.split("\n"))) + 4)
        self._console.print(Align(panel, side))
