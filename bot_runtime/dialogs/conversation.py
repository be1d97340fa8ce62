"""What a contact's event means before any dialog sees it: consent words, which dialog begins, who keeps quiet.

`converse` is the whole thinking of a turn: the runtime calls it with what it has loaded and saves what it returns.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from msgspec import structs

from bot_runtime.dialogs import engine, general, languages, needs, texts, words
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.calls import Shelf
from bot_runtime.dialogs.effects import (
    AnyEffect,
    BeginLater,
    CancelTimer,
    EndDialog,
    Flag,
    Ignore,
    SendTemplate,
    SendText,
    SetConsent,
)
from bot_runtime.dialogs.engine import Step
from bot_runtime.dialogs.events import (
    AnyEvent,
    CampaignFailed,
    CampaignReached,
    ConsentChanged,
    ContactChanged,
    DialogDue,
    DialogReplaced,
    DialogRequested,
    Message,
    MessageEdited,
    MessageRevoked,
    OptionTapped,
    OutsideEvent,
    ReactionReceived,
    ResponderAnswered,
    SendRefused,
    ServiceAnswered,
    TextReceived,
    TicketEvent,
    TicketTimedOut,
    TimedOut,
    WindowCloses,
)
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Session

NO_VERSIONS: Mapping[str, Dialog] = {}
MOST_CHAINED = 10  # dialogs that follow one another in one turn


def converse(
    book: Book,
    session: Session | None,
    pinned: Dialog | None,
    event: AnyEvent,
    about: About,
    opted_out: bool,
    versions: Mapping[str, Dialog] = NO_VERSIONS,
) -> Step:
    """Take one event of a contact on one channel.

    `session` is the channel's newest, if any, and `pinned` the dialog version it runs (None when nobody has that
    version any more: the session then counts as ended). `versions`: the others it pinned, by version (`calls.py`).
    `opted_out`: whether the contact opted out of this channel. What follows the dialog at once begins in the same step.
    """
    about = book.placed(about)
    step = _converse(book, session, pinned, event, about, opted_out, book.shelf(versions))
    return _chained(book, step, event, about)


def _converse(
    book: Book,
    session: Session | None,
    pinned: Dialog | None,
    event: AnyEvent,
    about: About,
    opted_out: bool,
    shelf: Shelf,
) -> Step:
    callers = session.callers if session is not None else ()
    if callers and any(shelf.pinned(frame.dialog, frame.version) is None for frame in callers):
        pinned = None  # it could not go on after its call
    live = session if session is not None and session.phase != "ended" and pinned is not None else None
    match event:
        case TextReceived() | OptionTapped():  # nearly all there is, so it comes first
            consent = _consent(event, live, pinned, about, opted_out, shelf)
            if consent is not None:
                known = opted_out and live is None
                voice = texts.voice(_last_heard(book, session, pinned, about), about.texts)
                return _consented(session, event, consent, known, voice)
        case ReactionReceived() | MessageEdited() | MessageRevoked() | ContactChanged():
            return Step(session, ())
        case TicketEvent() | CampaignReached() | CampaignFailed() | TicketTimedOut():
            return Step(session, ())
        case SendRefused() | DialogDue() | DialogReplaced() | WindowCloses():
            return Step(session, ())  # the desk's, the outbox's or the runtime's, not the bot's
        case ResponderAnswered():
            return general.responded(session, live, pinned, event, about, book.language, shelf)
        case TimedOut() | ServiceAnswered() | OutsideEvent():
            if live is None or pinned is None:
                return Step(session, ())
            return _filled(book, engine.advance(pinned, live, event, about, shelf), pinned, about)
        case ConsentChanged():
            change = SetConsent(event.opted_out, event.evidence)
            return _opt_out(session, event.at, change) if event.opted_out else Step(session, (change,))
        case DialogRequested():
            return _request(book, session, live, event, about, opted_out, shelf)
    if live is not None and pinned is not None:
        if live.asked_by_template and isinstance(event, TextReceived):
            event = _as_tap(book, pinned, event, numbered=about.channel_kind == "sms")
        beside = general.beside(book.general, pinned, live, event, about, shelf)
        return beside or engine.advance(pinned, live, event, about, shelf)
    if opted_out and about.channel_kind == "sms":
        return Step(session, ())
    if session is not None and engine.is_deaf(session, event.at):
        return Step(session, (Ignore("burst"),))
    if session is not None and pinned is not None:
        reopened = engine.reopened(pinned, session, about, event.at, shelf)
        if reopened is not None and _resumes(book, reopened, event, about, shelf):
            asked = shelf.pinned(reopened.dialog, reopened.version) or pinned
            return engine.advance(asked, reopened, event, about, shelf)
    text = event.text if isinstance(event, TextReceived | OptionTapped) else ""
    if book.called_by(text) is None and (ready := general.known(book.general, session, event, about, book.language)):
        return ready
    dialog = book.starting(event.channel, text)
    if dialog is None:
        return general.asked(book.general, session, event, about, book.language)
    wait = session.wait if session else 0
    return engine.begin(dialog, about, event.at, event.channel, book.given, wait=wait, shelf=shelf)


def _resumes(book: Book, reopened: Session, event: Message, about: About, shelf: Shelf) -> bool:
    """Whether a late message goes on at the question that timed out, rather than calling another dialog (D05)."""
    if not isinstance(event, TextReceived | OptionTapped) or book.called_by(event.text) is None:
        return True
    asked = shelf.pinned(reopened.dialog, reopened.version)
    return asked is not None and engine.takes(asked, reopened, event.text, about, shelf)


def _chained(book: Book, step: Step, event: AnyEvent, about: About) -> Step:
    """Begin what follows the dialog at once (F018). What the ended one came to stays in the journal."""
    if BeginLater not in map(type, step.effects):
        return step
    for _ in range(MOST_CHAINED):
        ended, effects = step
        follows = next((one for one in effects if isinstance(one, BeginLater) and one.seconds == 0), None)
        if ended is None or follows is None:
            return step
        kept = tuple(one for one in effects if one is not follows)
        dialog = book.dialogs.get(follows.dialog)
        if dialog is None:
            return Step(ended, (*kept, Flag("dialog_gone")))
        told = EndDialog(ended.dialog, ended.cause, ended.answers)
        shelf = book.shelf(NO_VERSIONS)
        begun = engine.begin(dialog, about, event.at, ended.channel, follows.given, wait=ended.wait, shelf=shelf)
        step = Step(begun.session, (*kept, told, *begun.effects))
    return Step(step.session, (*(one for one in step.effects if not isinstance(one, BeginLater)), Flag("loop")))


def _filled(book: Book, step: Step, pinned: Dialog, about: About) -> Step:
    """The templates that remind, with their data: what is known when they leave."""
    if not any(isinstance(effect, SendTemplate) for effect in step.effects) or step.session is None:
        return step
    session = step.session
    data = engine.known(pinned, about, session.updated_at, {**session.given, **session.answers})
    told = partial(needs.shown, pinned, about.country, {}, data)
    filled = (_reminding(book, one, told) if isinstance(one, SendTemplate) else one for one in step.effects)
    return Step(session, tuple(filled))


def _reminding(book: Book, send: SendTemplate, told: Callable[[str, str], str]) -> SendTemplate:
    known = book.template(send.name, send.language)
    return _template(book, send.name, known.language if known is not None else send.language, told)


def _consent(
    event: TextReceived | OptionTapped,
    live: Session | None,
    pinned: Dialog | None,
    about: About,
    opted_out: bool,
    shelf: Shelf,
) -> str | None:
    """`out` or `in` when the message is a word for that and no waiting question takes it as its answer (D82)."""
    consent = words.consent(event.text, opted_out, taken=False)
    if consent is None or words.consent(event.text, opted_out, taken=True) is not None:
        return consent
    waiting = live is not None and live.phase == "waiting"
    if isinstance(event, OptionTapped) or (waiting and consent == "in"):
        return None
    if live is None or pinned is None or not waiting:
        return consent
    return None if engine.takes(pinned, live, event.text, about, shelf) else consent


def _last_heard(book: Book, session: Session | None, pinned: Dialog | None, about: About) -> str:
    """The language in which the contact last heard us."""
    if pinned is None or session is None:
        return about.language if texts.speaks(about.language) else book.language
    return pinned.spoken((session.given | session.answers).get(languages.VARIABLE), about.language)


def _consented(
    session: Session | None, event: TextReceived | OptionTapped, consent: str, known: bool, language: str
) -> Step:
    """`known`: the contact has opted out before and nothing was said since; one confirmation is enough."""
    change = SetConsent(consent == "out", event.text)
    if consent == "in":
        return Step(session, (change, SendText(texts.say(language, "opted_in"))))
    if known:
        return _opt_out(session, event.at, change)
    return _opt_out(session, event.at, change, SendText(texts.say(language, "opted_out")))


def _opt_out(session: Session | None, at: datetime, *effects: AnyEffect) -> Step:
    if session is None or session.phase == "ended":
        return Step(session, effects)
    if session.phase == "waiting":
        effects = (CancelTimer(session.wait), *effects)
    return Step(structs.replace(session, phase="ended", cause="opted_out", updated_at=at), effects)


def _request(
    book: Book,
    session: Session | None,
    live: Session | None,
    event: DialogRequested,
    about: About,
    opted_out: bool,
    shelf: Shelf,
) -> Step:
    """Begin the dialog we were asked for, in place of one that waits; a person's conversation is left alone."""
    dialog = book.dialogs.get(event.dialog)
    if dialog is None or opted_out or (live is not None and live.phase == "quiet"):
        return Step(session, ())
    template = None
    if event.template is not None:
        spoken = dialog.spoken(event.given.get(languages.VARIABLE), about.language)
        known = book.template(event.template, event.language or spoken)
        language = event.language or (known.language if known is not None else spoken)
        data = engine.known(dialog, about, event.at, event.given)
        told = partial(needs.shown, dialog, about.country, event.given, data)
        template = _template(book, event.template, language, told, event.parameters)
    wait = session.wait if session is not None else 0
    begun = engine.begin(dialog, about, event.at, event.channel, event.given, template, wait, shelf)
    if live is None:
        return begun
    return Step(begun.session, (CancelTimer(live.wait), *begun.effects))


def _template(
    book: Book, name: str, language: str, told: Callable[[str, str], str], parameters: tuple[str, ...] = ()
) -> SendTemplate:
    """The template to send: its data as they are listed, else as `told` by name in the template's language."""
    known = book.template(name, language)
    if known is None:
        return SendTemplate(name, language, parameters)
    filled = parameters or tuple(told(each, known.language) for each in known.parameters)
    payloads = tuple(button.payload for button in known.buttons if button.kind == "reply")
    return SendTemplate(name, language, filled, payloads)


def _as_tap(book: Book, dialog: Dialog, event: TextReceived, numbered: bool) -> TextReceived | OptionTapped:
    """A typed text equal to a button of the template we asked with is a tap on that button (F009)."""
    payload = book.payload_of(dialog.starts.template or "", event.text, numbered)
    if payload is None:
        return event
    return OptionTapped(
        at=event.at, channel=event.channel, message_id=event.message_id, payload=payload, text=event.text
    )
