"""Two choices of a campaign: what becomes of answers after its wait (D05), and of contacts who are busy (D51). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import structs

from bot_runtime.campaigns.reminders import LONGEST_TEXT, names_of
from bot_runtime.campaigns.words import Refused, word
from bot_runtime.channels import sms
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.dialogs.expressions import Text

LATE: Final = ("reopen", "new", "say")
"""The ticket reopens; it is an ordinary message; one text is said."""
BUSY: Final = ("send_only", "skip", "queue", "interrupt")
"""The message goes out beside the conversation; not at all; once they are free; and ends the bot's conversation."""
MOST_HOURS: Final = 72
ORDINARY: Final = LateAnswers()


def check_late(late: LateAnswers, known: Sequence[str], kind: str) -> LateAnswers:
    """The choice without spaces around its text. `known`: the names a row of the list fills; `kind`: the channel's.

    Raises:
        Refused: it cannot be so.
    """
    if late.policy not in LATE:
        raise Refused("late_policy", "late", got=late.policy[:40], known=", ".join(LATE))
    if not 0 <= late.within_h <= MOST_HOURS:
        raise Refused("late_within", "late", got=late.within_h, most=MOST_HOURS)
    text = late.say.strip()
    if bool(text) != (late.policy == "say"):
        raise Refused("late_say_unused" if text else "late_say_missing", "late", most=LONGEST_TEXT)
    if len(text) > LONGEST_TEXT or (kind == "sms" and text and sms.refusal(sms.count(text))):
        raise Refused("late_say_long", "late", got=len(text), most=LONGEST_TEXT, parts=sms.MAX_PARTS)
    if lacking := names_of(text, "late") - set(known):
        raise Refused("late_lacks", "late", got=", ".join(sorted(lacking)), known=", ".join(known) or "–")
    return structs.replace(late, say=text)


def check_busy(busy: str) -> None:
    """Raises `Refused` for a policy there is not."""
    if busy not in BUSY:
        raise Refused("busy_policy", "busy", got=busy[:40], known=", ".join(BUSY))


def filled(late: LateAnswers, given: Mapping[str, str], language: str) -> LateAnswers | None:
    """The choice as one recipient's ticket carries it; None: the ordinary one."""
    if late.say:
        return structs.replace(late, say=Text.parse(late.say).render(given, language))
    return None if late == ORDINARY else late


def shown(late: LateAnswers) -> dict[str, Any]:
    """As JSON, whole."""
    return structs.asdict(late)


def title(choice: str, policy: str, language: str) -> str:
    """A policy in a few words, for the form; `choice` is `late` or `busy`."""
    return word(f"{choice}_{policy}_title", language)


def late_said(late: LateAnswers, language: str) -> str:
    """What becomes of a late answer, in a sentence."""
    return word(f"late_{late.policy}", language, hours=late.within_h, text=late.say)


def busy_said(busy: str, language: str) -> str:
    """What becomes of a message that finds its contact in a conversation, in a sentence."""
    return word(f"busy_{busy}", language)
