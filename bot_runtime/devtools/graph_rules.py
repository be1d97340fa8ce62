"""Whether Graph would take a message: required fields, limits, templates. Fact sheet §2.2 and §2.3.

`check(body, templates)` raises the `GraphError` Meta would answer with. Written apart from `channels/rendering.py`, so
that one mistake can't hide in both.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot_runtime.devtools.accounts import Template
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.graph_fields import check_source, mapping, objects, only, text, within
from bot_runtime.devtools.graph_templates import check_template

TOP = {"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data"}
MEDIA = {
    "image": {"id", "link", "caption"},
    "video": {"id", "link", "caption"},
    "audio": {"id", "link", "voice"},
    "document": {"id", "link", "caption", "filename"},
    "sticker": {"id", "link"},
}


def check(body: Mapping[str, Any], templates: Sequence[Template]) -> None:
    """Refuse what Meta would refuse of a call to `/messages` that sends (`status: read` is another call)."""
    if "to" not in body and "recipient" not in body:
        raise GraphError(131008, "Parameter to or recipient is mandatory")
    recipient = text(body, "to" if "to" in body else "recipient", "")
    if "to" in body and not re.fullmatch(r"\+[\d ()-]{7,24}", recipient):
        # Meta takes other forms but may deliver them in another country; the fake is strict so that it shows here.
        raise GraphError(131009, "Parameter to must be + and country code")
    kind = body.get("type", "text")
    if not isinstance(kind, str) or kind not in CHECKS:
        raise GraphError(100, f"Param type must be one of {{{', '.join(sorted(CHECKS)).upper()}}} - got {kind!r}")
    for name in body:
        if name not in TOP and name != kind:
            raise GraphError(100, f'Unexpected key "{name}" on param "message"')
    if body.get("recipient_type", "individual") != "individual":
        raise GraphError(131009, "recipient_type must be individual")
    if len(text(body, "biz_opaque_callback_data", "")) > 512:
        raise GraphError(100, "Param biz_opaque_callback_data must be at most 512 characters long")
    if "context" in body and not text(mapping(body, "context"), "message_id"):
        raise GraphError(131008, "Parameter message_id is mandatory in context")
    CHECKS[kind](_contents(body, kind), templates)


def _contents(body: Mapping[str, Any], kind: str) -> Any:
    if kind not in body:
        raise GraphError(131008, f"Parameter '{kind}' is mandatory for type '{kind}'")
    return body[kind] if kind == "contacts" else mapping(body, kind)


def _check_text(sent: Mapping[str, Any], templates: Sequence[Template]) -> None:
    only(sent, {"body", "preview_url"}, "text")
    within(text(sent, "body"), 4096, "Param text['body']", 100)


def _check_media(kind: str) -> Callable[[Mapping[str, Any], Sequence[Template]], None]:
    def check_media(media: Mapping[str, Any], templates: Sequence[Template]) -> None:
        only(media, MEDIA[kind], kind)
        check_source(media, kind)
        within(text(media, "caption", "-"), 1024, "Caption", 100)
        text(media, "filename", "-")

    return check_media


def _check_interactive(interactive: Mapping[str, Any], templates: Sequence[Template]) -> None:
    kind = text(interactive, "type")
    only(interactive, {"type", "header", "body", "footer", "action"}, "interactive")
    within(text(mapping(interactive, "body"), "text"), 1024, "Body text")
    if "header" in interactive:
        header = mapping(interactive, "header")
        if text(header, "type") == "text":
            within(text(header, "text"), 60, "Header text")
        else:
            check_source(mapping(header, header["type"]), header["type"])
    if "footer" in interactive:
        within(text(mapping(interactive, "footer"), "text"), 60, "Footer text")
    action = mapping(interactive, "action")
    match kind:
        case "button":
            _check_buttons(objects(action, "buttons"))
        case "list":
            within(text(action, "button"), 20, "List button")
            _check_sections(objects(action, "sections"))
        case "cta_url":
            parameters = mapping(action, "parameters")
            within(text(parameters, "display_text"), 20, "Display text")
            text(parameters, "url")
        case "flow":
            parameters = mapping(action, "parameters")
            within(text(parameters, "flow_cta"), 30, "Flow CTA")
            if text(action, "name") != "flow" or text(parameters, "flow_message_version") != "3":
                raise GraphError(131009, "action.name must be flow, flow_message_version must be 3")
            text(parameters, "flow_id")
            text(parameters, "flow_token")
        case "location_request_message" | "contact_request":
            text(action, "name")
        case _:
            raise GraphError(131009, f"Interactive type {kind} is not supported")


def _check_buttons(buttons: list[Any]) -> None:
    if len(buttons) > 3:
        raise GraphError(131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    replies = [mapping(button, "reply") for button in buttons]
    titles = [within(text(reply, "title"), 20, "Button title") for reply in replies]
    ids = [within(text(reply, "id"), 256, "Button id") for reply in replies]
    if any(button.get("type") != "reply" for button in buttons):
        raise GraphError(131009, "Button type must be reply")
    if len(set(titles)) < len(titles) or len(set(ids)) < len(ids):
        raise GraphError(131009, "Duplicated title or reply id")


def _check_sections(sections: list[Any]) -> None:
    if len(sections) > 10:
        raise GraphError(131009, "Invalid section count. Max allowed count: 10")
    rows = [row for section in sections for row in objects(section, "rows")]
    if len(rows) > 10:
        raise GraphError(131009, "Total row count exceed max allowed count: 10")
    for section in sections:
        title = text(section, "title", "-" if len(sections) == 1 else "")
        within(title, 24, "Section title")
    for row in rows:
        within(text(row, "title"), 24, "Row title")
        within(text(row, "description", "-"), 72, "Row description")
    ids = [within(text(row, "id"), 200, "Row id") for row in rows]
    if len(set(ids)) < len(ids):
        raise GraphError(131009, "Duplicated row id")


def _check_location(location: Mapping[str, Any], templates: Sequence[Template]) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        try:
            value = float(location.get(name, "x"))
        except (TypeError, ValueError):
            raise GraphError(131008, f"Parameter '{name}' is mandatory") from None
        if not -most <= value <= most:
            raise GraphError(131009, f"{name} must be within ±{most}")


def _check_reaction(reaction: Mapping[str, Any], templates: Sequence[Template]) -> None:
    text(reaction, "message_id")
    if not isinstance(reaction.get("emoji"), str):
        raise GraphError(131008, "Parameter 'emoji' is mandatory")


def _check_contacts(contacts: Any, templates: Sequence[Template]) -> None:
    for contact in objects({"contacts": contacts}, "contacts"):
        text(mapping(contact, "name"), "formatted_name")


CHECKS: dict[str, Callable[[Any, Sequence[Template]], None]] = {
    "text": _check_text,
    **{kind: _check_media(kind) for kind in MEDIA},
    "interactive": _check_interactive,
    "location": _check_location,
    "reaction": _check_reaction,
    "contacts": _check_contacts,
    "template": check_template,
}
