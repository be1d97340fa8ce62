"""What the channels a dialog may run on make of its texts: the SMS budget (F016, D10), limits, menus shown as text.

Texts are filled with the examples of `needs` and typical answers. What a channel refuses is asked of the very code that
sends, with nothing filled in: a text that is too long even so can never leave.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot_runtime.channels import twilio_render, whatsapp_render
from bot_runtime.channels.base import ChannelConfig
from bot_runtime.channels.rendering import MENU_LIMITS, menu_form
from bot_runtime.channels.sms import count
from bot_runtime.dialogs import asking
from bot_runtime.dialogs.effects import Send, SendMedia, SendMenu, SendText
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.model import Dialog, Media, State
from bot_runtime.dialogs.places import places
from bot_runtime.dialogs.problems import Problem, Term
from bot_runtime.dialogs.session import Value
from bot_runtime.dialogs.tree import Path, Tree
from bot_runtime.errors import SendFailed

_TYPICAL: Mapping[str, Value] = {
    "text": "gracias",
    "number": 12,
    "rating": 4,
    "yes_no": True,
    "amount": "1200.50",
    "date": "2026-03-12",
    "time": "10:30",
    "email": "maria@example.com",
    "phone": "+525512345678",
    "name": "María García",
}
_NO_MESSAGES = frozenset({"label", "description", "more", "image", "audio", "video", "document", "choices", "other"})
_ANYBODY = "+525500000000"


def length_problems(tree: Tree, dialog: Dialog, channels: Sequence[ChannelConfig]) -> Iterator[Problem]:
    """`channels`: those the dialog may run on."""
    sms = [channel for channel in channels if channel.kind == "sms"]
    if sms:
        yield from _over_budget(tree, dialog, min(channel.limits.sms_budget for channel in sms))
    if any(channel.provider == "whatsapp" for channel in channels):
        yield from _menus_as_text(tree, dialog)
    yield from _refused(tree, dialog, channels)


def _over_budget(tree: Tree, dialog: Dialog, budget: int) -> Iterator[Problem]:
    filled = examples(dialog)
    for path, language, source in places(tree.data):
        if not isinstance(source, str) or len(source) <= budget // 4 or not _NO_MESSAGES.isdisjoint(path[2:]):
            continue
        if path[2:3] == ("menu",):  # an option's label, written alone
            continue
        counted = count(Text.parse(source).render(filled, language or dialog.language))
        if counted.characters > budget:
            facts: dict[str, Any] = {"characters": counted.characters, "budget": budget, "encoding": counted.encoding}
            yield tree.problem(path, "over_sms_budget", warning=True, parts=len(counted.parts), **facts)


def examples(dialog: Dialog) -> dict[str, Value]:
    """What fills a dialog's texts when their length is judged."""
    filled: dict[str, Value] = {"contact_name": "María", "contact_phone": _ANYBODY, "channel": "sms"}
    for state in dialog.states.values():
        if state.save is not None:
            filled[state.save] = _TYPICAL.get(state.answer.kind if state.answer is not None else "", "")
    for name, need in dialog.needs.items():
        filled[name] = next(
            (value for value in (need.example, need.default) if value is not None), _TYPICAL.get(need.kind, "")
        )
    return filled


def _menus_as_text(tree: Tree, dialog: Dialog) -> Iterator[Problem]:
    """Menus that WhatsApp shows as numbered text, though a shorter one would have buttons or a list."""
    filled = examples(dialog)
    for name, state in dialog.states.items():
        menu = _question(state, filled, dialog.language)
        if isinstance(menu, SendMenu) and menu_form(menu) == "text":
            path: Path = ("states", name, "menu")
            long = max((choice.label for choice in menu.choices), key=len)
            if len(menu.choices) > MENU_LIMITS.rows:
                facts: dict[str, Any] = {"why": Term("many_options"), "found": len(menu.choices)}
                yield tree.problem(path, "menu_as_text", key=True, warning=True, limit=MENU_LIMITS.rows, **facts)
            elif len(long) > MENU_LIMITS.row_label:
                facts = {"why": Term("long_label"), "found": f"'{long}' ({len(long)})"}
                yield tree.problem(path, "menu_as_text", key=True, warning=True, limit=MENU_LIMITS.row_label, **facts)
            elif len(menu.text) > MENU_LIMITS.body:
                facts = {"why": Term("long_text"), "found": len(menu.text)}
                yield tree.problem(path, "menu_as_text", key=True, warning=True, limit=MENU_LIMITS.body, **facts)


def _refused(tree: Tree, dialog: Dialog, channels: Sequence[ChannelConfig]) -> Iterator[Problem]:
    """Messages that the channel's own code would refuse to send."""
    for name, state in dialog.states.items():
        for path, effect in _messages(("states", name), state, dialog.language):
            for channel in channels:
                why = _refusal(effect, channel)
                if why:
                    yield tree.problem(path, "cannot_be_sent", key=True, name=channel.name, why=Term(why))
                    break


def _messages(path: Path, state: State, language: str) -> Iterator[tuple[Path, Send]]:
    asked = _question(state, {}, language)
    if asked is not None and asked.text.strip():
        yield (*path, "ask"), asked
    for said in state.say:
        if isinstance(said, Media):
            yield (*path, "say"), SendMedia(said.kind, "https://example.com/", said.caption.render({}, language))
        elif said.render({}, language).strip():
            yield (*path, "say"), SendText(said.render({}, language))


def _question(state: State, values: Mapping[str, Any], language: str) -> SendMenu | SendText | None:
    if state.ask is None:
        return None
    shown = asking.page(state, False, values, language)
    return asking.question(state.ask.render(values, language), shown, values, language)


def _refusal(effect: Send, channel: ChannelConfig) -> str:
    """Why, as one of the catalog's terms; empty: it is sent."""
    try:
        if channel.provider == "whatsapp":
            whatsapp_render.message(_ANYBODY, effect, "", {})
        else:
            twilio_render.message(_ANYBODY, effect, {}, whatsapp=channel.kind == "whatsapp")
    except SendFailed as failed:
        return "audio_caption" if failed.code == "caption" else "too_long_message"
    return ""
