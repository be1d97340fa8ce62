"""What every channel can do. Verify, parse and render are pure; only send is on the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from bot_runtime.dialogs.effects import Send, SendTemplate
from bot_runtime.dialogs.events import AnyInbound


class Address(msgspec.Struct, frozen=True):
    """One way to reach a contact. `canonical` identifies (`tel:+5215…` folded by D22, `wa-id:MX.123`), `spelling` is
    the provider's own form, used for sending."""

    canonical: str
    spelling: str


class Received(msgspec.Struct, frozen=True):
    """An inbound event and whose it is: `addresses` holds at least one, the phone first where there is one.

    `account` is the provider's name for our number (WhatsApp `phone_number_id`, Twilio `To`); it picks the channel
    among those that share a webhook URL. `event.channel` is filled with the channel the webhook came to.
    """

    addresses: tuple[Address, ...]
    account: str
    event: AnyInbound


class StatusReported(msgspec.Struct, frozen=True):
    """A provider's report on one of our messages. `entry` is our id where the provider returned it.

    `status`: sent, delivered, read or failed. `code` is the provider's error code, `kind` its retry class.
    `recipient` is the contact's canonical address, where told.
    """

    account: str
    entry: str
    external_id: str
    status: str
    at: datetime
    code: str = ""
    kind: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """A contact's number or user id changed at the provider: `old` now is `new`."""

    account: str
    old: Address
    new: Address
    message_id: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something we understood enough to leave alone, or did not understand at all; logged, never an error."""

    account: str
    why: str


@dataclass(frozen=True, slots=True)
class LevelReported:
    """How many contacts `business`, our account at the provider, may reach in 24 hours; -1: as many as there are."""

    account: str
    business: str
    contacts: int


@dataclass(frozen=True, slots=True)
class TemplatesChanged:
    """Something about a template of `business`, our account at the provider, is not as it was; its list says what."""

    account: str
    business: str
    why: str


Parsed = Received | StatusReported | AddressChanged | LevelReported | TemplatesChanged | Ignored


@dataclass(frozen=True, slots=True)
class Request:
    """A provider call, ready to send: `json` or `form` (repeated names allowed) is its body."""

    method: str
    url: str
    headers: Mapping[str, str]
    json: Mapping[str, Any] | None = None
    form: tuple[tuple[str, str], ...] | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Protective limits of one channel; each may be set under `limits:` of the channel in `bot.yaml`.

    `reply_reserve`: the share of the rate that campaigns leave alone. `level`: which of `levels` counts until the
    provider says (from 1; 0: no limit). `agents_share`: the share of the level that is the agents' alone. `carry_over`:
    `rolling` or `next_day` (D43).
    """

    messages_per_s: float = 80
    reply_reserve: float = 0.1
    level: int = 1
    levels: Sequence[int] = (1_000, 10_000, 100_000)
    agents_share: float = 0
    carry_over: str = "rolling"
    pair_pause_s: float = 6
    pair_burst: int = 10
    replies_per_min: int = 20
    same_text: int = 5
    body_bytes: int = 4 * 1024 * 1024
    sms_budget: int = 149

    @property
    def level_contacts(self) -> int:
        """Contacts that may be reached in 24 hours by this setting; -1: as many as there are."""
        return self.levels[min(self.level, len(self.levels)) - 1] if self.level > 0 and self.levels else -1


def limits_of(provider: str, kind: str) -> dict[str, float]:
    """Where a channel's defaults differ: the pause is WhatsApp's rule (F144); forms are never as big as Meta's JSON."""
    pause: dict[str, float] = {"pair_pause_s": 0} if kind == "sms" else {}
    return pause | {"body_bytes": 256 * 1024} if provider == "twilio" else pause


class TemplateButton(Protocol):
    """A quick reply (`kind` reply, with its `payload`) or a link (`kind` url, to `url`), labelled `text`."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def payload(self) -> str: ...
    @property
    def url(self) -> str: ...


class Template(Protocol):
    """What a channel needs to know of an approved template, to put parameters where they belong.

    `header`: {"text": …}, {"image": its link}, or None. `content_sid`: Twilio's name for it (`HX…`), or empty.
    """

    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def header(self) -> Mapping[str, str] | None: ...
    @property
    def body(self) -> str: ...
    @property
    def footer(self) -> str: ...
    @property
    def buttons(self) -> Sequence[TemplateButton]: ...
    @property
    def content_sid(self) -> str: ...


class ListedTemplate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A template as the provider lists it. `status`: approved, pending, rejected, paused, disabled…; `reason`: why."""

    name: str
    language: str
    status: str
    category: str = ""
    reason: str = ""


class ChannelConfig(Protocol):
    """A channel's entry in `bot.yaml`: `options` are its provider's own, with the secrets filled in."""

    @property
    def name(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def options(self) -> Mapping[str, Any]: ...
    @property
    def limits(self) -> Limits: ...


Templates = Mapping[tuple[str, str], Template]
"""Templates by (name, language)."""


class Channel(Protocol):
    """One connected account or number."""

    name: str
    kind: str  # whatsapp or sms: what the contact sees
    provider: str  # whatsapp or twilio: whose wire format
    account: str
    limits: Limits
    api_base: str  # where the provider is asked for files
    describes_files: bool  # whether `render_file` brings where a file is, rather than the file
    redelivers: bool  # whether the provider sends a webhook again that got no 2xx; else ours is the only copy

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """The text to answer a GET verification with (200), or None to refuse it (403)."""

    def verify(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raise `BadSignature` unless the provider signed exactly these bytes (for Twilio, the public `url` too)."""

    def parse(self, body: bytes, content_type: str, query: Mapping[str, str], now: datetime) -> list[Parsed]:
        """Everything in one webhook, in order. `query` is the callback URL's (Twilio brings `entry` there).

        Raises:
            BadPayload: the body is not JSON (or not a form) of this provider at all.
        """

    def acknowledgement(self) -> tuple[str, str]:
        """Body and content type of a 200."""

    def render(self, to: str, effect: Send, entry: str) -> Request:
        """The call that sends `effect` to the provider's spelling `to`; `entry` comes back in its statuses.

        Raises:
            SendFailed: kind `N`, when the effect cannot be said on this channel whole (too long, unknown template).
        """

    def template_text(self, effect: SendTemplate) -> str:
        """The template as the contact reads it.

        Raises:
            SendFailed: kind `N`; there is no such template, or the parameters are not its.
        """

    def render_read(self, message_id: str, typing: bool = False) -> Request | None:
        """The call that marks an inbound message as read (and shows us typing), where the provider has one."""

    def render_file(self, ref: str) -> Request | None:
        """The call that brings the file of a `MediaReceived`, or says where it is; None: it is no file of theirs."""

    def file_in(self, body: bytes) -> tuple[str, str, int] | None:
        """Where that file is, its MIME type and size in bytes (0: not told), by the answer to `render_file`."""

    def accepted(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        """The provider's message id from its answer to a send.

        Raises:
            SendFailed: with the retry class of the answer (2xx without an id is `U`).
        """
