"""Ready-made questions (F040): whether something was received, whether somebody means to buy.

The whole answer is taken phrase by phrase, the longest first; one word that is in no phrase and the answer is refused,
and so it is when two phrases disagree. "No, todavía no llega" is `not_yet`, which is a kind of no.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from bot_runtime.dialogs.menus import comparable
from bot_runtime.dialogs.recognizers.phrases import INTENT, RECEIPT, Phrases
from bot_runtime.dialogs.recognizers.result import Fits, Here, Unfit
from bot_runtime.dialogs.recognizers.yes_no import (
    DRAWN_OUT,
    NO_EMOJI,
    NO_WORDS,
    PHRASES,
    POLITE_WORDS,
    YES_EMOJI,
    YES_WORDS,
)

CODES: Mapping[str, tuple[str, str, str]] = {"receipt": ("yes", "no", "not_yet"), "intent": ("yes", "no", "maybe")}
"""What each question stores; contacts may also answer with the place in this order."""

_LONGEST = 160  # characters
_DOUBT_EMOJI = "🤔🤷"
_PLACES = {"1": 0, "2": 1, "3": 2}
_VERDICTS = {"si": "yes", "no": "no", "gracias": ""}


def read_receipt(text: str, here: Here) -> Fits | Unfit:
    """`yes`, `no` or `not_yet`: "ya me llegó", "no lo recibí", "still waiting for it", "ainda não chegou"."""
    return _read("receipt", RECEIPT, text)


def read_intent(text: str, here: Here) -> Fits | Unfit:
    """`yes`, `no` or `maybe`: "sí, me interesa", "not interested", "vou pensar". "Not now" is no or maybe."""
    return _read("intent", INTENT, text)


def _read(kind: str, phrases: Phrases, text: str) -> Fits | Unfit:
    if len(text) > _LONGEST:
        return Unfit("too_long")
    worded = comparable(text.replace("\ufe0f", "").replace("\u20e3", ""))
    if worded in _PLACES:
        return Fits(CODES[kind][_PLACES[worded]])
    verdicts = _emoji(kind, text)
    said = _said(phrases, DRAWN_OUT.sub(r"\1\2", worded))
    if said is None:
        return Unfit("not_a_choice")
    verdicts |= said
    if verdicts == {"no", "not_yet"}:
        verdicts = {"not_yet"}
    if len(verdicts) != 1:
        return Unfit("not_a_choice")
    verdict = verdicts.pop()
    return Unfit("ambiguous", ("no", "maybe")) if verdict == "no?" else Fits(verdict)


def _emoji(kind: str, text: str) -> set[str]:
    found = {"yes"} if any(map(text.count, YES_EMOJI)) else set()
    if any(map(text.count, NO_EMOJI)):
        found.add("no")
    if kind == "intent" and any(map(text.count, _DOUBT_EMOJI)):
        found.add("maybe")
    return found


def _said(phrases: Phrases, worded: str) -> set[str] | None:
    """What the phrases of `worded` say, each once; None where some of it is no phrase."""
    found: set[str] = set()
    at = 0
    while at < len(worded):
        end, verdict = at, ""
        for code, pattern in phrases:
            match = pattern.match(worded, at)
            if match is not None and match.end() > end:
                end, verdict = match.end(), code
        match = _ORDINARY.match(worded, at)
        if match is not None and match.end() > end:
            end, verdict = match.end(), _ordinary(match[0])
        if end == at:
            return None
        if verdict:
            found.add(verdict)
        at = end + 1
    return found


_ORDINARY = re.compile(
    rf"(?:{'|'.join(sorted({*PHRASES, *YES_WORDS, *NO_WORDS, *POLITE_WORDS}, key=len, reverse=True))})(?!\w)"
)


@lru_cache(maxsize=512)
def _ordinary(words: str) -> str:
    """What yes/no questions know, too; polite words say nothing."""
    if words in PHRASES:
        return _VERDICTS[PHRASES[words]]
    return "yes" if words in YES_WORDS else "no" if words in NO_WORDS else ""
