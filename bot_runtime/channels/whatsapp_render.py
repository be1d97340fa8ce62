"""Effects as WhatsApp Cloud messages. Bodies and limits: Meta's Messages reference, read 2026-05."""

from typing import Any, Final
from urllib.parse import quote

from bot_runtime.channels.addresses import is_user_id, to_dial
from bot_runtime.channels.base import Template, Templates
from bot_runtime.channels.rendering import (
    MENU_LIMITS,
    fill,
    find_template,
    fitting,
    header_text,
    menu_form,
    numbered_menu,
    substitute,
)
from bot_runtime.dialogs.effects import Send, SendForm, SendMedia, SendMenu, SendTemplate, SendText
from bot_runtime.errors import SendFailed

TEXT: Final = 4096
CAPTION: Final = 1024
FORM_BODY: Final = 1024
FORM_BUTTON: Final = 30
TEMPLATE_HEADER: Final = 60
TEMPLATE_BODY: Final = 1024
URL_BYTES: Final = 2000
PAYLOAD: Final = 256


def message(to: str, effect: Send, entry: str, templates: Templates) -> dict[str, Any]:
    """The body of one message. `entry` comes back as `biz_opaque_callback_data` in its statuses.

    The number always goes with `+`: without it Meta may put our own country before it, and reach a stranger.
    """
    dialled = to_dial(to)
    envelope: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient" if is_user_id(dialled) else "to": dialled,
    }
    if entry:
        envelope["biz_opaque_callback_data"] = entry
    return envelope | _content(effect, templates)


def _content(effect: Send, templates: Templates) -> dict[str, Any]:
    match effect:
        case SendText(text=text):
            return _text(text)
        case SendMenu():
            return _menu(effect)
        case SendMedia():
            return _media(effect)
        case SendForm():
            return _form(effect)
        case SendTemplate():
            return _template(find_template(templates, effect), effect)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": fitting(text, TEXT, "the text"), "preview_url": False}}


def _menu(menu: SendMenu) -> dict[str, Any]:
    form = menu_form(menu, MENU_LIMITS)
    if form == "text":
        return _text(numbered_menu(menu))
    if form == "buttons":
        action: dict[str, Any] = {
            "buttons": [{"type": "reply", "reply": {"id": one.payload, "title": one.label}} for one in menu.choices]
        }
    else:
        rows = [
            {"id": one.payload, "title": one.label} | ({"description": one.description} if one.description else {})
            for one in menu.choices
        ]
        action = {"button": menu.button, "sections": [{"rows": rows}]}
    kind = "button" if form == "buttons" else "list"
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": menu.text}, "action": action}}


def _media(effect: SendMedia) -> dict[str, Any]:
    if effect.kind not in ("image", "video", "audio", "document"):
        raise SendFailed("N", "media_kind", f"WhatsApp does not send '{effect.kind}'")
    if effect.caption and effect.kind == "audio":
        raise SendFailed("N", "caption", "audio takes no caption on WhatsApp")
    media: dict[str, Any] = {"link": effect.link}
    if effect.caption:
        media["caption"] = fitting(effect.caption, CAPTION, "the caption")
    if effect.filename and effect.kind == "document":
        media["filename"] = effect.filename
    return {"type": effect.kind, effect.kind: media}


def _form(effect: SendForm) -> dict[str, Any]:
    """Meta's Flow message, version 3: it opens the published flow, at `screen` where one is named."""
    parameters: dict[str, Any] = {
        "flow_message_version": "3",
        "flow_id": effect.flow,
        "flow_cta": fitting(effect.button, FORM_BUTTON, "the form's button"),
        "flow_token": effect.token or "form",
        "flow_action": "navigate",
    }
    if effect.screen:
        parameters["flow_action_payload"] = {"screen": effect.screen}
    body = {"text": fitting(effect.text, FORM_BODY, "the form's text")}
    action = {"name": "flow", "parameters": parameters}
    return {"type": "interactive", "interactive": {"type": "flow", "body": body, "action": action}}


def _template(template: Template, effect: SendTemplate) -> dict[str, Any]:
    filled = fill(template, effect.parameters)
    components: list[dict[str, Any]] = []
    fitting(substitute(template.body, dict(filled.body)), TEMPLATE_BODY, "the template's text")
    if filled.header:
        fitting(substitute(header_text(template), dict(filled.header)), TEMPLATE_HEADER, "the template's header")
        components.append({"type": "header", "parameters": [_parameter(*one) for one in filled.header]})
    elif link := (template.header or {}).get("image"):
        image = {"type": "image", "image": {"link": link}}
        components.append({"type": "header", "parameters": [image]})
    if filled.body:
        components.append({"type": "body", "parameters": [_parameter(*one) for one in filled.body]})
    components += _buttons(template, effect.payloads, dict(filled.urls))
    content: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if components:
        content["components"] = components
    return {"type": "template", "template": content}


def _parameter(name: str, value: str) -> dict[str, str]:
    """A placeholder with a number is positional; any other belongs to a template with named parameters."""
    named = {} if name.isdecimal() else {"parameter_name": name}
    return {"type": "text", **named, "text": value}


def _buttons(template: Template, payloads: tuple[str, ...], suffixes: dict[int, str]) -> list[dict[str, Any]]:
    """A payload for each quick reply (ours, else the template's own), the variable end of each URL.

    `index` counts all the template's buttons from 0, and is a string.
    """
    ours = iter(payloads)
    components: list[dict[str, Any]] = []
    for index, button in enumerate(template.buttons):
        if button.kind == "reply":
            payload = next(ours, "") or button.payload
            if payload:
                fitting(payload, PAYLOAD, "a button's payload")
                components.append(_button("quick_reply", index, {"type": "payload", "payload": payload}))
        elif index in suffixes:
            # Meta refuses a suffix with a blank or an accent: percent-encode all that is not unreserved.
            suffix = fitting(quote(suffixes[index], safe=""), URL_BYTES, "a URL's parameter")
            components.append(_button("url", index, {"type": "text", "text": suffix}))
    if next(ours, None) is not None:
        raise SendFailed("N", "payload_count", f"template '{template.name}' has fewer quick replies than payloads")
    return components


def _button(sub_type: str, index: int, parameter: dict[str, str]) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": str(index), "parameters": [parameter]}
