"""A ticket: the record of a conversation as work for people. Changed by turns alone, together with the session."""

from typing import Literal

import msgspec

from bot_runtime.dialogs.events import LateAnswers, Reminding

State = Literal["waiting", "bot", "queued", "taken", "closed"]
OPEN: frozenset[str] = frozenset({"waiting", "bot", "queued", "taken"})
OPENED = "open"  # no reason may be called so
WITH_PEOPLE: frozenset[str] = frozenset({"queued", "taken"})


class Ticket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`number` counts the contact's tickets. Times are in ms on the store's clock.

    `owner` is the login of who took it; `queued_at` its age in the queue, kept through transfers (D60). `unread`
    counts the contact's messages that nobody answered. `dialog` is the bot's that led here, empty without one.
    """

    contact: str
    number: int
    channel: str
    state: State
    opened_at: int
    changed_at: int
    department: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    owner_name: str = ""
    queued_at: int = 0
    reason: str = ""
    closed_by: str = ""
    dialog: str = ""
    contact_name: str = ""
    address: str = ""  # how the contact is reached on this channel, as people read it
    last_text: str = ""
    last_at: int = 0
    heard_at: int = 0  # when the contact wrote last; for a day from then WhatsApp takes texts
    unread: int = 0
    metadata: dict[str, str] = {}
    campaign: str = ""
    row: int = 0
    message_id: str = ""  # the provider's, of the campaign's message: an answer may quote it (D52)
    template: str = ""  # with `given`: what a late answer needs to begin the dialog where it would have begun
    given: dict[str, str] = {}
    remind: tuple[Reminding, ...] = ()  # while it waits: what is still to be said, before the wait ends at `ends_at`
    ends_at: int = 0
    late: LateAnswers | None = None  # of a campaign's ticket; None: as is usual (D05)
    arms: tuple[str, ...] = ()  # of splits the contact took, `dialog.state|arm` (F026)
    reopened: tuple[str, ...] = ()  # the reasons of earlier closes (D56)

    @property
    def id(self) -> str:
        return f"{self.contact}-{self.number}"

    @property
    def of_row(self) -> str:
        """`campaign:row` of a campaign's ticket."""
        return f"{self.campaign}:{self.row}"

    @property
    def standing(self) -> str:
        """`open`, or the reason it closed with: what campaigns count their tickets by."""
        return OPENED if self.is_open else self.reason

    @property
    def is_open(self) -> bool:
        return self.state != "closed"


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a person's request. `code` is empty when it was done; else why not, with what they should know.

    Codes: `gone` there is no such ticket; `closed`; `taken` (facts: owner, owner_name) confirm to take it over;
    `owner_changed` likewise, for the owner they saw is not the owner now; `not_owner`; `unknown_reason`; `no_bot`;
    `unknown_state`; `unknown_data`; `bad_data` (facts: name, conflict); `window_closed`; `open` the contact has another
    conversation.
    """

    code: str = ""
    facts: dict[str, str] = {}
    ticket: Ticket | None = None
