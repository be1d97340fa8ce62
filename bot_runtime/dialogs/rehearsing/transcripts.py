"""Transcripts: a conversation written down, run again, and the first place where it went otherwise.

The format is in `docs/architecture.md` ("Dialog files", `tests/*.yaml`). What a turn doesn't mention isn't checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.durations import duration, moment
from bot_runtime.dialogs.effects import AnyEffect, RecordUnfit
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import nearest
from bot_runtime.dialogs.rehearsing.casting import Cast, Part, parts_of, rehearse
from bot_runtime.dialogs.rehearsing.expectations import EXPECTS, Difference, compare, happened, without_options, written
from bot_runtime.dialogs.rehearsing.rehearsal import BEGINS_AT, CannotHandOver, NothingToTap, act
from bot_runtime.dialogs.rehearsing.standins import NoStandIn, NotAwaited, scripted
from bot_runtime.dialogs.schemas.shape import shape_problems
from bot_runtime.dialogs.tree import Tree

__all__ = [
    "CHANNELS",
    "DOES",
    "EXPECTS",
    "Difference",
    "Outcome",
    "Transcript",
    "differs",
    "duration",
    "happened",
    "read",
    "rehearse",
    "run",
    "written",
]

DOES = ("start", "contact", "tap", "media", "location", "form", "other", "after", "taken", "given_back", "event")
CHANNELS = ("whatsapp", "sms")


@dataclass(slots=True)
class Transcript:
    """A transcript that can be run: `turns` as they were written, each with its place."""

    tree: Tree
    dialog: Dialog
    parts: Mapping[str, Part]
    at: datetime | str  # when it begins; a text has yet to find its time zone
    turns: list[dict[str, Any]]
    loose: bool = False  # texts need not list the options they are shown with
    case: str = ""  # which one of its file, where a file has several

    @property
    def file(self) -> str:
        return f"{self.tree.file}#{self.case}" if self.case else self.tree.file


@dataclass(slots=True)
class Outcome:
    """What running a transcript showed. `happened` has what each turn that ran came to, in the words of the file."""

    file: str
    dialog: str
    difference: Difference | None = None
    happened: list[dict[str, Any]] = field(default_factory=list)
    unfit: set[tuple[str, str]] = field(default_factory=set)  # (dialog, question) of each answer that did not fit


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
    if "at" in data and moment(data["at"], "") is None:
        return Difference(tree.where(("at",)), 0, "at", code="no_moment")
    if data.get("contacts") and data.get("contact"):
        return Difference(tree.where(("contact",), key=True), 0, "contact", code="contact_and_contacts")
    parts = parts_of(data)
    for number, turn in enumerate(data["turns"], 1):
        wrong = _wrong_turn(tree, number, turn, parts)
        if wrong is not None:
            return wrong
    return Transcript(tree, dialogs[name], parts, data.get("at") or BEGINS_AT, data["turns"])


def _wrong_turn(tree: Tree, number: int, turn: Mapping[str, Any], parts: Mapping[str, Part]) -> Difference | None:
    path = ("turns", number - 1)
    if len([key for key in turn if key in DOES]) != 1:
        return Difference(tree.where(path), number, "turn", code="one_thing", facts={"words": ", ".join(DOES)})
    if "after" in turn and duration(turn["after"]) is None:
        return Difference(tree.where((*path, "after")), number, "after", code="no_duration")
    if "as" in turn and turn["as"] not in parts:
        facts = {"word": turn["as"], "near": nearest(str(turn["as"]), parts), "known": ", ".join(filter(None, parts))}
        return Difference(tree.where((*path, "as")), number, "as", code="unknown_contact", facts=facts)
    return None


def run(transcript: Transcript, book: Book, to_end: bool = False) -> Outcome:
    """Play `transcript` until it differs, or (`to_end`) until it can't go on."""
    at = transcript.at if isinstance(transcript.at, datetime) else moment(transcript.at, book.time_zone)
    services = scripted(transcript.tree.data.get("services"))
    cast = Cast(transcript.dialog, transcript.parts, book, at or BEGINS_AT, services)
    outcome = Outcome(transcript.file, transcript.dialog.name)
    for number, turn in enumerate(transcript.turns, 1):
        cast.speaks = turn.get("as", cast.speaks)
        asked = cast.rehearsal.scene.session
        try:
            effects = cast.told(_do(cast, transcript.tree, number, turn))
        except (NothingToTap, CannotHandOver, NoStandIn, NotAwaited) as error:
            outcome.difference = outcome.difference or _cannot(transcript.tree, number, error)
            return outcome
        got = happened(cast.rehearsal, effects)
        outcome.happened.append(got)
        if asked is not None:
            outcome.unfit |= {(asked.dialog, effect.state) for effect in effects if isinstance(effect, RecordUnfit)}
        if outcome.difference is None:
            outcome.difference = compare(
                transcript.tree, number, turn, without_options(got) if transcript.loose else got
            )
        if outcome.difference is not None and not to_end:
            return outcome
    return outcome


def _cannot(tree: Tree, number: int, error: NothingToTap | CannotHandOver | NoStandIn | NotAwaited) -> Difference:
    """What keeps turn `number` from happening at all."""
    if isinstance(error, NoStandIn):
        where = tree.where(("turns", number - 1))
        return Difference(where, number, "services", code="no_stand_in", facts={"state": error.state})
    if isinstance(error, NotAwaited):
        where = tree.where(("turns", number - 1, "event"))
        facts = {"name": error.name, "known": ", ".join(error.known), "lacks": error.lacks}
        return Difference(where, number, "event", code="event_lacks" if error.lacks else "not_awaited", facts=facts)
    if isinstance(error, NothingToTap):
        facts = {"label": error.label, "labels": ", ".join(error.labels)}
        where = tree.where(("turns", number - 1, "tap"))
        return Difference(where, number, "tap", error.label, list(error.labels), "nothing_to_tap", facts)
    key = "taken" if error.why == "not_talking" else "given_back"
    where = tree.where(("turns", number - 1, key))
    return Difference(where, number, key, code=error.why, facts={"states": ", ".join(error.states)})


def _do(cast: Cast, tree: Tree, number: int, turn: Mapping[str, Any]) -> tuple[AnyEffect, ...]:
    does = next(key for key in turn if key in DOES)
    value, rehearsal = turn[does], cast.rehearsal
    if does in ("contact", "tap") and not isinstance(value, str):
        value = tree.raw(("turns", number - 1, does))  # `contact: 007` is what was written
    match does:
        case "contact":
            return rehearsal.say(value)
        case "after":
            return cast.pass_time(duration(value) or timedelta())
        case "event":
            return rehearsal.happen(str(value), turn.get("data"))
    return act(rehearsal, does, value)


def differs(transcript: Transcript, number: int, got: Mapping[str, Any]) -> bool:
    """Whether turn `number` (from 1) came to something else than it says."""
    return compare(transcript.tree, number, transcript.turns[number - 1], got) is not None
