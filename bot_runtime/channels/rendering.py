"""What the channels share when they put an effect into a provider's words: menus, templates' texts, limits.

Nothing is cut: a text that does not fit is refused (`SendFailed`, kind N), a menu falls back to numbered text (F071).
Lengths are Unicode code points.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from bot_runtime.channels.base import Template, Templates
from bot_runtime.dialogs.effects import MenuChoice, SendMenu, SendTemplate
from bot_runtime.errors import SendFailed

PLACEHOLDER: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", re.ASCII)
_SPACE: Final = re.compile(r"\s+")


class MenuLimits(NamedTuple):
    """What a channel can show as buttons and as a list. WhatsApp's, from Meta's reference of 2026-05."""

    body: int = 1024
    buttons: int = 3
    button_label: int = 20
    button_payload: int = 256
    rows: int = 10
    row_label: int = 24
    row_payload: int = 200
    row_description: int = 72
    opener: int = 20


MENU_LIMITS: Final = MenuLimits()


def menu_form(menu: SendMenu, limits: MenuLimits = MENU_LIMITS) -> Literal["buttons", "list", "text"]:
    """The best form that shows every label whole and tells all of them apart."""
    if not menu.text.strip() or len(menu.text) > limits.body or not _told_apart(menu.choices):
        return "text"
    if _fit_buttons(menu.choices, limits):
        return "buttons"
    opener_fits = menu.button.strip() != "" and len(menu.button) <= limits.opener
    return "list" if opener_fits and _fit_list(menu.choices, limits) else "text"


def _told_apart(choices: Sequence[MenuChoice]) -> bool:
    labels = {choice.label.strip().casefold() for choice in choices} - {""}
    payloads = {choice.payload for choice in choices} - {""}
    one_line = not any(mark in choice.label for choice in choices for mark in "\n\r")
    return one_line and len(labels) == len(payloads) == len(choices) > 0


def _fit_buttons(choices: Sequence[MenuChoice], limits: MenuLimits) -> bool:
    """Buttons have no place for a description."""
    return len(choices) <= limits.buttons and all(
        len(choice.label) <= limits.button_label
        and len(choice.payload) <= limits.button_payload
        and not choice.description
        for choice in choices
    )


def _fit_list(choices: Sequence[MenuChoice], limits: MenuLimits) -> bool:
    return len(choices) <= limits.rows and all(
        len(choice.label) <= limits.row_label
        and len(choice.payload) <= limits.row_payload
        and len(choice.description) <= limits.row_description
        for choice in choices
    )


def numbered(text: str, labels: Sequence[str]) -> str:
    """`text` and its options as lines `1) Label`, the form every channel can show."""
    lines = [text] if text else []
    lines += [f"{number}) {label}" for number, label in enumerate(labels, 1)]
    return "\n".join(lines)


def numbered_menu(menu: SendMenu) -> str:
    return numbered(menu.text, [_described(choice) for choice in menu.choices])


def _described(choice: MenuChoice) -> str:
    return f"{choice.label}: {choice.description}" if choice.description else choice.label


def fitting(text: str, limit: int, what: str) -> str:
    """`text`, if it can be sent as `what`.

    Raises:
        SendFailed: kind N; it is blank, or longer than `limit`.
    """
    if not text.strip():
        raise SendFailed("N", "empty", f"{what} is empty")
    if len(text) > limit:
        raise SendFailed("N", "too_long", f"{what} has {len(text)} characters; the limit is {limit}")
    return text


def find_template(templates: Templates, effect: SendTemplate) -> Template:
    """The definition `effect` names. `es-MX` finds `es_MX`; without a language, the only one of that name.

    Raises:
        SendFailed: kind N; there is no such template.
    """
    exact = templates.get((effect.name, effect.language))
    if exact is not None:
        return exact
    wanted = effect.language.replace("-", "_").casefold()
    named = [template for (name, _), template in templates.items() if name == effect.name]
    close = [one for one in named if not wanted or one.language.replace("-", "_").casefold() == wanted]
    if len(close) == 1:
        return close[0]
    raise SendFailed("N", "unknown_template", f"no template '{effect.name}' in language '{effect.language}'")


class Filled(NamedTuple):
    """A template's parameters where they belong: (placeholder's name, value), and one value for each URL button.

    `urls` pairs the button's position with its value.
    """

    header: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]
    urls: tuple[tuple[int, str], ...]


def fill(template: Template, parameters: Sequence[str]) -> Filled:
    """Share out `parameters`: header, body by number (names: by appearance), then URL buttons (D15).

    White space in a value becomes one blank, since WhatsApp refuses line breaks, tabs and long gaps.

    Raises:
        SendFailed: kind N; there are more or fewer than the template takes, or one is blank.
    """
    header = placeholders(header_text(template))
    body = placeholders(template.body)
    urls = [position for position, button in enumerate(template.buttons) if placeholders(button.url)]
    expected = len(header) + len(body) + len(urls)
    if len(parameters) != expected:
        detail = f"template '{template.name}' takes {expected} parameters, {len(parameters)} given"
        raise SendFailed("N", "parameter_count", detail)
    values = [_SPACE.sub(" ", value).strip() for value in parameters]
    if "" in values:
        detail = f"template '{template.name}': parameter {values.index('') + 1} is empty"
        raise SendFailed("N", "parameter_empty", detail)
    rest = iter(values)
    return Filled(
        header=tuple((name, next(rest)) for name in header),
        body=tuple((name, next(rest)) for name in body),
        urls=tuple((position, next(rest)) for position in urls),
    )


def header_text(template: Template) -> str:
    return (template.header or {}).get("text", "")


@functools.lru_cache(maxsize=1_024)  # a campaign asks it of the same few texts for each of its messages
def placeholders(text: str) -> tuple[str, ...]:
    """The names in `{{…}}`, each once: numbers in their order, names as they appear."""
    found = tuple(dict.fromkeys(PLACEHOLDER.findall(text)))
    return tuple(sorted(found, key=int)) if all(name.isdecimal() for name in found) else found


def substitute(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def template_as_read(template: Template, parameters: Sequence[str], channel_kind: str) -> str:
    """The message exactly as the contact reads it; on WhatsApp its image comes before, its buttons after, each as a
    line in `[…]`.

    Raises:
        SendFailed: as `fill`.
    """
    filled = fill(template, parameters)
    if channel_kind == "sms":
        return template_text(template, filled)
    image = (template.header or {}).get("image", "")
    suffixes = dict(filled.urls)
    lines = [
        f"[image: {image}]" if image else "",
        substitute(header_text(template), dict(filled.header)),
        substitute(template.body, dict(filled.body)),
        template.footer,
    ]
    for position, button in enumerate(template.buttons):
        link = f" {_link(button.url, suffixes.get(position, ''))}" if button.kind == "url" else ""
        lines.append(f"[{button.text}]{link}")
    return "\n".join(line for line in lines if line)


def template_text(template: Template, filled: Filled) -> str:
    """The template as plain text: header, body, footer, its links, and its quick replies as a numbered list."""
    parts = [substitute(header_text(template), dict(filled.header)), substitute(template.body, dict(filled.body))]
    parts.append(template.footer)
    suffixes = dict(filled.urls)
    for position, button in enumerate(template.buttons):
        if button.kind == "url":
            suffix = suffixes.get(position, "")
            url = _link(button.url, suffix)
            parts.append(url if button.text in ("", button.url) else f"{button.text}: {url}")
    text = "\n".join(part for part in parts if part)
    return numbered(text, [button.text for button in template.buttons if button.kind == "reply"])


def _link(url: str, suffix: str) -> str:
    return substitute(url, dict.fromkeys(placeholders(url), suffix))
