"""Transcripts: a conversation written down, run again, and the first place where it went otherwise.

The format is in `docs/architecture.md` ("Dialog files", `tests/*.yaml`). What a turn doesn't mention isn't checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from bot_runtime.dialogs.conversation import Book
from bot_runtime.dialogs.effects import AnyEffect, CancelTimer, RecordUnfit, Send, StartTimer
from bot_runtime.dialogs.load import duration_s
from bot_runtime.dialogs.model import Dialog, Where
from bot_runtime.dialogs.problems import nearest
from bot_runtime.dialogs.rehearsal import NothingToTap, Rehearsal
from bot_runtime.dialogs.session import About
from bot_runtime.dialogs.shape import shape_problems
from bot_runtime.dialogs.tree import Tree

DOES = ("start", "contact", "tap", "media", "location", "after")
EXPECTS = ("bot", "state", "answers", "ended", "effects")
CHANNELS = ("whatsapp", "sms")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a transcript stops being true. `key` is what differs; `code` tells when it could not even be run."""

    where: Where
    turn: int  # from 1; 0: before the first
    key: str
    expected: Any = None
    got: Any = None
    code: str = "differs"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Transcript:
    """A transcript that can be run: `turns` as they were written, each with its place."""

    tree: Tree
    dialog: Dialog
    about: About
    given: dict[str, Any]
    turns: list[dict[str, Any]]

    @property
    def file(self) -> str:
        return self.tree.file


@dataclass(slots=True)
class Outcome:
    """What running a transcript showed. `happened` has what each turn that ran came to, in the words of the file."""

    file: str
    dialog: str
    difference: Difference | None = None
    happened: list[dict[str, Any]] = field(default_factory=list)


def read(tree: Tree, dialogs: Mapping[str, Dialog]) -> Transcript | Difference:
    """The transcript in `tree`, or the first thing that keeps it from being one."""
    for problem in (*tree.problems, *shape_problems(tree, "test")):
        if problem.severity == "error":
            return Difference(problem.where, 0, "file", code="problem", facts={"problem": problem})
    data = tree.data
    name = data["dialog"]
    if name not in dialogs:
        facts = {"word": name, "near": nearest(name, dialogs), "known": ", ".join(dialogs)}
        return Difference(tree.where(("dialog",)), 0, "dialog", code="unknown_dialog", facts=facts)
    for number, turn in enumerate(data["turns"], 1):
        wrong = _wrong_turn(tree, number, turn)
        if wrong is not None:
            return wrong
    kind = data.get("channel") or "whatsapp"
    contact = _mapping(data, "contact")
    about = About(
        contact_name=str(contact.get("name") or ""),
        contact_phone=str(contact.get("phone") or ""),
        channel=kind,
        channel_kind=kind,
    )
    return Transcript(tree, dialogs[name], about, _mapping(data, "given"), data["turns"])


def _mapping(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _wrong_turn(tree: Tree, number: int, turn: Mapping[str, Any]) -> Difference | None:
    path = ("turns", number - 1)
    if len([key for key in turn if key in DOES]) != 1:
        return Difference(tree.where(path), number, "turn", code="one_thing", facts={"words": ", ".join(DOES)})
    if "after" in turn and duration(turn["after"]) is None:
        return Difference(tree.where((*path, "after")), number, "after", code="no_duration")
    return None


def duration(value: Any) -> timedelta | None:
    """`4h`, `90m`, `1h30m`, and beyond a day `3d` or `2d4h`."""
    if isinstance(value, str) and "d" in value:
        days, _, rest = value.partition("d")
        more = duration_s(rest) if rest else 0
        if days.isdecimal() and len(days) < 4 and more is not None:
            return timedelta(days=int(days), seconds=more)
        return None
    seconds = duration_s(value)
    return None if seconds is None else timedelta(seconds=seconds)


def run(transcript: Transcript, book: Book, to_end: bool = False) -> Outcome:
    """Play `transcript` until it differs, or (`to_end`) until it can't go on."""
    rehearsal = rehearse(transcript.dialog, transcript.about, transcript.given, book)
    outcome = Outcome(transcript.file, transcript.dialog.name)
    for number, turn in enumerate(transcript.turns, 1):
        try:
            effects = _do(rehearsal, transcript.tree, number, turn)
        except NothingToTap as error:
            where = transcript.tree.where(("turns", number - 1, "tap"))
            facts = {"label": error.label, "labels": ", ".join(error.labels)}
            outcome.difference = outcome.difference or Difference(
                where, number, "tap", error.label, list(error.labels), "nothing_to_tap", facts
            )
            return outcome
        got = happened(rehearsal, effects)
        outcome.happened.append(got)
        if outcome.difference is None:
            outcome.difference = _compare(transcript.tree, number, turn, got)
        if outcome.difference is not None and not to_end:
            return outcome
    return outcome


def rehearse(dialog: Dialog, about: About, given: Mapping[str, Any], book: Book) -> Rehearsal:
    """A rehearsal of `dialog` alone: whatever the contact writes first begins it."""
    alone = Book([dialog], book.templates, book.language, dialog.name, given=given)
    about = book.placed(about)
    return Rehearsal(alone, dialog, about, given)


def _do(rehearsal: Rehearsal, tree: Tree, number: int, turn: Mapping[str, Any]) -> tuple[AnyEffect, ...]:
    does = next(key for key in turn if key in DOES)
    value = turn[does]
    match does:
        case "start":
            return rehearsal.start(by_template=value == "template")
        case "contact" | "tap":
            text = value if isinstance(value, str) else tree.raw(("turns", number - 1, does))
            return rehearsal.say(text) if does == "contact" else rehearsal.tap(text)
        case "after":
            return rehearsal.pass_time(duration(value) or timedelta())
        case _:
            return rehearsal.send(str(value) if does == "media" else "location")


def happened(rehearsal: Rehearsal, effects: Sequence[AnyEffect]) -> dict[str, Any]:
    """What a turn came to, under the keys a transcript uses."""
    session = rehearsal.scene.session
    result: dict[str, Any] = {"bot": [rehearsal.text_of(effect) for effect in effects if isinstance(effect, Send)]}
    if session is not None:
        result["state"] = session.state
        result["answers"] = dict(session.answers)
    result["ended"] = session.cause if session is not None and session.phase == "ended" else None
    result["effects"] = [
        written(effect) for effect in effects if not isinstance(effect, Send | StartTimer | CancelTimer | RecordUnfit)
    ]
    return result


def written(effect: AnyEffect) -> dict[str, Any]:
    """`{close_ticket: {reason: …}}`."""
    data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(effect))  # tuples as the lists that a file has
    return {data.pop("do"): data}


def differs(transcript: Transcript, number: int, got: Mapping[str, Any]) -> bool:
    """Whether turn `number` (from 1) came to something else than it says."""
    return _compare(transcript.tree, number, transcript.turns[number - 1], got) is not None


def _compare(tree: Tree, number: int, turn: Mapping[str, Any], got: Mapping[str, Any]) -> Difference | None:
    for key in EXPECTS:
        if key in turn and not _agrees(key, turn[key], got.get(key)):
            where = tree.where(("turns", number - 1, key))
            shown = got.get(key)
            if key == "answers" and isinstance(shown, dict) and isinstance(turn[key], dict):
                shown = {name: shown.get(name) for name in turn[key]}
            return Difference(where, number, key, turn[key], shown)
    return None


def _agrees(key: str, expected: Any, got: Any) -> bool:
    match key:
        case "bot":
            return _texts(expected) == [text.rstrip() for text in got]
        case "state":
            return bool(str(expected) == got)
        case "ended":
            return bool((expected or None) == got) or (expected is True and got is not None)
        case "answers":
            return isinstance(expected, dict) and all(
                name in got and _same(value, got[name]) for name, value in expected.items()
            )
        case _:
            return _same_effects(expected, got)


def _texts(expected: Any) -> list[str]:
    listed = expected if isinstance(expected, list) else [] if expected is None else [expected]
    return [str(text).rstrip() for text in listed]


def _same(expected: Any, got: Any) -> bool:
    return type(expected) is type(got) and bool(expected == got)


def _same_effects(expected: Any, got: Sequence[Mapping[str, Any]]) -> bool:
    """Each effect listed, in order, with at least the facts mentioned; none beside them."""
    if not isinstance(expected, list) or len(expected) != len(got):
        return expected is None and not got
    return all(_same_effect(one, other) for one, other in zip(expected, got, strict=True))


def _same_effect(expected: Any, got: Mapping[str, Any]) -> bool:
    name, facts = next(iter(got.items()))
    if not isinstance(expected, dict):
        return bool(expected == name)
    return list(expected) == [name] and all(
        facts.get(key) == value or str(facts.get(key)) == value for key, value in (expected[name] or {}).items()
    )
