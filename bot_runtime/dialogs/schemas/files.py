"""The shape of `bot.yaml`, of templates and of transcripts."""

from bot_runtime.dialogs import texts
from bot_runtime.dialogs.requests import ERRORS
from bot_runtime.dialogs.schemas.advice import levels, names
from bot_runtime.dialogs.schemas.parts import (
    ENDED,
    MEDIA,
    METADATA_TYPES,
    OUR_LANGUAGES,
    STATE_NAME,
    VARIABLE,
    Describe,
    Schema,
    mapping,
    name,
    named,
    one_or_many,
    said,
    state,
    text,
    value,
    word,
)


def bot_schema(about: Describe) -> Schema:
    properties = {
        "brand": about("bot.brand", text(100)),
        "language": about("bot.language", {"enum": OUR_LANGUAGES, "default": "es", "x-is": "language"}),
        "public_url": about("bot.public_url", {"type": "string", "pattern": r"^(https?://|\$\{)", "x-is": "url"}),
        "time_zone": about("bot.time_zone", {**word(), "default": "UTC"}),
        "default_dialog": about("bot.default_dialog", name()),
        "publish": about("bot.publish", {"enum": ["on_save", "manual"], "default": "on_save"}),
        "channels": about("bot.channels", named(channel(about), "^[a-z][a-z0-9_-]{0,31}$", "channel_name")),
        "departments": about("bot.departments", departments(about)),
        "close_reasons": about("bot.close_reasons", titled(about)),
        "texts": about("bot.texts", own_texts(about)),
        "faq": about("bot.faq", {"type": "array", "items": faq_entry(about), "maxItems": 500}),
        "responder": about("bot.responder", responder(about)),
        "services": about("bot.services", services(about)),
        "metadata": about("bot.metadata", {"type": "array", "items": metadata(about), "maxItems": 200}),
        "aliases": about("bot.aliases", names()),
        "jargon": about("bot.jargon", names()),
        "advice": about("bot.advice", levels(about)),
    }
    return mapping(properties, title="bot-runtime bot.yaml")


def departments(about: Describe) -> Schema:
    """Names with their titles and hours, or a list of names."""
    one_or_many = {"anyOf": [word(), {"type": "array", "items": word(), "maxItems": 1000}, {"type": "null"}]}
    whole = mapping(
        {
            "title": about("titled.title", word()),
            "hours": about("department.hours", {"type": "object", "additionalProperties": one_or_many}),
            "holidays": about("department.holidays", one_or_many),
            "time_zone": about("department.time_zone", word()),
        }
    )
    one = {"anyOf": [word(), whole, {"type": "null"}]}
    return {"anyOf": [{"type": "array", "items": word()}, {"type": "object", "additionalProperties": one}]}


def titled(about: Describe) -> Schema:
    """Names with their titles, or a list of names."""
    title = {"anyOf": [word(), mapping({"title": about("titled.title", word())}, ("title",)), {"type": "null"}]}
    return {"anyOf": [{"type": "array", "items": word()}, {"type": "object", "additionalProperties": title}]}


def own_texts(about: Describe) -> Schema:
    """The built-in texts by their keys, each described by what it says."""
    forms = one_or_many(said(1024))
    if about.language is None:
        return mapping({key: forms for key, _ in texts.built_in()})
    return mapping({key: {"description": texts.source(about.language, key), **forms} for key, _ in texts.built_in()})


def faq_entry(about: Describe) -> Schema:
    question = text(200)
    properties = {
        "questions": about(
            "faq.questions",
            {"anyOf": [question, {"type": "array", "items": question, "minItems": 1, "maxItems": 50}]},
        ),
        "answer": about("faq.answer", said(1600)),
    }
    return mapping(properties, ("questions", "answer"))


def responder(about: Describe) -> Schema:
    url = {"type": "string", "pattern": r"^(https?://|\$\{)", "x-is": "url"}
    properties = {
        "url": about("responder.url", url),
        "kind": about("responder.kind", {"enum": ["http", "openai"], "default": "http"}),
        "key": about("responder.key", text(500)),
        "model": about("responder.model", text(200)),
        "instructions": about("responder.instructions", text()),
        "per_minute": about("responder.per_minute", {"type": "integer", "minimum": 1, "maximum": 6000, "default": 60}),
    }
    return mapping(properties, ("url",))


def services(about: Describe) -> Schema:
    host = {"type": "string", "pattern": r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$", "x-is": "host"}
    secret = name("^[A-Za-z_][A-Za-z0-9_]{0,99}$", "secret")
    properties = {
        "allow": about("services.allow", {"type": "array", "items": host, "maxItems": 100}),
        "secrets": about("services.secrets", {"type": "array", "items": secret, "maxItems": 100}),
    }
    return mapping(properties)


def metadata(about: Describe) -> Schema:
    properties = {
        "name": about("metadata.name", text(100)),
        "key": about("metadata.key", name()),
        "type": about("metadata.type", {"enum": METADATA_TYPES, "default": "text"}),
        "departments": about("metadata.departments", {"type": "array", "items": word(), "minItems": 1}),
    }
    return mapping(properties, ("name",))


def channel(about: Describe) -> Schema:
    secret = {"anyOf": [word(), {"type": "array", "items": word(), "minItems": 1}]}
    common = {
        "provider": about("channel.provider", {"enum": ["whatsapp", "twilio"]}),
        "default_dialog": about("channel.default_dialog", name()),
        "department": about("channel.department", word()),
        "default_country": about(
            "channel.default_country", {"type": "string", "pattern": "^[A-Z]{2}$", "x-is": "country"}
        ),
        "number": about("channel.number", word()),
        "on_unknown": about("channel.on_unknown", {"enum": ["resend", "replies", "hold"], "default": "resend"}),
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
    share = {"type": "number", "minimum": 0, "maximum": 0.9}
    properties = {
        **{key: about(f"limits.{key}", {"type": "number", "minimum": least}) for key, least in rates.items()},
        **{key: about(f"limits.{key}", {"type": "integer", "minimum": least}) for key, least in counts.items()},
        **{key: about(f"limits.{key}", share) for key in ("reply_reserve", "agents_share")},
        "level": about("limits.level", {"type": "integer", "minimum": 0}),
        "levels": about("limits.levels", {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}),
        "carry_over": about("limits.carry_over", {"enum": ["rolling", "next_day"], "default": "rolling"}),
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
            "template.header",
            mapping(
                {
                    "text": about("template.header_text", text(60)),
                    **{kind: about("template.medium", text(2000)) for kind in MEDIA if kind != "audio"},
                }
            ),
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
        "at": about("test.at", {**text(40), "examples": ["2026-03-01 09:30"]}),
        "contact": about("test.contact", mapping(person(about))),
        "contacts": about("test.contacts", named(mapping(person(about, alone=False)), minProperties=1)),
        "channel": about("test.channel", {"enum": ["whatsapp", "sms"], "default": "whatsapp"}),
        "services": about("test.services", named(stand_in(about), STATE_NAME, "state_name")),
        "turns": about("test.turns", {"type": "array", "items": turn(about), "minItems": 1, "maxItems": 1000}),
    }
    return mapping(properties, ("dialog", "turns"), title="bot-runtime transcript")


def person(about: Describe, alone: bool = True) -> Schema:
    own = {key: about(f"test.{key}", word()) for key in ("id", "name", "phone", "language")}
    own["metadata"] = about("test.metadata", named(value(), VARIABLE, "variable"))
    if alone:
        return own
    channel = about("test.channel", {"enum": ["whatsapp", "sms"]})
    return {**own, "channel": channel, "given": about("test.given", named(value(), VARIABLE, "variable"))}


def stand_in(about: Describe) -> Schema:
    """What a web service answers in a transcript: one answer, or one a call."""
    forms: Schema = {"json": about("stand_in.json", {}), "text": about("stand_in.text", {"type": "string"})}
    properties = {
        **forms,
        "status": about("stand_in.status", {"type": "integer", "minimum": 100, "maximum": 599, "default": 200}),
        "error": about("stand_in.error", {"enum": list(ERRORS)}),
        "after": about("stand_in.after", {"type": ["string", "integer"], "examples": ["5s", "1m"]}),
    }
    one = mapping(properties, minProperties=1)
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 100}]}


def sent_file(about: Describe) -> Schema:
    kind = {"enum": [*MEDIA, "sticker"]}
    facts = {
        "kind": about("turn.kind", kind),
        "caption": about("turn.caption", text()),
        "mime": about("turn.mime", text(100)),
        "filename": about("turn.filename", text(255)),
        "trouble": about("turn.trouble", {"enum": ["too_large", "gone", "unreachable", "full"]}),
    }
    return {"anyOf": [kind, mapping(facts, ("kind",))]}


def sent_place(about: Describe) -> Schema:
    degrees = {
        name: about(f"turn.{name}", {"type": "number", "minimum": -most, "maximum": most})
        for name, most in (("latitude", 90), ("longitude", 180))
    }
    told = {"name": about("turn.place_name", text(200)), "address": about("turn.address", text(500))}
    return {"anyOf": [{"const": True}, mapping({**degrees, **told})]}


def turn(about: Describe) -> Schema:
    written = {"type": ["string", "number", "boolean"]}
    kept = {"type": [*value()["type"], "array"], "items": {"type": "string"}}  # several choices are a list of codes
    properties = {
        "contact": about("turn.contact", written),
        "tap": about("turn.tap", written),
        "media": about("turn.media", sent_file(about)),
        "location": about("turn.location", sent_place(about)),
        "form": about("turn.form", {"type": ["object", "string"]}),
        "start": about("turn.start", text(512)),
        "after": about("turn.after", {"type": ["string", "integer"], "examples": ["4h", "90m"]}),
        "other": about("turn.other", {"enum": ["contacts", "order", "unsupported"]}),
        "event": about("turn.event", name()),
        "data": about("turn.data", {"type": "object"}),
        "taken": about("turn.taken", {"const": True}),
        "given_back": about("turn.given_back", {"anyOf": [{"const": True}, state()]}),
        "as": about("turn.as", name()),
        "bot": about("turn.bot", {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
        "dialog": about("turn.dialog", name()),
        "state": about("turn.state", state()),
        "answers": about("turn.answers", {"type": "object", "additionalProperties": kept}),
        "ended": about("turn.ended", {"enum": ENDED}),
        "effects": about("turn.effects", {"type": "array", "items": {"type": "object"}}),
    }
    return mapping(properties)
