"""One contact's run through one dialog version on one channel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from bot_runtime.dialogs.events import Message, Value
from bot_runtime.dialogs.hours import Hours
from bot_runtime.dialogs.texts import Own

__all__ = ["About", "Earlier", "Frame", "Phase", "Session", "Value"]

Phase = Literal["waiting", "quiet", "ended"]


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dialog of the session that is not the running one, and where it stands: a caller, at its `call`."""

    dialog: str
    version: str
    state: str
    answers: dict[str, Value] = {}
    given: dict[str, Value] = {}


class Earlier(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A question that `back` leads to, as what has to be undone to stand there again.

    `depth` callers stand as they stood. The dialog above them goes back to `state`; there, `added` names had no value
    yet and `changed` had another. `frames` ran on top of it, the last of them asking.
    """

    state: str
    added: tuple[str, ...] = ()
    changed: dict[str, Value] = {}
    depth: int = 0
    frames: tuple[Frame, ...] = ()


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Between turns a session is waiting (for `state`'s answer), quiet (a person has it) or ended with a `cause`.

    `version` is the hash of the dialog it pinned. `answers` holds what was saved or set, by name; `given` what a list
    or the contact brought. `wait` numbers the channel's waits, over all its sessions (0: none yet); only
    the newest can time out.
    `attempts`: answers that did not fit the present question. `more`: the second page of its menu is shown (F008).
    `dialog`, `state`, `answers` and `given` are those of the innermost dialog; `callers` wait for it, outermost first.
    `trail`: the questions before this one, the latest last. `reminded`: how many of the question's reminders are past.
    `burst`: what was said so far of an answer in several messages; `deaf_until`: the rest of one, which is not read.
    """

    dialog: str
    version: str
    channel: str
    state: str
    started_at: datetime
    updated_at: datetime
    phase: Phase = "waiting"
    cause: str = ""  # finished, timed_out, closed, opted_out, interrupted, failed
    answers: dict[str, Value] = {}
    given: dict[str, Value] = {}
    attempts: int = 0
    more: bool = False
    wait: int = 0
    asked_by_template: bool = False
    callers: tuple[Frame, ...] = ()
    trail: tuple[Earlier, ...] = ()
    reminded: int = 0
    burst: Message | None = None
    deaf_until: datetime | None = None

    @property
    def root(self) -> str:
        """The dialog that the session began with."""
        return self.callers[0].dialog if self.callers else self.dialog

    @property
    def versions(self) -> set[tuple[str, str]]:
        """Every dialog it may go on in beside the running one, with the version it pinned."""
        if not self.callers and not (self.trail and any(earlier.frames for earlier in self.trail)):
            return set()
        frames = [*self.callers, *(frame for earlier in self.trail for frame in earlier.frames)]
        return {(frame.dialog, frame.version) for frame in frames}


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialog may know of the contact and the channel. Texts and guards read it under these names."""

    contact_id: str = ""
    contact_name: str = ""
    language: str = ""  # the contact's, as a tag; "" where nobody knows
    metadata: Mapping[str, Value] = {}  # what the contact's ticket carries, by the keys of bot.yaml
    contact_phone: str = ""
    channel: str = ""
    channel_kind: str = "whatsapp"  # whatsapp or sms
    country: str = ""  # two letters; how phones, amounts and dates are read
    time_zone: str = ""  # whose today it is; UTC where nothing is known
    hours: Mapping[str, Hours] = {}  # when each department is open
    texts: Own = {}  # what the brand says in place of our built-in texts
    may_ask: bool = True  # the responder; False where they asked too much lately
