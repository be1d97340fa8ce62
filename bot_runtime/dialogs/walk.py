"""Walks through a dialog's states within one turn: leave where the session waits, enter states until one waits again.

What a state does on the way: say and set, in the order they are written; then handoff, close, or on to the next state.
Where to is the machine's to say. `engine.py` decides which way out an event takes.

Each asked question, and each renewed wait, has a number of its own; every wait that starts is either cancelled, runs
out, or is the session's present one. So a late time-out is recognised by its number and changes nothing.
"""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot_runtime.dialogs import asking, languages, texts
from bot_runtime.dialogs.effects import (
    AnyEffect,
    CloseTicket,
    Flag,
    OpenTicket,
    SendMedia,
    SendText,
    StartTimer,
)
from bot_runtime.dialogs.filters import COUNTRY
from bot_runtime.dialogs.grammar import TODAY
from bot_runtime.dialogs.machine import END, Turn, machine_of
from bot_runtime.dialogs.model import Dialog, Media, State
from bot_runtime.dialogs.recognizers.result import Here
from bot_runtime.dialogs.session import About, Phase, Session, Value

MAX_STEPS = 50


class Step(NamedTuple):
    """What a turn leads to: the session to keep (None: there is none) and the effects, in order."""

    session: Session | None
    effects: tuple[AnyEffect, ...]


def about_values(about: About) -> dict[str, Value]:
    """What every dialog knows of the contact, by the names its texts use."""
    return {
        "contact_name": about.contact_name,
        "contact_phone": about.contact_phone,
        "channel": about.channel,
    }


def here_of(about: About, language: str, at: datetime) -> Here:
    """The contact's wall clock and country; a zone nobody knows is UTC."""
    return Here(language, about.country, at.astimezone(_zone(about.time_zone)).replace(tzinfo=None))


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError):
        return UTC


class Walk(Turn):
    """The working copy of a session during one turn. `place` is the dialog's state; `state` may also be `END`."""

    __slots__ = (
        "answers",
        "asked_by_template",
        "at",
        "attempts",
        "cause",
        "channel",
        "contacts_language",
        "dialog",
        "effects",
        "given",
        "here",
        "language",
        "machine",
        "more",
        "phase",
        "place",
        "started_at",
        "timed_out",
        "wait",
    )

    def __init__(
        self, dialog: Dialog, about: About, at: datetime, channel: str, given: dict[str, Value], wait: int = 0
    ) -> None:
        """At the door of `dialog`'s first state."""
        super().__init__(dialog.first, {})
        self.dialog = dialog
        self.machine = machine_of(dialog)
        self.channel = channel
        self.place = dialog.first
        self.given = given
        self.answers: dict[str, Value] = {}
        self.started_at = self.at = at
        self.attempts = 0
        self.wait = wait
        self.more = self.asked_by_template = self.timed_out = False
        self.phase: Phase = "waiting"
        self.cause = ""
        self.effects: list[AnyEffect] = []
        self.contacts_language = about.language
        self.language = dialog.spoken(given.get(languages.VARIABLE), about.language)
        self.here = here_of(about, self.language, at)
        self.values = {**about_values(about), **given, TODAY: self.here.now.date().isoformat(), COUNTRY: about.country}

    @classmethod
    def resume(cls, dialog: Dialog, about: About, at: datetime, session: Session) -> "Walk":
        """At the question where `session` waits."""
        walk = cls(dialog, about, at, session.channel, session.given, session.wait)
        walk.state = walk.place = session.state
        walk.answers = dict(session.answers)
        walk.started_at = session.started_at
        walk.attempts = session.attempts
        walk.more = session.more
        walk.asked_by_template = session.asked_by_template
        walk.values.update(walk.answers)
        if languages.VARIABLE in walk.answers:
            walk.speak()
        return walk

    def step(self) -> Step:
        """The session as it stands now, and everything to do."""
        return Step(
            Session(
                dialog=self.dialog.name,
                version=self.dialog.version,
                channel=self.channel,
                state=self.place,
                started_at=self.started_at,
                updated_at=self.at,
                phase=self.phase,
                cause=self.cause,
                answers=self.answers,
                given=self.given,
                attempts=self.attempts,
                more=self.more,
                wait=self.wait,
                asked_by_template=self.asked_by_template,
            ),
            tuple(self.effects),
        )

    def leave(self, trigger: str) -> None:
        """Take the way out that the machine finds for `trigger`, and go on from there."""
        self.machine.fire(self, trigger)
        self.enter()

    def enter(self, asked: bool = False) -> None:
        """Enter the present state and those that follow, until one waits, goes quiet or ends.

        `asked`: the first one's words are out already (a template said them).
        """
        before = len(self.effects)
        for _ in range(MAX_STEPS):
            if self.state == END:
                return self._end("finished")
            self.place = self.state
            state = self.dialog.states[self.place]
            self.attempts = 0
            self.more = False
            self.asked_by_template = asked
            if state.sets_first:
                self._set(state)
            if not asked:
                self._say(state)
            if not state.sets_first:
                self._set(state)
            asked = False
            onward = self._ask(state) if state.waits else self._act(state)
            if onward is None:
                return None
            self.machine.fire(self, onward)
        # What a runaway turn said is not sent: it would be fifty messages.
        del self.effects[before:]
        self.effects += [SendText(texts.say(self.language, "error_text")), Flag("loop")]
        return self._end("failed")

    def ask_again(self, state: State, hint: str | None = None) -> None:
        """Ask where the session stands, with `hint` in place of the question's text, and wait in full again (D08)."""
        self.asked_by_template = False
        self._put(state, hint)
        self._start_wait(state)

    def _put(self, state: State, text: str | None = None) -> None:
        shown = asking.page(state, self.more, self.values, self.language)
        if text is None:
            text = state.ask.render(self.values, self.language) if state.ask is not None else ""
        if shown or text.strip():  # no provider takes an empty message
            self.effects.append(asking.question(text, shown, self.values, self.language))

    def _start_wait(self, state: State) -> None:
        self.wait += 1
        self.effects.append(StartTimer(self.wait, state.response_timeout_s))

    def _ask(self, state: State) -> str | None:
        if not self.asked_by_template:
            self._put(state)
        return self._await(state)

    def _await(self, state: State) -> str | None:
        if state.response_timeout_s == 0:  # D03: nobody is waited for
            self.timed_out = True
            return "timeout"
        self._start_wait(state)
        return None

    def _act(self, state: State) -> str | None:
        if state.handoff is not None:
            self.effects.append(OpenTicket(state.handoff.department, state.handoff.tags))
            self.phase = "quiet"
            return None
        if state.close is not None:
            self.effects.append(CloseTicket(state.close))
            self._end("closed")
            return None
        if state.request is not None:
            self.wait += 1
            self.effects.append(state.request.call(self.wait, self.values, self.language))
            return None
        return self._await(state) if state.on else "next"

    def _say(self, state: State) -> None:
        for said in state.say:
            if isinstance(said, Media):
                link = said.link.render(self.values, self.language)
                caption = said.caption.render(self.values, self.language)
                if link.strip():
                    self.effects.append(SendMedia(said.kind, link.strip(), caption))
            elif text := said.render(self.values, self.language).strip():
                self.effects.append(SendText(text))

    def _set(self, state: State) -> None:
        for name, expression in state.set:
            self.keep(name, expression.evaluate(self.values))

    def keep(self, name: str, value: Value) -> None:
        self.answers[name] = self.values[name] = value
        if name == languages.VARIABLE:
            self.speak()

    def speak(self) -> None:
        """Go on in the language that the session's data now choose."""
        self.language = self.dialog.spoken(self.values.get(languages.VARIABLE), self.contacts_language)
        self.here = replace(self.here, language=self.language)

    def _end(self, cause: str) -> None:
        """A turn that silence began ends its session `timed_out`, whatever it still said or closed on the way."""
        self.phase = "ended"
        self.cause = "timed_out" if self.timed_out and cause != "failed" else cause
