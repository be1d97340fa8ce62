"""Publishing a dialog: what commands and pages ask for and do. Checks come first; an error leaves what is published."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from bot_runtime.dialogs.checks.vanishing import Vanished, vanishing
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.moving import standing
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree
from bot_runtime.runtime.definitions import Definitions, UnknownVersion
from bot_runtime.store.clock import from_ms
from bot_runtime.versions import rules
from bot_runtime.versions.model import Choice, Move, Record, Trial, Version
from bot_runtime.versions.rules import Change, Refused
from bot_runtime.workspace import load_workspace

State = Literal["live", "trial", "withdrawn", "earlier"]


class TrialSeen(msgspec.Struct, frozen=True):
    """`counts`: what `versions/trial.py` compares, `new:begun`, `old:begun`, …"""

    number: int
    share: float
    since: str
    counts: dict[str, int]


class MoveSeen(msgspec.Struct, frozen=True):
    """A move of people: `people` to move, `done` of them; `counts`: what became of those."""

    number: int
    choice: str
    people: int
    done: int
    ended_at: str | None
    counts: dict[str, int]


class VersionSeen(msgspec.Struct, frozen=True):
    """`people`: sessions on this text, shown at the newest number that has it; `states`: where they stand.

    `why`: of one that was withdrawn: person, replaced, failed, unfit.
    """

    number: int
    version: str
    state: State
    at: str
    by: str
    note: str
    again: int
    share: float
    why: str
    people: int
    states: dict[str, int]


class DialogSeen(msgspec.Struct, frozen=True):
    """`draft`: the folder says something else than what is live. `live` 0: it was never published."""

    name: str
    title: str
    live: int
    at: str | None
    by: str
    note: str
    people: int
    draft: bool
    trial: TrialSeen | None
    moving: MoveSeen | None


class VanishedSeen(msgspec.Struct, frozen=True):
    """People in a state that a text has no place for; `near`: the state that probably took it."""

    state: str
    people: int
    near: str | None


class Errors(Refused):
    """The text has errors; `problems` are all that is to say of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("errors", count=sum(one.severity == "error" for one in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text of a dialog with what the check says of it; `dialog` is None when an error keeps it from running."""

    dialog: Dialog | None
    problems: list[Problem]
    tree: Tree


class Publishing:
    """`by` is the id of a caller, or `operator`."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions, self._published = definitions, definitions.published
        self._checking = asyncio.Lock()  # a large folder takes a second: one at a time, whoever else types

    # Looking

    async def dialogs(self) -> list[DialogSeen]:
        records, people = await self._published.records(), await self._published.people()
        folder = self._definitions.folder.dialogs
        return await asyncio.gather(*(self._seen(one, records.get(name), people) for name, one in folder.items()))

    async def dialog(self, name: str) -> DialogSeen:
        """
        Raises:
            Refused: `unknown_dialog`.
        """
        record, people = await self._published.record(name), await self._published.people()
        return await self._seen(self._of_folder(name), record, people)

    async def versions(self, name: str) -> list[VersionSeen]:
        """Newest first."""
        self._of_folder(name)
        record, history = await self._published.record(name), await self._published.history(name)
        newest = {one.version: one.number for one in history}
        texts = await self._published.inhabited(history)
        found = dict(zip(texts, await asyncio.gather(*map(self._published.living, texts)), strict=True))
        return [
            _version_seen(one, record, found.get(one.version, {}) if newest[one.version] == one.number else {})
            for one in reversed(history)
        ]

    async def text(self, name: str, number: int | Literal["draft"] = 0) -> Dialog:
        """The text of a published version; 0: the live one; `draft`: the folder's.

        Raises:
            Refused: `unknown_dialog`, `no_such_version`, `never_published`.
        """
        folder = self._of_folder(name)
        if number == "draft":
            return folder
        if number == 0:
            record = await self._published.record(name)
            if record is None:
                raise Refused("never_published")
            version = record.version
        else:
            version = (await self._published.number(name, number)).version
        found = await self._definitions.pinned(name, version)
        if found is None:
            raise UnknownVersion(f"{name}: the text of version {number} is gone")
        return found

    async def check(self, name: str, source: str | None = None, *, with_advice: bool = False) -> Checked:
        """Check a text of dialog `name` within the workspace; None: its file's, as it is now. Errors of others don't
        count."""
        folder = self._of_folder(name)
        file = folder.where.file
        root = self._definitions.folder.root
        instead = {} if source is None else {file: source.encode()}
        async with self._checking:
            loaded = await asyncio.to_thread(
                load_workspace, root, {}, missing_ok=True, with_advice=with_advice, instead=instead
            )
        if file not in loaded.trees:
            raise Refused("unknown_dialog", name=name, known=", ".join(self._definitions.folder.dialogs))
        elsewhere = set()
        if any(problem.where.file != file for problem in loaded.errors):
            as_it_is = await asyncio.to_thread(load_workspace, root, {}, missing_ok=True)
            elsewhere = {(one.where, one.code) for one in as_it_is.errors if one.where.file != file}
        problems = [
            one
            for one in loaded.problems
            if one.where.file == file or (one.severity == "error" and (one.where, one.code) not in elsewhere)
        ]
        if any(one.severity == "error" for one in problems):
            return Checked(None, problems, loaded.trees[file])
        dialog = load_dialog(loaded.trees[file], self._definitions.folder.language)
        if dialog.name != name:
            raise Refused("other_name", name=name, got=dialog.name)
        return Checked(dialog, problems, loaded.trees[file])

    async def people(self, name: str) -> dict[str, int]:
        """How many people stand in each state, whatever their version."""
        people: Counter[str] = Counter()
        for version in await self._published.inhabited(await self._published.history(name)):
            people.update(await self._published.living(version))
        return dict(people)

    async def vanishing(self, new: Dialog) -> list[Vanished]:
        """Who would lose their place, whichever version they are in, were they moved to `new`."""
        people: Counter[str] = Counter()
        found: dict[str, Vanished] = {}
        for version in await self._published.inhabited(await self._published.history(new.name)):
            if version != new.version:
                old = await self._definitions.pinned(new.name, version)
                for one in vanishing(old, new, await self._published.living(version)):
                    people[one.state] += one.people
                    found[one.state] = one
        return [one._replace(people=people[state]) for state, one in found.items()]

    async def moves(self, name: str) -> list[MoveSeen]:
        """Every move of people of a dialog, newest first."""
        moves = [one for one in await self._published.moves() if one.dialog == name]
        return [await self._move_seen(one) for one in reversed(moves)]

    # Changing

    async def publish(
        self,
        name: str,
        *,
        by: str,
        note: str,
        source: str | None = None,
        share: float = 1.0,
        choice: Choice | None = None,
    ) -> Change:
        """Publish a text (None: the folder's) after a check without errors.

        Raises:
            Errors: the text has some.
            Refused: as `rules.publish` and `rules.check_map`.
        """
        checked = await self.check(name, source)
        if checked.dialog is None:
            raise Errors(checked.problems)
        await self._check_choice(checked.dialog, choice)
        await self._definitions.keep(checked.dialog)
        from_folder = source is None or checked.dialog.version == self._of_folder(name).version
        change = await self._published.publish(
            name, checked.dialog.version, by=by, note=note, share=share, choice=choice, from_folder=from_folder
        )
        await self._definitions.take_up()
        return change

    async def roll_back(
        self, name: str, *, by: str, to: int = 0, note: str = "", choice: Choice | None = None
    ) -> Change:
        """See `rules.roll_back`."""
        self._of_folder(name)
        if choice is not None and choice.people != "keep" and (record := await self._published.record(name)):
            chosen = rules.version_to_return_to(record, await self._published.history(name), to)
            await self._check_choice(await self.text(name, chosen.number), choice)
        change = await self._published.roll_back(name, by=by, to=to, note=note, choice=choice)
        await self._definitions.take_up()
        return change

    async def promote(self, name: str, *, by: str, choice: Choice | None = None) -> Change:
        """See `rules.promote`."""
        self._of_folder(name)
        record = await self._published.record(name)
        if record is not None and record.trial is not None:
            await self._check_choice(await self.text(name, record.trial.number), choice)
        change = await self._published.promote(name, by=by, choice=choice)
        await self._definitions.take_up()
        return change

    async def withdraw(self, name: str, *, by: str) -> Change:
        """See `rules.withdraw`."""
        self._of_folder(name)
        change = await self._published.withdraw(name, by=by)
        await self._definitions.take_up()
        return change

    async def _check_choice(self, new: Dialog, choice: Choice | None) -> None:
        if choice is not None and choice.people == "migrate":
            rules.check_map(choice, await self.vanishing(new), standing(new))

    def _of_folder(self, name: str) -> Dialog:
        dialogs = self._definitions.folder.dialogs
        if name not in dialogs:
            raise Refused("unknown_dialog", name=name, known=", ".join(dialogs))
        return dialogs[name]

    async def _seen(self, folder: Dialog, record: Record | None, people: Mapping[str, int]) -> DialogSeen:
        name, published = folder.name, self._published
        if record is None:
            return DialogSeen(name, folder.title, 0, None, "", "", 0, True, None, None)
        history = await published.history(name)
        newest, texts = history[record.live - 1], {one.version for one in history}
        trial, move = record.trial, await published.move(name, record.moving) if record.moving else None
        live = self._definitions.workspace.dialogs.get(name, folder)
        return DialogSeen(
            name=name,
            title=live.title,
            live=record.live,
            at=_iso(newest.at),
            by=newest.by,
            note=newest.note,
            people=sum(people.get(text, 0) for text in texts),
            draft=folder.version not in (record.version, trial.version if trial else ""),
            trial=await self._trial_seen(trial) if trial else None,
            moving=await self._move_seen(move) if move else None,
        )

    async def _trial_seen(self, trial: Trial) -> TrialSeen:
        return TrialSeen(trial.number, trial.share, _iso(trial.since), await self._published.tried(trial))

    async def _move_seen(self, move: Move) -> MoveSeen:
        counts = await self._published.progress(move)
        outcomes = {name: count for name, count in counts.items() if not name.startswith("noted:")}
        people = sum(counts.values()) - sum(outcomes.values())
        ended = _iso(move.ended_at) if move.ended_at else None
        return MoveSeen(move.number, move.choice.people, people, sum(outcomes.values()), ended, outcomes)


def _version_seen(one: Version, record: Record | None, states: dict[str, int]) -> VersionSeen:
    why = record.withdrawn.get(one.number, "") if record else ""
    state: State = "withdrawn" if why else "earlier"
    if record and record.live == one.number:
        state = "live"
    elif record and record.trial and record.trial.number == one.number:
        state = "trial"
    return VersionSeen(
        number=one.number,
        version=one.version,
        state=state,
        at=_iso(one.at),
        by=one.by,
        note=one.note,
        again=one.again,
        share=one.share,
        why=why,
        people=sum(states.values()),
        states=states,
    )


def _iso(ms: int) -> str:
    return from_ms(ms).isoformat(timespec="seconds")
