"""The shape of a dialog's file."""

from bot_runtime.dialogs.received import MAX_MB, MOST_MB
from bot_runtime.dialogs.schemas.advice import expects, goal, silencing
from bot_runtime.dialogs.schemas.flow import flow_words
from bot_runtime.dialogs.schemas.outside import awaited, pdf, request
from bot_runtime.dialogs.schemas.parts import (
    ANSWER_TYPES,
    LANGUAGES,
    MEDIA,
    NEED_TYPES,
    STATE_NAME,
    VARIABLE,
    Describe,
    Schema,
    duration,
    expression,
    mapping,
    name,
    named,
    one_or_many,
    said,
    spoken,
    state,
    text,
    value,
    word,
    words,
)


def dialog_schema(about: Describe) -> Schema:
    properties = {
        "dialog": about("dialog.dialog", name()),
        "title": about("dialog.title", text(200)),
        "language": about("dialog.language", {"enum": LANGUAGES, "x-is": "language"}),
        "response_timeout": about("dialog.response_timeout", {**duration(), "default": "24h"}),
        "retry": about("dialog.retry", retry(about)),
        "starts": about("dialog.starts", starts(about)),
        "needs": about("dialog.needs", named(need(about), VARIABLE, "variable")),
        "states": about(
            "dialog.states", named(state_schema(about), STATE_NAME, "state_name", minProperties=1, maxProperties=2000)
        ),
        "late": about("dialog.late", {"enum": ["new", "resume"], "default": "new"}),
        "anywhere": about("dialog.anywhere", {"type": "array", "items": anywhere(about), "maxItems": 100}),
        "goal": about("dialog.goal", goal()),
        "expects": about("dialog.expects", expects(about)),
        "advice": about("dialog.advice", silencing(about)),
    }
    return mapping(properties, ("dialog", "states"), title="bot-runtime dialog")


def starts(about: Describe) -> Schema:
    return mapping(
        {
            "keywords": about("starts.keywords", words()),
            "default": about("starts.default", {"type": "boolean", "default": False}),
            "template": about("starts.template", text(512)),
        }
    )


def need(about: Describe) -> Schema:
    long_form = mapping(
        {
            "type": about("need.type", {"enum": NEED_TYPES}),
            "default": about("need.default", value()),
            "example": about("need.example", value()),
        },
        ("type",),
    )
    return {"anyOf": [{"type": "string", "enum": NEED_TYPES}, long_form]}


def anywhere(about: Describe) -> Schema:
    properties = {
        "words": about("anywhere.words", words()),
        "goto": about("goto", state()),
        "back": about("anywhere.back", {"const": True}),
    }
    forms = [{"required": ["goto"]}, {"required": ["back"]}]
    return mapping(properties, ("words",), anyOf=forms) | {"x-is": "anywhere"}


def retry(about: Describe) -> Schema:
    return mapping(
        {
            "attempts": about("retry.attempts", {"type": "integer", "minimum": 1, "maximum": 10, "default": 3}),
            "goto": about("retry.goto", state()),
            "say": about(
                "retry.say",
                {"anyOf": [*said()["anyOf"], {"type": "array", "items": said(), "minItems": 1, "maxItems": 20}]},
            ),
        }
    )


def state_schema(about: Describe) -> Schema:
    return mapping(
        {
            "say": about("state.say", say(about)),
            "ask": about("state.ask", said()),
            "menu": about("state.menu", {"type": "array", "items": option(about), "minItems": 1, "maxItems": 100}),
            "more": about("state.more", said(24)),
            "else": about("state.else", state()),
            "answer": about("state.answer", answer(about)),
            "check": about("state.check", expression()),
            "save": about("state.save", name(VARIABLE, "variable")),
            "set": about("state.set", named(expression(), VARIABLE, "variable", minProperties=1)),
            "goto": about("goto", state()),
            "when": about("state.when", {"type": "array", "items": branch(about), "minItems": 1, "maxItems": 100}),
            "retry": about("state.retry", retry(about)),
            "response_timeout": about("state.response_timeout", duration()),
            "timeout": about("state.timeout", state()),
            "keep": about("state.keep", words()),
            "handoff": about("state.handoff", handoff(about)),
            "close": about("state.close", word()),
            **flow_words(about),
            "pdf": about("state.pdf", pdf(about)),
            "request": about("state.request", request(about)),
            "on": about("state.on", {"type": "array", "items": awaited(about), "minItems": 1, "maxItems": 20}),
            "advice": about("state.advice", silencing(about)),
        }
    )


def say(about: Describe) -> Schema:
    properties = {kind: about("say.media", said(2000)) for kind in MEDIA}
    medium = mapping({**properties, "caption": about("say.caption", said(1024))})
    return one_or_many({"anyOf": [*said()["anyOf"], medium]})


def option(about: Describe) -> Schema:
    long_form = mapping(
        {
            "label": about("option.label", spoken(word())),
            "goto": about("goto", state()),
            "code": about("option.code", word()),
            "synonyms": about("option.synonyms", spoken(words())),
            "button": about("option.button", text(200)),
            "description": about("option.description", said(72)),
            "secondary": about("option.secondary", {"type": "boolean", "default": False}),
        },
        ("label",),
    )
    return {"anyOf": [*spoken(word())["anyOf"], long_form]}


def answer(about: Describe) -> Schema:
    choice = {
        "anyOf": [
            *spoken(word())["anyOf"],
            mapping(
                {
                    "label": about("option.label", spoken(word())),
                    "code": about("option.code", word()),
                    "synonyms": about("option.synonyms", spoken(words())),
                },
                ("label",),
            ),
        ]
    }
    long_form = mapping(
        {
            "type": about("answer.type", {"enum": ANSWER_TYPES, "x-is": "answer_type"}),
            "min": about("answer.min", {"type": ["integer", "number", "string"], "minLength": 1}),
            "max": about("answer.max", {"type": ["integer", "number", "string"], "minLength": 1}),
            "choices": about("answer.choices", {"type": "array", "items": choice, "minItems": 1, "maxItems": 1000}),
            "other": about("answer.other", spoken(word())),
            "ask": about("answer.ask", said()),
            "within": about("answer.within", word()),
            "day": about("answer.day", expression()),
            "mask": about("answer.mask", text(20)),
            "currency": about("answer.currency", {"type": "string", "pattern": "^[A-Z]{3}$", "x-is": "currency"}),
            "pattern": about("answer.pattern", text(1000)),
            "example": about("answer.example", word()),
            "validator": about("answer.validator", text(100)),
            "fallback": about("answer.fallback", {"const": "text"}),
            "kinds": about("answer.kinds", {"type": "array", "items": {"enum": MEDIA}, "minItems": 1, "maxItems": 4}),
            "max_mb": about("answer.max_mb", {"type": "integer", "minimum": 1, "maximum": MOST_MB, "default": MAX_MB}),
            "flow": about("answer.flow", word()),
            "button": about("answer.button", spoken(text(30))),
            "screen": about("answer.screen", text(100)),
            "fields": about(
                "answer.fields",
                {"type": "array", "items": name(VARIABLE, "variable"), "minItems": 1, "maxItems": 100},
            ),
        },
        ("type",),
    )
    return {"anyOf": [{"type": "string", "enum": ANSWER_TYPES, "x-is": "answer_type"}, long_form]}


def branch(about: Describe) -> Schema:
    properties = {
        "if": about("branch.if", expression()),
        "goto": about("goto", state()),
        "else": about("branch.else", state()),
    }
    forms = [{"required": ["if", "goto"]}, {"required": ["else"]}]
    return mapping(properties, anyOf=forms) | {"x-is": "branch"}


def handoff(about: Describe) -> Schema:
    properties = {"department": about("handoff.department", text(100)), "tags": about("handoff.tags", words())}
    return {"anyOf": [text(100), mapping(properties, ("department",))]}
