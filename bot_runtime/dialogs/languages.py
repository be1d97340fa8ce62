"""Texts by language: `{ es: Hola, en: Hello }` wherever a text stands, and which language a session is in (F023).

A dialog has the languages of its texts, its own first. A session speaks the one its variable `language` names, else
the contact's, else the dialog's; only those the dialog has count, so that nobody is answered half in one language.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.texts import say
from bot_runtime.dialogs.words import fold

VARIABLE = "language"
"""The name of the datum that chooses a session's language, where a dialog needs, saves or sets it."""

_NAMES = {
    "es": "espanol castellano spanish espanhol spa esp",
    "en": "ingles english eng ing",
    "pt": "portugues portuguese brasileiro por ptg",
}
_WRITTEN = re.compile(r"(?P<tag>[a-z]{2,3})(?:[-_][a-z0-9]{2,8})*$|(?P<name>[a-z]{4,})")
_TAG_BY_NAME = {name: tag for tag, names in _NAMES.items() for name in (tag, *names.split())}


class ByLanguage(Text):
    """A text with a variant for each of some languages; `source` is that of the dialog's own."""

    __slots__ = ("variants",)

    def __init__(self, variants: Mapping[str, Text], language: str) -> None:
        """`language`, the dialog's own, stands in for a variant there is not; else the first one does."""
        own = variants.get(language) or next(iter(variants.values()))
        super().__init__(own.source, own._parts, tuple(use for one in variants.values() for use in one.uses))
        self.variants = variants

    def render(self, data: Mapping[str, Any], language: str = "es") -> str:
        variant = self.variants.get(language)
        return super().render(data, language) if variant is None else variant.render(data, language)

    def source_in(self, language: str) -> str:
        variant = self.variants.get(language)
        return self.source if variant is None else variant.source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByLanguage) and other.variants == self.variants

    def __hash__(self) -> int:
        return hash(tuple(self.variants.items()))


def text(value: Any, language: str) -> Text:
    """A text as an author wrote it, in one language or in several; `language` is the dialog's own."""
    if isinstance(value, dict):
        return ByLanguage({tag: Text.parse(str(written)) for tag, written in value.items()}, language)
    return Text.parse(str(value))


def builtin(key: str, tags: Sequence[str]) -> Text:
    """A built-in text in the languages `tags`, the first of them the dialog's own."""
    return ByLanguage({tag: Text.parse(say(tag, key)) for tag in tags}, tags[0])


def variant(value: Any, language: str, own: str) -> Any:
    """What stands for `language` in something written by language; anything else as it is."""
    if not isinstance(value, dict) or not value:
        return value
    return value.get(language, value.get(own, next(iter(value.values()))))


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """`tag, what is written` of something by language; one pair with an empty tag for anything else."""
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield "", value


@lru_cache(maxsize=1024)
def tag_of(written: str) -> str:
    """The tag of a language as people and lists write it: `es`, `es-MX`, `Inglés`, `EN_us`; empty where none is meant.

    One we have no texts for keeps its tag (`fr`), for those who have.
    """
    found = _WRITTEN.match(fold(written[:40]))
    if found is None:
        return ""
    word = found["tag"] or found["name"]
    return _TAG_BY_NAME.get(word) or (word if found["tag"] and len(word) == 2 else "")


def spoken(has: Collection[str], chosen: object, contacts: str, own: str) -> str:
    """The language of a session: the first of what was `chosen`, the contact's and the dialog's `own` that it `has`."""
    for wanted in (chosen, contacts):
        if isinstance(wanted, str) and wanted and (tag := tag_of(wanted)) in has:
            return tag
    return own
