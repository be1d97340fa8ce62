"""A dialog's drawing as SVG: dark on light wherever it is shown, no font or script from elsewhere."""

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
_INK, _QUIET, _PAPER = "#1c1c1a", "#6b6b66", "#ffffff"


def svg(drawing: Drawing) -> str:
    """The whole drawing, laid out from top to bottom."""
    texts = {node.name: _lines(node) for node in drawing.nodes}
    sizes = {name: _node_size(lines) for name, lines in texts.items()}
    loops = [arrow for arrow in drawing.arrows if arrow.source == arrow.target]
    bundles = _bundles(arrow for arrow in drawing.arrows if arrow.source != arrow.target)
    labels = [_label_lines(labels) for (_, _, _), labels in bundles]
    links = [
        Link(source, target, _label_size(lines))
        for ((source, target, _), _), lines in zip(bundles, labels, strict=True)
    ]
    placed = place(sizes, links)
    width = placed.size.width + 2 * MARGIN + (_LABEL_WRAP * _CHAR if loops else 0)
    height = placed.size.height + 2 * MARGIN
    description = "; ".join(_told(arrow) for arrow in drawing.arrows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" '
        f'font-size="12" fill="{_INK}">',
        f'<title id="title">{escape(drawing.title)}</title>',
        f'<desc id="desc">{escape(description)}</desc>',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 10 5 0 10z" fill="{_QUIET}"/></marker></defs>',
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
        f'<g transform="translate({MARGIN:.0f} {MARGIN:.0f})">',
    ]
    for ((_, _, usual), _), line in zip(bundles, placed.lines, strict=True):
        parts.append(_path(line, usual))
    for lines, point in zip(labels, placed.labels, strict=True):
        parts.append(_label(lines, point))
    for node in drawing.nodes:
        parts.append(
            _node(node, texts[node.name], placed.nodes[node.name], sizes[node.name], node.name == drawing.first)
        )
    for number, arrow in enumerate(loops):
        parts.append(
            _loop(
                arrow,
                placed.nodes[arrow.source],
                sizes[arrow.source],
                sum(other.source == arrow.source for other in loops[:number]),
            )
        )
    return "\n".join([*parts, "</g>", "</svg>"]) + "\n"


def _bundles(arrows: Iterable[Arrow]) -> list[tuple[tuple[str, str, bool], list[str]]]:
    """Arrows between the same two states share a line and stack their labels."""
    bundles: dict[tuple[str, str, bool], list[str]] = {}
    for arrow in arrows:
        bundles.setdefault((arrow.source, arrow.target, arrow.usual), []).append(arrow.label)
    return list(bundles.items())


def _told(arrow: Arrow) -> str:
    return f"{arrow.source} → {arrow.target}" + (f": {arrow.label}" if arrow.label else "")


def _lines(node: Node) -> list[str]:
    if node.kind in ("anywhere", "end"):
        return [node.text]
    return [node.name, *wrap(node.text, _WRAP)]


def _label_lines(labels: Sequence[str]) -> list[str]:
    return [line for label in labels if label for line in wrap(label, _LABEL_WRAP)]


def _node_size(lines: Sequence[str]) -> Size:
    return Size(max(map(len, lines)) * _CHAR + 26, len(lines) * _LINE + 16)


def _label_size(lines: Sequence[str]) -> Size:
    return Size(max(map(len, lines)) * _CHAR + 8, len(lines) * _LINE) if lines else Size(0, 0)


def _path(points: Sequence[Point], usual: bool) -> str:
    start, *rest = points
    drawn = [f"M{start.x:.1f} {start.y:.1f}"]
    before = start
    for point in rest:
        bend = (before.y + point.y) / 2
        drawn.append(f"C{before.x:.1f} {bend:.1f} {point.x:.1f} {bend:.1f} {point.x:.1f} {point.y:.1f}")
        before = point
    return _line(" ".join(drawn), usual)


def _line(path: str, usual: bool) -> str:
    dashed = "" if usual else ' stroke-dasharray="5 4"'
    return f'<path d="{path}" fill="none" stroke="{_QUIET}" stroke-width="1.3"{dashed} marker-end="url(#tip)"/>'


def _label(lines: Sequence[str], centre: Point) -> str:
    if not lines:
        return ""
    width, height = _label_size(lines)
    box = (
        f'<rect x="{centre.x - width / 2:.1f}" y="{centre.y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" fill="{_PAPER}" fill-opacity="0.9"/>'
    )
    return box + _text(lines, centre, "middle")


def _text(lines: Sequence[str], centre: Point, anchor: str, bold_first: bool = False) -> str:
    top = centre.y - (len(lines) - 1) * _LINE / 2 + 4
    rows = "".join(
        f'<tspan x="{centre.x:.1f}" y="{top + number * _LINE:.1f}"'
        + (' font-weight="600"' if bold_first and number == 0 else "")
        + f">{escape(line)}</tspan>"
        for number, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}">{rows}</text>'


def _node(node: Node, lines: Sequence[str], centre: Point, size: Size, first: bool) -> str:
    fill, line = COLOURS[node.kind]
    radius = {"question": 12, "close": size.height / 2, "end": size.height / 2, "anywhere": 3}.get(node.kind, 3)
    box = (
        f'<rect x="{centre.x - size.width / 2:.1f}" y="{centre.y - size.height / 2:.1f}" width="{size.width:.1f}" '
        f'height="{size.height:.1f}" rx="{radius:.0f}" fill="{fill}" stroke="{line}" '
        f'stroke-width="{2.5 if first else 1.3}"/>'
    )
    return f'<g data-state="{escape(node.name)}">{box}{_text(lines, centre, "middle", bold_first=True)}</g>'


def _loop(arrow: Arrow, centre: Point, size: Size, number: int) -> str:
    """A way back to the same state, on its right side."""
    x, y = centre.x + size.width / 2, centre.y + number * _LINE
    path = f"M{x:.1f} {y - 6:.1f}C{x + 26:.1f} {y - 14:.1f} {x + 26:.1f} {y + 14:.1f} {x:.1f} {y + 6:.1f}"
    return _line(path, arrow.usual) + _text([arrow.label], Point(x + 24, y), "start")
