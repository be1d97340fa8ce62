"""Places of levels for one process: what is asked in the same moment goes to the store in one call."""

import asyncio

import structlog

from bot_runtime.errors import BotRuntimeError, StoreUnavailable
from bot_runtime.store.limits import Done, LimitStore, Place, Wish

MOST_AT_ONCE = 200

log = structlog.get_logger("limits")


class Places:
    """The places of one business."""

    def __init__(self, store: LimitStore, business: str) -> None:
        self._store, self._business = store, business
        self._wishes: list[tuple[Wish, int, asyncio.Future[Place]]] = []
        self._done: list[Done] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, wish: Wish, limit: int) -> Place:
        """`limit` counts where the provider said none."""
        mine: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._wishes.append((wish, limit, mine))
        if len(self._wishes) == 1:
            self._keep(self._ask())
        return await mine

    def settle(self, done: Done) -> None:
        """Told in passing: while the store is away the place simply ends a little late."""
        self._done.append(done)
        if len(self._done) == 1:
            self._keep(self._tell())

    async def settled(self) -> None:
        """Until all is told that there is to tell."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _keep(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self) -> None:
        wishes, self._wishes = self._wishes, []
        for start in range(0, len(wishes), MOST_AT_ONCE):
            part = wishes[start : start + MOST_AT_ONCE]
            limit = part[-1][1]
            try:
                places = await self._store.take_places(self._business, limit, [wish for wish, _, _ in part])
            except BotRuntimeError as error:
                for _, _, mine in part:
                    if not mine.done():
                        mine.set_exception(error)
                continue
            for place, (wish, _, mine) in zip(places, part, strict=True):
                if not mine.done():
                    mine.set_result(place)
                elif place.until_ms and place.before_ms is not None:  # whoever asked is gone
                    self.settle(Done(wish.contact, place.until_ms, place.before_ms))

    async def _tell(self) -> None:
        done, self._done = self._done, []
        try:
            for start in range(0, len(done), MOST_AT_ONCE):
                await self._store.settle_places(self._business, done[start : start + MOST_AT_ONCE])
        except StoreUnavailable as error:
            log.warning("places_not_settled", business=self._business, places=len(done), error=str(error))
