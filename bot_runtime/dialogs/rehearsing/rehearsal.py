"""A conversation without server, store or clock: what `play` and `test` talk to.

It keeps what the runtime would keep (session, consent, the one running wait) and saves and reloads the session as JSON
between turns, so whatever a rehearsal does, a real contact's session can do too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

from bot_runtime.dialogs import engine, outside
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.effects import (
    AnyEffect,
    BeginLater,
    CallService,
    CancelTimer,
    MakeDocument,
    MenuChoice,
    Send,
    SendForm,
    SendMedia,
    SendMenu,
    SendTemplate,
    SendText,
    SetConsent,
    StartTimer,
)
from bot_runtime.dialogs.events import (
    AnyEvent,
    DialogRequested,
    FormReceived,
    LocationReceived,
    MediaReceived,
    OptionTapped,
    OtherReceived,
    OutsideEvent,
    ServiceAnswered,
    TextReceived,
    TimedOut,
)
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing import standins
from bot_runtime.dialogs.session import About, Session, Value

BEGINS_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
_NOT_HEARD = TimedOut | DialogRequested | ServiceAnswered | OutsideEvent  # what is no message of the contact
MAX_TIMEOUTS = 400  # in one stretch of time: enough for days of silence
AGAIN = timedelta(minutes=10)  # a dialog that was to follow looks for a quiet moment, as in the runtime


class Wait(NamedTuple):
    """The running wait: its number and when it ends."""

    number: int
    due_at: datetime


class Later(NamedTuple):
    """A dialog that is to begin at `due_at`, because another has ended."""

    due_at: datetime
    begins: BeginLater


class NothingToTap(Exception):
    """No message so far shows the button asked for. `labels`: those that can be tapped."""

    def __init__(self, label: str, labels: Sequence[str]) -> None:
        super().__init__(label)
        self.label = label
        self.labels = labels


class NotPlayable(Exception):
    """Something that a rehearsal has no part for."""


class CannotHandOver(Exception):
    """`why`: nobody has the conversation (`not_quiet`), the bot doesn't either (`not_talking`), or the state it
    should go on at is none of its questions, `states` (`no_question`)."""

    def __init__(self, why: str, states: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.states = states


@dataclass(frozen=True)
class Scene:
    """Where a rehearsal stands. Frozen, so that going back is keeping the earlier one."""

    at: datetime = BEGINS_AT
    session: Session | None = None
    wait: Wait | None = None
    opted_out: bool = False
    buttons: tuple[MenuChoice, ...] = ()  # every one shown so far, the latest first
    heard: int = 0  # messages of the contact
    asked: standins.Asked | None = None  # the web service that has yet to answer
    answers: tuple[tuple[str, Mapping[str, Any]], ...] = ()  # of web services so far: the state that asked, what it got
    later: tuple[Later, ...] = ()


@dataclass
class Rehearsal:
    """One contact talking to `dialog` on one channel. Each call is one thing that happens; its effects come back."""

    book: Book
    dialog: Dialog
    about: About
    given: Mapping[str, Value] = field(default_factory=dict)
    scene: Scene = Scene()
    services: standins.Scripted | None = None  # what web services answer; None: whoever plays says so

    def say(self, text: str) -> tuple[AnyEffect, ...]:
        return self._take(TextReceived(text=text, **self._envelope()))

    def tap(self, label: str) -> tuple[AnyEffect, ...]:
        """Tap the newest button or list row that says `label`; on SMS, where nothing can be tapped, write it.

        Raises:
            NothingToTap: no such button was shown.
        """
        if self.about.channel_kind == "sms":
            return self.say(label)
        for button in self.scene.buttons:
            if button.label == label:
                return self._take(OptionTapped(payload=button.payload, text=label, **self._envelope()))
        raise NothingToTap(label, list(dict.fromkeys(button.label for button in self.scene.buttons)))

    def send(self, kind: str, facts: Mapping[str, Any] | None = None) -> tuple[AnyEffect, ...]:
        """Send a picture, an audio… or a `location`; `facts` say more of it, by the names of its event."""
        told = dict(facts or {})
        if kind == "location":
            place = {"latitude": 0.0, "longitude": 0.0} | told
            return self._take(LocationReceived(**{**place, **self._envelope()}))
        return self._take(MediaReceived(**{"ref": "rehearsal", **told, "kind": kind, **self._envelope()}))

    def fill_in(self, fields: Mapping[str, Any] | str) -> tuple[AnyEffect, ...]:
        """Fill in a form; a text is what came in place of its fields."""
        data = fields if isinstance(fields, str) else msgspec.json.encode(fields).decode()
        return self._take(FormReceived(data=data, **self._envelope()))

    def send_other(self, kind: str) -> tuple[AnyEffect, ...]:
        """Send something no dialog reads: contacts, an order…"""
        return self._take(OtherReceived(kind=kind, **self._envelope()))

    def answer(self, answer: Mapping[str, Any]) -> tuple[AnyEffect, ...]:
        """Let the web service that was asked answer now.

        Raises:
            NothingAsked: none was.
        """
        pending = self.scene.asked
        if pending is None:
            raise standins.NothingAsked
        kept = (*self.scene.answers, (pending.state, answer))
        self.scene = replace(self.scene, asked=None, answers=kept)
        return self._take(standins.answered(pending.call, answer, self.about.channel, self.scene.at))

    def happen(self, name: str, data: Mapping[str, Any] | None = None) -> tuple[AnyEffect, ...]:
        """Let something happen outside.

        Raises:
            NotAwaited: the session does not wait for that.
        """
        event = OutsideEvent(at=self.scene.at, channel=self.about.channel, name=name, data=dict(data or {}))
        session, pinned = self.scene.session, self._pinned()
        found = outside.awaited(pinned, session, event) if pinned is not None else None
        if found is None:
            state = pinned.states.get(session.state) if pinned is not None and session is not None else None
            live = state is not None and session is not None and session.phase == "waiting"
            raise standins.NotAwaited(name, [one.event for one in state.on] if live and state is not None else [])
        if (lacks := outside.wrong_data(found, event)) is not None:
            raise standins.NotAwaited(name, [], lacks.name)
        return self._take(event)

    def take_over(self) -> tuple[AnyEffect, ...]:
        """A person takes the conversation from the bot.

        Raises:
            CannotHandOver: the bot is not in it.
        """
        session = self.scene.session
        if session is None or session.phase != "waiting":
            raise CannotHandOver("not_talking")
        quiet = structs.replace(session, updated_at=self.scene.at, phase="quiet")
        return self._keep(engine.Step(quiet, (CancelTimer(session.wait),)), heard=0)

    def give_back(self, state: str = "") -> tuple[AnyEffect, ...]:
        """Let the bot go on after a person had the conversation: at the question `state`, or where it stopped.

        Raises:
            CannotHandOver: nobody has it, or `state` is no question.
        """
        session, pinned = self.scene.session, self._pinned()
        if session is None or pinned is None or session.phase != "quiet":
            raise CannotHandOver("not_quiet")
        if state and state not in engine.questions(pinned):
            raise CannotHandOver("no_question", engine.questions(pinned))
        return self._keep(
            engine.give_back(pinned, session, self.about, self.scene.at, state, self.book.shelf({})), heard=0
        )

    def start(self, by_template: bool) -> tuple[AnyEffect, ...]:
        """Begin the dialog from our side, with its template where asked."""
        request = DialogRequested(
            at=self.scene.at,
            channel=self.about.channel,
            dialog=self.dialog.name,
            template=self.dialog.starts.template if by_template else None,
            language=self.dialog.language,
            given=dict(self.given),
        )
        return self._take(request)

    def pass_time(self, duration: timedelta) -> tuple[AnyEffect, ...]:
        """Let time go by; waits that end meanwhile end at their own time, one after another."""
        until = self.scene.at + duration
        effects: tuple[AnyEffect, ...] = ()
        for _ in range(MAX_TIMEOUTS):
            scene, pending = self.scene, self.scene.asked
            if pending is not None and pending.answer is not None and pending.due_at and pending.due_at <= until:
                self.scene = replace(scene, at=max(pending.due_at, scene.at))
                effects += self.answer(pending.answer)
                continue
            nearest = min((one for one in (scene.wait, *scene.later) if one), key=lambda one: one.due_at, default=None)
            if nearest is None or nearest.due_at > until:
                break
            self.scene = replace(scene, at=nearest.due_at)
            effects += self._end_wait(nearest) if isinstance(nearest, Wait) else self._begin(nearest)
        self.scene = replace(self.scene, at=until)
        return effects

    def _end_wait(self, wait: Wait) -> tuple[AnyEffect, ...]:
        self.scene = replace(self.scene, wait=None)
        return self._take(TimedOut(at=wait.due_at, channel=self.about.channel, wait=wait.number, due_at=wait.due_at))

    def _begin(self, later: Later) -> tuple[AnyEffect, ...]:
        """Begin what was to follow, unless a conversation runs: then look again a little later."""
        scene = self.scene
        rest = tuple(one for one in scene.later if one is not later)
        if scene.session is not None and scene.session.phase != "ended":
            self.scene = replace(scene, later=(*rest, later._replace(due_at=later.due_at + AGAIN)))
            return ()
        self.scene = replace(scene, later=rest)
        begins = later.begins
        return self._take(
            DialogRequested(at=scene.at, channel=self.about.channel, dialog=begins.dialog, given=begins.given)
        )

    def text_of(self, send: Send) -> str:
        """What the contact reads of `send`: a menu as its text with numbered options."""
        match send:
            case SendText():
                return send.text
            case SendMenu():
                options = (f"{number}) {choice.label}" for number, choice in enumerate(send.choices, 1))
                return "\n".join([send.text, *options])
            case SendForm():
                return f"{send.text}\n[{send.button}]"
            case SendMedia():
                return f"[{send.kind}: {send.link}]" + (f"\n{send.caption}" if send.caption else "")
            case SendTemplate():
                return self._template_text(send)

    def buttons_of(self, send: Send) -> tuple[MenuChoice, ...]:
        """What of `send` can be tapped."""
        if isinstance(send, SendMenu):
            return send.choices
        template = self.book.template(send.name, send.language) if isinstance(send, SendTemplate) else None
        if template is None:
            return ()
        return tuple(MenuChoice(one.text, one.payload) for one in template.buttons if one.kind == "reply")

    def _envelope(self) -> dict[str, Any]:
        return {"at": self.scene.at, "channel": self.about.channel, "message_id": f"m{self.scene.heard + 1}"}

    def _pinned(self) -> Dialog | None:
        """A rehearsal has the one version of its dialog; another dialog that a keyword began is in the book."""
        return self.book.dialogs.get(self.scene.session.dialog) if self.scene.session is not None else None

    def _take(self, event: AnyEvent) -> tuple[AnyEffect, ...]:
        scene = self.scene
        step = converse(self.book, scene.session, self._pinned(), event, self.about, scene.opted_out)
        return self._keep(step, heard=not isinstance(event, _NOT_HEARD))

    def _keep(self, step: engine.Step, heard: int) -> tuple[AnyEffect, ...]:
        """Do what the runtime does with a turn's effects; `heard`: whether the contact sent something."""
        scene = self.scene
        wait, opted_out, buttons, pending = scene.wait, scene.opted_out, scene.buttons, scene.asked
        later, answers = scene.later, scene.answers
        for effect in step.effects:
            match effect:
                case StartTimer():
                    wait = Wait(effect.wait, (effect.since or scene.at) + timedelta(seconds=effect.seconds))
                case BeginLater():
                    later = (*later, Later(scene.at + timedelta(seconds=effect.seconds), effect))
                case CancelTimer():
                    if pending is not None:  # nobody waits for it any more, and the next call has its own answer
                        answers = (*answers, (pending.state, {}))
                    wait = pending = None
                case CallService() | MakeDocument() if step.session is not None:
                    before = sum(state == step.session.state for state, _ in answers)
                    at, papers = step.session.state, self.book.documents
                    pending = standins.asked(effect, at, self.services, before, scene.at, papers)
                case SetConsent():
                    opted_out = effect.opted_out
                case SendMenu() | SendTemplate():
                    buttons = self.buttons_of(effect) + buttons
        self.scene = replace(
            scene,
            session=_stored(step.session),
            wait=wait,
            opted_out=opted_out,
            buttons=buttons,
            heard=scene.heard + heard,
            asked=pending,
            answers=answers,
            later=later,
        )
        if pending is not None and pending.answer is not None and pending.due_at == scene.at:
            return step.effects + self.answer(pending.answer)
        return step.effects

    def _template_text(self, send: SendTemplate) -> str:
        template = self.book.template(send.name, send.language)
        if template is None:
            return f"[{', '.join([send.name, *send.parameters])}]"
        header = template.header or {}
        lines = [header.get("text", ""), *(f"[image: {link}]" for link in [header.get("image")] if link)]
        lines += [template.body, template.footer, *(f"[{button.text}]" for button in template.buttons)]
        text = "\n".join(line for line in lines if line)
        for number, value in enumerate(send.parameters, 1):
            text = text.replace(f"{{{{{number}}}}}", value)
        return text


def act(rehearsal: Rehearsal, does: str, value: Any) -> tuple[AnyEffect, ...]:
    """Do one thing of a transcript's turn; `after` and `contact` are not among them.

    Raises:
        NothingToTap, CannotHandOver, NotPlayable: it cannot happen here.
    """
    match does:
        case "start":
            return rehearsal.start(by_template=value == "template")
        case "tap":
            return rehearsal.tap(str(value))
        case "location":
            return rehearsal.send("location", value if isinstance(value, Mapping) else {})
        case "taken":
            return rehearsal.take_over()
        case "given_back":
            return rehearsal.give_back(value if isinstance(value, str) else "")
        case "form":
            return rehearsal.fill_in(value if isinstance(value, Mapping) else str(value))
        case "other":
            return rehearsal.send_other(str(value))
        case "media":
            facts = dict(value) if isinstance(value, Mapping) else {"kind": value}
            return rehearsal.send(str(facts.pop("kind", "")), facts)
    raise NotPlayable(does)


def _stored(session: Session | None) -> Session | None:
    """As it comes back from the store."""
    if session is None:
        return None
    return msgspec.json.decode(msgspec.json.encode(session), type=Session)
