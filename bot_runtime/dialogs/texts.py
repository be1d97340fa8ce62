"""What the server says by itself, in the dialog's language: one file of `builtin/` a language."""

from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from bot_runtime.dialogs.expressions import Text

_FOLDER = resources.files("bot_runtime.dialogs") / "builtin"
_FALLBACK = "en"


def say(language: str, key: str, *, attempt: int = 1, **facts: Any) -> str:
    """The built-in text `key`, its placeholders filled from `facts`.

    A text that varies says its n-th form at `attempt` n, then keeps to the last. A language without a file is said in
    English; `es-MX` is said as `es`.
    """
    spoken = _spoken(language)
    forms = _catalog(spoken)[key]
    return forms[min(max(attempt, 1), len(forms)) - 1].render(facts, spoken)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages there is a file for."""
    return frozenset(file.name.removesuffix(".yaml") for file in _FOLDER.iterdir() if file.name.endswith(".yaml"))


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
