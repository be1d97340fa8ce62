"""What happened to a contact, a line a turn: what agents, authors and `explain` read later."""

from typing import Any

import msgspec

from bot_runtime.dialogs.effects import AnyEffect, Send, SendForm, SendMedia, SendMenu, SendTemplate, SendText
from bot_runtime.dialogs.events import (
    AgentReplied,
    AnyEvent,
    DialogRequested,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    NoteAdded,
    OptionTapped,
    OtherReceived,
    OutsideEvent,
    ReactionReceived,
    ResponderAnswered,
    SendRefused,
    ServiceAnswered,
    TextReceived,
    TicketClosed,
    TicketDataChanged,
    TicketGivenBack,
    TicketTransferred,
)


class Line(msgspec.Struct, frozen=True, omit_defaults=True, rename={"came_from": "from", "now_in": "to"}):
    """One turn. `at` is in ms; `event` names what came (`text` is what the contact wrote or tapped).

    `number` orders the contact's events. `sent` pairs the number of each outbox entry with its text; `effects` names
    what else followed. `ticket` is the conversation it belongs to; `by` the person of the team who did it. `queued`: in
    which department's queue the conversation came; `closed`: the reason that its ticket closed with, by itself.
    What a replay needs beside the text: `begun`, the turn began its session; `late`, how many seconds before it the
    event came; `facts` of the event (a file's type, a place, what a service brought).
    """

    at: int
    event: str
    channel: str
    number: int = 0
    text: str = ""
    dialog: str = ""
    came_from: str = ""
    now_in: str = ""
    cause: str = ""
    sent: tuple[tuple[int, str], ...] = ()
    effects: tuple[str, ...] = ()
    ticket: int = 0
    by: str = ""
    by_name: str = ""
    queued: str = ""
    closed: str = ""
    begun: bool = False
    late: int = 0
    facts: dict[str, Any] = {}


_LONGEST_FORM = 2_000  # characters of it in a line
_TOLD = {"at", "channel", "message_id", "sent_at", "quoted", "profile_name", "text", "kind", "caption", "ref", "due_at"}


def facts_of_event(event: AnyEvent) -> dict[str, Any]:
    """What only a replay asks for, and no other field of the line tells."""
    match event:
        case TextReceived() | OptionTapped():
            return {}
        case MediaReceived() | LocationReceived() | FormReceived() | ServiceAnswered() | OutsideEvent():
            told = msgspec.to_builtins(event)
            return {name: fact for name, fact in told.items() if name not in _TOLD and name != "is"}
        case DialogRequested(template=template) if template:
            return {"template": template}
        case _:
            return {}


def text_of_event(event: AnyEvent) -> str:
    match event:
        case TextReceived(text=text) | OptionTapped(text=text) | MessageEdited(text=text):
            return text
        case MediaReceived(kind=kind, caption=caption):
            return f"[{kind}] {caption}".rstrip()
        case LocationReceived(name=name):
            return f"[location] {name}".rstrip()
        case ReactionReceived(emoji=emoji):
            return emoji
        case FormReceived(data=data):
            return f"[form] {data}"[:_LONGEST_FORM]
        case OtherReceived(kind=kind):
            return f"[{kind}]"
        case AgentReplied(text=text) | NoteAdded(text=text) | TicketClosed(reason=text):
            return text
        case TicketTransferred(department=department, to_name=name, note=note):
            return " · ".join(part for part in (name or department, note) if part)
        case TicketGivenBack(state=state):
            return state
        case SendRefused(code=code):
            return code
        case ServiceAnswered(error=error, status=status):
            return error or (str(status) if status else "")
        case OutsideEvent(name=name):
            return name
        case ResponderAnswered(error=error):
            return error
        case TicketDataChanged(told=told):
            return told
    return ""


def text_of_send(effect: Send) -> str:
    match effect:
        case SendText(text=text):
            return text
        case SendMenu(text=text, choices=choices):
            return text + "\n" + "\n".join(f"{n}) {choice.label}" for n, choice in enumerate(choices, 1))
        case SendForm(text=text, button=button):
            return f"{text}\n[{button}]"
        case SendMedia(kind=kind, link=link, caption=caption):
            return f"[{kind}] {caption or link}"
        case SendTemplate(name=name, parameters=parameters):
            return f"[{name}] {' · '.join(parameters)}".rstrip()


def name_of(effect: AnyEffect) -> str:
    """`open_ticket department=cobranza`: an effect as a line people can read."""
    fields = msgspec.to_builtins(effect)
    name = fields.pop("do")
    return " ".join([name, *(f"{key}={value}" for key, value in fields.items())])
