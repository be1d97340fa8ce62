"""What a manager and an operator do from outside: campaigns over HTTP, the test clock, a key by the command line."""

import asyncio
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot_runtime.prove.business import list_of
from bot_runtime.prove.clock import Clock
from bot_runtime.prove.records import Campaign, Poll, Recipient
from bot_runtime.prove.sender import Doors
from bot_runtime.prove.servers import ProveError

PAGE: Final = 200
KEEP_TRYING_S: Final = 120.0
RUNNING: Final = ("sending", "paused", "scheduled")


async def command(workspace: Path, environ: dict[str, str], *arguments: str) -> Any:
    """What `bot-runtime … --json` prints.

    Raises:
        ProveError: it failed.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot_runtime", *arguments, str(workspace), "--json"),
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await child.communicate()
    if child.returncode:
        raise ProveError(f"bot-runtime {' '.join(arguments)}: {err.decode(errors='replace').strip()}")
    return json.loads(out)


class Office:
    """Calls `/api/v1` of whichever worker answers, again until one does: a manager would press again too."""

    def __init__(self, clock: Clock, doors: Doors, http: aiohttp.ClientSession, key: str) -> None:
        self._clock, self._doors, self._http = clock, doors, http
        self._headers = {"Authorization": f"Bearer {key}"}
        self._random = random.Random("office")

    async def create(self, name: str, channel: str, numbers: list[str]) -> Campaign:
        wanted = {
            "name": name,
            "channel": channel,
            "department": None,
            "template": "greeting",
            "expects_answer": False,
        }

        def form() -> aiohttp.FormData:
            form = aiohttp.FormData(default_to_multipart=True)
            form.add_field("campaign", json.dumps(wanted), content_type="application/json")
            form.add_field("file", list_of(numbers), filename="list.csv", content_type="text/csv")
            return form

        made = await self.call("POST", "/api/v1/campaigns", form=form, once=f"create-{name}")
        campaign = made["campaign"]
        if campaign["state"] != "loaded":
            raise ProveError(f"the list of {name} was not taken as it is: {campaign['state']}")
        return Campaign(id=campaign["id"], channel=channel, wanted=numbers)

    async def launch(self, campaign: Campaign) -> None:
        body = {"confirm": len(campaign.wanted)}
        path = f"/api/v1/campaigns/{campaign.id}"
        await self.call("POST", f"{path}/launch", json=body, once=f"launch-{campaign.id}", settled=(409,))
        if (await self.call("GET", path))["state"] == "loaded":
            raise ProveError(f"campaign {campaign.id} did not start")

    async def look(self, campaign: Campaign) -> None:
        """Its state and counts, as they are now."""
        found = await self.call("GET", f"/api/v1/campaigns/{campaign.id}")
        campaign.state, campaign.counts = found["state"], found["counts"]

    async def resume(self, campaign: Campaign) -> None:
        await self.call("POST", f"/api/v1/campaigns/{campaign.id}/resume", json={}, settled=(409,))

    async def page(self, campaign: Campaign, after: int) -> tuple[list[Recipient], int | None]:
        path = f"/api/v1/campaigns/{campaign.id}/recipients?after={after}&limit={PAGE}"
        found = await self.call("GET", path)
        rows = [Recipient(one["phone"].lstrip("+"), one["status"]) for one in found["recipients"]]
        return rows, int(found["next"]) if found["next"] else None

    async def poll(self, campaign: Campaign, after: int) -> Poll:
        rows, _ = await self.page(campaign, after)
        return Poll(at=self._clock.now(), campaign=campaign.id, recipients=rows)

    async def collect(self, campaign: Campaign) -> None:
        """All its recipients."""
        await self.look(campaign)
        campaign.recipients = []
        after: int | None = 0
        while after is not None:
            rows, after = await self.page(campaign, after)
            campaign.recipients += rows

    async def advance(self, seconds: float) -> None:
        """Move the store's clock. Only the answer says how far: each server looks at it anew now and then."""
        self._clock.moved_s += seconds  # what leaves while the answer is on its way knows it already
        self._clock.moved_s = (await self.call("POST", "/test/clock", json={"advance_s": seconds}))["offset_s"]

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Callable[[], aiohttp.FormData] | None = None,
        once: str = "",
        settled: tuple[int, ...] = (),
    ) -> Any:
        """The answer's JSON. Statuses in `settled` count as an answer too: an earlier try may have been heard.

        Raises:
            ProveError: refused, or nobody answered for two minutes.
        """
        headers = self._headers | ({"Idempotency-Key": once} if once else {})
        give_up = self._clock.now() + KEEP_TRYING_S
        last = "nobody listens"
        while self._clock.now() < give_up:
            doors = self._doors()
            if doors:
                url = f"http://127.0.0.1:{self._random.choice(doors).port}{path}"
                data = form() if form else None
                try:
                    async with self._http.request(
                        method, url, json=json, data=data, headers=headers, timeout=aiohttp.ClientTimeout(total=20)
                    ) as answer:
                        if answer.status < 300 or answer.status in settled:
                            return await answer.json(content_type=None)
                        last = f"{answer.status} {(await answer.text())[:300]}"
                        if answer.status < 500 and answer.status not in (409, 429):
                            raise ProveError(f"{method} {path}: {last}")
                except (aiohttp.ClientError, TimeoutError, OSError) as error:
                    last = type(error).__name__
            await asyncio.sleep(0.3)
        raise ProveError(f"{method} {path}: {last}")
