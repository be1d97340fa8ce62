"""Two rehearsals side by side: one hears what a contact wrote, the other what may be shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from bot_runtime.dialogs import menus
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.durations import duration_written
from bot_runtime.dialogs.effects import AnyEffect, CloseTicket, MakeDocument, OpenTicket, TakeArm
from bot_runtime.dialogs.model import Dialog, State
from bot_runtime.dialogs.rehearsing.casting import rehearse
from bot_runtime.dialogs.rehearsing.expectations import happened, worth_checking
from bot_runtime.dialogs.rehearsing.redaction import Redactor, place
from bot_runtime.dialogs.rehearsing.rehearsal import CannotHandOver, NothingToTap, NotPlayable, Rehearsal, act
from bot_runtime.dialogs.rehearsing.standins import Collected, NotAwaited, brought
from bot_runtime.dialogs.session import About, Session, Value

Effects = Sequence[AnyEffect]
Path = tuple[Any, ...]  # whether they opted out, what followed, and where the session stands
_SHORT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a session, in a transcript's words; `timed_out` is a wait that ran out by then.

    `state`: where the session stood afterwards; None where nobody knows.
    """

    at: datetime
    does: str
    value: Any = True
    state: str | None = None


@dataclass(slots=True)
class Recording:
    """`head` and `turns` are a transcript. `strays` names what the rehearsal did otherwise, by turn (from 1)."""

    head: dict[str, Any]
    turns: list[dict[str, Any]] = field(default_factory=list)
    strays: list[tuple[int, str]] = field(default_factory=list)


class Recorder:
    """Writes down one session: take what happened, in order; then there is its `recording`."""

    def __init__(
        self, dialog: Dialog, book: Book, about: About, given: Mapping[str, Value], at: datetime, contact: str
    ) -> None:
        """`contact` is the id of whoever is shown; the arms of splits depend on it."""
        bare, about = about, book.placed(about)
        at = at.replace(microsecond=0)
        called = {one.name: one for one in book.dialogs.values()} | {dialog.name: dialog}
        self._dialog, self._called = dialog, called
        self._redactor = Redactor([dialog, *called.values()], about, given)
        examples = {name: need.example for name, need in dialog.needs.items()}
        shown = {name: self._redactor.datum(value, examples.get(name)) for name, value in given.items()}
        person = structs.replace(self._redactor.person(bare), contact_id=contact)
        self._real, self._shown = (
            rehearse(dialog, who, data, book, at) for who, data in ((about, given), (person, shown))
        )
        saving = [state for one in called.values() for state in one.states.values() if state.save]
        free = {state.save for state in saving if not _is_coded(state)}
        self._coded = {state.save for state in saving if state.save not in free}
        self.is_split = self.parted = False  # whether there was a split, and whether the two parted at one
        self._contact: dict[str, Any] = {
            "id": contact,
            "name": person.contact_name,
            "phone": person.contact_phone,
            "language": about.language,
            "metadata": person.metadata,
        }
        self._collected = Collected()
        self._last: tuple[str, Any, Effects, Session | None] | None = None  # the last turn, as it was added
        self._given, self._at = shown, _clock(at, about.time_zone)
        self._channel = about.channel_kind
        self.turns: list[dict[str, Any]] = []
        self.strays: list[tuple[int, str]] = []

    @property
    def recording(self) -> Recording:
        told = {key: value for key, value in self._contact.items() if value and (key != "id" or self.is_split)}
        head: dict[str, Any] = {"dialog": self._dialog.name, "at": self._at}
        head |= {key: value for key, value in (("given", self._given), ("contact", told)) if value}
        head["channel"] = self._channel
        services = self._collected.services
        return Recording(head | ({"services": services} if services else {}), self.turns, self.strays)

    def take(self, happening: Happening) -> None:
        """Add what happened, and the time until then."""
        self._pass_time(happening)
        if happening.does == "contact":
            self._write(str(happening.value))
        elif happening.does == "service_answered":
            self._answer(happening.value)
        elif happening.does == "event":
            self._happen(*happening.value)
        elif happening.does != "timed_out":
            self._do(happening)
        session = self._real.scene.session
        if happening.state is not None and (session is None or session.state != happening.state):
            stands = self._dialog.states.get(happening.state)
            if stands is None or stands.pdf is None:  # a rehearsal waits for none
                self._stray(happening.state)

    def _pass_time(self, happening: Happening) -> None:
        """Let time go by in both: a wait runs out where it did, and nowhere else.

        A live wait counts from the sending of its message, so it ends a little after that of a rehearsal.
        """
        scene = self._real.scene
        gap = timedelta(seconds=round((happening.at - scene.at).total_seconds()))
        if scene.wait is not None:
            left = scene.wait.due_at - scene.at
            gap = max(gap, left) if happening.does == "timed_out" else min(gap, left - _SHORT)
        if gap >= _SHORT:
            self._wait(gap)

    def _wait(self, gap: timedelta) -> None:
        before, after = self._shown.scene.session, duration_written(gap)
        aim = self._path(self._real, self._real.pass_time(gap))
        effects = self._shown.pass_time(gap)
        differs = self._path(self._shown, effects) != aim
        if effects or self._shown.scene.session != before:
            self._add("after", after, effects, before)
        else:
            self.turns.append({"after": after})
            self._last = ("after", after, (), before)
        if differs:
            self._stray("after", aim)

    def _do(self, happening: Happening) -> None:
        does, value, before = happening.does, happening.value, self._shown.scene.session
        try:
            shown = self._shown_value(does, value)
            aim = self._path(self._real, act(self._real, does, value))
            effects = act(self._shown, does, shown)
        except (NothingToTap, CannotHandOver, NotPlayable):
            self._stray(does)
            return
        self._add(does, shown, effects, before)
        if self._path(self._shown, effects) != aim:
            self._stray(does, aim)

    def _answer(self, facts: Mapping[str, Any]) -> None:
        """A web service answered: what it brought goes under `services`, what followed to the turn it came in."""
        pending = self._real.scene.asked
        if pending is None and not facts.get("error"):
            return  # a PDF, which a rehearsal makes at once
        if pending is None or isinstance(pending.call, MakeDocument) or self._last is None:
            self._stray("service")
            return
        if self._collected.must_wait(self._shown.scene.at, len(self.turns)):
            self._wait(_SHORT)
        real = brought(facts, pending.call.save, lambda value: value)
        shown = brought(facts, pending.call.save, self._redactor.datum)
        aim = self._path(self._real, self._real.answer(real))
        effects = self._shown.answer(shown)
        self._collected.answered(shown, self._shown.scene.at)
        does, value, before_effects, before = self._last
        self.turns.pop()
        self._add(does, value, (*before_effects, *effects), before)
        if self._path(self._shown, effects) != aim:
            self._stray("service", aim)

    def _happen(self, name: str, data: Mapping[str, Any]) -> None:
        """Something happened outside; its data is shown with texts masked."""
        before, shown = self._shown.scene.session, self._redactor.tree(data)
        try:
            aim = self._path(self._real, self._real.happen(name, data))
            effects = self._shown.happen(name, shown)
        except NotAwaited:
            self._stray("event")
            return
        self._add("event", name, effects, before, data=shown)
        if self._path(self._shown, effects) != aim:
            self._stray("event", aim)

    def _shown_value(self, does: str, value: Any) -> Any:
        """What may be shown of it; both rehearsals showed the same buttons in the same order."""
        match does:
            case "tap":
                pairs = zip(self._real.scene.buttons, self._shown.scene.buttons, strict=False)
                return next((shown.label for real, shown in pairs if real.label == value), value)
            case "location":
                return place(value) if isinstance(value, Mapping) else True
            case "form":
                return self._shown_form(value)
            case "media" if isinstance(value, Mapping):
                return {
                    key: self._redactor.masked(fact) if key in ("caption", "filename") else fact
                    for key, fact in value.items()
                    if key in _OF_FILES
                }
        return value

    def _shown_form(self, data: str) -> Any:
        """A form's fields with their texts masked; one that cannot be read is shown as just that."""
        try:
            fields = msgspec.json.decode(data, type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError):
            return "-"
        return {
            name: self._redactor.masked(value) if isinstance(value, str) else value for name, value in fields.items()
        }

    def _write(self, text: str) -> None:
        """Say `text` to the one, and to the other the first stand-in that leads it to the same place."""
        real, shown = self._real, self._shown
        state, began = self._question(), shown.scene
        labels = self._labels(state, text)
        aim = self._path(real, real.say(text))
        session = real.scene.session
        answer = state.answer if state is not None else None
        came_to = session.answers.get(state.save) if session and state and state.save else None
        if answer is not None and answer.kind == "name":
            self._redactor.learn(text)
        stand_ins = list(dict.fromkeys(self._redactor.stand_ins(text, answer, came_to, labels)))
        for stand_in in stand_ins:
            shown.scene = began
            effects = shown.say(stand_in)
            if self._path(shown, effects) == aim:
                break
        else:
            shown.scene = began
            effects = shown.say(stand_in := self._redactor.masked(text))
            self._stray("contact", aim)
        self._add("contact", stand_in, effects, began.session)

    def _question(self) -> State | None:
        """Where the contact is asked something now."""
        session = self._real.scene.session
        dialog = self._called.get(session.dialog) if session is not None else None
        if session is None or session.phase != "waiting" or dialog is None:
            return None
        return dialog.states[session.state]

    def _labels(self, state: State | None, text: str) -> list[str]:
        """The label that `text` means on the page shown, then all others."""
        if state is None:
            return []
        choices = state.answer.limits.get("choices", ()) if state.answer is not None else ()
        names = {option.payload: option.names for option in state.menu}
        buttons = list({button.payload: button for button in self._shown.scene.buttons}.values())  # each as shown last
        called = [(one.label, *names.get(one.payload, ())) for one in buttons]
        called += [(option.label.source, option.code, *option.names) for option in choices]
        found = menus.find(called, text, numbered=len(state.menu))
        return ([called[found][0]] if found is not None else []) + [label for label, *_ in called]

    def _path(self, rehearsal: Rehearsal, effects: Effects) -> Path:
        """Where a turn led, as far as both sides must agree: not the words, but everything that decides on the way."""
        session, then = self._when_whole(rehearsal)
        effects = (*effects, *then)
        self.is_split = self.is_split or any(isinstance(effect, TakeArm) for effect in effects)
        told = tuple(
            (type(effect).__name__, effect if isinstance(effect, OpenTicket | CloseTicket | TakeArm) else None)
            for effect in effects
        )
        if session is None:
            return (rehearsal.scene.opted_out, told)
        answers = {
            name: value if name in self._coded or isinstance(value, bool) else type(value).__name__
            for name, value in session.answers.items()
        }
        stands = (session.dialog, session.state, session.phase, session.cause, session.attempts, session.more)
        return (rehearsal.scene.opted_out, told, stands, answers)

    def _when_whole(self, rehearsal: Rehearsal) -> tuple[Session | None, Effects]:
        """The session; where it waits for the rest of a burst, as it will be when nothing more comes (B02)."""
        scene = rehearsal.scene
        if scene.session is None or scene.session.burst is None or scene.wait is None:
            return scene.session, ()
        effects = rehearsal.pass_time(scene.wait.due_at - scene.at)
        whole, rehearsal.scene = rehearsal.scene.session, scene
        return whole, effects

    def _add(self, does: str, value: Any, effects: Effects, before: Session | None, **more: Any) -> None:
        came = worth_checking(happened(self._shown, effects), before)
        self.turns.append({does: value, **{key: told for key, told in more.items() if told}, **came})
        self._last = (does, value, effects, before)
        asked = self._shown.scene.asked
        if asked is not None and any(effect is asked.call for effect in effects):
            self._collected.asked(asked.state, self._shown.scene.at, len(self.turns))

    def _stray(self, what: str, aim: Path | None = None) -> None:
        """The shown one did otherwise, or the live one; `aim`: the path that was to be taken."""
        self.strays.append((len(self.turns), what))
        self.parted = self.parted or (aim is not None and any(isinstance(each, TakeArm) for _, each in aim[1]))


_OF_FILES = ("kind", "caption", "mime", "filename", "trouble")
_CODED = {"choice", "multiple", "yes_no", "rating", "receipt", "intent", "reason"}


def _is_coded(state: State) -> bool:
    """Whether its answer is one of a few that the author named."""
    return bool(state.menu) or (state.answer is not None and state.answer.kind in _CODED)


def _clock(at: datetime, time_zone: str) -> str:
    """On the workspace's clocks, with their offset: in autumn an hour comes twice."""
    return at.astimezone(ZoneInfo(time_zone) if time_zone else UTC).isoformat(" ")
