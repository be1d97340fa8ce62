"""A campaign's reminders (F054): who does not answer is told again, at set times before the wait ends. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from bot_runtime.campaigns.words import Refused
from bot_runtime.dialogs.events import Reminding
from bot_runtime.dialogs.expressions import ExpressionError, Text
from bot_runtime.dialogs.schemas.flow import MOST_REMINDERS
from bot_runtime.workspace import Template

LONGEST_TEXT: Final = 1_024


class Reminder(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """`after_s` the provider took the message; a text (`say`) or a `template`, which WhatsApp needs.

    `language`, `parameters` (names) and `payloads` are the template's; whoever asks for one leaves them out.
    """

    after_s: int
    say: str = ""
    template: str = ""
    language: str = ""
    parameters: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()


def check_times(reminders: Sequence[Reminder], wait_s: int) -> None:
    """At most three, each later than the one before, and all within the wait.

    Raises:
        Refused: they cannot be so.
    """
    times = [one.after_s for one in reminders]
    in_order = all(before < after for before, after in pairwise(times))
    if len(times) > MOST_REMINDERS or not in_order or any(not 0 < at < wait_s or at % 60 for at in times):
        raise Refused("remind_times", "remind", got=", ".join(map(str, times)), most=MOST_REMINDERS, wait=wait_s)


def checked(reminder: Reminder, template: Template | None, known: Sequence[str], kind: str) -> Reminder:
    """The reminder with what its template brings. `known`: the names a row of the list fills.

    Raises:
        Refused: it cannot be so.
    """
    if bool(reminder.say.strip()) == bool(reminder.template) or len(reminder.say) > LONGEST_TEXT:
        raise Refused("remind_what", "remind", most=LONGEST_TEXT)
    if template is None and kind == "whatsapp":
        raise Refused("remind_whatsapp", "remind")
    lacking = set(template.parameters if template is not None else names_of(reminder.say, "remind")) - set(known)
    if lacking:
        raise Refused("remind_lacks", "remind", got=", ".join(sorted(lacking)), known=", ".join(known) or "–")
    if template is None:
        return Reminder(after_s=reminder.after_s, say=reminder.say)
    replies = tuple(button.payload for button in template.buttons if button.kind == "reply")
    return Reminder(
        after_s=reminder.after_s,
        template=template.name,
        language=template.language,
        parameters=template.parameters,
        payloads=replies,
    )


def filled(reminder: Reminder, given: Mapping[str, str], language: str) -> Reminding:
    """The reminder as one recipient gets it."""
    return Reminding(
        after_s=reminder.after_s,
        say=Text.parse(reminder.say).render(given, language) if reminder.say else "",
        template=reminder.template,
        language=reminder.language,
        parameters=tuple(given.get(name, "") for name in reminder.parameters),
        payloads=reminder.payloads,
    )


def names_of(text: str, field: str) -> frozenset[str]:
    """The names a text is filled with; `field` is the choice it belongs to.

    Raises:
        Refused: it cannot be read.
    """
    try:
        return Text.parse(text).names
    except ExpressionError as error:
        raise Refused(f"{field}_text", field, got=text[:100], column=error.column + 1) from None
