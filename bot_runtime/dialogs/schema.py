"""The shape of a workspace's files as JSON Schema (draft 2020-12): what editors complete and `shape.py` checks.

`x-is` names what a value is meant to be, for our own words on what does not fit; a printed schema has none.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAME = "^[a-z][a-z0-9_]{0,63}$"
STATE_NAME = "^[a-zñáéíóúü][a-z0-9_ñáéíóúü]{0,63}$"
VARIABLE = r"^[^\W\d]\w{0,63}$"
DURATION = "^([0-9]+h)?([0-9]+m)?$"
LANGUAGES = ["es", "en"]
NEED_TYPES = ["text", "number", "yes_no"]
ANSWER_TYPES = ["text", "number", "rating", "yes_no", "choice"]
ENDED = ["finished", "timed_out", "closed", "opted_out", "interrupted", "failed"]
MEDIA = ["image", "audio", "video", "document"]
TEXT_MAX = 4096


class Describe:
    """Descriptions by key, in a language; with none, for checking, where nobody reads them."""

    def __init__(self, language: str | None = None) -> None:
        self.texts = _descriptions(language) if language else {}

    def __call__(self, key: str, schema: Schema) -> Schema:
        return {"description": self.texts[key], **schema} if key in self.texts else schema


@cache
def validator_schema(kind: str) -> Schema:
    """The schema of `kind` (dialog, bot, template or test) as the check uses it."""
    return KINDS[kind](Describe())


def schema(kind: str, language: str = "en") -> Schema:
    """The schema of `kind` as an editor gets it."""
    printed: Schema = _without_marks(KINDS[kind](Describe(language)))
    return {"$schema": DRAFT, **printed}


def _without_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_marks(inner) for key, inner in value.items() if key != "x-is"}
    return [_without_marks(inner) for inner in value] if isinstance(value, list) else value


# Small shapes


def text(limit: int = TEXT_MAX) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def word() -> Schema:
    """A text that is often written as a bare number: a code, a synonym, an account."""
    return {"type": ["string", "integer"], "minLength": 1, "maxLength": 200}


def words() -> Schema:
    return {"anyOf": [word(), {"type": "array", "items": word(), "minItems": 1, "maxItems": 100}]}


def name(pattern: str = NAME, kind: str = "name") -> Schema:
    return {"type": "string", "pattern": pattern, "x-is": kind}


def state() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 100}


def duration() -> Schema:
    shapes = [{"const": 0}, {"type": "string", "minLength": 1, "pattern": DURATION}]
    return {"anyOf": shapes, "x-is": "duration", "examples": ["4h", "90m", "1h30m"]}


def expression() -> Schema:
    return {"type": ["string", "boolean", "number"], "minLength": 1}


def value() -> Schema:
    return {"type": ["string", "number", "boolean", "null"]}


def mapping(properties: Mapping[str, Schema], required: tuple[str, ...] = (), **more: Any) -> Schema:
    shape: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**shape, "required": list(required)} if required else shape


def named(values: Schema, pattern: str = NAME, kind: str = "name", **more: Any) -> Schema:
    return {"type": "object", "propertyNames": name(pattern, kind), "additionalProperties": values, **more}


# Files


def dialog_schema(about: Describe) -> Schema:
    properties = {
        "dialog": about("dialog.dialog", name()),
        "title": about("dialog.title", text(200)),
        "language": about("dialog.language", {"enum": LANGUAGES}),
        "response_timeout": about("dialog.response_timeout", {**duration(), "default": "24h"}),
        "retry": about("dialog.retry", retry(about)),
        "starts": about("dialog.starts", starts(about)),
        "needs": about("dialog.needs", named(need(about), VARIABLE, "variable")),
        "states": about(
            "dialog.states", named(state_schema(about), STATE_NAME, "state_name", minProperties=1, maxProperties=2000)
        ),
        "anywhere": about("dialog.anywhere", {"type": "array", "items": anywhere(about), "maxItems": 100}),
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
    properties = {"words": about("anywhere.words", words()), "goto": about("goto", state())}
    return mapping(properties, ("words", "goto"))


def retry(about: Describe) -> Schema:
    return mapping(
        {
            "attempts": about("retry.attempts", {"type": "integer", "minimum": 1, "maximum": 10, "default": 3}),
            "goto": about("retry.goto", state()),
            "say": about(
                "retry.say", {"anyOf": [text(), {"type": "array", "items": text(), "minItems": 1, "maxItems": 20}]}
            ),
        }
    )


def state_schema(about: Describe) -> Schema:
    return mapping(
        {
            "say": about("state.say", say(about)),
            "ask": about("state.ask", text()),
            "menu": about("state.menu", {"type": "array", "items": option(about), "minItems": 1, "maxItems": 100}),
            "more": about("state.more", text(24)),
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
        }
    )


def say(about: Describe) -> Schema:
    properties = {kind: about("say.media", text(2000)) for kind in MEDIA}
    one = {"anyOf": [text(), mapping({**properties, "caption": about("say.caption", text(1024))})]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1, "maxItems": 20}]}


def option(about: Describe) -> Schema:
    long_form = mapping(
        {
            "label": about("option.label", word()),
            "goto": about("goto", state()),
            "code": about("option.code", word()),
            "synonyms": about("option.synonyms", words()),
            "button": about("option.button", text(200)),
            "description": about("option.description", text(72)),
            "secondary": about("option.secondary", {"type": "boolean", "default": False}),
        },
        ("label",),
    )
    return {"anyOf": [word(), long_form]}


def answer(about: Describe) -> Schema:
    choice = {
        "anyOf": [
            word(),
            mapping(
                {
                    "label": about("option.label", word()),
                    "code": about("option.code", word()),
                    "synonyms": about("option.synonyms", words()),
                },
                ("label",),
            ),
        ]
    }
    long_form = mapping(
        {
            "type": about("answer.type", {"enum": ANSWER_TYPES, "x-is": "answer_type"}),
            "min": about("answer.min", {"type": "integer"}),
            "max": about("answer.max", {"type": "integer"}),
            "choices": about("answer.choices", {"type": "array", "items": choice, "minItems": 1, "maxItems": 1000}),
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


def bot_schema(about: Describe) -> Schema:
    properties = {
        "brand": about("bot.brand", text(100)),
        "language": about("bot.language", {"enum": LANGUAGES, "default": "es"}),
        "public_url": about("bot.public_url", {"type": "string", "pattern": r"^(https?://|\$\{)", "x-is": "url"}),
        "default_dialog": about("bot.default_dialog", name()),
        "channels": about("bot.channels", named(channel(about), "^[a-z][a-z0-9_-]{0,31}$", "channel_name")),
        "departments": about("bot.departments", titled()),
        "close_reasons": about("bot.close_reasons", titled()),
    }
    return mapping(properties, title="bot-runtime bot.yaml")


def titled() -> Schema:
    """Names with their titles, or a list of names."""
    title = {"anyOf": [word(), mapping({"title": word()}, ("title",)), {"type": "null"}]}
    return {"anyOf": [{"type": "array", "items": word()}, {"type": "object", "additionalProperties": title}]}


def channel(about: Describe) -> Schema:
    secret = {"anyOf": [word(), {"type": "array", "items": word(), "minItems": 1}]}
    common = {
        "provider": about("channel.provider", {"enum": ["whatsapp", "twilio"]}),
        "default_dialog": about("channel.default_dialog", name()),
        "default_country": about(
            "channel.default_country", {"type": "string", "pattern": "^[A-Z]{2}$", "x-is": "country"}
        ),
        "number": about("channel.number", word()),
        "api_base": about("channel.api_base", {"type": "string", "pattern": r"^(https?://|\$\{)", "x-is": "url"}),
        "limits": about("channel.limits", limits(about)),
    }
    whatsapp = {
        "phone_number_id": about("channel.phone_number_id", word()),
        "waba_id": about("channel.waba_id", word()),
        "app_secret": about("channel.app_secret", secret),
        "verify_token": about("channel.verify_token", word()),
        "token": about("channel.token", text()),
        "api_version": about("channel.api_version", text(20)),
        "read_marks": about("channel.read_marks", {"type": "boolean", "default": True}),
    }
    twilio = {
        "kind": about("channel.kind", {"enum": ["sms", "whatsapp"], "default": "sms"}),
        "account_sid": about("channel.account_sid", word()),
        "auth_token": about("channel.auth_token", secret),
        "messaging_service_sid": about("channel.messaging_service_sid", word()),
    }
    needed = ("phone_number_id", "app_secret", "verify_token", "token")
    return {
        "type": "object",
        "required": ["provider"],
        "properties": {"provider": common["provider"]},
        "allOf": [
            {"if": is_of("twilio"), "then": mapping({**common, **twilio}, ("account_sid", "auth_token"))},
            {"if": is_of("whatsapp"), "then": mapping({**common, **whatsapp}, needed)},
        ],
    }


def is_of(provider: str) -> Schema:
    return {"required": ["provider"], "properties": {"provider": {"const": provider}}}


def limits(about: Describe) -> Schema:
    rates = {"messages_per_s": 1, "pair_pause_s": 0}
    counts = {"pair_burst": 1, "replies_per_min": 1, "same_text": 1, "body_bytes": 1024, "sms_budget": 1}
    properties = {
        **{key: about(f"limits.{key}", {"type": "number", "minimum": least}) for key, least in rates.items()},
        **{key: about(f"limits.{key}", {"type": "integer", "minimum": least}) for key, least in counts.items()},
    }
    return mapping(properties)


def template_schema(about: Describe) -> Schema:
    reply = {"reply": about("template.reply", word()), "payload": about("template.payload", word())}
    link = {"url": about("template.url", text(2000)), "text": about("template.text", word())}
    forms = [{"required": ["reply"]}, {"required": ["url"]}]
    button = mapping({**reply, **link}, anyOf=forms) | {"x-is": "button"}
    properties = {
        "template": about("template.template", name("^[a-z0-9_]{1,512}$", "template_name")),
        "language": about(
            "template.language", {"type": "string", "pattern": "^[a-z]{2,3}(_[A-Z]{2,4})?$", "x-is": "locale"}
        ),
        "status": about("template.status", {"enum": ["approved", "pending", "rejected", "paused", "disabled"]}),
        "header": about(
            "template.header", mapping({"text": text(60), **{kind: text(2000) for kind in MEDIA if kind != "audio"}})
        ),
        "body": about("template.body", text(1024)),
        "footer": about("template.footer", text(60)),
        "buttons": about("template.buttons", {"type": "array", "items": button, "maxItems": 10}),
        "parameters": about("template.parameters", {"type": "array", "items": name(VARIABLE, "variable")}),
    }
    return mapping(properties, ("template", "body"), title="bot-runtime template")


def test_schema(about: Describe) -> Schema:
    properties = {
        "title": about("test.title", text(200)),
        "dialog": about("test.dialog", name()),
        "given": about("test.given", named(value(), VARIABLE, "variable")),
        "contact": about("test.contact", mapping({"name": word(), "phone": word()})),
        "channel": about("test.channel", {"enum": ["whatsapp", "sms"], "default": "whatsapp"}),
        "turns": about("test.turns", {"type": "array", "items": turn(about), "minItems": 1, "maxItems": 1000}),
    }
    return mapping(properties, ("dialog", "turns"), title="bot-runtime transcript")


def turn(about: Describe) -> Schema:
    written = {"type": ["string", "number", "boolean"]}
    properties = {
        "contact": about("turn.contact", written),
        "tap": about("turn.tap", written),
        "media": about("turn.media", {"enum": [*MEDIA, "sticker"]}),
        "location": about("turn.location", {"type": ["object", "boolean"]}),
        "start": about("turn.start", text(512)),
        "after": about("turn.after", {"type": ["string", "integer"], "examples": ["4h", "90m"]}),
        "bot": about("turn.bot", {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
        "state": about("turn.state", state()),
        "answers": about("turn.answers", {"type": "object", "additionalProperties": value()}),
        "ended": about("turn.ended", {"enum": ENDED}),
        "effects": about("turn.effects", {"type": "array", "items": {"type": "object"}}),
    }
    return mapping(properties)


KINDS: Mapping[str, Callable[[Describe], Schema]] = {
    "dialog": dialog_schema,
    "bot": bot_schema,
    "template": template_schema,
    "test": test_schema,
}


@cache
def _descriptions(language: str) -> Mapping[str, str]:
    from bot_runtime.dialogs import tree

    file = f"schema_{'es' if language.startswith('es') else 'en'}.yaml"
    source = (resources.files("bot_runtime.dialogs") / "messages" / file).read_bytes()
    texts: dict[str, str] = tree.read(file, source).data
    return texts
