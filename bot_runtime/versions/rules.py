"""How a dialog's record changes when somebody publishes, promotes, withdraws or rolls back. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from bot_runtime.dialogs.checks.vanishing import Vanished
from bot_runtime.errors import BotRuntimeError
from bot_runtime.versions.model import Choice, Move, Record, Trial, Version

LONGEST_NOTE = 500
LONGEST_TEXT = 1_000


class Refused(BotRuntimeError):
    """What cannot be published as things stand; `code` and `facts` are told by `words.said`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code, self.facts = code, facts


class Change(NamedTuple):
    """What to keep: the record, a version that is new, a move of people, and what the audit tells."""

    record: Record
    version: Version | None
    move: Move | None
    what: str
    facts: dict[str, object]


def publish(
    record: Record | None,
    dialog: str,
    version: str,
    *,
    at: int,
    by: str,
    note: str = "",
    share: float = 1.0,
    choice: Choice | None = None,
    inside: Sequence[str] = (),
    from_folder: bool = False,
    again: int = 0,
) -> Change:
    """Let new sessions begin on the text `version`: all of them, or a `share` to try it.

    `inside`: the versions that have people, whom `choice` is about. What is live already is published again only to
    move them: a saved file is live at once, and leaves people where they are. A trial under way ends: what is published
    now takes its place.

    Raises:
        Refused: `same`, `nothing_live`, `share`, `share_moves`, `still_moving`, `note_too_long`, `text_missing`.
    """
    choice, repeats = choice or Choice(), again
    _check_choice(record, choice, share)
    if len(note) > LONGEST_NOTE:
        raise Refused("note_too_long", most=LONGEST_NOTE)
    if record is not None and record.version == version and record.trial is None:
        if choice.people == "keep" or all(one == version for one in inside):
            raise Refused("same", dialog=dialog, number=record.live)
        repeats = record.live
    if share < 1 and record is None:
        raise Refused("nothing_live", dialog=dialog)
    number = (record.last if record else 0) + 1
    added = Version(number=number, version=version, at=at, by=by, note=note, again=repeats, share=share)
    record = record or Record(dialog=dialog, last=0, live=0, version="")
    if record.trial is not None:
        record = _without_trial(record, "replaced")
    if from_folder:
        record = structs.replace(record, seen=version)
    if share < 1:
        trial = Trial(dialog=dialog, number=number, version=version, base=record.version, share=share, since=at)
        after = structs.replace(record, last=number, trial=trial)
        return Change(after, added, None, "dialog_tried", {"number": number, "share": share, "note": note})
    after = structs.replace(record, last=number, live=number, version=version)
    what = "dialog_rolled_back" if again else "dialog_published"
    facts: dict[str, object] = {"number": number, "note": note, **({"again": again} if again else {})}
    return _moving(Change(after, added, None, what, facts), choice, inside, at, by)


def seen(record: Record, version: str) -> Record:
    """The folder says what is live already; so nothing is published when it is read again."""
    return structs.replace(record, seen=version)


def roll_back(
    record: Record | None,
    history: Sequence[Version],
    *,
    at: int,
    by: str,
    to: int = 0,
    note: str = "",
    choice: Choice | None = None,
    inside: Sequence[str] = (),
) -> Change:
    """Publish the text of version `to` again, under a new number; without `to`, what was live before.

    Raises:
        Refused: `never_published`, `nothing_before`, `no_such_version`, and those of `publish`.
    """
    if record is None:
        raise Refused("never_published")
    chosen = version_to_return_to(record, history, to)
    return publish(
        record,
        record.dialog,
        chosen.version,
        at=at,
        by=by,
        note=note,
        choice=choice,
        inside=inside,
        again=chosen.number,
    )


def version_to_return_to(record: Record, history: Sequence[Version], to: int = 0) -> Version:
    """The version `to`, else the newest before the live one that says something else and was not withdrawn."""
    if to:
        found = next((one for one in history if one.number == to), None)
        if found is None:
            raise Refused("no_such_version", number=to, last=record.last)
        return found
    for one in reversed(history[: max(record.live - 1, 0)]):
        if one.version != record.version and one.number not in record.withdrawn:
            return one
    raise Refused("nothing_before", dialog=record.dialog)


def promote(
    record: Record | None, *, at: int, by: str, choice: Choice | None = None, inside: Sequence[str] = ()
) -> Change:
    """Let every new session begin on the version on trial, under the number it has.

    Raises:
        Refused: `no_trial`, and those about people of `publish`.
    """
    if record is None or record.trial is None:
        raise Refused("no_trial")
    choice, trial = choice or Choice(), record.trial
    _check_choice(record, choice, 1.0)
    after = structs.replace(record, live=trial.number, version=trial.version, trial=None)
    change = Change(after, None, None, "dialog_promoted", {"number": trial.number})
    return _moving(change, choice, inside, at, by)


def withdraw(record: Record | None, why: str = "person", **facts: object) -> Change:
    """End the trial: every new session begins on the version before it. Who is inside stays there.

    Raises:
        Refused: `no_trial`.
    """
    if record is None or record.trial is None:
        raise Refused("no_trial")
    number = record.trial.number
    return Change(_without_trial(record, why), None, None, "dialog_withdrawn", {"number": number, "why": why, **facts})


def check_map(choice: Choice, lost: Sequence[Vanished], states: Mapping[str, bool]) -> None:
    """Whether every place that people would lose is given another, or stays; `states`: of the new version, those where
    a conversation can stand.

    Raises:
        Refused: `unmapped` (`states`: each with its people), `unknown_state`.
    """
    for old, new in choice.states.items():
        if not states.get(new, False):
            raise Refused("unknown_state", old=old, new=new, known=", ".join(name for name in states if states[name]))
    missing = [one for one in lost if one.state not in choice.states and one.state not in choice.stay]
    if missing:
        told = ", ".join(f"{one.state} ({one.people})" for one in missing)
        raise Refused("unmapped", states=told)


def _check_choice(record: Record | None, choice: Choice, share: float) -> None:
    if not 0 < share <= 1:
        raise Refused("share")
    if choice.people == "keep":
        return
    if share < 1:
        raise Refused("share_moves")
    if record is not None and record.moving:
        raise Refused("still_moving", number=record.moving)
    if choice.people == "restart" and not choice.text.strip():
        raise Refused("text_missing")
    if len(choice.text) > LONGEST_TEXT:
        raise Refused("text_too_long", most=LONGEST_TEXT)


def _moving(change: Change, choice: Choice, inside: Sequence[str], at: int, by: str) -> Change:
    record = change.record
    others = tuple(one for one in inside if one != record.version)
    if choice.people == "keep" or not others:
        return change
    move = Move(
        dialog=record.dialog,
        number=record.live,
        version=record.version,
        choice=choice,
        versions=others,
        at=at,
        by=by,
    )
    facts = {**change.facts, "people": choice.people}
    return change._replace(record=structs.replace(record, moving=record.live), move=move, facts=facts)


def _without_trial(record: Record, why: str) -> Record:
    assert record.trial is not None
    return structs.replace(record, trial=None, withdrawn={**record.withdrawn, record.trial.number: why})
