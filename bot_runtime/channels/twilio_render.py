"""Effects as Twilio messages: the fields of a form. Menus are numbered text: buttons would need stored content."""

import json
from typing import Final

from bot_runtime.channels.addresses import to_dial
from bot_runtime.channels.base import Templates
from bot_runtime.channels.rendering import fill, find_template, fitting, numbered_menu, template_text
from bot_runtime.channels.sms import MAX_PARTS, count
from bot_runtime.dialogs.effects import Send, SendForm, SendMedia, SendMenu, SendTemplate, SendText
from bot_runtime.errors import SendFailed

BODY: Final = 1600
Field = tuple[str, str]


def message(to: str, effect: Send, templates: Templates, whatsapp: bool) -> tuple[Field, ...]:
    """`To` first, then what the contact gets."""
    dialled = to_dial(to)
    return (("To", f"whatsapp:{dialled}" if whatsapp else dialled), *_content(effect, templates, whatsapp))


def _content(effect: Send, templates: Templates, whatsapp: bool) -> tuple[Field, ...]:
    match effect:
        case SendText(text=text):
            return (_body(text, whatsapp),)
        case SendMenu():
            return (_body(numbered_menu(effect), whatsapp),)
        case SendMedia():
            media = ("MediaUrl", effect.link)
            return (_body(effect.caption, whatsapp), media) if effect.caption else (media,)
        case SendForm():
            raise SendFailed("N", "form", "Twilio opens a form only by a template that has it as a button")
        case SendTemplate():
            return _template(effect, templates, whatsapp)


def _body(text: str, whatsapp: bool) -> Field:
    fitting(text, BODY, "the text")
    if not whatsapp and (parts := len(count(text).parts)) > MAX_PARTS:
        raise SendFailed("N", "too_long", f"the text takes {parts} SMS parts; the limit is {MAX_PARTS}")
    return ("Body", text)


def _template(effect: SendTemplate, templates: Templates, whatsapp: bool) -> tuple[Field, ...]:
    """On WhatsApp a template has to be sent by its `content_sid`; an SMS is just its text."""
    template = find_template(templates, effect)
    filled = fill(template, effect.parameters)
    if not whatsapp:
        return (_body(template_text(template, filled), whatsapp),)
    if not template.content_sid:
        raise SendFailed("N", "content_sid", f"template '{template.name}' has no content_sid; WhatsApp needs it")
    sid = ("ContentSid", template.content_sid)
    values = [value for _, value in (*filled.header, *filled.body, *filled.urls)]
    names = [str(name) for name, _ in (*filled.header, *filled.body)]
    if all(name.isdecimal() for name in names):  # Twilio numbers a content's variables through all its parts
        names = [str(number) for number in range(1, len(values) + 1)]
    else:
        names += [str(number) for number in range(len(names) + 1, len(values) + 1)]
    variables = dict(zip(names, values, strict=True))
    if not variables:
        return (sid,)
    return (sid, ("ContentVariables", json.dumps(variables, ensure_ascii=False)))
