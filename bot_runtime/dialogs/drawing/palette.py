"""The colours of drawings and reports, on white paper and on a dark screen; text reads on all of them."""

from typing import Literal

from bot_runtime.dialogs.drawing.graph import Kind

Theme = Literal["light", "dark"]

KINDS: dict[Theme, dict[Kind, tuple[str, str]]] = {  # fill and line
    "light": {
        "question": ("#e3f1ff", "#1f5f99"),
        "action": ("#f4f4f2", "#6b6b66"),
        "call": ("#e2f4f2", "#1d6f69"),
        "handoff": ("#fff1d6", "#96650a"),
        "close": ("#e4f5e6", "#2c6e35"),
        "anywhere": ("#f3e8fb", "#71459a"),
        "end": ("#ffffff", "#6b6b66"),
    },
    "dark": {
        "question": ("#12304a", "#6fb3ee"),
        "action": ("#2a2a28", "#a3a39c"),
        "call": ("#0f3330", "#6cc7bf"),
        "handoff": ("#3d2e0e", "#e0b04a"),
        "close": ("#143319", "#78c184"),
        "anywhere": ("#31213f", "#c298e6"),
        "end": ("#1c1c1a", "#a3a39c"),
    },
}
PAPER = {"light": "#ffffff", "dark": "#1c1c1a"}
INK = {"light": "#1c1c1a", "dark": "#f2f2ef"}
QUIET = {"light": "#5f5f5a", "dark": "#b4b4ad"}
TAKEN = {"light": "#1e7a34", "dark": "#6fd088"}
MISSED = {"light": "#b3261e", "dark": "#ff8a80"}
