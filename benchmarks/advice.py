"""How far the writing adviser can be trusted: what it finds in texts that people judged bad, and in good ones.

    python -m benchmarks.advice [FOLDER…]

A folder holds `es.yaml` and `en.yaml`: for each rule, `bad` and `good` cases. A case is a text, `kind| text`,
`menu: Uno / Dos / *Tres| text` (* secondary), `{ questions: 12 }`, or a list of them: the questions of one dialog.
A bad text has to be found by its rule; a good one by no rule that applies to it. Without folders: the half of our
corpus that the rules were mended on, and the half that nobody looks at (`tests/dialogs/advice/corpus`).
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.advice import RULES, About, advise
from bot_runtime.dialogs.checks.dialog import check_dialog
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.schemas.shape import shape_problems

CORPUS = Path(__file__).parent.parent / "tests" / "dialogs" / "advice" / "corpus"
HALVES = ("known", "held_out")
LANGUAGES = ("es", "en")
OPENING = frozenset({"W01", "W02", "W03", "W04", "W11"})
_OF_OPENINGS = frozenset({"W01", "W02", "W03", "W04"})
_OF_TYPES = frozenset({"W10", "W14", "W18"})  # say nothing of a text whose type the case leaves open
_ON_SMS = frozenset({"W02", "W10", "W11"})
_NEUTRAL = {"es": "¿Te gusta la opción {}?", "en": "Do you like option {}?"}


@dataclass(frozen=True, slots=True)
class Case:
    """One judged text or dialog of the corpus."""

    rule: str
    language: str
    is_bad: bool
    written: Any

    def applies(self, rule: str) -> bool:
        """Whether what `rule` says is to be judged here."""
        if rule in _OF_OPENINGS:
            return self.rule in OPENING
        return rule not in _OF_TYPES or not isinstance(self.written, str) or "| " in self.written


@dataclass(frozen=True, slots=True)
class Half:
    """`es.yaml` or `en.yaml` of a folder."""

    brands: tuple[str, ...]
    jargon: tuple[str, ...]
    cases: tuple[Case, ...]

    def found(self, case: Case) -> list[Problem]:
        """What the adviser says of a case, of the rules that apply to it."""
        about = About(
            language=case.language,
            names=self.brands,
            jargon=self.jargon,
            sms=case.rule in _ON_SMS,
            opens=case.rule in OPENING,
        )
        read = tree.read("dialogs/case.yaml", json.dumps(dialog_of(case), ensure_ascii=False).encode())
        wrong = [*read.problems, *shape_problems(read, "dialog"), *check_dialog(read)]
        assert not any(problem.severity == "error" for problem in wrong), [problem.line() for problem in wrong]
        return [one for one in advise(read, load_dialog(read, case.language), about) if case.applies(one.code)]


def half(folder: Path, language: str) -> Half:
    data = tree.read(f"{language}.yaml", (folder / f"{language}.yaml").read_bytes()).data
    cases = [
        Case(rule, language, verdict == "bad", written)
        for rule in RULES
        for verdict in ("bad", "good")
        for written in data.get(rule, {}).get(verdict, [])
    ]
    return Half(tuple(data["brands"]), tuple(data["jargon"]), tuple(cases))


def dialog_of(case: Case) -> dict[str, Any]:
    """A whole dialog with the case's questions, one after another."""
    written = case.written if isinstance(case.written, list) else [case.written]
    if isinstance(case.written, dict):
        count = case.written["questions"]
        written = [f"yes_no| {_NEUTRAL[case.language].format('ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at])}" for at in range(count)]
    asked = [_question(text) for text in written]
    if case.rule == "W03" and case.is_bad:
        asked = [{"say": question["ask"]} for question in asked]
    states = {f"p{at}": {**question, "goto": f"p{at + 1}"} for at, question in enumerate(asked)}
    end = {f"p{len(asked)}": {"close": "listo"}}
    needs = dict.fromkeys(re.findall(r"{{ *(\w+)", json.dumps(asked)), "text")
    whole = {"dialog": "case", "language": case.language, "retry": {"goto": f"p{len(asked)}"}, "states": states | end}
    return whole | ({"needs": needs} if needs else {})


def _question(written: str) -> dict[str, Any]:
    kind, bar, text = written.partition("| ")
    if not bar:
        return {"ask": written, "answer": "text"}
    if kind.startswith("menu: "):
        options = [option.strip() for option in kind.removeprefix("menu: ").split(" / ")]
        return {"ask": text, "menu": [_option(option) for option in options]}
    return {"ask": text, "answer": kind}


def _option(written: str) -> dict[str, Any]:
    return {"label": written.lstrip("*"), **({"secondary": True} if written.startswith("*") else {})}


@dataclass(slots=True)
class Score:
    """Of one rule: bad texts it was to find, those it found, good texts it was tried on, those it flagged."""

    bad: int = 0
    hits: int = 0
    good: int = 0
    alarms: int = 0


def scores(judged: Half) -> tuple[dict[str, Score], list[str]]:
    """Per rule; and a line for each bad text missed and each good one flagged."""
    by_rule = {rule: Score() for rule in RULES}
    lines: list[str] = []
    for case in judged.cases:
        found = judged.found(case)
        codes = {problem.code for problem in found}
        if case.is_bad:
            by_rule[case.rule].bad += 1
            by_rule[case.rule].hits += case.rule in codes
            lines += [f"missed  {case.rule}  {case.written}"] if case.rule not in codes else []
            continue
        for rule in RULES:
            by_rule[rule].good += case.applies(rule)
            by_rule[rule].alarms += rule in codes
        lines += [f"alarm   {one.code}  {case.written}: {one.message(case.language)}" for one in found]
    return by_rule, lines


def report(folder: Path, *, told: bool) -> Iterator[str]:
    for language in LANGUAGES:
        by_rule, lines = scores(half(folder, language))
        yield f"\n{folder.name} · {language}"
        yield f"{'rule':6}{'bad':>6}{'hits':>6}{'':>8}{'good':>7}{'false alarms':>14}"
        for rule, score in by_rule.items():
            share = f"{score.hits / score.bad:.0%}" if score.bad else ""
            yield f"{rule:6}{score.bad:>6}{score.hits:>6}{share:>8}{score.good:>7}{score.alarms:>14}"
        bad, hits = sum(one.bad for one in by_rule.values()), sum(one.hits for one in by_rule.values())
        alarms = sum(one.alarms for one in by_rule.values())
        good = sum(not case.is_bad for case in half(folder, language).cases)
        yield f"{'all':6}{bad:>6}{hits:>6}{hits / max(bad, 1):>8.1%}{good:>7}{alarms:>14}"
        yield from (lines if told else ())


def main() -> None:
    given = [Path(one) for one in sys.argv[1:] if not one.startswith("-")]
    folders = given or [CORPUS / name for name in HALVES]
    for folder in folders:
        # What was missed is told of all but the held-out half: whoever read it could not judge by it any more.
        told = folder.name != "held_out" or "--tell" in sys.argv
        for line in report(folder, told=told):
            print(line)


if __name__ == "__main__":
    main()
