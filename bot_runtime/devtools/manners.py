"""What a simulated person does next, from what is on their phone. Pure, but for the chance that is passed in.

Nobody here knows the bot: a person reads the last message as people do, taps what fits or types something like an
answer, and says no more once nothing is asked. So any workspace's dialogs can be talked to, in Spanish or English.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Literal, NamedTuple

from bot_runtime.devtools.doings import options
from bot_runtime.devtools.world import Message

Behaviour = Literal["taps", "types", "late", "silent", "asks", "opts_out", "nonsense"]
Language = Literal["es", "en"]

# How many of a hundred people behave so.
SHARES: Mapping[Behaviour, int] = {
    "taps": 35,
    "types": 15,
    "late": 10,
    "silent": 15,
    "asks": 12,
    "opts_out": 5,
    "nonsense": 8,
}
LATE = timedelta(minutes=90)  # `late` people answer so long after the message
MOST_SAID = 15  # by one person, after one template: a bot that asks for ever is left alone
REPLIES_TO_AGENTS = 2


class Act(NamedTuple):
    """Say `text`, or tap it on `message` where that is given; `after` more than the usual pause."""

    text: str
    message: str = ""
    after: timedelta = timedelta()


Words = Mapping[str, Sequence[str]]

WORDS: Mapping[Language, Words] = {
    "es": {
        "person": ("quiero hablar con una persona",),
        "stop": ("BAJA",),
        "nonsense": ("asdfgh", "¿mande?", "jajaja", "ñlkj 99x"),
        "agent": ("Sí, gracias.", "Ok, quedo pendiente.", "Perfecto, muchas gracias.", "¿Hasta qué hora puedo?"),
        "yes": ("sí",),
        "comment": ("Todo bien, gracias.", "Estuvo muy bien.", "Lo de siempre."),
    },
    "en": {
        "person": ("I want to talk to a person",),
        "stop": ("STOP",),
        "nonsense": ("asdfgh", "huh?", "lol", "qwer 99x"),
        "agent": ("Yes, thank you.", "Ok, that works.", "Great, thanks a lot.", "How late can I come?"),
        "yes": ("yes",),
        "comment": ("All good, thanks.", "It was very nice.", "The usual."),
    },
}  # fmt: skip

SPANISH = re.compile(r"[¿¡áéíóúñ]|\b(el|la|los|que|tu|te|por|para|con|una?)\b", re.IGNORECASE)
PERSON = re.compile(r"\b(personas?|alguien|agentes?|asesora?|person|someone|somebody|agent|human|colleague)\b", re.I)
ASKS = re.compile(
    r"\?|\b(responde|escr[ií]be\w*|elige|contesta|ay[uú]dame|por ejemplo|reply|write|choose|answer|for example)\b", re.I
)
QUOTED = re.compile(r"«([^»]{1,40})»|“([^”]{1,40})”")
RANGE = re.compile(
    r"\b(?:del?|from|between|entre)?\s*(\d{1,2})\b[^\d?]{0,30}?\b(?:al?|y|to|and)\s+(?:el\s+)?(\d{1,2})\b", re.I
)
DIGITS = re.compile(r"\b(folio|d[ií]gitos|digits|n[uú]mero|number|referenc\w+|cu[aá]nt[oa]s|how many)\b", re.I)
EITHER_OR = re.compile(r",\s*([^,.?!]{2,40}?),?\s+(?:o|u|or)\s+([^,.?!]{2,40})[.?]", re.I)
OPEN = re.compile(r"\b(qu[eé]|c[oó]mo|cu[aá]l|what|how|which|why|tell us|cu[eé]ntanos|comentario|comment)\b", re.I)


def behaviour_of(chance: Random) -> Behaviour:
    return chance.choices(list(SHARES), weights=list(SHARES.values()))[0]


def next_act(behaviour: Behaviour, chat: Sequence[Message], chance: Random, late: timedelta = LATE) -> Act | None:
    """What a person does about the newest messages of `chat`; None: nothing (more).

    `chance` should depend on the person and the length of the chat alone: then every run is the same.
    """
    run = chat[_begins(chat) :]
    own = [one for one in run if one.sender == "contact"]
    if not run or run[-1].sender == "contact" or behaviour == "silent" or len(own) >= MOST_SAID:
        return None
    heard = run[-1]
    if not own:
        first = _first(behaviour, heard, WORDS[language_of(run)], chance)
        return first._replace(after=late) if behaviour == "late" else first
    if behaviour == "opts_out":
        return None
    words = WORDS[language_of(run)]
    handed_over = next((n for n, one in enumerate(run) if is_handover(one)), None)
    if handed_over is not None and not options(heard):
        return _to_an_agent(run[handed_over + 1 :], words, chance)
    return _answer(heard, words, chance) if options(heard) or ASKS.search(heard.text) else None


def _begins(chat: Sequence[Message]) -> int:
    """A template begins anew: it is the business that writes first."""
    return next((n for n in range(len(chat) - 1, -1, -1) if chat[n].template), 0)


def is_handover(message: Message) -> bool:
    """Whether the bot says that a person comes; a question or a menu that only mentions one does not."""
    said = message.sender == "bot" and not message.template and not options(message)
    return said and "?" not in message.text and bool(PERSON.search(message.text)) and not ASKS.search(message.text)


def _first(behaviour: Behaviour, heard: Message, words: Words, chance: Random) -> Act:
    """The answer to the message that came out of the blue."""
    match behaviour:
        case "opts_out":
            return Act(chance.choice(words["stop"]))
        case "nonsense":
            return Act(chance.choice(words["nonsense"]))
        case "asks":
            offered = [option for option in options(heard) if PERSON.search(option)]
            return Act(offered[0], heard.id) if offered else Act(chance.choice(words["person"]))
        case "types":
            fitting = _fitting(heard)
            return Act(_typed(chance.choice(fitting), chance)) if fitting else _answer(heard, words, chance)
        case _:
            return _answer(heard, words, chance)


def _answer(heard: Message, words: Words, chance: Random) -> Act:
    """Tap what fits, or type what the question seems to want."""
    if fitting := _fitting(heard):
        return Act(fitting[0] if chance.random() < 0.6 else chance.choice(fitting), heard.id)
    text = heard.text
    if numbered := re.findall(r"^\s*(\d{1,2})\)", text, re.MULTILINE):
        return Act(chance.choice(numbered))
    if quoted := QUOTED.search(text):
        return Act(quoted[1] or quoted[2])
    if (ends := RANGE.search(text)) and int(ends[1]) < int(ends[2]) <= 10:
        return Act(str(chance.randint(int(ends[1]), int(ends[2]))))
    if DIGITS.search(text):
        return Act(str(chance.randint(1000, 9999)) if re.search(r"folio|d[ií]git", text, re.I) else "2")
    if one_of := EITHER_OR.search(text):
        return Act(chance.choice(one_of.groups()))
    return Act(chance.choice(words["comment"] if OPEN.search(text) else words["yes"]))


def _fitting(heard: Message) -> list[str]:
    """The options a person who wants nothing special would take."""
    offered = options(heard)
    return [option for option in offered if not PERSON.search(option)] or offered


def _typed(option: str, chance: Random) -> str:
    """An option as people type it: as it is, in small letters, or with two letters swapped."""
    how = chance.random()
    if how < 0.4 or len(option) < 7:
        return option.lower() if how < 0.2 else option
    at = chance.randrange(len(option) // 2, len(option) - 2)
    return (option[:at] + option[at + 1] + option[at] + option[at + 2 :]).lower()


def _to_an_agent(since: Sequence[Message], words: Words, chance: Random) -> Act | None:
    """A short human reply, to the first messages an agent writes."""
    said = sum(one.sender == "contact" for one in since)
    if not since or said >= REPLIES_TO_AGENTS:
        return None
    replies = words["agent"]
    used = {one.text for one in since}
    return Act(chance.choice([reply for reply in replies if reply not in used] or replies))


def language_of(chat: Sequence[Message]) -> Language:
    return "es" if any(SPANISH.search(one.text) for one in chat if one.sender == "bot") else "en"
