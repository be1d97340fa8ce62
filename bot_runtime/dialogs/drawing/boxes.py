"""A state of a drawing as a box: its name, what it says, and below a line where it leads when things go otherwise."""

from collections.abc import Sequence
from html import escape

from bot_runtime.dialogs.drawing.graph import Arrow, Drawing, Node, Overlay
from bot_runtime.dialogs.drawing.layout import Point, Size
from bot_runtime.dialogs.drawing.measure import width, wrapped
from bot_runtime.dialogs.drawing.palette import INK, KINDS, MISSED, QUIET

LINE = 16.0
_WRAP = 216.0  # pixels of a line of text
_NOTE_WRAP = 250.0
_RULE = 9.0
_PAD = 9.0


def is_note(arrow: Arrow) -> bool:
    """Whether an arrow is listed in its state's box rather than drawn."""
    return not arrow.usual or arrow.source == arrow.target


class Box:
    """Where it is drawn is for the layout to say; `size` is what it needs."""

    def __init__(self, node: Node, drawing: Drawing, overlay: Overlay) -> None:
        self.node, self.overlay = node, overlay
        self.lines = [] if node.kind in ("anywhere", "end") else [node.name]
        self.lines += wrapped(node.text, _WRAP)
        self.beside = wrapped(node.note, _WRAP)
        names = {each.name: each.text if each.kind == "end" else each.name for each in drawing.nodes}
        self.notes = [
            (arrow, line)
            for arrow in drawing.arrows
            if arrow.source == node.name and is_note(arrow)
            for line in _noted(arrow, names[arrow.target], overlay)
        ]
        self.here = (overlay.live or {}).get(node.name, 0)
        rows = len(self.lines) + len(self.beside) + len(self.notes)
        texts = [*self.lines, *self.beside, *(text for _, text in self.notes)]
        badge = 18 if self.here else 0
        self.size = Size(
            max(width(self.lines[0]) * 1.08 + 2 * badge, *map(width, texts)) + 24,
            rows * LINE + 2 * _PAD + (_RULE if self.notes else 0),
        )

    @property
    def mark(self) -> str:
        if self.overlay.states is None or self.node.kind in ("anywhere", "end"):
            return ""
        return "taken" if self.node.name in self.overlay.states else "missed"

    def draw(self, centre: Point, first: bool) -> str:
        kind = self.node.kind
        fill, line = KINDS["light"][kind]
        left, top = centre.x - self.size.width / 2, centre.y - self.size.height / 2
        round_ends = {"close": self.size.height / 2, "end": self.size.height / 2, "question": 12.0}
        radius = min(round_ends.get(kind, 3.0), 22.0)
        shape = (
            f'x="{left:.1f}" y="{top:.1f}" width="{self.size.width:.1f}" height="{self.size.height:.1f}" '
            f'rx="{radius:.0f}"'
        )
        at = top + _PAD
        parts = [
            f'<g data-state="{escape(self.node.name)}"' + (f' data-mark="{self.mark}"' if self.mark else "") + ">",
            f'<rect class="{kind}" {shape} fill="{fill}" stroke="{line}" stroke-width="{2.6 if first else 1.3}"/>',
        ]
        if self.mark == "missed":
            parts.append(
                f'<rect class="way-missed" {shape} fill="none" stroke="{MISSED["light"]}" stroke-width="2.4" '
                'stroke-dasharray="7 4"/>'
            )
        parts.append(text_of(self.lines, Point(centre.x, at + len(self.lines) * LINE / 2), bold_first=True))
        at += len(self.lines) * LINE
        if self.beside:
            middle = Point(centre.x, at + len(self.beside) * LINE / 2)
            parts.append(text_of(self.beside, middle, "quiet", QUIET["light"]))
            at += len(self.beside) * LINE
        if self.notes:
            parts.append(
                f'<path class="rule-{kind}" d="M{left + 8:.1f} {at + _RULE / 2:.1f}H{left + self.size.width - 8:.1f}" '
                f'stroke="{line}" stroke-width="0.8" stroke-dasharray="3 3"/>'
            )
        for number, (arrow, text) in enumerate(self.notes):
            row = Point(centre.x, at + _RULE + (number + 0.5) * LINE)
            parts.append(self._note(arrow, text, row))
        return "".join([*parts, self._badge(left, top), "</g>"])

    def _note(self, arrow: Arrow, text: str, at: Point) -> str:
        cls, colour = "quiet", QUIET["light"]
        if arrow in self.overlay.missed:
            cls, colour = "missed", MISSED["light"]
        ends = f'data-from="{escape(self.node.name)}" data-to="{escape(arrow.target)}"'
        return f"<g {ends}>{text_of([text], at, cls, colour)}</g>"

    def _badge(self, left: float, top: float) -> str:
        """How many are here now, on the box's upper right corner."""
        if not self.here:
            return ""
        wide = max(22.0, width(str(self.here)) + 12)
        x = left + self.size.width - wide / 2
        return (
            f'<g data-live="{self.here}"><rect class="ink" x="{x - wide / 2:.1f}" y="{top - 10:.1f}" '
            f'width="{wide:.1f}" height="20" rx="10" fill="{INK["light"]}"/>'
            f'<text class="paper" x="{x:.1f}" y="{top + 4:.1f}" text-anchor="middle" font-weight="600" fill="#ffffff">'
            f"{self.here}</text></g>"
        )


def _noted(arrow: Arrow, target: str, overlay: Overlay) -> list[str]:
    """An arrow as lines in a box; with ✓ or ✗ where somebody looked, for colours alone tell not everybody."""
    sign = "✗ " if arrow in overlay.missed else "✓ " if arrow in (overlay.arrows or ()) else ""
    return wrapped(f"{sign}{arrow.label} → {target}", _NOTE_WRAP)


def text_of(
    lines: Sequence[str], centre: Point, cls: str = "ink", colour: str = INK["light"], bold_first: bool = False
) -> str:
    """Lines under each other, their middle at `centre`."""
    top = centre.y - (len(lines) - 1) * LINE / 2 + 4
    rows = "".join(
        f'<tspan x="{centre.x:.1f}" y="{top + number * LINE:.1f}"'
        + (' font-weight="600"' if bold_first and number == 0 else "")
        + f">{escape(line)}</tspan>"
        for number, line in enumerate(lines)
    )
    return f'<text class="{cls}" text-anchor="middle" fill="{colour}">{rows}</text>'
