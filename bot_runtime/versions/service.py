"""Published versions in the store: read, changed by compare-and-set, counted, and who did what.

Keys, all in one slot: `<brand>:{dialogs}:` `records`, `versions:<dialog>`, `rev` (grows with every change, so that
processes see one cheaply), `audit`, `moves`.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from bot_runtime.errors import BotRuntimeError
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys, version_name
from bot_runtime.store.scripts import Script
from bot_runtime.versions import rules
from bot_runtime.versions.model import FILE, Choice, Move, Record, Trial, Version
from bot_runtime.versions.rules import Change, Refused

_PUBLISH = Script.load("dialog_publish")
MOST_AUDIT = 1_000

_record = msgspec.json.Decoder(Record).decode
_version = msgspec.json.Decoder(Version).decode
_move = msgspec.json.Decoder(Move).decode
_encode = msgspec.json.Encoder().encode


class ChangedMeanwhile(BotRuntimeError):
    """Somebody else published this dialog at the same time, again and again."""


class Versions:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    def now_ms(self) -> int:
        return self._store.clock.now_ms()

    # Reading

    async def rev(self) -> int:
        """Grows with every change of any dialog."""
        return int(await self._ask("GET", "rev") or 0)

    async def records(self) -> dict[str, Record]:
        found = await self._ask("HVALS", "records")
        return {record.dialog: record for record in map(_record, found)}

    async def record(self, dialog: str) -> Record | None:
        raw = await self._ask("HGET", "records", dialog)
        return _record(raw) if raw else None

    async def history(self, dialog: str) -> list[Version]:
        """Every published version, oldest first; number n stands at n - 1."""
        return list(map(_version, await self._ask("LRANGE", f"versions:{dialog}", 0, -1)))

    async def number(self, dialog: str, number: int) -> Version:
        """One published version.

        Raises:
            Refused: there is none of that number.
        """
        found = await self._ask("LINDEX", f"versions:{dialog}", number - 1) if number > 0 else None
        if not found:
            record = await self.record(dialog)
            raise Refused("no_such_version", number=number, last=record.last if record else 0)
        return _version(found)

    async def living(self, version: str) -> dict[str, int]:
        """How many sessions are on a version, by the state they stand in."""
        names = [self._keys.living(shard, version) for shard in range(self._keys.shards)]
        replies = await asyncio.gather(*(self._store.command("HVALS", name, key=name) for name in names))
        counts = Counter(state.decode() for reply in replies for state in reply)
        return dict(counts.most_common())

    async def inhabited(self, history: Sequence[Version]) -> list[str]:
        """Of these, the texts that somebody is inside."""
        people = await self.people()
        return [text for text in dict.fromkeys(one.version for one in history) if text in people]

    async def people(self) -> dict[str, int]:
        """How many sessions are on each text that has any, of all dialogs."""
        return await self._sum([self._keys.people_in(shard) for shard in range(self._keys.shards)])

    async def tried(self, trial: Trial) -> dict[str, int]:
        """What was counted since the trial began: `new:…` and `old:…`."""
        names = [self._keys.trial(shard, trial.name) for shard in range(self._keys.shards)]
        return await self._sum(names)

    async def audit(self, most: int = 200) -> list[dict[str, Any]]:
        """The latest changes, newest first: `{at, by, what, of, …facts}`, `at` in ms."""
        found = await self._ask("LRANGE", "audit", -most, -1)
        return [msgspec.json.decode(raw) for raw in reversed(found)]

    # Changing

    async def save_file(self, dialog: str, version: str) -> Change | None:
        """A file was saved: publish its text, unless that is what the folder said last; None: nothing to do."""

        def change(record: Record | None) -> Change | None:
            if record is not None and record.seen == version:
                return None
            if record is not None and record.version == version and record.trial is None:
                return Change(rules.seen(record, version), None, None, "", {})
            return rules.publish(record, dialog, version, at=self.now_ms(), by=FILE, from_folder=True)

        return await self._change(dialog, FILE, change)

    async def publish(
        self,
        dialog: str,
        version: str,
        *,
        by: str,
        note: str,
        share: float = 1.0,
        choice: Choice | None = None,
        from_folder: bool = False,
    ) -> Change:
        """See `rules.publish`."""
        inside = await self._inside(dialog, choice)
        return await self._must_change(
            dialog,
            by,
            lambda record: rules.publish(
                record,
                dialog,
                version,
                at=self.now_ms(),
                by=by,
                note=note,
                share=share,
                choice=choice,
                inside=inside,
                from_folder=from_folder,
            ),
        )

    async def roll_back(
        self, dialog: str, *, by: str, to: int = 0, note: str = "", choice: Choice | None = None
    ) -> Change:
        """See `rules.roll_back`."""
        history, inside = await self.history(dialog), await self._inside(dialog, choice)
        return await self._must_change(
            dialog,
            by,
            lambda record: rules.roll_back(
                record, history, at=self.now_ms(), by=by, to=to, note=note, choice=choice, inside=inside
            ),
        )

    async def promote(self, dialog: str, *, by: str, choice: Choice | None = None) -> Change:
        """See `rules.promote`."""
        inside = await self._inside(dialog, choice)
        return await self._must_change(
            dialog, by, lambda record: rules.promote(record, at=self.now_ms(), by=by, choice=choice, inside=inside)
        )

    async def withdraw(self, dialog: str, *, by: str, number: int = 0, why: str = "person", **facts: object) -> Change:
        """See `rules.withdraw`; with `number`, only if that version is the one on trial."""

        def change(record: Record | None) -> Change:
            if record is not None and record.trial is not None and number not in (0, record.trial.number):
                raise Refused("no_trial")
            return rules.withdraw(record, why, **facts)

        return await self._must_change(dialog, by, change)

    # People being moved

    async def moves(self) -> list[Move]:
        """Every move of people, ended ones too, oldest first."""
        return sorted(map(_move, await self._ask("HVALS", "moves")), key=lambda move: move.at)

    async def move(self, dialog: str, number: int) -> Move | None:
        raw = await self._ask("HGET", "moves", version_name(dialog, number))
        return _move(raw) if raw else None

    async def progress(self, move: Move) -> dict[str, int]:
        """What became of the people of a move so far; `noted:<version>`: how many there were."""
        if move.ended_at:
            return dict(move.counts)
        return await self._sum([self._keys.move(shard, move.name, "n") for shard in range(self._keys.shards)])

    async def end_move(self, move: Move, counts: dict[str, int]) -> None:
        """Keep what became of everybody, and let the dialog be published with other moves again."""
        ended = msgspec.structs.replace(move, ended_at=self.now_ms(), counts=counts)

        def change(record: Record | None) -> Change | None:
            if record is None or record.moving != move.number:
                return None
            after = msgspec.structs.replace(record, moving=0)
            return Change(after, None, ended, "dialog_people_moved", {"number": move.number, **counts})

        await self._change(move.dialog, move.by, change)
        for shard in range(self._keys.shards):
            for part in ("todo", "n"):
                name = self._keys.move(shard, move.name, part)
                await self._store.command("UNLINK", name, key=name)

    async def _inside(self, dialog: str, choice: Choice | None) -> list[str]:
        if choice is None or choice.people == "keep":
            return []
        return await self.inhabited(await self.history(dialog))

    async def _must_change(self, dialog: str, by: str, change: Callable[[Record | None], Change]) -> Change:
        done = await self._change(dialog, by, change)
        assert done is not None
        return done

    async def _change(self, dialog: str, by: str, change: Callable[[Record | None], Change | None]) -> Change | None:
        names = [self._keys.dialogs(part) for part in ("records", f"versions:{dialog}", "rev", "audit", "moves")]
        for _ in range(20):
            raw = await self._ask("HGET", "records", dialog)
            made = change(_record(raw) if raw else None)
            if made is None:
                return None
            line = {"at": self.now_ms(), "by": by, "what": made.what, "of": dialog, **made.facts}
            args = [dialog, raw or "", _encode(made.record), _encode(line) if made.what else ""]
            args += [made.version.number, _encode(made.version)] if made.version else [0, ""]
            args += [made.move.name, _encode(made.move)] if made.move else ["", ""]
            if await self._store.run(_PUBLISH, names, args):
                return made
        raise ChangedMeanwhile(f"{dialog}: somebody else publishes it at the same time; try again")

    async def _sum(self, names: Sequence[str]) -> dict[str, int]:
        replies = await asyncio.gather(*(self._store.command("HGETALL", name, key=name) for name in names))
        counts: Counter[str] = Counter()
        for reply in replies:
            for name, count in zip(reply[::2], reply[1::2], strict=True):
                counts[name.decode()] += int(count)
        return dict(counts)

    async def _ask(self, command: str, part: str, *args: str | int | bytes) -> Any:
        key = self._keys.dialogs(part)
        return await self._store.command(command, key, *args, key=key)
