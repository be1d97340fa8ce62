"""A dialog's drawing as SVG: dark on light wherever it is shown, no font or script from elsewhere.

The ways everybody hopes for are lines. The others (silence, unfit answers, words said out of turn) lead from almost
every state to the same few, and as lines they would hide the dialog: they are listed in the box of their state.
"""

from collections.abc import Iterable, Sequence
from html import escape
from textwrap import wrap

from bot_runtime.dialogs.graph import COLOURS, Arrow, Drawing, Node
from bot_runtime.dialogs.layout import Link, Point, Size, place

MARGIN = 24.0
_CHAR = 6.9  # of a 12 px letter, on average
_LINE = 16.0
_WRAP = 30
_LABEL_WRAP = 26
_RULE = 9.0
_INK, _QUIET, _NOTE, _PAPER = "#1c1c1a", "#6b6b66", "#4a4a46", "#ffffff"


def svg(drawing: Drawing) -> str:
    """The whole drawing, laid out from top to bottom."""
    boxes = {node.name: _Box(node, drawing) for node in drawing.nodes}
    bundles = _bundles(arrow for arrow in drawing.arrows if not _is_note(arrow))
    labels = [_label_lines(labels) for labels in bundles.values()]
    links = [Link(*ends, _label_size(lines)) for ends, lines in zip(bundles, labels, strict=True)]
    placed = place({name: box.size for name, box in boxes.items()}, links)
    width, height = placed.size.width + 2 * MARGIN, placed.size.height + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" '
        f'font-size="12" fill="{_INK}">',
        f'<title id="title">{escape(drawing.title)}</title>',
        f'<desc id="desc">{escape("; ".join(_told(arrow) for arrow in drawing.arrows))}</desc>',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 10 5 0 10z" fill="{_QUIET}"/></marker></defs>',
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
        f'<g transform="translate({MARGIN:.0f} {MARGIN:.0f})">',
    ]
    for (source, target), line in zip(bundles, placed.lines, strict=True):
        parts.append(f'<g data-from="{source}" data-to="{target}">{_path(line)}</g>')
    parts += [_label(lines, point) for lines, point in zip(labels, placed.labels, strict=True) if lines]
    parts += [box.draw(placed.nodes[name], first=name == drawing.first) for name, box in boxes.items()]
    return "\n".join([*parts, "</g>", "</svg>"]) + "\n"


def _is_note(arrow: Arrow) -> bool:
    return not arrow.usual or arrow.source == arrow.target


class _Box:
    """A state: its name, what it says, and below a line where it leads when things go otherwise."""

    def __init__(self, node: Node, drawing: Drawing) -> None:
        self.node = node
        self.lines = [node.text] if node.kind in ("anywhere", "end") else [node.name, *wrap(node.text, _WRAP)]
        names = {each.name: each.text if each.kind == "end" else each.name for each in drawing.nodes}
        self.notes = [
            (arrow.target, f"{arrow.label} → {names[arrow.target]}")
            for arrow in drawing.arrows
            if arrow.source == node.name and _is_note(arrow)
        ]
        longest = max(map(len, [*self.lines, *(text for _, text in self.notes)]))
        rows = len(self.lines) + len(self.notes)
        self.size = Size(longest * _CHAR + 26, rows * _LINE + 16 + (_RULE if self.notes else 0))

    def draw(self, centre: Point, first: bool) -> str:
        fill, line = COLOURS[self.node.kind]
        left, top = centre.x - self.size.width / 2, centre.y - self.size.height / 2
        round_ends = {"close": self.size.height / 2, "end": self.size.height / 2, "question": 12.0}
        radius = min(round_ends.get(self.node.kind, 3.0), 22.0)
        parts = [
            f'<g data-state="{escape(self.node.name)}">',
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{self.size.width:.1f}" height="{self.size.height:.1f}" '
            f'rx="{radius:.0f}" fill="{fill}" stroke="{line}" stroke-width="{2.5 if first else 1.3}"/>',
            _text(self.lines, Point(centre.x, top + 8 + len(self.lines) * _LINE / 2), bold_first=True),
        ]
        if self.notes:
            y = top + 8 + len(self.lines) * _LINE + _RULE / 2
            parts.append(
                f'<path d="M{left + 8:.1f} {y:.1f}H{left + self.size.width - 8:.1f}" stroke="{line}" '
                'stroke-width="0.8" stroke-dasharray="3 3"/>'
            )
        for number, (target, text) in enumerate(self.notes):
            row = top + 8 + (len(self.lines) + number + 0.5) * _LINE + _RULE
            parts.append(
                f'<g data-from="{escape(self.node.name)}" data-to="{escape(target)}" fill="{_NOTE}">'
                f"{_text([text], Point(centre.x, row))}</g>"
            )
        return "".join([*parts, "</g>"])


def _bundles(arrows: Iterable[Arrow]) -> dict[tuple[str, str], list[str]]:
    """Arrows between the same two states share a line and stack their labels."""
    bundles: dict[tuple[str, str], list[str]] = {}
    for arrow in arrows:
        bundles.setdefault((arrow.source, arrow.target), []).append(arrow.label)
    return bundles


def _told(arrow: Arrow) -> str:
    return f"{arrow.source} → {arrow.target}" + (f": {arrow.label}" if arrow.label else "")


def _label_lines(labels: Sequence[str]) -> list[str]:
    return [line for label in labels if label for line in wrap(label, _LABEL_WRAP)]


def _label_size(lines: Sequence[str]) -> Size:
    return Size(max(map(len, lines)) * _CHAR + 8, len(lines) * _LINE) if lines else Size(0, 0)


def _path(points: Sequence[Point]) -> str:
    start, *rest = points
    drawn = [f"M{start.x:.1f} {start.y:.1f}"]
    before = start
    for point in rest:
        bend = (before.y + point.y) / 2
        drawn.append(f"C{before.x:.1f} {bend:.1f} {point.x:.1f} {bend:.1f} {point.x:.1f} {point.y:.1f}")
        before = point
    return f'<path d="{" ".join(drawn)}" fill="none" stroke="{_QUIET}" stroke-width="1.3" marker-end="url(#tip)"/>'


def _label(lines: Sequence[str], centre: Point) -> str:
    width, height = _label_size(lines)
    box = (
        f'<rect x="{centre.x - width / 2:.1f}" y="{centre.y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" fill="{_PAPER}" fill-opacity="0.9"/>'
    )
    return box + _text(lines, centre)


def _text(lines: Sequence[str], centre: Point, bold_first: bool = False) -> str:
    top = centre.y - (len(lines) - 1) * _LINE / 2 + 4
    rows = "".join(
        f'<tspan x="{centre.x:.1f}" y="{top + number * _LINE:.1f}"'
        + (' font-weight="600"' if bold_first and number == 0 else "")
        + f">{escape(line)}</tspan>"
        for number, line in enumerate(lines)
    )
    return f'<text text-anchor="middle">{rows}</text>'
