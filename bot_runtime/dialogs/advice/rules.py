"""All rules over one dialog, what its author silenced left out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.advice.about import RULES, About
from bot_runtime.dialogs.advice.burden import burden_advice
from bot_runtime.dialogs.advice.data import data_advice
from bot_runtime.dialogs.advice.findings import Finding
from bot_runtime.dialogs.advice.lexicon import lexicon
from bot_runtime.dialogs.advice.opening import opening_advice
from bot_runtime.dialogs.advice.order import order_advice
from bot_runtime.dialogs.advice.plain_words import plain_words_advice
from bot_runtime.dialogs.advice.scales import scale_advice
from bot_runtime.dialogs.advice.survey import Survey
from bot_runtime.dialogs.advice.texts import Told
from bot_runtime.dialogs.advice.wording import wording_advice
from bot_runtime.dialogs.model import Dialog, Where
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Path, Tree, plain

_UNUSED = "unused_silence"


def advise(tree: Tree, dialog: Dialog, about: About, opener: tuple[Tree, Path] | None = None) -> list[Problem]:
    """What could be better in the texts of `dialog`, which `tree` was read into and in which nothing is wrong.

    `opener`: where the template's text stands that contacts read before anything of the dialog.
    """
    wanted = {rule for rule in RULES if about.levels.get(rule) != "off"}
    silenced = _silenced(tree)
    used: set[Path] = set()
    problems: dict[tuple[Where, str], Problem] = {}
    for finding in _findings(tree, dialog, about, opener):
        places = [silenced.get((state, finding.rule)) for state in (finding.state, "")]
        if any(places):
            used.update(place for place in places if place)
        elif finding.rule in wanted:
            problem = _problem(finding, about)
            problems.setdefault((problem.where, problem.code), problem)
    unused = [place for (_, rule), place in silenced.items() if place not in used and rule in wanted]
    return [*problems.values(), *(_unused(tree, place) for place in unused)]


def _findings(tree: Tree, dialog: Dialog, about: About, opener: tuple[Tree, Path] | None) -> Iterator[Finding]:
    for language in dialog.languages or (dialog.language,):
        words = lexicon(language)
        if words is None:
            continue
        told = None
        if opener is not None and language == dialog.language:
            told = Told(str(_at(opener[0].data, opener[1])), *opener, words)
        survey = Survey(tree, dialog, language, words, told)
        yield from opening_advice(survey, about)
        yield from wording_advice(survey)
        yield from plain_words_advice(survey, about)
        yield from scale_advice(survey)
        yield from burden_advice(survey, about)
        yield from order_advice(survey)
        yield from data_advice(survey)


def _at(data: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        data = data[part]
    return data


def _problem(finding: Finding, about: About) -> Problem:
    where = finding.told.tree.inside(finding.told.path, finding.start)
    error = about.levels.get(finding.rule) == "error"
    return Problem(where, finding.rule, finding.facts, "error" if error else "advice", max(1, finding.width))


def _silenced(tree: Tree) -> Mapping[tuple[str, str], Path]:
    """(state, rule) → where its author says why the rule does not hold there; the state "" is the whole dialog."""
    found: dict[tuple[str, str], Path] = {}
    groups: list[tuple[str, Path, Any]] = [("", (), tree.data)]
    groups += [(name, ("states", name), state) for name, state in plain(tree.data.get("states")).items()]
    for name, path, group in groups:
        for rule in plain(plain(plain(group).get("advice")).get("silence")):
            found[name, str(rule)] = (*path, "advice", "silence", str(rule))
    return found


def _unused(tree: Tree, place: Path) -> Problem:
    mark = tree.mark(place, key=True)
    return Problem(Where(tree.file, mark.line, mark.column), _UNUSED, {"name": place[-1]}, "advice", mark.width)
