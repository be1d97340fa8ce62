"""What the phones' API takes, as types; and its answer to a wrong call: which field, what was expected, what came."""

import json
import re
from typing import Any, Literal, TypeVar

import msgspec
from aiohttp import web

from bot_runtime.devtools.phrases import PHRASES, say

T = TypeVar("T")
Scalar = str | int | float | bool | None


class BadCall(Exception):
    """A call that cannot be done as it is. `expected` is a phrase's name; `came` None: nothing did."""

    def __init__(self, field: str, expected: str, came: str | None = None, status: int = 400, **facts: Any) -> None:
        super().__init__(f"{field}: {expected}")
        self.field, self.expected, self.came, self.status, self.facts = field, expected, came, status, facts

    def answer(self, language: str) -> web.Response:
        expected = say(language, self.expected, **self.facts)
        came = say(language, "nothing") if self.came is None else self.came
        sentence = "wrong" if self.field else "wrong_body"
        error = say(language, sentence, field=self.field, expected=expected, came=came)
        facts = {"error": error, "field": self.field, "expected": expected, "came": came}
        return web.json_response(facts, status=self.status)


class NewPhone(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    channel: str
    number: str = ""
    hidden: bool = False


class Said(msgspec.Struct, tag_field="kind", tag="text", forbid_unknown_fields=True):
    text: str
    quoted: str = ""


class Tapped(msgspec.Struct, tag_field="kind", tag="tap", forbid_unknown_fields=True):
    """`payload` finds the option; without one, `text` does."""

    message: str
    payload: str = ""
    text: str = ""


class File(msgspec.Struct, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """`content` is base64; without it a stand-in goes."""

    caption: str = ""
    filename: str = ""
    mime: str = ""
    content: bytes = b""


class Image(File, tag="image"):
    pass


class Audio(File, tag="audio"):
    pass


class Video(File, tag="video"):
    pass


class Document(File, tag="document"):
    pass


class Sticker(File, tag="sticker"):
    pass


class Location(msgspec.Struct, tag_field="kind", tag="location", forbid_unknown_fields=True):
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class Reaction(msgspec.Struct, tag_field="kind", tag="reaction", forbid_unknown_fields=True):
    message: str
    emoji: str = ""


class Card(msgspec.Struct, tag_field="kind", tag="contacts", forbid_unknown_fields=True):
    name: str
    number: str


class Raw(msgspec.Struct, tag_field="kind", tag="raw", forbid_unknown_fields=True):
    """A message object of WhatsApp's, as it stands in `messages[]`: `type` and what goes with it."""

    contents: dict[str, Any]


Sending = Said | Tapped | Image | Audio | Video | Document | Sticker | Location | Reaction | Card | Raw


class StartDialog(msgspec.Struct, forbid_unknown_fields=True):
    dialog: str
    given: dict[str, Scalar] = {}


class Switches(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How the providers misbehave all the time; what is left out stays as it is.

    `twice`: every webhook comes twice. `shuffled`: the statuses of a message come in reverse. `window`: WhatsApp
    refuses free text 24 h after the contact's last message. `opt_outs`: Twilio keeps its own list of who said STOP.
    `messages_per_s`: more than so many of one account are refused as too fast (130429, 20429); 0: no limit.
    `tier`: the level that WhatsApp says when asked for it (`TIER_250`, `TIER_1K`, … `TIER_UNLIMITED`); empty: none.
    """

    twice: bool | None = None
    shuffled: bool | None = None
    window: bool | None = None
    opt_outs: bool | None = None
    messages_per_s: int | None = None
    tier: str | None = None


Provider = Literal["whatsapp", "twilio"]


async def body_as(request: web.Request, kind: Any) -> Any:
    """The JSON body as `kind`.

    Raises:
        BadCall: naming the first field that is wrong.
    """
    if request.content_type != "application/json":
        raise BadCall("Content-Type", "json", request.content_type, 415)
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise BadCall("", "small_body", "> 16 MiB", 413) from None
    try:
        data = loads(raw)
    except (ValueError, RecursionError):
        raise BadCall("", "whole_json", shown(raw.decode(errors="replace")) or None) from None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _in_words(str(error), data) from None


def loads(raw: bytes) -> Any:
    """JSON whose texts can be written again: half of a surrogate pair (`"\\ud83d"`) is a ValueError too."""
    data = json.loads(raw)
    json.dumps(data, ensure_ascii=False).encode()
    return data


def _in_words(message: str, data: Any) -> BadCall:
    """msgspec's sentence as field, expected and what came."""
    what, _, path = message.partition(" - at `$")
    path = path.rstrip("`").removeprefix(".")
    if missing := re.search(r"missing required field `(\w+)`", what):
        return BadCall(".".join(filter(None, [path, missing[1]])), "value")
    if unknown := re.search(r"contains unknown field `(.*?)`", what):
        return BadCall(unknown[1], "known_field", unknown[1])
    came = shown(_at(data, path))
    if (wanted := re.match(r"Expected `(.*?)`", what)) and wanted[1] in PHRASES:
        return BadCall(path, wanted[1], came)
    return BadCall(path, "known_kind" if path == "kind" else "known_value", came)


def _at(data: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def shown(value: Any) -> str:
    """What came, short enough to repeat."""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 60 else text[:59] + "…"
