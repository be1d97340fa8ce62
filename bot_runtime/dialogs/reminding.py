"""Reminders at a question (F054): they come before its deadline, and never move it.

One timer runs at a time: to the next reminder, or after the last one to the deadline. Each stretch has a wait number of
its own and counts from where the one before ended, so that neither a slow send nor a late poll adds up.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from bot_runtime.dialogs.effects import SendTemplate, SendText, StartTimer
from bot_runtime.dialogs.model import State

if TYPE_CHECKING:
    from bot_runtime.dialogs.walk import Walk


def first_stretch_s(state: State) -> int:
    """How long to wait for an answer before something has to be done."""
    return state.remind[0].after_s if state.remind else state.response_timeout_s


def remind(walk: "Walk", state: State, due_at: datetime) -> bool:
    """Say the reminder that was due at `due_at`, or a later one that is due by now; False: the wait is over."""
    if walk.reminded >= len(state.remind):
        return False
    due_s = state.remind[walk.reminded].after_s
    now_s = due_s + max((walk.at - due_at).total_seconds(), 0)
    if now_s >= state.response_timeout_s:
        return False
    while walk.reminded + 1 < len(state.remind) and state.remind[walk.reminded + 1].after_s <= now_s:
        walk.reminded += 1  # nobody looked for a while: what is overdue is said once
    reminder = state.remind[walk.reminded]
    if reminder.template is not None:
        walk.effects.append(SendTemplate(reminder.template, walk.language))
    elif reminder.say is not None and (text := reminder.say.render(walk.values, walk.language).strip()):
        walk.effects.append(SendText(text))
    walk.reminded += 1
    ends_s = state.remind[walk.reminded].after_s if walk.reminded < len(state.remind) else state.response_timeout_s
    walk.wait += 1
    walk.effects.append(StartTimer(walk.wait, ends_s - due_s, since=due_at))
    return True
