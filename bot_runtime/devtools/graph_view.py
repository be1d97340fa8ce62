"""A Graph message body, already checked, as the bubble a phone shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.graph_templates import VARIABLE
from bot_runtime.devtools.world import Button, Media, Message, Phone, Place, Row, Rows

FLOW = "flow:"  # before the token, as the payload of a button that opens a form


def bubble(body: Mapping[str, Any], account: Account, phone: Phone, id: str, at: datetime) -> Message:
    kind = body.get("type", "text")
    about: dict[str, Any] = {
        "id": id,
        "phone": phone.id,
        "sender": "bot",
        "at": at,
        "quoted": body.get("context", {}).get("message_id", ""),
        "entry": body.get("biz_opaque_callback_data", ""),
    }
    contents = body[kind]
    match kind:
        case "text":
            return Message(kind="text", text=contents["body"], **about)
        case "interactive":
            return _interactive(contents, about)
        case "template":
            return _template(contents, account, about)
        case "location":
            place = Place(
                latitude=float(contents["latitude"]),
                longitude=float(contents["longitude"]),
                name=str(contents.get("name", "")),
                address=str(contents.get("address", "")),
            )
            return Message(kind="location", location=place, text=place.name, **about)
        case "reaction":
            return Message(kind="reaction", text=contents["emoji"], **(about | {"quoted": contents["message_id"]}))
        case "contacts":
            names = ", ".join(contact["name"]["formatted_name"] for contact in contents)
            return Message(kind="contacts", text=names, **about)
        case _:
            media = _media(kind, contents)
            return Message(kind=kind, media=media, text=media.caption, **about)


def _media(kind: str, contents: Mapping[str, Any]) -> Media:
    link = contents.get("link") or f"media:{contents.get('id', '')}"
    return Media(kind, link, contents.get("caption", ""), contents.get("filename", ""))


def _interactive(contents: Mapping[str, Any], about: dict[str, Any]) -> Message:
    header = contents.get("header", {})
    about |= {
        "text": contents["body"]["text"],
        "footer": contents.get("footer", {}).get("text", ""),
        "header": header.get("text", ""),
    }
    if header and header["type"] != "text":
        about["media"] = _media(header["type"], header[header["type"]])
    action = contents["action"]
    if contents["type"] == "list":
        rows = [
            Row(row["id"], row["title"], row.get("description", ""))
            for section in action["sections"]
            for row in section["rows"]
        ]
        return Message(kind="list", list=Rows(action["button"], rows), **about)
    if contents["type"] == "cta_url":
        link = Button(action["parameters"]["display_text"], url=action["parameters"]["url"])
        return Message(kind="buttons", buttons=[link], **about)
    if contents["type"] == "flow":
        parameters = action["parameters"]
        opens = Button(parameters["flow_cta"], f"{FLOW}{parameters['flow_token']}")
        return Message(kind="buttons", buttons=[opens], **about)
    buttons = [Button(one["reply"]["title"], one["reply"]["id"]) for one in action.get("buttons", [])]
    return Message(kind="buttons", buttons=buttons, **about)


def _template(contents: Mapping[str, Any], account: Account, about: dict[str, Any]) -> Message:
    language = contents["language"]["code"]
    template = next(one for one in account.templates if (one.name, one.language) == (contents["name"], language))
    sent = contents.get("components") or []
    by_type = {one["type"].lower(): one.get("parameters", []) for one in sent}
    for component in template.components:
        kind = component["type"].lower()
        text = filled(component.get("text", ""), by_type.get(kind, []))
        if kind == "body":
            about["text"] = text
        elif kind == "footer":
            about["footer"] = text
        elif kind == "header" and component.get("format") == "TEXT":
            about["header"] = text
        elif kind == "header" and by_type.get("header"):
            parameter = by_type["header"][0]
            about["media"] = _media(parameter["type"], parameter[parameter["type"]])
        elif kind == "buttons":
            given = {int(one["index"]): one["parameters"][0] for one in sent if one["type"].lower() == "button"}
            about["buttons"] = [_button(button, given.get(at, {})) for at, button in enumerate(component["buttons"])]
    return Message(kind="template", template=template.name, **about)


def _button(button: Mapping[str, Any], given: Mapping[str, Any]) -> Button:
    if button["type"] == "URL":
        return Button(button["text"], url=VARIABLE.sub(lambda _: str(given.get("text", "")), button["url"]))
    return Button(button["text"], str(given.get("payload", button["text"])))  # unset: Meta returns the text itself


def filled(text: str, parameters: list[Any]) -> str:
    """A template's text with its variables replaced, by name where parameters have one, else in order."""
    names = list(dict.fromkeys(VARIABLE.findall(text)))
    values = {
        one.get("parameter_name", name): one.get("text", "") for name, one in zip(names, parameters, strict=False)
    }
    return VARIABLE.sub(lambda found: str(values.get(found[1], found[0])), text)
