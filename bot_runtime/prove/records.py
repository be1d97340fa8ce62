"""What a run saw, as plain records. Everything the invariants judge is in one `Evidence`; nothing in it is our word.

Times are seconds on the harness's monotonic clock since the run began; `store_at` adds what the test clock was moved
by, so that waits on the store's clock can be measured.
"""

from typing import Literal

import msgspec


class Send(msgspec.Struct, kw_only=True):
    """A provider call as it came. `accepted`: the message is out, whatever was answered; `answer`: what was."""

    at: float
    store_at: float
    worker: str
    channel: str
    entry: str
    to: str
    kind: Literal["template", "text"]
    text: str
    accepted: bool
    answer: str
    external_id: str = ""


class Try(msgspec.Struct, array_like=True):
    """One POST of a webhook. `status` 0: no answer came."""

    began: float
    ended: float
    status: int
    worker: str


class Event(msgspec.Struct, kw_only=True):
    """A contact's message, and every attempt to deliver it."""

    id: str
    channel: str
    contact: str
    text: str
    kind: Literal["said", "stop", "wait", "answer"] = "said"
    tries: list[Try] = []
    given_up: bool = False

    @property
    def taken_at(self) -> float | None:
        """When it first got its 2xx."""
        return min((one.ended for one in self.tries if 200 <= one.status < 300), default=None)

    @property
    def began_at(self) -> float:
        return self.tries[0].began if self.tries else 0.0


class Told(msgspec.Struct, kw_only=True):
    """A delivery status, and when the server first took it (None: it never did)."""

    entry: str
    external_id: str
    status: str
    taken_at: float | None = None


class Recipient(msgspec.Struct, array_like=True):
    """A row of a campaign as the API shows it."""

    to: str
    status: str


class Campaign(msgspec.Struct, kw_only=True):
    """What was asked of a campaign, and what the API said at the end."""

    id: str
    channel: str
    wanted: list[str]
    state: str = ""
    counts: dict[str, int] = {}
    recipients: list[Recipient] = []


class Poll(msgspec.Struct, kw_only=True):
    """One look at a campaign while it ran."""

    at: float
    campaign: str
    recipients: list[Recipient]


class Blow(msgspec.Struct, kw_only=True):
    """Something done to a process. `until`: when it was back (running again and ready), if it was."""

    kind: Literal["worker_kill", "kill_on_accept", "worker_stop", "worker_term", "store_kill", "store_stop", "outage"]
    at: float
    whom: str
    until: float | None = None


class Evidence(msgspec.Struct, kw_only=True):
    sends: list[Send] = []
    events: list[Event] = []
    told: list[Told] = []
    campaigns: list[Campaign] = []
    polls: list[Poll] = []
    blows: list[Blow] = []
    held_unknown: list[str] = []  # entries that the operator's list of unsettled ones shows


class Violation(msgspec.Struct, frozen=True, order=True):
    """A promise that did not hold. `rule` names it; `whom` is the contact, event or campaign, by our own ids."""

    rule: str
    whom: str
    facts: str = ""
