"""What the server says by itself, in the dialog's language: one file of `builtin/` a language; a brand's own come first
(D12)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from bot_runtime.dialogs.expressions import Text

_FOLDER = resources.files("bot_runtime.dialogs") / "builtin"
_FALLBACK = "en"

Forms = tuple[Text, ...]
Own = Mapping[str, Mapping[str, Forms]]
"""A brand's own texts: language → key → forms."""


class Voice(str):
    """A language as one brand speaks it. For `say` alone: it is no text to store."""

    __slots__ = ("own",)
    own: Mapping[str, Forms]

    def __new__(cls, language: str, own: Mapping[str, Forms]) -> "Voice":
        voice = super().__new__(cls, language)
        voice.own = own
        return voice


def voice(language: str, own: Own) -> str:
    """What to `say` texts in for a brand with its `own`."""
    return Voice(language, own[language]) if language in own else language


def own_texts(written: Mapping[str, Any], language: str) -> Own:
    """A brand's texts as written in bot.yaml; one without a language is in `language`, and stands for no other."""
    found: dict[str, dict[str, Forms]] = {}
    for key, value in written.items():
        for form in value if isinstance(value, list) else [value]:
            for tag, source in form.items() if isinstance(form, dict) else [(language, form)]:
                forms = found.setdefault(tag, {})
                forms[key] = (*forms.get(key, ()), Text.parse(str(source)))
    return found


def built_in() -> Iterator[tuple[str, frozenset[str]]]:
    """Every text there is, with the names it may use."""
    for key, forms in _catalog(_FALLBACK).items():
        yield key, frozenset(name for form in forms for name in form.names)


def say(language: str, key: str, *, attempt: int = 1, **facts: Any) -> str:
    """The text `key`, its placeholders filled from `facts`: the brand's own in its `voice`, else the built-in one.

    A text that varies says its n-th form at `attempt` n, then keeps to the last. A language without a file is said in
    English; `es-MX` is said as `es`.
    """
    spoken = _spoken(language)
    own = language.own.get(key) if isinstance(language, Voice) else None
    forms = own or _catalog(spoken)[key]
    return forms[min(max(attempt, 1), len(forms)) - 1].render(facts, spoken)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages there is a file for."""
    return frozenset(file.name.removesuffix(".yaml") for file in _FOLDER.iterdir() if file.name.endswith(".yaml"))


def source(language: str, key: str) -> str:
    """The built-in text `key` as its file has it, in its first form."""
    return _catalog(_spoken(language))[key][0].source


def speaks(language: str) -> bool:
    """Whether there are texts in `language`, and not another's in their place."""
    return language in languages()


@lru_cache(maxsize=64)
def _spoken(language: str) -> str:
    main = language.replace("_", "-").split("-")[0].lower()
    return main if main in languages() else _FALLBACK


@lru_cache(maxsize=16)
def _catalog(language: str) -> dict[str, tuple[Text, ...]]:
    # Our own file and text only: BaseLoader leaves `no` and `1` as they are written.
    written = yaml.load((_FOLDER / f"{language}.yaml").read_text("utf-8"), yaml.BaseLoader)
    return {
        key: tuple(Text.parse(form) for form in (forms if isinstance(forms, list) else [forms]))
        for key, forms in written.items()
    }
