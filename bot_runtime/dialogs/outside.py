"""What the world outside says to a session that waits for it: a web service answered, an outside event happened."""

from datetime import datetime, timedelta

from bot_runtime.dialogs import texts
from bot_runtime.dialogs.effects import AnyEffect, CancelTimer, SendText
from bot_runtime.dialogs.events import OutsideEvent, ServiceAnswered
from bot_runtime.dialogs.model import Awaited, Dialog, State
from bot_runtime.dialogs.parts import BadPart, read_parts
from bot_runtime.dialogs.session import Session
from bot_runtime.dialogs.walk import Walk

PATIENCE = timedelta(seconds=3)  # before that nobody wonders where the bot is


def answered(walk: Walk, state: State, event: ServiceAnswered) -> None:
    """Keep what the service brought and go on; or take the failure branch, its reason in `service_error`."""
    walk.keep("service_status", event.status)
    walk.keep("service_error", event.error)
    for name, value in event.values.items() if not event.error else ():
        walk.keep(name, value)
    walk.leave("failure" if event.error else "next")


def awaited(dialog: Dialog, session: Session | None, event: OutsideEvent) -> Awaited | None:
    """What the session waits for that `event` is; None: it does not wait for that."""
    if session is None or session.phase != "waiting" or session.state not in dialog.states:
        return None
    return next((one for one in dialog.states[session.state].on if one.event == event.name), None)


def wrong_data(one: Awaited, event: OutsideEvent) -> BadPart | None:
    """The part that `one` keeps and that the event's data lacks, if any."""
    try:
        read_parts(event.data, one.save)
    except BadPart as error:
        return error
    return None


def happened(walk: Walk, state: State, event: OutsideEvent) -> bool:
    """Take the way of the event, with its data. False: the state does not wait for that, and nothing changed."""
    found = next((one for one in state.on if one.event == event.name), None)
    if found is None or wrong_data(found, event) is not None:
        return False
    for name, value in read_parts(event.data, found.save).items():
        walk.keep(name, value)
    walk.effects.append(CancelTimer(walk.wait))
    walk.happened = found
    walk.leave("event")
    return True


def meanwhile(walk: Walk, state: State, session: Session, at: datetime) -> tuple[AnyEffect, ...]:
    """What is said to a contact who writes while we wait for the world; nothing moves."""
    if state.errand is not None and at - session.updated_at < PATIENCE:
        return ()
    key = "working" if state.errand is not None else "still_waiting"
    return (SendText(texts.say(walk.voice, key)),)
