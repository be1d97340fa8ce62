"""The turn of what somebody entered about a contact (F023, F187): no channel's profile overwrites it. Pure."""

import msgspec

from bot_runtime.dialogs.events import ContactChanged
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.draft import Turn
from bot_runtime.store.turns import TurnChanges

ENTERED = "name_by"
"""The contact's field that says who entered its name; empty: it is the channel's."""


class Known(msgspec.Struct, frozen=True):
    """What is known of a contact now."""

    id: str
    name: str
    language: str


def decide_contact(contact: Contact, event: ContactChanged) -> Turn:
    changes = TurnChanges(request=event.request)
    if event.name is not None:
        changes.set_fields |= {"name": event.name, ENTERED: event.by if event.name else ""}
    if event.language is not None:
        changes.set_fields["language"] = event.language
    name = contact.text("name") if event.name is None else event.name
    language = contact.text("language") if event.language is None else event.language
    changes.outcome = msgspec.json.encode(Known(contact.id, name, language))
    return Turn(changes)
