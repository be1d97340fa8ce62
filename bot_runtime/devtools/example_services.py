"""Web services that belong to nobody: under `dev`, hosts of example.com answer as the workspace's transcripts say.

A call is known by the state whose `request` it fits. Of the transcripts of that dialog, the one whose contact wrote
what stands in the address goes first, so that trying a conversation in `dev` goes as it is written down in `tests/`.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from aiohttp import web

from bot_runtime.dialogs.durations import duration
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing.standins import scripted
from bot_runtime.workspace import Loaded

LONGEST_S: Final = 9.0  # a service has ten seconds
_STATUS = {"timeout": 504, "too_many": 429, "refused": 403}  # what an error is like from outside; else 503
_PLACE = re.compile(r"\{\{.*?\}\}")


class _Asked(NamedTuple):
    """A state that asks, what its addresses look like, and what each transcript lets it be answered."""

    state: str
    address: re.Pattern[str]
    answers: list[tuple[frozenset[str], Mapping[str, Any]]]  # what the contact wrote, the first answer


class ExampleServices:
    def __init__(self) -> None:
        self._asked: list[_Asked] = []

    def read(self, loaded: Loaded) -> None:
        """Take the workspace's dialogs and transcripts as they are now."""
        if loaded.workspace is not None:
            dialogs = loaded.workspace.dialogs.values()
            self._asked = [asked for dialog in dialogs for asked in _asking(dialog, loaded)]

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/services/{host}/{path:.*}", self._answer)]

    def find(self, host: str, path: str) -> Mapping[str, Any] | None:
        """The answer that a transcript gives to such a call; None: no dialog asks that, or no transcript answers."""
        for asked in self._asked:
            fits = asked.address.fullmatch(f"{host}/{path}")
            if fits and asked.answers:
                values = set(fits.groups())
                return next((answer for wrote, answer in asked.answers if wrote & values), asked.answers[0][1])
        return None

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"] + (f"?{request.query_string}" if request.query_string else "")
        answer = self.find(request.match_info["host"], path)
        if answer is None:
            return web.json_response({"error": "no transcript answers this call"}, status=404)
        after = duration(answer.get("after", 0))
        if after:
            await asyncio.sleep(min(after.total_seconds(), LONGEST_S))
        if "error" in answer:
            return web.json_response({"error": answer["error"]}, status=_STATUS.get(answer["error"], 503))
        status = int(answer.get("status") or 200)
        if "text" in answer:
            return web.Response(text=str(answer["text"]), status=status)
        return web.json_response(answer.get("json"), status=status)


def _asking(dialog: Dialog, loaded: Loaded) -> Iterator[_Asked]:
    written = [tree.data for name, tree in sorted(loaded.trees.items()) if name.startswith("tests/")]
    told = [data for data in written if isinstance(data, dict) and data.get("dialog") == dialog.name]
    for state in dialog.states.values():
        if state.request is None:
            continue
        answers = []
        for data in told:
            for answer in scripted(data.get("services")).get(state.name, ())[:1]:
                turns = [turn for turn in data.get("turns") or () if isinstance(turn, dict)]
                wrote = frozenset(str(turn.get("contact", turn.get("tap", ""))) for turn in turns)
                answers.append((wrote - {""}, answer))
        address = state.request.url.source.partition("://")[2]
        literal = [re.escape(part) for part in _PLACE.split(address)]
        yield _Asked(state.name, re.compile("([^/?&]*)".join(literal)), answers)
