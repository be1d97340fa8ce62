"""Whether a template send fits the template: it exists, is approved, and brings what each component needs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot_runtime.devtools.accounts import Template
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.graph_fields import check_source, mapping, objects, text, within

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
BAD_TEXT = re.compile(r"[\n\t\r]| {5,}")


def check_template(sent: Mapping[str, Any], templates: Sequence[Template]) -> None:
    name = text(sent, "name")
    language = text(mapping(sent, "language"), "code")
    template = next((one for one in templates if (one.name, one.language) == (name, language)), None)
    if template is None or template.status not in ("APPROVED", "PAUSED", "DISABLED"):
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if template.status != "APPROVED":
        raise GraphError(132015 if template.status == "PAUSED" else 132016)
    components = objects(sent, "components") if sent.get("components") else []
    by_type = {str(one.get("type", "")).lower(): _parameters(one) for one in components}
    if unknown := by_type.keys() - {"header", "body", "button"}:
        raise GraphError(100, f"Unexpected component type {sorted(unknown)[0]!r}")
    declared = {one["type"].lower(): one for one in template.components}
    for kind in ("header", "body"):
        component = declared.get(kind, {})
        if component.get("format", "TEXT") == "TEXT":
            _check_parameters(kind, component.get("text", ""), by_type.get(kind, []), template.parameter_format)
        else:
            _check_header_media(component["format"], by_type.get(kind, []))
    _check_buttons([one for one in components if str(one.get("type")).lower() == "button"], declared)


def _parameters(component: Mapping[str, Any]) -> list[Any]:
    return objects(component, "parameters") if component.get("parameters") else []


def _check_header_media(wanted: str, parameters: list[Any]) -> None:
    media = wanted.lower()
    if [one.get("type") for one in parameters] != [media]:
        raise GraphError(132012, f"header: Format mismatch, expected {wanted}, received UNKNOWN")
    if media != "location":
        check_source(mapping(parameters[0], media), media)


def _check_parameters(where: str, template_text: str, parameters: list[Any], parameter_format: str) -> None:
    wanted = list(dict.fromkeys(VARIABLE.findall(template_text)))
    if len(parameters) != len(wanted):
        raise GraphError(
            132000,
            f"{where}: number of localizable_params ({len(parameters)}) does not match "
            f"the expected number of params ({len(wanted)})",
        )
    for parameter in parameters:
        if parameter_format == "NAMED" and parameter.get("parameter_name") not in wanted:
            raise GraphError(132000, f"{where}: parameter_name is missing or not one of {', '.join(wanted)}")
        if parameter.get("type") == "text" and BAD_TEXT.search(text(parameter, "text")):
            raise GraphError(100, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
    filled = VARIABLE.sub("", template_text) + "".join(str(one.get("text", "")) for one in parameters)
    if len(filled) > (1024 if where == "body" else 60):
        raise GraphError(132005, f"{where}: text too long")


def _check_buttons(sent: list[Any], declared: Mapping[str, Any]) -> None:
    buttons: list[dict[str, Any]] = declared.get("buttons", {}).get("buttons", [])
    filled = set()
    for one in sent:
        index = str(one.get("index", ""))
        if not re.fullmatch("[0-9]", index) or int(index) >= len(buttons):
            raise GraphError(132000, f"buttons: index {index or 'missing'} is none of the template's {len(buttons)}")
        kind = str(one.get("sub_type", "")).upper()
        if kind != buttons[int(index)]["type"]:
            raise GraphError(132012, f"buttons: {index} is {buttons[int(index)]['type']}, received {kind}")
        parameter = objects(one, "parameters")[0]
        if kind == "QUICK_REPLY":
            within(text(parameter, "payload"), 256, "Button payload")
        elif kind == "URL" and re.search(r"[^\x21-\x7e]", text(parameter, "text")):
            raise GraphError(131009, "Button URL parameter must be percent-encoded")
        filled.add(int(index))
    for position, button in enumerate(buttons):
        if button["type"] == "URL" and VARIABLE.search(button["url"]) and position not in filled:
            raise GraphError(131008, f"buttons: Button at index {position} of type Url requires a parameter")
