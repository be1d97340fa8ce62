"""What is known of a contact, over the API: what people enter comes before what a channel says (F187)."""

from typing import Annotated

import msgspec

from bot_runtime.dialogs.languages import tag_of
from bot_runtime.runtime.decide_contact import Known
from bot_runtime.runtime.outside_events import OutsideEvents
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.errors import ApiError, Phrase

NO_CONTACT = Phrase("no_contact", "there is no such contact", "no hay tal contacto")
NO_LANGUAGE = Phrase("no_language", "'{got}' is no language", "'{got}' no es un idioma")


class Changes(Body):
    """Left out: stays. `name`: empty takes it away, and the channel's counts again. `language`: a tag or a name."""

    name: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    language: Annotated[str, msgspec.Meta(max_length=40)] | None = None


def contact_routes(contacts: OutsideEvents) -> list[Route]:
    async def change(call: Call[Changes]) -> Known:
        name, language = call.body.name, call.body.language
        tag = tag_of(language) if language is not None else None
        if language and not tag:
            raise ApiError(422, NO_LANGUAGE, field="language", got=language)
        name = " ".join(name.split()) if name is not None else None
        known = await contacts.change(call.path["contact"], name, tag, by=call.caller.name)
        if known is None:
            raise ApiError(404, NO_CONTACT)
        return known

    return [
        Route(
            "PATCH",
            "/contacts/{contact}",
            change,
            needs(role="administrator", scope="contacts:write"),
            "Enter a contact's name or language. The contact is a number with its country code, or an id.",
            body=Changes,
            answer=Known,
        )
    ]
