"""Why an act on a ticket was not done, in both languages; and what was done but should be known."""

from typing import Any

import msgspec
from aiohttp import web

from bot_runtime.dialogs.events import TicketEvent, TicketReopened
from bot_runtime.tickets.model import Outcome
from bot_runtime.web import errors
from bot_runtime.web.errors import ApiError, Phrase

# By the codes of `Outcome`.
REFUSALS = {
    phrase.code: phrase
    for phrase in (
        Phrase("closed", "this conversation is closed", "esta conversación está cerrada"),
        Phrase(
            "taken",
            "{owner_name} has this conversation; confirm to take it over",
            "{owner_name} tiene esta conversación; confirma para quedarte con ella",
        ),
        Phrase(
            "owner_changed",
            "meanwhile {owner_name} has this conversation; confirm again to take it over",
            "entretanto la tiene {owner_name}; confirma de nuevo para quedarte con ella",
        ),
        Phrase(
            "not_owner",
            "this needs the conversation to be yours; take it first",
            "para esto la conversación debe ser tuya; tómala primero",
        ),
        Phrase(
            "no_bot",
            "no bot can go on with this conversation",
            "ningún bot puede seguir con esta conversación",
        ),
        Phrase(
            "window_closed",
            "WhatsApp takes no text more than 24 hours after the contact's last message",
            "WhatsApp no acepta texto pasadas 24 horas del último mensaje del contacto",
        ),
        Phrase(
            "open",
            "the contact has another open conversation on this channel",
            "el contacto tiene otra conversación abierta en este canal",
        ),
        Phrase(
            "unknown_reason",
            "there is no closing reason '{got}'; expected one of: {expected}",
            "no existe el motivo de cierre '{got}'; se esperaba uno de: {expected}",
        ),
        Phrase(
            "unknown_data",
            "no metadata '{got}' for this department; expected some of: {expected}",
            "no hay metadato '{got}' en este departamento; se esperaba alguno de: {expected}",
        ),
        Phrase(
            "unknown_state",
            "the bot cannot go on at '{got}'; expected one of: {expected}",
            "el bot no puede seguir en '{got}'; se esperaba uno de: {expected}",
        ),
    )
}
BAD_DATA = {  # by the codes of `Metadata.conflict`
    "not_yes_no": Phrase("bad_data", "{name}: expected true or false", "{name}: se esperaba sí o no"),
    "line_break": Phrase("bad_data", "{name}: one line only", "{name}: una sola línea"),
    "text_too_long": Phrase("bad_data", "{name}: the text is too long", "{name}: el texto es demasiado largo"),
}
NOT_REOPENED = Phrase(
    "not_owner",
    "only who closed it and supervisors may reopen it, and never one closed as informative or by opt-out",
    "solo quien la cerró y los supervisores pueden reabrirla, y nunca una cerrada por informativa o por baja",
)
BLANK = Phrase("blank", "{field}: write something", "{field}: escribe algo")
TOO_LONG = Phrase(
    "too_long",
    "{field}: at most {expected} characters on this channel, got {got}",
    "{field}: como máximo {expected} caracteres en este canal, llegaron {got}",
)
UNKNOWN_AGENT = Phrase(
    "unknown_agent",
    "nobody called '{got}' takes conversations of this department; expected one of: {expected}",
    "nadie llamado '{got}' atiende este departamento; se esperaba uno de: {expected}",
)
WARNINGS = {
    phrase.code: phrase
    for phrase in (
        Phrase("not_connected", "{agent} is not connected", "{agent} no tiene sesión activa"),
        Phrase("full", "{agent} has as many conversations as allowed", "{agent} ya tiene su máximo de conversaciones"),
    )
}


class NotDone(ApiError):
    """A refusal, with the outcome's facts beside its words: a page asks further with them."""

    def answer(self, language: str) -> web.Response:
        answer = super().answer(language)
        assert isinstance(answer.body, bytes)
        said = msgspec.json.decode(answer.body) | self.facts
        return web.Response(
            body=msgspec.json.encode(said), status=self.status, content_type="application/json", headers=self.headers
        )


def refusal(outcome: Outcome, what: type[TicketEvent], facts: dict[str, Any]) -> ApiError:
    """An outcome with a code as an answer; `facts` are what was asked."""
    match outcome.code:
        case "gone" | "":
            return ApiError(404, errors.NOT_FOUND)
        case "unknown_reason":
            return _unknown("reason", outcome, facts)
        case "unknown_state":
            return _unknown("state", outcome, facts)
        case "unknown_data":
            got, expected = outcome.facts["name"], outcome.facts["known"] or "–"
            return ApiError(422, REFUSALS[outcome.code], field="values", got=got, expected=expected)
        case "bad_data":
            return ApiError(422, BAD_DATA[outcome.facts["conflict"]], field="values", name=outcome.facts["name"])
        case "not_owner" if what is TicketReopened:
            return NotDone(409, NOT_REOPENED)
    told: dict[str, Any] = dict(outcome.facts)
    if "owner" in told:
        told["owner_name"] = told.get("owner_name") or told["owner"]
    return NotDone(409, REFUSALS[outcome.code], **told)


def _unknown(field: str, outcome: Outcome, facts: dict[str, Any]) -> ApiError:
    expected = outcome.facts.get("known") or "–"
    return ApiError(422, REFUSALS[outcome.code], field=field, got=facts[field], expected=expected)
