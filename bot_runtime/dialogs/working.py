"""A session's working copy during one turn: what is loaded from it, what may change, what is saved again."""

from datetime import datetime
from typing import Any, NamedTuple

from msgspec import structs

from bot_runtime.dialogs import languages, trail
from bot_runtime.dialogs.calls import EMPTY, Shelf
from bot_runtime.dialogs.edges import Turn
from bot_runtime.dialogs.effects import AnyEffect
from bot_runtime.dialogs.events import Message
from bot_runtime.dialogs.filters import COUNTRY
from bot_runtime.dialogs.grammar import HOURS, NOW
from bot_runtime.dialogs.hours import Opening
from bot_runtime.dialogs.machine import machine_of
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Earlier, Frame, Phase, Session, Value
from bot_runtime.dialogs.surroundings import about_values, here_of
from bot_runtime.dialogs.texts import voice


class Step(NamedTuple):
    """What a turn leads to: the session to keep (None: there is none) and the effects, in order."""

    session: Session | None
    effects: tuple[AnyEffect, ...]


class Working(Turn):
    """It stands in one dialog of the session, the innermost; `callers` wait beneath.

    `place` is the dialog's state; `state` may also be `END`. `lowest`: how many callers nothing touched in this turn.
    `began_by`: what a dialog that ends in this turn ended by, if not by its own words. `left`: the state where the turn
    found the session is behind us.
    """

    __slots__ = (
        "about",
        "answers",
        "asked_by_template",
        "at",
        "attempts",
        "before",
        "began_by",
        "burst",
        "callers",
        "cause",
        "channel",
        "deaf_until",
        "dialog",
        "effects",
        "given",
        "here",
        "language",
        "left",
        "lowest",
        "machine",
        "more",
        "own",
        "phase",
        "place",
        "reminded",
        "shelf",
        "started_at",
        "trail",
        "voice",
        "wait",
        "wall",
    )

    def __init__(
        self,
        dialog: Dialog,
        about: About,
        at: datetime,
        channel: str,
        given: dict[str, Value],
        wait: int = 0,
        shelf: Shelf = EMPTY,
        session: Session | None = None,
    ) -> None:
        """Where `session` stands; without one at the door of `dialog`'s first state."""
        super().__init__(dialog.first, {})
        self.about = about
        self.own = dialog  # where the turn found the session
        self.shelf = shelf
        self.channel = channel
        self.place = dialog.first
        self.started_at = self.at = at
        self.attempts = self.reminded = self.lowest = 0
        self.wait = wait
        self.more = self.asked_by_template = self.left = False
        self.phase: Phase = "waiting"
        self.cause = self.began_by = ""
        self.callers: list[Frame] = []
        self.trail: tuple[Earlier, ...] = ()
        self.burst: Message | None = None
        self.deaf_until: datetime | None = None
        self.before: Session | None = None  # as the turn found it
        self.effects: list[AnyEffect] = []
        self.here = here_of(about, dialog.language, at)
        self.wall: dict[str, Any] = {
            **about_values(about),
            NOW: self.here,
            COUNTRY: about.country,
        }
        if about.hours:
            self.wall[HOURS] = Opening(about.hours, at)
        if session is not None:
            self._load(session)
        self.stand_in(dialog, given, dict(session.answers) if session is not None else {})

    def _load(self, session: Session) -> None:
        self.before = session
        self.started_at = session.started_at
        self.attempts = session.attempts
        self.more = session.more
        self.asked_by_template = session.asked_by_template
        self.callers = list(session.callers)
        self.lowest = len(self.callers)
        self.trail = session.trail
        self.reminded = session.reminded
        self.burst = session.burst
        self.state = self.place = session.state

    def stand_in(self, dialog: Dialog, given: dict[str, Value], answers: dict[str, Value]) -> None:
        """From now on walk through `dialog`."""
        self.dialog = dialog
        self.machine = machine_of(dialog)
        self.given, self.answers = given, answers
        self.values = {**self.wall, **given, **answers}
        self.speak()

    def stand_at(self, frame: Frame) -> None:
        """Go on in a dialog of the session that was not the running one."""
        dialog = self.pinned(frame)
        assert dialog is not None  # `converse` lets no session go on whose versions are not all there
        self.stand_in(dialog, frame.given, dict(frame.answers))
        self.state = self.place = frame.state
        self.lowest = min(self.lowest, len(self.callers))

    def pinned(self, frame: Frame) -> Dialog | None:
        """The dialog of `frame`, as its session pinned it."""
        if frame.version == self.own.version:
            return self.own
        return self.shelf.pinned(frame.dialog, frame.version)

    def frame(self) -> Frame:
        """The running dialog as it stands."""
        return Frame(self.dialog.name, self.dialog.version, self.place, self.answers, self.given)

    def keep(self, name: str, value: Value) -> None:
        self.answers[name] = self.values[name] = value
        if name == languages.VARIABLE:
            self.speak()

    def speak(self) -> None:
        """Go on in the language that the session's data now choose; a called dialog's caller may have chosen it."""
        chosen = self.values.get(languages.VARIABLE)
        for caller in reversed(self.callers) if chosen is None else ():
            chosen = caller.answers.get(languages.VARIABLE, caller.given.get(languages.VARIABLE))
            if chosen is not None:
                break
        self.language = self.dialog.spoken(chosen, self.about.language)
        self.voice = voice(self.language, self.about.texts)
        if self.voice is not self.here.language:
            self.here = structs.replace(self.here, language=self.voice)

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
                callers=tuple(self.callers),
                trail=self._trail(),
                reminded=self.reminded,
                burst=self.burst,
                deaf_until=self.deaf_until,
            ),
            tuple(self.effects),
        )

    def _trail(self) -> tuple[Earlier, ...]:
        """The way back from here. What a person talked about or what has ended is not gone back to, except where a late
        answer goes on (D05)."""
        goes_on = self.phase == "waiting" or (self.cause == "timed_out" and self.dialog.late == "resume")
        if self.before is None or not goes_on:
            return ()
        if not (self.callers or self.machine.goes_back or machine_of(self.own).goes_back):
            return ()
        if not self.left:
            return self.trail
        was, now = trail.stack_of(self.before), [*self.callers, self.frame()]
        asked = self.own.states[self.before.state].waits
        note = trail.after_question if asked else trail.after_more
        return tuple(note(self.trail, was, now, self.lowest))
