"""What a bot answers to messages that no step expects (F063): its FAQ, else a responder over HTTP. Pure.

Scripted steps go first, and an answer from here never moves the session: the same question is asked again, and no
attempt is counted. A responder that fails leaves the message to the question, as an answer that does not fit.
"""

from bot_runtime.dialogs import engine, texts
from bot_runtime.dialogs.calls import EMPTY, Shelf
from bot_runtime.dialogs.effects import AskResponder, SendText
from bot_runtime.dialogs.engine import Step
from bot_runtime.dialogs.events import Message, ResponderAnswered, TextReceived
from bot_runtime.dialogs.faq import NOTHING, General
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import About, Session
from bot_runtime.dialogs.surroundings import about_values

__all__ = ["MOST_ASKED", "NOTHING", "General", "beside", "known"]

MOST_ASKED = 1_000  # characters of a message that a responder gets


def beside(
    general: General, dialog: Dialog, session: Session, event: Message, about: About, shelf: Shelf = EMPTY
) -> Step | None:
    """The answer to a message that the waiting `session` does not expect; None: it is for the session to take."""
    if not general or not isinstance(event, TextReceived):
        return None
    unexpected = engine.unexpected(dialog, session, event, about, shelf)
    if unexpected is None:
        return None
    answer = general.faq.answer(event.text, about_values(about), unexpected.language)
    if answer is not None:
        return engine.aside(dialog, session, answer, about, event.at, shelf)
    if not general.responder or not about.may_ask or dialog.states[session.state].errand is not None:
        return None
    asked = AskResponder(session.wait, event.text[:MOST_ASKED], unexpected.language, unexpected.question)
    return Step(session, (asked,))


def known(general: General, session: Session | None, event: Message, about: About, language: str) -> Step | None:
    """The FAQ's answer to a message that comes out of the blue; the session stays as it is."""
    if not isinstance(event, TextReceived):
        return None
    answer = general.faq.answer(event.text, about_values(about), about.language or language)
    return Step(session, (SendText(answer),)) if answer is not None else None


def asked(general: General, session: Session | None, event: Message, about: About, language: str) -> Step:
    """Ask the responder where no dialog begins by itself; without one, nobody answers."""
    if not general.responder or not about.may_ask or not isinstance(event, TextReceived):
        return Step(session, ())
    return Step(session, (AskResponder(0, event.text[:MOST_ASKED], about.language or language),))


def responded(
    session: Session | None,
    live: Session | None,
    pinned: Dialog | None,
    event: ResponderAnswered,
    about: About,
    language: str,
    shelf: Shelf = EMPTY,
) -> Step:
    """Say what the responder answered, unless the conversation has gone on meanwhile."""
    if event.wait == 0:
        if live is not None:
            return Step(session, ())
        if not event.error:
            return Step(session, (SendText(event.text),))
        voice = texts.voice(about.language or language, about.texts)
        return Step(session, (SendText(texts.say(voice, "invalid_answer")),))
    if live is None or pinned is None or live.phase != "waiting" or live.wait != event.wait:
        return Step(session, ())
    if event.error:
        message = TextReceived(at=event.at, channel=event.channel, message_id="", text=event.asked)
        return engine.advance(pinned, live, message, about, shelf)
    return engine.aside(pinned, live, event.text, about, event.at, shelf)
