"""Answers that are no text: a file (F042), a place (F043), a form's fields (F044)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot_runtime.dialogs.events import FormReceived, LocationReceived, MediaReceived, Message
from bot_runtime.dialogs.model import Answer
from bot_runtime.dialogs.recognizers.identity import read_place
from bot_runtime.dialogs.recognizers.result import Fits, Here, Stored, Unfit
from bot_runtime.dialogs.texts import say

FILE_KINDS = ("image", "audio", "video", "document")
MAX_MB = 16  # of an attachment, unless the question says otherwise
MOST_MB = 100  # what providers pass on at all
_MB = 1024 * 1024
_LONGEST_FORM = 65_536  # characters
_LONGEST_FIELD = 4_096
_OUR_TOKEN = "flow_token"  # ours, and no answer


def read_received(answer: Answer | None, event: Message) -> Fits | Unfit | None:
    """What a message without text is as an answer of this kind; None: questions of this kind are not answered so."""
    kind = answer.kind if answer is not None else ""
    match event:
        case LocationReceived() if kind == "location":
            return read_place(event.latitude, event.longitude, event.name, event.address)
        case MediaReceived() if kind == "attachment" and answer is not None:
            return _read_file(answer.limits, event)
        case FormReceived() if kind == "form" and answer is not None:
            return _read_form(answer.limits, event.data)
    return None


def file_kinds(limits: Mapping[str, Any]) -> Sequence[str]:
    return limits.get("kinds") or FILE_KINDS


def most_bytes(limits: Mapping[str, Any]) -> int:
    return int(limits.get("max_mb", MAX_MB)) * _MB


def _read_file(limits: Mapping[str, Any], event: MediaReceived) -> Fits | Unfit:
    """The stored file's id. `event` says what became of fetching it (`runtime/attachments.py`)."""
    if event.kind not in file_kinds(limits):
        return Unfit("other_kind")
    if event.trouble == "too_large" or event.bytes > most_bytes(limits):
        return Unfit("file_too_large")
    if event.trouble:
        return Unfit("file_lost")
    told = {"kind": event.kind, "mime": event.mime, "name": event.filename}
    return Fits(event.file or event.ref, tuple((name, value) for name, value in told.items() if value))


def said_kinds(limits: Mapping[str, Any], here: Here) -> str:
    """`una imagen o un documento`."""
    named = [say(here.language, f"file_{kind}") for kind in file_kinds(limits)]
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} {say(here.language, 'or')} {named[-1]}"


def _read_form(limits: Mapping[str, Any], data: str) -> Fits | Unfit:
    """The fields as one JSON text, and each by its name beside it (under no prefix: `Form` saves them so)."""
    try:
        read = json.loads(data) if len(data) <= _LONGEST_FORM else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        return Unfit("not_a_form")
    fields = {str(name): value for name, value in read.items() if name != _OUR_TOKEN}
    wanted = limits.get("fields") or ()
    kept = tuple((name, _stored(fields.get(name))) for name in wanted)
    return Fits(json.dumps(fields, ensure_ascii=False, separators=(",", ":")), own=kept)


def _stored(value: Any) -> Stored:
    """A field as answers are stored: what has parts is a list of texts or JSON."""
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, list) and all(isinstance(one, str | int | float | bool) for one in value):
        return [str(one)[:_LONGEST_FIELD] for one in value[:100]]
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return written[:_LONGEST_FIELD]
