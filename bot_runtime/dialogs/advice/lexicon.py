"""What the rules look for in one language: the named lists of `words/<language>.yaml`, as compiled patterns."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Any

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.tree import plain

LANGUAGES = ("es", "en")


class Lexicon:
    """`words.named("vague")` finds any of that list, as whole words, in a text folded by `texts.fold`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._compiled: dict[tuple[str, str, bool], re.Pattern[str]] = {}

    def named(self, name: str, part: str = "", *, whole: bool = False) -> re.Pattern[str]:
        """Any entry of the list `name` (of its `part`). `whole`: as all of a text, not inside one."""
        key = (name, part, whole)
        if key not in self._compiled:
            self._compiled[key] = self._compile(plain(self._data[name])[part] if part else self._data[name], whole)
        return self._compiled[key]

    def _compile(self, entries: Any, whole: bool) -> re.Pattern[str]:
        listed = entries if isinstance(entries, list) else [entries]
        any_of = "|".join(re.sub(r"{(loaded|praise|verb_first)}", self._inserted, str(entry)) for entry in listed)
        edges = (r"\A\W*", r"\W*\Z") if whole else (r"(?<!\w)", r"(?!\w)")
        return re.compile(f"{edges[0]}(?:{any_of}){edges[1]}")

    def _inserted(self, found: re.Match[str]) -> str:
        return str(self._data[found[1]])

    def finds(self, name: str, text: str, part: str = "") -> re.Match[str] | None:
        return self.named(name, part).search(text)

    def every(self, name: str, text: str) -> Iterator[re.Match[str]]:
        return self.named(name).finditer(text)

    def fits(self, name: str, text: str) -> bool:
        """Whether all of `text` is one of that list."""
        return self.named(name, whole=True).match(text) is not None

    def number(self, name: str) -> int:
        return int(self._data[name])

    def text(self, name: str) -> str:
        return str(self._data[name])

    def wholes(self) -> list[re.Pattern[str]]:
        """What a question about the whole names, from the widest whole on."""
        return self._wholes

    @cached_property
    def _wholes(self) -> list[re.Pattern[str]]:
        return [self._compile(entries, whole=False) for entries in self._data["wholes"]]

    def entries(self, name: str) -> Any:
        """A list or group as it is written."""
        return self._data[name]

    def kinds(self, name: str) -> list[str]:
        return list(self._data[name])


@cache
def lexicon(language: str) -> Lexicon | None:
    """The words of `language`; None where the adviser does not speak it."""
    if language[:2] not in LANGUAGES:
        return None
    file = f"{language[:2]}.yaml"
    source = (resources.files("bot_runtime.dialogs.advice") / "words" / file).read_bytes()
    read = tree.read(file, source)
    assert not read.problems, read.problems
    return Lexicon(read.data)
