"""`/api/v1/sms/count`: what a text costs as SMS while it is written, filled as a row would fill it (F015)."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from bot_runtime.channels.sms import figures
from bot_runtime.dialogs.expressions import ExpressionError, Text
from bot_runtime.dialogs.schemas.parts import TEXT_MAX
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.workspace import Workspace

Written = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
UNKNOWN_CHANNEL = Phrase("unknown_channel", "there is no SMS channel '{got}'", "no existe el canal de SMS '{got}'")
BAD_TEXT = Phrase("bad_text", "the braces lead nowhere: {got}", "las llaves no llevan a nada: {got}")


class Count(Body):
    """`row`: what fills the text's `{{ names }}`; without a `channel`, the least budget of all counts."""

    text: Written
    row: dict[str, str | int | float | bool | None] = msgspec.field(default_factory=dict)
    channel: str = ""
    language: Literal["es", "en", "pt"] | None = None


class Counted(msgspec.Struct, frozen=True):
    """`text` as it is sent. `parts`: units of each. `foreign`: what makes it UCS-2. `refused`: why it can't be sent."""

    text: str
    encoding: str
    characters: int
    units: int
    parts: list[int]
    budget: int
    over_budget: bool
    foreign: list[str]
    refused: str | None


def sms_routes(workspace: Callable[[], Workspace]) -> list[Route]:
    async def count(call: Call[Count]) -> Counted:
        asked = call.body
        budgets = {one.name: one.limits.sms_budget for one in workspace().channels.values() if one.kind == "sms"}
        if asked.channel and asked.channel not in budgets:
            raise ApiError(
                422, UNKNOWN_CHANNEL, field="channel", got=asked.channel, expected=", ".join(sorted(budgets))
            )
        try:
            text = Text.parse(asked.text).render(asked.row, asked.language or workspace().language)
        except ExpressionError as error:
            raise ApiError(422, BAD_TEXT, field="text", got=error.code) from error
        chosen = [budgets[asked.channel]] if asked.channel else list(budgets.values())
        found: dict[str, Any] = figures(text, min(chosen)) if chosen else figures(text)
        return Counted(text, **found | {"parts": list(found["parts"]), "foreign": list(found["foreign"])})

    reads = needs(role="agent", scope="dialogs:read", author=True)
    about = "What a text costs as SMS: characters, encoding, parts."
    return [Route("POST", "/sms/count", count, reads, about, body=Count, answer=Counted, idempotent=False)]
