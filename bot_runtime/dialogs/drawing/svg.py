"""A dialog's drawing as a picture that stands alone: no font or script from elsewhere, on paper and on a dark screen.

The ways everybody hopes for are lines. The others (silence, unfit answers, words said out of turn) lead from almost
every state to the same few, and as lines they would hide the dialog: they are listed in the box of their state.
Whoever ignores style sheets in pictures gets the light colours.
"""

import zlib
from collections.abc import Iterable, Sequence
from html import escape

from bot_runtime.dialogs.drawing.boxes import LINE, Box, is_note, text_of
from bot_runtime.dialogs.drawing.graph import Arrow, Drawing, Overlay
from bot_runtime.dialogs.drawing.layout import Link, Point, Size, place
from bot_runtime.dialogs.drawing.measure import width, wrapped
from bot_runtime.dialogs.drawing.palette import INK, KINDS, MISSED, PAPER, QUIET, TAKEN, Theme

MARGIN = 24.0
_LABEL = 150.0
_PLAIN = Overlay()
_WORDS = {
    "es": {
        "taken": "probado",
        "missed": "sin probar",
        "live": "{n} conversaciones ahora",
        "live_1": "1 conversación ahora",
    },
    "en": {
        "taken": "exercised",
        "missed": "not exercised",
        "live": "{n} conversations now",
        "live_1": "1 conversation now",
    },
}


def svg(drawing: Drawing, overlay: Overlay = _PLAIN, theme: Theme | None = None) -> str:
    """The whole drawing, laid out from top to bottom; without a `theme` it follows whoever looks at it."""
    boxes = {node.name: Box(node, drawing, overlay) for node in drawing.nodes}
    bundles = _bundles(arrow for arrow in drawing.arrows if not is_note(arrow))
    labels = [_label_lines(arrows) for arrows in bundles.values()]
    links = [Link(*ends, _label_size(lines)) for ends, lines in zip(bundles, labels, strict=True)]
    placed = place({name: box.size for name, box in boxes.items()}, links)
    legend = _legend(drawing, overlay)
    head = Size(max(width(drawing.title, 17), sum(space for _, space in legend)), 30.0 + (22.0 if legend else 0))
    inner = max(placed.size.width, head.width)
    wide, high = inner + 2 * MARGIN, placed.size.height + head.height + 2 * MARGIN
    name = f"{_number(drawing):x}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" '
        f'height="{high:.0f}" role="img" aria-labelledby="t{name} d{name}" font-family="system-ui, sans-serif" '
        f'font-size="12" class="dialog">',
        f'<title id="t{name}">{escape(drawing.title)}</title>',
        f'<desc id="d{name}">{escape("; ".join(_told(arrow) for arrow in drawing.arrows))}</desc>',
        _style(theme),
        _tips(name),
        f'<rect class="paper" width="100%" height="100%" fill="{PAPER["light"]}"/>',
        f'<g transform="translate({MARGIN:.0f} {MARGIN:.0f})">',
        f'<text class="ink" x="0" y="15" font-size="17" font-weight="600" fill="{INK["light"]}">'
        f"{escape(drawing.title)}</text>",
        _legend_drawn(legend),
        f'<g transform="translate({(inner - placed.size.width) / 2:.1f} {head.height:.0f})">',
    ]
    for (ends, arrows), line in zip(bundles.items(), placed.lines, strict=True):
        source, target = map(escape, ends)
        parts.append(f'<g data-from="{source}" data-to="{target}">{_path(line, _mark(arrows, overlay), name)}</g>')
    parts += [
        _label(lines, point, _mark(arrows, overlay))
        for arrows, lines, point in zip(bundles.values(), labels, placed.labels, strict=True)
        if lines
    ]
    parts += [box.draw(placed.nodes[name], first=name == drawing.first) for name, box in boxes.items()]
    return "\n".join([*parts, "</g>", "</g>", "</svg>"]) + "\n"


def _number(drawing: Drawing) -> int:
    """A number for the ids of one picture among others of a page; the same whenever it is drawn."""
    return zlib.crc32(f"{drawing.title}\0{drawing.first}\0{len(drawing.nodes)}\0{len(drawing.arrows)}".encode())


def _style(theme: Theme | None) -> str:
    """The dark colours, for who wants them; the light ones are written at each shape."""
    if theme == "light":
        return ""
    rules = [
        f".dialog .paper{{fill:{PAPER['dark']}}}",
        f".dialog .ink{{fill:{INK['dark']}}}",
        f".dialog .quiet{{fill:{QUIET['dark']}}}",
        f".dialog .way{{stroke:{QUIET['dark']}}}",
        *(f".dialog .{kind}{{fill:{fill};stroke:{line}}}" for kind, (fill, line) in KINDS["dark"].items()),
        *(f".dialog .rule-{kind}{{stroke:{line}}}" for kind, (_, line) in KINDS["dark"].items()),
        f".dialog .taken{{fill:{TAKEN['dark']}}}.dialog .way-taken{{stroke:{TAKEN['dark']}}}",
        f".dialog .missed{{fill:{MISSED['dark']}}}.dialog .way-missed{{stroke:{MISSED['dark']}}}",
    ]
    sheet = "".join(rules)
    return f"<style>{sheet if theme == 'dark' else f'@media (prefers-color-scheme:dark){{{sheet}}}'}</style>"


def _tips(name: str) -> str:
    """Arrow heads, one a colour: a marker takes none from its line everywhere."""
    marks = (("", "quiet", QUIET), ("taken", "taken", TAKEN), ("missed", "missed", MISSED))
    drawn = (
        f'<marker id="tip{kind}{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path class="{cls}" d="M0 0 10 5 0 10z" fill="{colours["light"]}"/></marker>'
        for kind, cls, colours in marks
    )
    return f"<defs>{''.join(drawn)}</defs>"


def _legend(drawing: Drawing, overlay: Overlay) -> list[tuple[str, float]]:
    """What the line under the title says, each part with its room."""
    said, parts = _WORDS[drawing.language], []
    if overlay.states is not None:
        own = [node.name for node in drawing.nodes if node.kind not in ("anywhere", "end")]
        taken = sum(name in overlay.states for name in own) + len(overlay.arrows or ())
        missed = sum(name not in overlay.states for name in own) + len(overlay.missed)
        parts += [f"✓ {said['taken']}: {taken}", f"✗ {said['missed']}: {missed}"]
    if overlay.live is not None:
        total = sum(overlay.live.values())
        parts.append(f"● {said['live_1' if total == 1 else 'live'].format(n=total)}")
    return [(part, width(part, 13) + 24) for part in parts]


def _legend_drawn(legend: Sequence[tuple[str, float]]) -> str:
    at, parts = 0.0, []
    for text, room in legend:
        cls, colours = {"✓": ("taken", TAKEN), "✗": ("missed", MISSED)}.get(text[0], ("ink", INK))
        parts.append(
            f'<text class="{cls}" x="{at:.0f}" y="37" font-size="13" fill="{colours["light"]}">{escape(text)}</text>'
        )
        at += room
    return "".join(parts)


def _bundles(arrows: Iterable[Arrow]) -> dict[tuple[str, str], list[Arrow]]:
    """Arrows between the same two states share a line and stack their labels."""
    bundles: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in arrows:
        bundles.setdefault((arrow.source, arrow.target), []).append(arrow)
    return bundles


def _mark(arrows: Sequence[Arrow], overlay: Overlay) -> str:
    """`taken` where any of them was, `missed` where none; empty where nobody looked."""
    if any(arrow in (overlay.arrows or ()) for arrow in arrows):
        return "taken"
    return "missed" if any(arrow in overlay.missed for arrow in arrows) else ""


def _told(arrow: Arrow) -> str:
    return f"{arrow.source} → {arrow.target}" + (f": {arrow.label}" if arrow.label else "")


def _label_lines(arrows: Sequence[Arrow]) -> list[str]:
    return [line for arrow in arrows if arrow.label for line in wrapped(arrow.label, _LABEL)]


def _label_size(lines: Sequence[str]) -> Size:
    return Size(max(map(width, lines)) + 10, len(lines) * LINE + 2) if lines else Size(0, 0)


def _path(points: Sequence[Point], mark: str, name: str) -> str:
    """Straight where it goes straight down, else bent between one height and the next."""
    start, *rest = points
    drawn = [f"M{start.x:.1f} {start.y:.1f}"]
    before = start
    for point in rest:
        if abs(point.x - before.x) < 0.6:
            drawn.append(f"V{point.y:.1f}")
            before = Point(before.x, point.y)
            continue
        bend = (before.y + point.y) / 2
        drawn.append(f"C{before.x:.1f} {bend:.1f} {point.x:.1f} {bend:.1f} {point.x:.1f} {point.y:.1f}")
        before = point
    colours = {"taken": TAKEN, "missed": MISSED}.get(mark, QUIET)
    cls = f"way-{mark}" if mark else "way"
    dashes = ' stroke-dasharray="6 4"' if mark == "missed" else ""
    return (
        f'<path class="{cls}" d="{" ".join(drawn)}" fill="none" stroke="{colours["light"]}" stroke-width="1.4"{dashes} '
        f'marker-end="url(#tip{mark}{name})"/>'
    )


def _label(lines: Sequence[str], centre: Point, mark: str) -> str:
    wide, high = _label_size(lines)
    paper = (
        f'<rect class="paper" x="{centre.x - wide / 2:.1f}" y="{centre.y - high / 2:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}" fill="{PAPER["light"]}" fill-opacity="0.92"/>'
    )
    missed = mark == "missed"
    return paper + text_of(lines, centre, "missed" if missed else "ink", (MISSED if missed else INK)["light"])
