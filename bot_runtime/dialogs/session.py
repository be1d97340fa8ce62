"""One contact's run through one dialog version on one channel."""

from datetime import datetime
from typing import Literal

import msgspec

Value = str | int | float | bool | list[str] | None
Phase = Literal["waiting", "quiet", "ended"]


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Between turns a session is waiting (for `state`'s answer), quiet (a person has it) or ended with a `cause`.

    `version` is the hash of the dialog it pinned. `answers` holds what was saved or set, by name; `given` what a list
    or the contact brought. `wait` numbers the channel's waits, over all its sessions (0: none yet); only
    the newest can time out.
    `attempts`: answers that did not fit the present question. `more`: the second page of its menu is shown (F008).
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


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialog may know of the contact and the channel. Texts and guards read it under these names."""

    contact_name: str = ""
    contact_phone: str = ""
    channel: str = ""
    channel_kind: str = "whatsapp"  # whatsapp or sms
    country: str = ""  # two letters; how phones, amounts and dates are read
    time_zone: str = ""  # whose today it is; UTC where nothing is known
