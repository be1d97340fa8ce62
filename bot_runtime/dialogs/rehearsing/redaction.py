"""What stands in for what a contact wrote, so that a conversation can be shown without saying whose it was.

Kept are the author's own words (labels, keywords, codes, whatever the dialog's file says) and short numbers. Anything
else might be a name, an address or an account: its letters become x and its digits 0, and whoever asks gets several
such texts, from the most telling to the most general, to take the first that leads the conversation the same way.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import structs

from bot_runtime.dialogs import words
from bot_runtime.dialogs.model import Answer, Dialog
from bot_runtime.dialogs.session import About, Value

LONGEST_NUMBER = 3  # digits that say nothing of anybody: an option's number, an age, a rating
_KEPT_DIGITS = 6  # of a value that guards may compare: an amount, not an account
_EVERYBODYS = frozenset(
    {"hola", "buenas", "buenos dias", "buenas tardes", "buenas noches", "gracias", "ok", "vale", "ayuda", "que"}
    | {"hi", "hello", "good morning", "good afternoon", "thanks", "thank you", "okay", "help", "what", "ola", "oi"}
)
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"'([^'\n]{1,80})'|\"([^\"\n]{1,80})\"")
_SAID = {
    "es": {"family": "Ejemplo", "text": "texto", "yes": "sí", "no": "no"},
    "en": {"family": "Sample", "text": "text", "yes": "yes", "no": "no"},
}
_FIRST = ("Alex", "Robin", "Andrea", "Noel", "Kim")
_PHONES = {"MX": "+525550000000", "CO": "+573000000000", "AR": "+541150000000", "ES": "+34600000000"}
_ANY_PHONE = "+525550000000"
_MAIL = "persona@example.com"
_PLACE = (0.0, 0.0)


class Redactor:
    """Knows the author's words, and which of them are also the contact's."""

    def __init__(self, dialogs: Iterable[Dialog], about: About, given: Mapping[str, Value]) -> None:
        listed = list(dialogs)
        self._language = "es" if not listed or listed[0].language.startswith("es") else "en"
        self._country = about.country
        self._phrases = {words.fold(text) for dialog in listed for text in _phrases(dialog)}
        self._phrases |= _EVERYBODYS | words.OUT_ALWAYS | words.OUT_UNLESS_TAKEN | words.IN | words.IN_UNLESS_TAKEN
        authors = {words.fold(word) for dialog in listed for word in _WORD.findall(dialog.source)}
        self._authors = {word for word in authors if not word.isdecimal()}
        self._private: set[str] = set()
        self.learn(about.contact_name, *(value for value in given.values() if isinstance(value, str)))

    def learn(self, *private: str) -> None:
        """Words that are somebody's own from now on, even where the dialog's file has them, too."""
        self._private |= {words.fold(word) for text in private for word in _WORD.findall(text)}
        self._authors -= self._private

    def is_public(self, text: str) -> bool:
        """Whether `text` may be shown as it is."""
        if words.fold(text) in self._phrases:
            return True
        found = _WORD.findall(text)
        return all(self._is_kept(word) for word in found) and len("".join(filter(str.isdecimal, found))) <= _KEPT_DIGITS

    def masked(self, text: str, letter: str = "x") -> str:
        """`text` with every word that is not the author's made unreadable, of the same shape."""
        return _WORD.sub(lambda found: found[0] if self._is_kept(found[0]) else _shape(found[0], letter), text)

    def _is_strange(self, text: str) -> bool:
        """Whether `text` is something, and shares no word with the contact."""
        return bool(text) and self._private.isdisjoint(words.fold(word) for word in _WORD.findall(text))

    def _name(self) -> str:
        """Somebody else's name, whoever the contact is."""
        family = _SAID[self._language]["family"]
        return next((name for first in _FIRST if self._is_strange(name := f"{first} {family}")), "Xx Yy")

    def _is_kept(self, word: str) -> bool:
        return len(word) <= LONGEST_NUMBER if word.isdecimal() else words.fold(word) in self._authors

    def person(self, about: About) -> About:
        """Somebody else on the same channel."""
        name = self._name() if about.contact_name else ""
        phone = self._phone() if about.contact_phone else ""
        data = {key: str(self.datum(value)) for key, value in about.metadata.items()}
        return structs.replace(about, contact_name=name, contact_phone=phone, metadata=data)

    def datum(self, value: Value, example: Value = None) -> Value:
        """What a list or another state brought, of the same type; `example` is the author's own."""
        if isinstance(value, list):
            return [str(self.datum(one)) for one in value]
        if isinstance(value, str):
            if self.is_public(value):
                return value
            return example if isinstance(example, str) and self._is_strange(example) else self.masked(value)
        if isinstance(value, bool) or value is None:
            return value
        return _rounded(value)

    def tree(self, data: Any) -> Any:
        """JSON with its texts masked and its long numbers rounded."""
        if isinstance(data, Mapping):
            return {str(key): self.tree(value) for key, value in data.items()}
        return [self.tree(value) for value in data] if isinstance(data, list) else self.datum(data)

    def stand_ins(self, text: str, answer: Answer | None, came_to: Value, own: Iterable[str]) -> Iterator[str]:
        """Texts to write in place of `text`, best first.

        `answer` is what the question asks, `came_to` what the text was understood as (None: as nothing), `own` the
        labels it may have meant, the likeliest first.
        """
        likeliest, *others = [*own] or [""]
        said = _SAID[self._language]
        if self.is_public(text):
            yield text
        if likeliest:
            yield likeliest
        if came_to is not None and answer is not None:
            yield from self._of_type(answer, came_to)
        for letter in "xkz":
            yield self.masked(text, letter)
        yield from (said["text"], "xxxx", "x", "?", "0", self._name())
        yield from others

    def _of_type(self, answer: Answer, value: Value) -> Iterator[str]:
        said = _SAID[self._language]
        match answer.kind:
            case "yes_no":
                yield said["yes" if value is True or value == "yes" else "no"]
            case "email":
                yield _MAIL
            case "phone":
                yield from (self._phone(), _ANY_PHONE)
            case "name":
                yield self._name()
            case "pattern" if isinstance(answer.limits.get("example"), str):
                yield answer.limits["example"]
            case "date" | "time":
                yield str(value)
            case "number" | "rating" | "amount":
                yield str(_rounded(value))
            case "multiple" if isinstance(value, list):
                yield ", ".join(value)

    def _phone(self) -> str:
        return _PHONES.get(self._country, _ANY_PHONE)


def place(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A shared location, nowhere in particular."""
    return {
        "latitude": _PLACE[0],
        "longitude": _PLACE[1],
        **{key: key for key in ("name", "address") if facts.get(key)},
    }


def _shape(word: str, letter: str) -> str:
    shaped = "".join("0" if char.isdecimal() else letter for char in word)
    return shaped[:1].upper() + shaped[1:] if word[0].isupper() else shaped


def _rounded(value: Value) -> Value:
    """A number small enough to name nobody stays; of a longer one only its size does."""
    digits = re.sub(r"\D", "", str(value).partition(".")[0])
    if len(digits) <= _KEPT_DIGITS:
        return value
    size = 10 ** (len(digits) - 2)
    if isinstance(value, str):
        return str(int(digits) // size * size)
    return type(value)(int(value) // size * size) if isinstance(value, int | float) else value


def _phrases(dialog: Dialog) -> Iterator[str]:
    """Everything the author expects somebody to write, and the texts that guards compare with."""
    yield from dialog.starts.keywords
    for entry in dialog.anywhere:
        yield from entry.words
    for state in dialog.states.values():
        choices = state.answer.limits.get("choices", ()) if state.answer is not None else ()
        for option in (*state.menu, *choices):
            yield from (option.code, *option.names)
    for line in dialog.source.splitlines():
        if re.search(r"\b(if|check|set)\b", line):
            yield from (one or other for one, other in _QUOTED.findall(line))
