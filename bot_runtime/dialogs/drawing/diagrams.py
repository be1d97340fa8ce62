"""A drawing as text that other programs draw: a Mermaid flowchart, a Graphviz graph."""

import re

from bot_runtime.dialogs.drawing.graph import ANYWHERE, Arrow, Drawing, Kind, Node, Overlay, short
from bot_runtime.dialogs.drawing.palette import KINDS, MISSED, TAKEN
from bot_runtime.dialogs.machine import END

_TEXT_MAX = 60
_PLAIN_SHOW = Overlay()


def mermaid(drawing: Drawing, overlay: Overlay = _PLAIN_SHOW) -> str:
    """The drawing as a Mermaid flowchart."""
    lines = ["flowchart TD"]
    for node in drawing.nodes:
        before, after = _SHAPES[node.kind]
        lines.append(f'    {_id(node.name)}{before}"{_quoted("<br/>".join(_caption(node, overlay)))}"{after}')
    for arrow in drawing.arrows:
        line = "-->" if arrow.usual else "-.->"
        text = f'|"{_quoted(arrow.label)}"|' if arrow.label else ""
        lines.append(f"    {_id(arrow.source)} {line}{text} {_id(arrow.target)}")
    styles = {
        f"kind_{kind}": f"fill:{fill},stroke:{line},color:#1c1c1a" for kind, (fill, line) in KINDS["light"].items()
    }
    lines += [f"    classDef {name} {style}" for name, style in styles.items()]
    for kind in dict.fromkeys(node.kind for node in drawing.nodes):
        members = ",".join(_id(node.name) for node in drawing.nodes if node.kind == kind)
        lines.append(f"    class {members} kind_{kind}")
    if overlay.states is not None and overlay.arrows is not None:
        missed = [node.name for node in drawing.nodes if _counts(node) and node.name not in overlay.states]
        lines.append(f"    classDef missed stroke:{MISSED['light']},stroke-width:3px,stroke-dasharray:5 4")
        lines += [f"    class {','.join(map(_id, missed))} missed"] if missed else []
        for number, arrow in enumerate(drawing.arrows):
            if colour := _colour(arrow, overlay):
                lines.append(f"    linkStyle {number} stroke:{colour}")
    return "\n".join(lines) + "\n"


def dot(drawing: Drawing, overlay: Overlay = _PLAIN_SHOW) -> str:
    """The drawing as a Graphviz graph."""
    lines = [
        "digraph {",
        f"    label={_dot(drawing.title)} labelloc=t fontname=sans",
        "    node [fontname=sans fontsize=11 style=filled]",
        "    edge [fontname=sans fontsize=10]",
    ]
    for node in drawing.nodes:
        fill, line = KINDS["light"][node.kind]
        style = "filled,rounded" if node.kind == "question" else "filled"
        if overlay.states is not None and _counts(node) and node.name not in overlay.states:
            line, style = MISSED["light"], f"{style},dashed"
        caption = _dot("\n".join(_caption(node, overlay)))
        lines.append(
            f'    {_dot(node.name)} [label={caption} shape={_DOT_SHAPES[node.kind]} style="{style}" '
            f'fillcolor="{fill}" color="{line}"]'
        )
    for arrow in drawing.arrows:
        style = "solid" if arrow.usual else "dashed"
        named = _colour(arrow, overlay)
        colour = f' color="{named}"' if named else ""
        lines.append(
            f"    {_dot(arrow.source)} -> {_dot(arrow.target)} [label={_dot(arrow.label)} style={style}{colour}]"
        )
    return "\n".join([*lines, "}"]) + "\n"


def _caption(node: Node, overlay: Overlay) -> list[str]:
    here = (overlay.live or {}).get(node.name, 0)
    name = [] if node.kind in ("anywhere", "end") else [node.name + (f" ({here})" if here else "")]
    return [*name, *filter(None, [short(node.text, _TEXT_MAX), node.note])]


def _counts(node: Node) -> bool:
    return node.kind not in ("anywhere", "end")


def _colour(arrow: Arrow, overlay: Overlay) -> str:
    """Whether an arrow was taken, as a colour; empty where nobody looked."""
    if arrow in (overlay.arrows or ()):
        return TAKEN["light"]
    return MISSED["light"] if arrow in overlay.missed else ""


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


_DOT_SHAPES: dict[Kind, str] = {
    "question": "box",
    "action": "box",
    "call": "box3d",
    "handoff": "parallelogram",
    "close": "ellipse",
    "anywhere": "hexagon",
    "end": "circle",
}
_SHAPES: dict[Kind, tuple[str, str]] = {
    "question": ("(", ")"),
    "action": ("[", "]"),
    "call": ("[[", "]]"),
    "handoff": ("[/", "/]"),
    "close": ("([", "])"),
    "anywhere": ("{{", "}}"),
    "end": ("((", "))"),
}


def _id(name: str) -> str:
    """States may be called `end` or `class`, which Mermaid keeps for itself."""
    return {END: "s__end", ANYWHERE: "s__anywhere"}.get(name, f"s_{name.replace('.', '__')}")


_PLAIN = re.compile(r"[^\w ‹›«»,;:.…¿?¡!'/()+*=-]")


def _quoted(text: str) -> str:
    """Inside Mermaid's quotes: only letters and everyday signs stay as they are; a leading `1.` is no list."""
    parts = [_PLAIN.sub(lambda found: f"#{ord(found[0])};", part) for part in text.split("<br/>")]
    return "<br/>".join(re.sub(r"^(\d+)\.", r"\1#46;", part) for part in parts)
