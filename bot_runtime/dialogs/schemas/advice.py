"""The shape of what authors say to the writing adviser, and of what a dialog is to find out."""

from bot_runtime.dialogs.advice.about import RULES
from bot_runtime.dialogs.schemas.parts import VARIABLE, Describe, Schema, mapping, named, text

EXPECTED_TYPES = [
    *("rating", "receipt", "intent", "reason", "yes_no", "choice", "multiple", "number", "amount", "date", "time"),
    *("email", "phone", "name", "location", "attachment", "text"),
]
GOALS = ["service_audit", "activation", "cross_selling", "promotion", "preventive_collection", "data_update", "other"]
_SHORTEST_REASON = 10


def silencing(about: Describe) -> Schema:
    """`{ silence: { W05: why it does not hold here } }`: a reason is part of it."""
    reason = {"type": "string", "minLength": _SHORTEST_REASON, "maxLength": 300, "x-is": "reason"}
    rules = {rule: about(f"advice.{rule}", dict(reason)) for rule in RULES}
    return mapping({"silence": about("advice.silence", mapping(rules, minProperties=1))}, ("silence",))


def levels(about: Describe) -> Schema:
    """`{ W05: error, W12: off }`, for the whole workspace."""
    level = {"enum": ["advice", "error", "off"]}
    return mapping({rule: about(f"advice.{rule}", dict(level)) for rule in RULES})


def goal() -> Schema:
    return {"enum": GOALS}


def expects(about: Describe) -> Schema:
    return named({"enum": EXPECTED_TYPES}, VARIABLE, "variable", minProperties=1, maxProperties=100)


def names() -> Schema:
    """Words or short phrases: a jargon list, other names of the business."""
    return {"type": "array", "items": text(100), "maxItems": 500}
