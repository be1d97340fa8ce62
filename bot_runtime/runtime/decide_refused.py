"""The turn that follows when the provider refused what a dialog said. Pure, like `decide.py`."""

from msgspec import structs

from bot_runtime.channels.base import Channel
from bot_runtime.dialogs.effects import CancelTimer
from bot_runtime.dialogs.events import SendRefused
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.draft import Draft, Turn
from bot_runtime.runtime.orders import keep_orders


def decide_refused(
    contact: Contact, channel: Channel, session: Session | None, event: SendRefused, now_ms: int, number: int
) -> Turn:
    """A question that never arrived waits for nobody: its session ends as failed, so that the contact's next message
    begins anew. Of any other text only the journal tells."""
    draft = Draft(contact, channel, event, now_ms, number)
    moved = session
    if session is not None and session.phase == "waiting" and event.wait and session.wait == event.wait:
        keep_orders(draft, (CancelTimer(session.wait),), speaks=False)
        moved = structs.replace(session, phase="ended", cause="failed", updated_at=event.at)
        draft.keep_session(session, moved)
    return draft.turn(session, moved, (), (), None)
