"""Outside events over the API (F062): another system says that something happened to a contact."""

from typing import Annotated, Any

import msgspec

from bot_runtime.dialogs.requests import MAX_DEPTH
from bot_runtime.dialogs.schemas.parts import NAME
from bot_runtime.runtime.decide_outside import Moved
from bot_runtime.runtime.outside_events import OutsideEvents
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.errors import ApiError, Phrase

MOST_DATA = 16_384

NOT_WAITING = Phrase(
    "not_waiting",
    "no session of this contact waits for '{name}'; nothing moved",
    "ninguna sesión de este contacto espera '{name}'; nada se movió",
)
MISSING_DATA = Phrase(
    "missing_data",
    "the data lack what the dialog keeps as '{part}'; nothing moved",
    "a los datos les falta lo que el diálogo guarda como '{part}'; nada se movió",
)
TOO_MUCH = Phrase(
    "too_much_data",
    "the data are too big or nested too deeply",
    "los datos son demasiados o están anidados de más",
)


class Happened(Body):
    """`event`: its name in the dialog's `on:`; `data`: what the dialog may keep; without `channel`, whichever waits."""

    event: Annotated[str, msgspec.Meta(pattern=NAME)]
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    channel: Annotated[str, msgspec.Meta(max_length=32)] = ""


class Took(msgspec.Struct, frozen=True):
    """`state`: where the session stands now; `repeated`: the same event moved it before, and nothing was done now."""

    channel: str
    state: str
    repeated: bool


def event_routes(events: OutsideEvents) -> list[Route]:
    async def happened(call: Call[Happened]) -> Took:
        told = call.body
        if len(msgspec.json.encode(told.data)) > MOST_DATA or _depth(told.data) > MAX_DEPTH:
            raise ApiError(422, TOO_MUCH, field="data", expected=f"<= {MOST_DATA} B, <= {MAX_DEPTH}")
        moved = await events.happen(
            call.path["contact"],
            told.event,
            told.data,
            channel=told.channel,
            key=call.once,
            by=call.caller.name,
        )
        return answer_of(moved, told.event)

    return [
        Route(
            "POST",
            "/contacts/{contact}/events",
            happened,
            needs(role="administrator", scope="contacts:write"),
            "Tell a contact's session that something happened outside; 409 when it does not wait for that. The contact "
            "is a number with its country code, or an id.",
            body=Happened,
            answer=Took,
        )
    ]


def answer_of(moved: Moved, name: str) -> Took:
    """Raises `ApiError`: 409, nothing moved."""
    if moved.code == "not_waiting":
        raise ApiError(409, NOT_WAITING, name=name, more={"waits_for": list(moved.known)})
    if moved.code == "missing_data":
        raise ApiError(409, MISSING_DATA, part=moved.name)
    return Took(moved.channel, moved.state, moved.repeated)


def _depth(data: Any) -> int:
    level, depth = [data], 0
    while level := [child for node in level for child in _children(node)]:
        depth += 1
    return depth


def _children(node: Any) -> list[Any]:
    return list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
