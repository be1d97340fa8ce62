"""What becomes of a campaign's message whose contact is in a conversation: D51. Pure, like `decide_campaign.py`.

It is asked when the row's turn comes (`skip`, `queue`), and again once the provider took the message (`interrupt`):
what ends a conversation is a message that arrived, not one that may fail. A waiting row is its list's, not its
contact's: the dispatcher gives it out again, through the same gate, level and rate as the first time.
"""

from typing import Final, Literal

from msgspec import structs

from bot_runtime.dialogs.effects import AnyEffect, CancelTimer
from bot_runtime.dialogs.events import CampaignReached
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.draft import Draft, Turn
from bot_runtime.runtime.ticketing import keep_ticket
from bot_runtime.tickets import rules
from bot_runtime.tickets.model import WITH_PEOPLE, Ticket

LONGEST_MS: Final = 86_400_000
LOOK_AGAIN_MS: Final = 60_000
SELDOMER: Final = 10  # who has waited an hour is looked at every six minutes


def talks_with(session: Session | None, current: Ticket | None) -> Literal["", "bot", "people"]:
    """Who is in a conversation with the contact. One that only waits for a campaign's answer is none."""
    if current is not None and current.state in WITH_PEOPLE:
        return "people"
    if session is None or session.phase == "ended":
        return ""
    if session.phase == "quiet":
        return "people"
    return "" if session.asked_by_template and current is None else "bot"


def set_aside(draft: Draft, session: Session | None, event: CampaignReached, current: Ticket | None) -> Turn | None:
    """The turn of a row whose message does not go out now, because its contact is busy; None: it does."""
    if event.busy not in ("skip", "queue") or not talks_with(session, current):
        return None
    row, now_ms = f"{event.campaign}:{event.row}", draft.now_ms
    draft.facts["busy"] = event.busy
    ends_ms = (event.held_ms or now_ms) + LONGEST_MS
    if event.busy == "skip" or now_ms >= ends_ms:
        draft.change_row(row, "skipped", "still_busy" if event.held_ms else "busy")
        draft.count_busy(event.campaign, "skipped")
        return draft.turn(session, session, (), (), None)
    waited = now_ms - event.held_ms if event.held_ms else 0
    draft.change_row(row, "held", str(min(now_ms + max(LOOK_AGAIN_MS, waited // SELDOMER), ends_ms)))
    state = session.state if session is not None else ""
    if event.held_ms:
        return Turn(draft.changes, state, state)  # the journal has it already
    return draft.turn(session, session, (), (), None)


def interrupted(
    draft: Draft, session: Session | None, current: Ticket | None
) -> tuple[Session | None, list[AnyEffect]]:
    """The bot's conversation ends here, for the message of another campaign."""
    if current is not None:
        keep_ticket(draft, current, rules.closed(current, "interrupt", "interrupted", draft.now_ms))
    draft.void_what_waits()
    draft.keep_row((), None)
    if session is None or session.phase == "ended":
        return session, []
    stops: list[AnyEffect] = [CancelTimer(session.wait)] if session.phase == "waiting" else []
    return structs.replace(session, phase="ended", cause="interrupted", updated_at=draft.event.at), stops
