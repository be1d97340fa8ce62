"""What is wrong with a workspace's files, as a code and facts; the words are in `messages/en.yaml` and `es.yaml`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from rapidfuzz import fuzz, process

from bot_runtime.dialogs.model import Where

Severity = Literal["error", "warning", "advice"]
MAX_PROBLEMS = 100  # of one file: whoever mends these sees the rest
_FACT_MAX = 60  # what a file holds is quoted in short
_NEAR_ENOUGH = 62  # percent of letters in common
_NEAR_MAX = 64  # longer words and longer lists are no slip of the pen, and would cost too much
_KNOWN_MAX = 2_000


class Term(tuple[str, ...]):
    """A fact that the catalogs translate: one of their `terms`, or several joined by "or"."""

    def __new__(cls, *words: str) -> "Term":
        return super().__new__(cls, words)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `width`: how many characters from `where` on are meant.

    `facts` fill the catalog's sentences; `near`, where there is one, is what was probably meant.
    """

    where: Where
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"
    width: int = 1

    def message(self, language: str = "en") -> str:
        return self._said("what", language)

    def hint(self, language: str = "en") -> str:
        """What was probably meant, or what is possible; empty where the message says it all."""
        if self.facts.get("near"):
            return self._said("near", language) or catalog(language)["terms"]["near"].format(near=self.facts["near"])
        return self._said("hint", language)

    def line(self, language: str = "en") -> str:
        """`dialogs/menu.yaml:14:11: unknown state 'clsoed'; did you mean 'closed'?`"""
        word = f"{catalog(language)['terms'][self.severity]}: " if self.severity != "error" else ""
        hint = self.hint(language)
        return f"{self.where}: {word}{self.message(language)}{'; ' + hint if hint else ''}"

    def _said(self, part: str, language: str) -> str:
        sentence = catalog(language).get(self.code, {}).get(part, self.code if part == "what" else "")
        return sentence.format_map({name: _shown(fact, language) for name, fact in self.facts.items()})


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known word that `name` probably misspells."""
    if len(name) > _NEAR_MAX or len(known) > _KNOWN_MAX:
        return None
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR_ENOUGH)
    return found[0] if found else None


def by_position(problems: Iterable[Problem]) -> list[Problem]:
    """In the order of files, lines and columns, each once: two checks may see the same."""
    once: dict[tuple[Where, str, str], Problem] = {}
    for problem in problems:
        once.setdefault((problem.where, problem.code, str(problem.facts.get("name", ""))), problem)
    return sorted(once.values(), key=lambda problem: (*problem.where, problem.code))


def _shown(fact: Any, language: str) -> str:
    if isinstance(fact, bool):
        return "true" if fact else "false"
    if isinstance(fact, Term):
        terms = catalog(language)["terms"]
        return f" {terms['or']} ".join(terms[word] for word in fact)
    if isinstance(fact, (list, tuple)):
        if not fact:
            return catalog(language)["terms"]["none"]
        shown = [_shown(item, language) for item in fact[:12]]
        return ", ".join(shown) + (", …" if len(fact) > 12 else "")
    text = " ".join(str(fact).split())
    return text if len(text) <= _FACT_MAX else text[: _FACT_MAX - 1] + "…"


@cache
def catalog(language: str) -> Mapping[str, Mapping[str, str]]:
    """What there is to say, by code: `what`, `hint`, `near`; and the `terms`."""
    from bot_runtime.dialogs import tree

    name = "es" if language.startswith("es") else "en"
    source = (resources.files("bot_runtime.dialogs") / "messages" / f"{name}.yaml").read_bytes()
    catalog: dict[str, dict[str, str]] = tree.read(f"messages/{name}.yaml", source).data
    return catalog
