"""What should follow from a turn, as orders. The runtime performs them; the core only names them.

Sends become outbox entries in this order; each channel renders them as well as it can.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, cast, get_args

import msgspec

from bot_runtime.dialogs.events import Value


class Effect(msgspec.Struct, frozen=True, tag_field="do", omit_defaults=True):
    pass


class SendText(Effect, frozen=True, tag="text"):
    text: str


class MenuChoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One option as shown: `payload` comes back on a tap, `label` is what the contact reads."""

    label: str
    payload: str
    description: str = ""


class SendMenu(Effect, frozen=True, tag="menu"):
    """A question with options: buttons, a list or numbered text by the channel's limits (F071)."""

    text: str
    choices: tuple[MenuChoice, ...]
    button: str = ""  # what a list's opener says, in the dialog's language


class SendMedia(Effect, frozen=True, tag="media"):
    """`kind`: image, audio, video or document, fetched by the provider from `link`."""

    kind: str
    link: str
    caption: str = ""
    filename: str = ""


class SendForm(Effect, frozen=True, tag="form"):
    """A WhatsApp form (flow) to open with `button`; `flow` is its id at the provider, `screen` where it begins.

    `token` comes back with what was filled in.
    """

    text: str
    flow: str
    button: str
    screen: str = ""
    token: str = ""


class SendTemplate(Effect, frozen=True, tag="template"):
    """An approved template. `parameters`: header, body, then URL buttons, in column order (D15).

    `payloads`: one for each quick-reply button, in order.
    """

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()


Send = SendText | SendMenu | SendMedia | SendForm | SendTemplate
SENDS: Final[frozenset[type]] = frozenset(get_args(Send))


class StartTimer(Effect, frozen=True, tag="start_timer"):
    """Send `TimedOut(wait)` after `seconds`, counted from the sending of this turn's last message (D02).

    With `since` they count from there: what goes on after a reminder is not renewed by it (F054).
    """

    wait: int
    seconds: int
    since: datetime | None = None


class CancelTimer(Effect, frozen=True, tag="cancel_timer"):
    wait: int


class CallService(Effect, frozen=True, tag="call_service"):
    """Call a web service and bring `ServiceAnswered(wait)`; `CancelTimer(wait)` drops it.

    `save` names the parts of its answer to keep. In texts `${NAME}` is a secret and `$$` a dollar (`requests.py`).
    """

    wait: int
    url: str
    method: str
    headers: dict[str, str] = {}
    body: Any = None  # JSON; None: no body
    save: dict[str, str] = {}


class MakeDocument(Effect, frozen=True, tag="make_document"):
    """Fill the document `document` with `data`, make a PDF of it, and bring its link as `save` in `ServiceAnswered`."""

    wait: int
    document: str
    language: str
    save: str
    data: dict[str, Value] = {}


class AskResponder(Effect, frozen=True, tag="ask_responder"):
    """Let the responder answer a message that no step expected, and bring `ResponderAnswered(wait)`.

    `wait` is the session's present one, 0 where there is no session. `question`: what the contact was asked last.
    """

    wait: int
    text: str
    language: str
    question: str = ""


class OpenTicket(Effect, frozen=True, tag="open_ticket"):
    """Hand the contact to the agents of `department`; the bot stays quiet until they give back or close."""

    department: str
    tags: tuple[str, ...] = ()


class CloseTicket(Effect, frozen=True, tag="close_ticket"):
    """The conversation ended; `reason` is one of the brand's, or reserved (D55)."""

    reason: str


class BeginLater(Effect, frozen=True, tag="begin_later"):
    """Begin `dialog` with what is `given` in `seconds`: the survey that follows this one (F018)."""

    dialog: str
    seconds: int
    given: dict[str, Value] = {}


class EndDialog(Effect, frozen=True, tag="end_dialog"):
    """A dialog came to its end, and another follows in the same turn: its results, for the journal (F018)."""

    dialog: str
    cause: str
    answers: dict[str, Value] = {}


class TakeArm(Effect, frozen=True, tag="take_arm"):
    """The contact went down `arm` of the split `state` of `dialog` (F026)."""

    dialog: str
    state: str
    arm: str


class Ignore(Effect, frozen=True, tag="ignore"):
    """The message was not taken as an answer, on purpose; `cause`: burst."""

    cause: str


class SetConsent(Effect, frozen=True, tag="consent"):
    """Remember that the contact opted out (or in) on this channel; `evidence` is what they wrote (F211)."""

    opted_out: bool
    evidence: str


class RecordUnfit(Effect, frozen=True, tag="unfit"):
    """An answer that did not fit question `state`, kept for the author's report (F046)."""

    state: str
    text: str
    attempt: int


class Flag(Effect, frozen=True, tag="flag"):
    """Something an operator should look at: `loop`, `too_many_replies`, `same_text`,
    `window_closed` (a text was not even tried, for WhatsApp would refuse it)."""

    cause: str


AnyEffect = (
    Send
    | StartTimer
    | CancelTimer
    | CallService
    | AskResponder
    | MakeDocument
    | OpenTicket
    | CloseTicket
    | BeginLater
    | EndDialog
    | TakeArm
    | Ignore
    | SetConsent
    | RecordUnfit
    | Flag
)


def sends_in(effects: Iterable[AnyEffect]) -> list[Send]:
    """The messages among `effects`, in order. Told by their type, for a turn has no time to try a union's members."""
    return [cast("Send", effect) for effect in effects if type(effect) in SENDS]
