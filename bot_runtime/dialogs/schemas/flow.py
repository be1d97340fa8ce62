"""The shape of the words that lead beyond a question and its answer: call, split, remind, burst, then."""

from bot_runtime.dialogs.schemas.parts import (
    VARIABLE,
    Describe,
    Schema,
    duration,
    expression,
    mapping,
    name,
    named,
    said,
    state,
    text,
    word,
)

MOST_REMINDERS = 3
MOST_CALLS = 10  # dialogs deep
CALL_ENDED = "call_ended"  # the name that tells how a call ended
MOST_WITHIN_S = 60


def flow_words(about: Describe) -> dict[str, Schema]:
    """The keys of a state, each with its shape."""
    return {
        "call": about("state.call", call(about)),
        "split": about("state.split", {"type": "array", "items": arm(about), "minItems": 2, "maxItems": 20}),
        "remind": about(
            "state.remind", {"type": "array", "items": reminder(about), "minItems": 1, "maxItems": MOST_REMINDERS}
        ),
        "burst": about("state.burst", burst(about)),
        "then": about("state.then", then(about)),
    }


def call(about: Describe) -> Schema:
    properties = {
        "dialog": about("call.dialog", name()),
        "with": about("call.with", named(expression(), VARIABLE, "variable")),
        "save": about("call.save", named(name(VARIABLE, "variable"), VARIABLE, "variable")),
    }
    return {"anyOf": [name(), mapping(properties, ("dialog",))]}


def arm(about: Describe) -> Schema:
    properties = {
        "share": about("arm.share", {"type": "integer", "minimum": 1, "maximum": 100}),
        "goto": about("goto", state()),
        "name": about("arm.name", word()),
    }
    return mapping(properties, ("share", "goto"))


def reminder(about: Describe) -> Schema:
    properties = {
        "after": about("remind.after", duration()),
        "say": about("remind.say", said()),
        "template": about("remind.template", text(512)),
    }
    forms = [{"required": ["say"]}, {"required": ["template"]}]
    return mapping(properties, ("after",), anyOf=forms) | {"x-is": "reminder"}


def burst(about: Describe) -> Schema:
    seconds = {"type": "string", "pattern": "^[0-9]+s$", "x-is": "seconds", "examples": ["5s"]}
    properties = {
        "take": about("burst.take", {"enum": ["first", "last", "join"]}),
        "within": about("burst.within", {**seconds, "default": "5s"}),
    }
    return mapping(properties, ("take",))


def then(about: Describe) -> Schema:
    properties = {
        "dialog": about("then.dialog", name()),
        "with": about("call.with", named(expression(), VARIABLE, "variable")),
        "after": about("then.after", duration()),
    }
    return {"anyOf": [name(), mapping(properties, ("dialog",))]}
