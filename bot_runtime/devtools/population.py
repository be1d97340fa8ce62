"""Simulated people: they live on phones of the fake providers and answer what comes, each in a way of their own.

```python
async with Population(fakes, seed=7, pauses_s=(0, 0)) as people:
    people.settle([fakes.phone(f"Contact {n}") for n in range(100)])
```

Who they are follows from the seed and their number, and what they do from what is on their phone (`manners.py`): a run
can be repeated, and goes on after a restart. Time is the world's clock, so whoever moves it makes them hurry.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self

from bot_runtime.devtools.doings import CannotDo
from bot_runtime.devtools.manners import LATE, Act, Behaviour, behaviour_of, next_act
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone

READS_ANYWAY = 0.4  # of those who stay silent


class Population:
    """The people of one world. `pauses_s`: how long they take for each answer; `late`: those who answer late."""

    def __init__(
        self,
        fakes: FakeProviders,
        seed: int,
        *,
        pauses_s: tuple[float, float] = (1.5, 5),
        late: timedelta = LATE,
        behaviours: Mapping[str, Behaviour] | None = None,
    ) -> None:
        self._fakes, self._seed, self._pauses_s, self._late = fakes, seed, pauses_s, late
        self._given = behaviours or {}
        self._people: dict[str, Behaviour] = {}  # by phone id
        self._due: dict[str, tuple[datetime, Act | None]] = {}  # by phone id; None: reads, and says nothing
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stop_listening: Callable[[], None] | None = None

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    def start(self) -> None:
        """Begin to answer, also what came before."""
        self._stop_listening = self._fakes.world.listen(self._hear)
        self._task = asyncio.create_task(self._live())

    async def stop(self) -> None:
        """From now on nobody does anything."""
        if self._stop_listening and self._task:
            self._stop_listening()
            self._stop_listening = None
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def settle(self, phones: Iterable[Phone]) -> None:
        """Somebody moves in behind each of these phones; who is there already stays."""
        for phone in phones:
            if phone.id not in self._people:
                drawn = behaviour_of(self._chance(phone))
                self._people[phone.id] = self._given.get(phone.number, drawn)
                self._consider(phone.id)

    def behaviour(self, phone: Phone) -> Behaviour:
        return self._people[phone.id]

    @property
    def pending(self) -> int:
        """How many have something to do, sooner or later."""
        return len(self._due)

    def _chance(self, phone: Phone, turn: int = -1) -> Random:
        return Random(f"{self._seed}:{phone.number}:{turn}")

    def _hear(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "message":
                self._consider(event["phone"])
            case "clock":
                self._woken.set()
            case "phones":
                for id in self._people.keys() - self._fakes.world.phones.keys():
                    del self._people[id]
                    self._due.pop(id, None)

    def _consider(self, id: str) -> None:
        """Decide about the newest message; a newer one before it was answered is decided about instead."""
        if id not in self._people:
            return
        phone, chat = self._fakes.world.phones[id], self._fakes.world.by_phone[id]
        self._due.pop(id, None)
        if not chat or chat[-1].sender == "contact":
            return
        chance = self._chance(phone, len(chat))
        act = next_act(self._people[id], chat, chance, self._late)
        if act is None and chance.random() > READS_ANYWAY:
            return
        pause = timedelta(seconds=chance.uniform(*self._pauses_s)) + (act.after if act else timedelta())
        self._due[id] = (chat[-1].at + pause, act)
        self._woken.set()

    async def _live(self) -> None:
        while True:
            self._woken.clear()
            now = self._fakes.world.now()
            ready = [id for id, (at, _) in self._due.items() if at <= now]
            for id in ready:
                self._do(self._fakes.world.phones[id], self._due.pop(id)[1])
            if ready:
                await asyncio.sleep(0)
                continue
            next_at = min((at for at, _ in self._due.values()), default=None)
            wait_s = None if next_at is None else max((next_at - now).total_seconds(), 0.001)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()

    def _do(self, phone: Phone, act: Act | None) -> None:
        with contextlib.suppress(CannotDo):  # the channel went with a change of bot.yaml
            self._fakes.read(phone)
            if act and act.message:
                self._fakes.doings.tap(phone, act.message, act.text)
            elif act:
                self._fakes.say(phone, act.text)
