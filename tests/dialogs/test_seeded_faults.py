"""The checks over a corpus: every planted fault is found at its line, and dialogs that are right hear nothing (B25).

Planted by machine in the examples (each kind of fault at each place it can stand), and ten by hand in one dialog. The
clean ones hold what a careless check would complain of.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot_runtime.dialogs.problems import Problem
from bot_runtime.workspace.findings import problems_of
from tests.repository import ROOT

EXAMPLES = ROOT / "dialogs_examples"
BOT = re.sub(r"\$\{\w+\}", "x", (EXAMPLES / "bot.yaml").read_text("utf-8"))
BOT = re.sub(r"(?m)^( *)default_dialog: \w+\n", "", BOT)  # one dialog at a time
TEMPLATES = {f"templates/{path.name}": path.read_text("utf-8") for path in (EXAMPLES / "templates").glob("*.yaml")}
DIALOGS = {path.stem: path.read_text("utf-8") for path in sorted((EXAMPLES / "dialogs").glob("*.yaml"))}


def check(dialog: str) -> list[Problem]:
    """What is said of a dialog in the business of the examples, with its templates and the dialogs it calls."""
    templates = {path: text for path, text in TEMPLATES.items() if Path(path).stem in dialog}
    called = (
        set(re.findall(r"(?:call|then|dialog): (?:\{ dialog: )?(\w+)", dialog.split("\nstates:")[-1])) & DIALOGS.keys()
    )
    files = {"bot.yaml": BOT, "dialogs/x.yaml": dialog, **templates}
    files |= {f"dialogs/{name}.yaml": DIALOGS[name] for name in called}
    return [problem for problem in problems_of(files) if problem.where.file == "dialogs/x.yaml"]


class Mutant(NamedTuple):
    """A dialog with one fault; one of `codes` must be told, at `line` or below."""

    name: str
    source: str
    codes: frozenset[str]
    line: int


def planted(
    name: str, kind: str, pattern: str, put: Callable[[re.Match[str]], str], *codes: str, above: int = 0
) -> Iterator[Mutant]:
    """One mutant for each place where `pattern` stands; it may be told up to `above` lines before."""
    source = DIALOGS[name]
    for found in re.finditer(pattern, source, re.MULTILINE):
        line = source.count("\n", 0, found.start()) + 1
        changed = source[: found.start()] + put(found) + source[found.end() :]
        yield Mutant(f"{name}-{kind}-{line}", changed, frozenset(codes), line - above)


LONG = " Te lo contamos con todo detalle para que no te quede ninguna duda." * 3


def mutants(name: str) -> Iterator[Mutant]:
    yield from planted(name, "goto", r"goto: (\w+)", lambda it: f"goto: {it[1]}zz", "unknown_state")
    yield from planted(
        name, "key", r"^    (ask|menu|save|goto|say|close|when)(?=:)", lambda it: f"    {it[1]}z", "unknown_key"
    )
    yield from planted(
        name, "department", r"department: (\w+)", lambda it: f"department: {it[1]}zz", "unknown_department"
    )
    yield from planted(name, "reason", r"^    close: (\w+)", lambda it: f"    close: {it[1]}zz", "unknown_close_reason")
    yield from planted(name, "type", r"answer: (\w+)$", lambda it: f"answer: {it[1]}z", "unknown_answer_type")
    yield from planted(name, "name", r"\{\{ (\w+)\b(?!\()", lambda it: f"{{{{ {it[1]}zz", "unknown_name")
    yield from planted(
        name, "filter", r"\| (title|first|upper)\b", lambda it: f"| {it[1]}z", "expression_unknown_filter"
    )
    yield from planted(name, "attempts", r"attempts: [0-9]", lambda it: "attempts: 0", "out_of_range")
    yield from planted(name, "wait", r"response_timeout: \w+", lambda it: "response_timeout: 4 horas", "bad_duration")
    yield from planted(name, "long wait", r"response_timeout: \w+", lambda it: "response_timeout: 30h", "long_duration")
    yield from planted(name, "else", r"^ +- \{ else: \w+ \}\n", lambda it: "", "when_without_else", above=9)
    yield from planted(
        name, "opt out", r"label: [^,}\n\"]+(?=[,}])", lambda it: "label: Baja ", "opt_out_word", "same_label"
    )
    yield from planted(name, "tab", r"^    (?=ask:|say:)", lambda it: "\t", "tab")
    yield from planted(name, "sms", r"^    say: [^\"\[{>|\n][^\n#]*$", lambda it: it[0] + LONG, "over_sms_budget")
    yield from planted(name, "twice", r"^    goto: \w+$", lambda it: f"{it[0]}\n{it[0]}", "duplicate_key")
    yield from circles(name)


def circles(name: str) -> Iterator[Mutant]:
    """An action that leads to itself."""
    source = DIALOGS[name]
    for found in re.finditer(r"(?m)^  (\w+):[^\n]*\n((?:    .*\n|\n)+)", source):
        body = found[2]
        goto = re.search(r"(?m)^    goto: \w+", body)
        if goto and not re.search(r"(?m)^    (ask|handoff|request|call|when)", body):
            at = found.start(2) + goto.start()
            line = source.count("\n", 0, found.start()) + 1
            changed = source[:at] + f"    goto: {found[1]}" + source[found.start(2) + goto.end() :]
            yield Mutant(f"{name}-circle-{line}", changed, frozenset({"endless"}), line)


@pytest.mark.parametrize("name", DIALOGS)
def test_an_example_by_itself_hears_nothing(name):
    assert [problem.line() for problem in check(DIALOGS[name])] == []


@pytest.mark.parametrize("name", DIALOGS)
def test_every_fault_planted_in_an_example_is_found_where_it_is(name):
    """One fault more is one finding more: a second may only be what follows from it (nothing leads on from there)."""
    missed: list[str] = []
    beside: set[str] = set()
    for mutant in mutants(name):
        told = check(mutant.source)
        at = {problem.code for problem in told if problem.where.line >= mutant.line}
        if not mutant.codes & at:
            missed.append(f"{mutant.name}: {[str(problem) for problem in told]}")
        beside |= {problem.code for problem in told} - mutant.codes
    assert missed == []
    assert beside <= FOLLOWS, beside - FOLLOWS


# What one slip brings besides: states that nothing leads to any more, keys without the one they belong to.
FOLLOWS = frozenset(
    [
        *("unreachable", "needs_ask", "needs_menu", "no_answer", "both_kinds", "empty_state", "missing_key"),
        *("button_without_option", "keeps_nothing", "unknown_name", "never_set", "maybe_unset", "number_label"),
        *("never_taken", "endless", "missing_variant", "bad_branch", "duplicate_code", "goto_and_when", "retry_unused"),
    ]
)


def test_the_corpus_is_not_a_handful():
    kinds = {mutant.name.split("-")[1] for name in DIALOGS for mutant in mutants(name)}
    assert len(kinds) >= 15
    assert sum(1 for name in DIALOGS for _ in mutants(name)) >= 250


FAULTY = """\
dialog: visita
language: es
response_timeout: 24h
retry: { attempts: 3, goto: persona }
needs: { nombre: text }
starts: { keywords: [visita, baja] }
states:
  nota:
    ask: "Hola, {{ nmobre }}. ¿Qué nota nos pones?"
    answer: rating
    save: nota
    when:
      - { if: nota >= 4, goto: gracias }
      - { if: nota == 3, goto: mejora }
      - { if: nota >= 4, goto: gracias }
      - { else: disculpa }
  mejora:
    ask: ¿Qué podemos mejorar?
    menu:
      - El tiempo que tuve que esperar en la fila
      - { label: El trato, goto: gracias }
    save: mejora
    retry: { goto: mejora }
    goto: gracias
  disculpa:
    say: Perdona, {{ motivo }} no debió pasar.
    goto: motivo
  motivo:
    ask: ¿Qué pasó?
    answer: text
    save: motivo
    goto: gracias
  gracias:
    say: ¡Gracias!
    close: lsito
  regalo:
    say: Un regalo para ti.
    goto: gracias
  persona:
    handoff: vetnas
  timeout:
    say: Hasta otro día.
    close: listo
"""
TEN = [
    (6, 30, "opt_out_word"),
    (9, 20, "unknown_name"),
    (15, 15, "repeated_condition"),
    (17, 3, "retry_circle"),
    (19, 5, "menu_as_text"),
    (26, 22, "never_set"),
    (35, 12, "unknown_close_reason"),
    (36, 3, "unreachable"),
    (40, 14, "unknown_department"),
    (42, 5, "late_text"),
]
MENDED = (
    FAULTY.replace("visita, baja", "visita")
    .replace("nmobre", "nombre")
    .replace("      - { if: nota >= 4, goto: gracias }\n      - { else", "      - { else")
    .replace("    retry: { goto: mejora }\n", "")
    .replace("El tiempo que tuve que esperar en la fila", "La espera")
    .replace("{{ motivo }}", "eso")
    .replace("lsito", "listo")
    .replace("  regalo:\n    say: Un regalo para ti.\n    goto: gracias\n", "")
    .replace("vetnas", "ventas")
    .replace("24h", "20h")
)
"""The same dialog as it should be."""


def business(dialog: str) -> dict[str, str]:
    channel = '{ provider: whatsapp, phone_number_id: "1", app_secret: x, verify_token: x, token: x }'
    bot = f"brand: demo\nlanguage: es\ndepartments: [ventas]\nclose_reasons: [listo]\nchannels: {{ wa: {channel} }}\n"
    return {"bot.yaml": bot, "dialogs/visita.yaml": dialog}


def found(dialog: str) -> list[tuple[int, int, str]]:
    return [(one.where.line, one.where.column, one.code) for one in problems_of(business(dialog))]


def test_ten_planted_faults_are_ten_findings_with_their_places_and_the_mended_twin_has_none():
    assert found(FAULTY) == TEN
    assert found(MENDED) == []
