"""`POST /api/v1/campaigns/flows`: a flow for a template that has none (F011)."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from bot_runtime.campaigns.flows import create_flow
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.campaign_choices import DialogChoice
from bot_runtime.web.campaign_refusals import said
from bot_runtime.workspace import Loaded


class Flow(Body):
    """`language`: the template's, where it has several. `text`: what every answer gets; empty: the usual thanks."""

    template: str
    language: str = ""
    text: str = ""


class Server(Protocol):
    """What the call needs: the workspace's files and what runs of them."""

    @property
    def definitions(self) -> Definitions: ...
    @property
    def load(self) -> Callable[[], Loaded]: ...


def flow_routes(server: Server) -> list[Route]:
    one_at_a_time = asyncio.Lock()

    async def create(call: Call[Flow]) -> Any:
        wanted = call.body
        async with one_at_a_time:
            saved = server.definitions.folder
            file, loaded = await asyncio.to_thread(
                create_flow, saved.root, saved, server.load, wanted.template, wanted.language, wanted.text
            )
            assert loaded.workspace is not None
            await server.definitions.publish(loaded.workspace)
        made = loaded.workspace.dialogs[file.stem]
        shown = DialogChoice(made.name, made.title, made.starts.template)
        return {"dialog": shown, "file": f"dialogs/{file.name}"}

    writes = needs(role="administrator", scope="campaigns:write")
    about = "Make a flow for a template that has none: it thanks and closes."
    return [Route("POST", "/campaigns/flows", said(create), writes, about, body=Flow, answer=dict[str, Any])]
