"""Walks through a dialog's states within one turn: leave where the session waits, enter states until one waits again.

What a state does on the way: say and set, in the order they are written; then handoff, close, call, split, or on to the
next state. Where to is the machine's to say. `engine.py` decides which way out an event takes.

Each asked question, and each renewed wait, has a number of its own; every wait that starts is either cancelled, runs
out, or is the session's present one. So a late time-out is recognised by its number and changes nothing.
"""

from datetime import datetime
from typing import Final

from bot_runtime.dialogs import asking, calls, reminding, texts, trail
from bot_runtime.dialogs.effects import (
    BeginLater,
    CloseTicket,
    Flag,
    OpenTicket,
    SendMedia,
    SendText,
    StartTimer,
    TakeArm,
)
from bot_runtime.dialogs.machine import END
from bot_runtime.dialogs.model import Dialog, Media, State
from bot_runtime.dialogs.session import About, Session
from bot_runtime.dialogs.splits import arm_of
from bot_runtime.dialogs.working import Step, Working

__all__ = ["Step", "Walk"]

MAX_STEPS = 50
_BEGAN: Final = {"timeout": "timed_out", "exhausted": "exhausted"}


class Walk(Working):
    __slots__ = ()

    @classmethod
    def resume(
        cls, dialog: Dialog, about: About, at: datetime, session: Session, shelf: calls.Shelf = calls.EMPTY
    ) -> "Walk":
        """Where `session` waits."""
        return cls(dialog, about, at, session.channel, session.given, session.wait, shelf, session)

    def leave(self, trigger: str) -> None:
        """Take the way out that the machine finds for `trigger`, and go on from there."""
        self.left = True
        self.began_by = _BEGAN.get(trigger, "")
        self.machine.fire(self, trigger)
        self.enter()

    def enter(self, asked: bool = False) -> None:
        """Enter the present state and those that follow, until one waits, goes quiet or ends.

        `asked`: the words of the first one that has some are out already (a template said them).
        """
        before = len(self.effects)
        for _ in range(MAX_STEPS):
            if self.state == END:
                if not self.callers:
                    return self._end("finished")
                calls.come_back(self)
                self.machine.fire(self, "returned")
                continue
            self.place = self.state
            state = self.dialog.states[self.place]
            self.attempts = 0
            self.more = False
            self.burst = None
            self.asked_by_template = asked
            if state.sets_first:
                self._set(state)
            if not asked:
                self._say(state)
            if not state.sets_first:
                self._set(state)
            asked = asked and not state.waits and not state.say  # what says nothing leaves the template's question open
            if state.call is not None:
                if wrong := calls.enter(self, state):
                    return self._fail(before, wrong)
                continue
            onward = self._ask(state) if state.waits else self._act(state)
            if onward is None:
                return None
            if onward:
                self.machine.fire(self, onward)
        return self._fail(before, "loop")

    def go_back(self, state: State) -> None:
        """Ask the question before this one again, its answer undone; on a menu's second page, the first one; and where
        there is none, this question."""
        if self.more or not self.step_back():
            self.more = False
            self.ask_again(state)
        else:
            self.ask_again(self.dialog.states[self.place])

    def step_back(self) -> bool:
        """Stand at the question before this one, its answer undone; False where there is no way back."""
        if not self.trail:
            return False
        stack = trail.restored([*self.callers, self.frame()], self.trail[-1])
        if any(self.pinned(frame) is None for frame in stack):
            return False
        self.trail = self.trail[:-1]
        self.callers = stack[:-1]
        self.stand_at(stack[-1])
        self.attempts = 0
        self.more = self.asked_by_template = False
        self.burst = None
        return True

    def finish(self, ended: str) -> None:
        """The running dialog has ended, by `ended`; its caller goes on."""
        self.left = True
        self.began_by = ended
        self.state = END
        self.enter()

    def ask_again(self, state: State, hint: str | None = None) -> None:
        """Ask where the session stands, with `hint` in place of the question's text, and wait in full again (D08)."""
        self.asked_by_template = False
        self.burst = None
        self._put(state, hint)
        self._start_wait(state)

    def _put(self, state: State, text: str | None = None) -> None:
        shown = asking.page(state, self.more, self.values, self.voice)
        if text is None:
            text = state.ask.render(self.values, self.language) if state.ask is not None else ""
        if (form := asking.form(state, text, self.values, self.voice)) is not None:
            self.effects.append(form)
        elif shown or text.strip():  # no provider takes an empty message
            self.effects.append(asking.question(text, shown, self.values, self.voice))

    def _start_wait(self, state: State) -> None:
        self.wait += 1
        self.reminded = 0
        self.effects.append(StartTimer(self.wait, reminding.first_stretch_s(state)))

    def _ask(self, state: State) -> str | None:
        if not self.asked_by_template:
            self._put(state)
        return self._await(state)

    def _await(self, state: State) -> str | None:
        if state.response_timeout_s == 0:  # D03: nobody is waited for
            self.began_by = "timed_out"
            return "timeout"
        self._start_wait(state)
        return None

    def _act(self, state: State) -> str | None:
        """The trigger that leads on; empty where the walk went on already, None where the turn is over."""
        if state.handoff is not None:
            self.effects.append(OpenTicket(state.handoff.department, state.handoff.tags))
            self.phase = "quiet"
            return None
        if state.ends:
            return self._finish(state)
        if state.split:
            self.arm = arm_of(self.about.contact_id, self.dialog.name, state.name, state.split)
            self.effects.append(TakeArm(self.dialog.name, state.name, self.arm.name))
            if state.save is not None:
                self.keep(state.save, self.arm.name)
            return "split"
        if state.errand is not None:
            self.wait += 1
            self.effects.append(state.errand.call(self.wait, self.values, self.language))
            return None
        return self._await(state) if state.on else "next"

    def _finish(self, state: State) -> str | None:
        """End the dialog here; where it was called, its caller goes on and the conversation stays open."""
        if self.callers:
            self.state = END
            return ""
        if state.close is not None:
            self.effects.append(CloseTicket(state.close))
        if state.then is not None:
            given = calls.values_of(state.then.given, self)
            self.effects.append(BeginLater(state.then.dialog, state.then.after_s, given))
        self._end("finished" if state.close is None else "closed")
        return None

    def _say(self, state: State) -> None:
        for said in state.say:
            if isinstance(said, Media):
                link = said.link.render(self.values, self.language)
                caption = said.caption.render(self.values, self.language)
                if link.strip():
                    self.effects.append(SendMedia(said.kind, link.strip(), caption, _name_of(said.kind, link.strip())))
            elif text := said.render(self.values, self.language).strip():
                self.effects.append(SendText(text))

    def _set(self, state: State) -> None:
        for name, expression in state.set:
            self.keep(name, expression.evaluate(self.values))

    def _end(self, cause: str) -> None:
        """A turn that silence began ends its session `timed_out`, whatever it still said or closed on the way."""
        self.phase = "ended"
        self.cause = "timed_out" if self.began_by == "timed_out" and cause != "failed" else cause

    def _fail(self, before: int, why: str) -> None:
        """End a runaway turn; what it said from effect `before` on is not sent: it would be fifty messages."""
        del self.effects[before:]
        self.effects += [SendText(texts.say(self.voice, "error_text")), Flag(why)]
        self._end("failed")


def _name_of(kind: str, link: str) -> str:
    """What a document is called on the contact's phone: as its address ends, where that is a file's name."""
    _, in_path, name = link.partition("://")[2].partition("?")[0].rpartition("/")
    return name[:100] if kind == "document" and in_path and "." in name else ""
