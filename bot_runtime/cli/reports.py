"""What `bot-runtime test` says of a run: for people, as JSON, as JUnit."""

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.etree import ElementTree

import click
import msgspec

from bot_runtime.cli.authoring import Words
from bot_runtime.cli.tables import table
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.rehearsing.coverage import Covered, share
from bot_runtime.dialogs.rehearsing.rasa import Unmapped
from bot_runtime.dialogs.rehearsing.transcripts import Difference, Outcome

WORDS = {
    "es": {
        "expected": "esperado",
        "got": "obtenido",
        "turn": "turno {n}: {key} no es como dice",
        "unknown_dialog": "no hay un diálogo '{word}'; {hint}",
        "one_thing": "turno {n}: debe pasar una sola cosa: {words}",
        "no_duration": "turno {n}: la espera se escribe como 30m, 4h, 1h30m, 2d o 5s",
        "no_moment": "el comienzo se escribe como 2026-03-01 o 2026-03-01 09:30",
        "contact_and_contacts": "escribe `contact` o `contacts`, no los dos",
        "unknown_contact": "turno {n}: no hay un contacto '{word}'; {hint}",
        "not_quiet": "turno {n}: ninguna persona tiene la conversación",
        "not_talking": "turno {n}: el bot no está en la conversación",
        "no_question": "turno {n}: no es una pregunta donde el bot pueda seguir; son: {states}",
        "no_stand_in": "turno {n}: falta qué contesta el servicio de '{state}'; escribe `services: {{ {state}: … }}`",
        "not_awaited": "turno {n}: la sesión no espera el evento '{name}'; espera: {known}",
        "event_lacks": "turno {n}: a los datos del evento '{name}' les falta lo que guarda '{lacks}'",
        "nothing_to_tap": "turno {n}: ningún botón dice '{label}'; se ven: {labels}",
        "near": "¿quisiste decir '{near}'?",
        "known": "se conocen: {known}",
        "none": "nada",
        "passed": "{n} pasaron",
        "failed": "{n} fallaron",
        "updated": "{n} actualizados",
        "no_user": "el caso no tiene ningún paso `user`",
        "which_dialog": "di con --dialog a qué diálogo le habla el caso; {hint}",
        "unmapped": "{where}: «{key}» no se puede traducir y no se revisa{held}",
        "no_transcripts": "no hay transcripciones en {folder}",
        "covered": "diálogo|estados|transiciones|respuestas|%",
        "missed": "sin probar: {what}",
        "share": "cobertura: {share:.0f} %",
        "under": "la cobertura {share:.0f} % es menor que {least} %",
        "outside": "no es una transcripción: {file}",
    },
    "en": {
        "expected": "expected",
        "got": "got",
        "turn": "turn {n}: {key} is not as it says",
        "unknown_dialog": "there is no dialog '{word}'; {hint}",
        "one_thing": "turn {n}: exactly one thing must happen: {words}",
        "no_duration": "turn {n}: a wait is written like 30m, 4h, 1h30m, 2d or 5s",
        "no_moment": "the beginning is written like 2026-03-01 or 2026-03-01 09:30",
        "contact_and_contacts": "write `contact` or `contacts`, not both",
        "unknown_contact": "turn {n}: there is no contact '{word}'; {hint}",
        "not_quiet": "turn {n}: no person has the conversation",
        "not_talking": "turn {n}: the bot is not in the conversation",
        "no_question": "turn {n}: no question where the bot could go on; there are: {states}",
        "no_stand_in": "turn {n}: the service of '{state}' has no answer; write `services: {{ {state}: … }}`",
        "not_awaited": "turn {n}: the session does not wait for the event '{name}'; it waits for: {known}",
        "event_lacks": "turn {n}: the data of the event '{name}' lack what '{lacks}' keeps",
        "nothing_to_tap": "turn {n}: no button says '{label}'; there are: {labels}",
        "near": "did you mean '{near}'?",
        "known": "known are: {known}",
        "none": "nothing",
        "passed": "{n} passed",
        "failed": "{n} failed",
        "updated": "{n} updated",
        "no_user": "the case has no `user` step",
        "which_dialog": "say with --dialog which dialog the case talks to; {hint}",
        "unmapped": "{where}: '{key}' cannot be mapped and is not checked{held}",
        "no_transcripts": "no transcripts in {folder}",
        "covered": "dialog|states|transitions|answers|%",
        "missed": "not exercised: {what}",
        "share": "coverage: {share:.0f}%",
        "under": "coverage {share:.0f}% is under {least}%",
        "outside": "not a transcript: {file}",
    },
}


@dataclass(slots=True)
class Report:
    """The transcripts run, how long each took, and the files brought up to date."""

    outcomes: list[Outcome] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)  # of test cases in Rasa's form

    @property
    def failed(self) -> int:
        return sum(outcome.difference is not None for outcome in self.outcomes)

    @property
    def passed(self) -> int:
        return len(self.outcomes) - self.failed


def explain(difference: Difference, words: Words) -> str:
    """`what; hint`, without the place."""
    facts = dict(difference.facts)
    if isinstance(problem := facts.get("problem"), Problem):
        hint = problem.hint(words.language)
        return problem.message(words.language) + (f"; {hint}" if hint else "")
    if "known" in facts:
        near = facts.get("near")
        facts["hint"] = words("near", near=near) if near else words("known", known=facts["known"])
    if difference.code == "nothing_to_tap":
        facts["labels"] = facts["labels"] or words("none")
    if difference.code == "not_awaited":
        facts["known"] = facts["known"] or words("none")
    if difference.code == "differs":
        return words("turn", n=difference.turn, key=difference.key)
    return words(difference.code, n=difference.turn, **facts)


def details(difference: Difference, words: Words) -> list[str]:
    """The expected and the actual as a diff, for one that ran."""
    if difference.code != "differs":
        return []
    before, after = _lines(difference.expected), _lines(difference.got)
    lines = [line.rstrip("\n") for line in difflib.ndiff(before, after) if not line.startswith("?")]
    return [f"- {words('expected')}", f"+ {words('got')}", *lines]


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}: {_plain(each)}" for name, each in value.items()]
    if isinstance(value, list):
        return [
            (lead if first else " " * len(lead)) + line
            for each in value
            for lead in ["• "]
            for first, line in _numbered(each)
        ]
    return [] if value is None else [_plain(value)]


def _numbered(value: Any) -> list[tuple[bool, str]]:
    return [(number == 0, line) for number, line in enumerate(_plain(value).split("\n"))]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def show(report: Report, covered: Sequence[Covered], words: Words, missed: bool) -> None:
    """The differences, what was not exercised (`missed`), and the counts."""
    for outcome in report.outcomes:
        if outcome.difference is None:
            continue
        click.echo(click.style(f"{outcome.difference.where}: {explain(outcome.difference, words)}", fg="red"))
        for line in details(outcome.difference, words):
            colour = {"-": "red", "+": "green"}.get(line[:1])
            click.echo("    " + click.style(line, fg=colour))
    if missed:
        table(words("covered"), [_row(each) for each in covered])
        for each in covered:
            for what in (*each.missed_states, *each.missed_transitions, *each.missed_answers):
                click.echo(f"{each.dialog}: {words('missed', what=what)}")
    for one in report.unmapped:
        click.echo(words("unmapped", where=one.where, key=one.key, held=f": {one.held}" if one.held else ""), err=True)
    counts = [words("passed", n=report.passed)]
    if report.failed:
        counts.append(words("failed", n=report.failed))
    if report.updated:
        counts.append(words("updated", n=len(report.updated)))
    if covered:  # not when only some were run again
        counts.append(words("share", share=share(covered)))
    click.echo(", ".join(counts))


def _row(each: Covered) -> tuple[str, ...]:
    counts = ((each.states_taken, each.states), (each.transitions_taken, each.transitions))
    parts = (*counts, (each.answers_taken, each.answers))
    return (each.dialog, *(f"{taken}/{whole}" for taken, whole in parts), f"{share([each]):.0f}")


def as_json(report: Report, covered: Sequence[Covered], words: Words) -> str:
    told = {
        "passed": report.passed,
        "failed": report.failed,
        "updated": report.updated,
        "unmapped": [
            {"file": one.where.file, "line": one.where.line, "case": one.case, "key": one.key, "held": one.held}
            for one in report.unmapped
        ],
        "transcripts": [_outcome_json(outcome, words) for outcome in report.outcomes],
        "coverage": {"percent": round(share(covered), 1), "dialogs": [asdict(each) for each in covered]},
    }
    return msgspec.json.format(msgspec.json.encode(told)).decode()


def _outcome_json(outcome: Outcome, words: Words) -> dict[str, Any]:
    result: dict[str, Any] = {"file": outcome.file, "dialog": outcome.dialog, "passed": outcome.difference is None}
    found = outcome.difference
    if found is not None:
        result["difference"] = {
            "line": found.where.line,
            "column": found.where.column,
            "turn": found.turn,
            "key": found.key,
            "code": found.code,
            "message": explain(found, words),
            "expected": found.expected,
            "got": found.got,
        }
    return result


def junit(report: Report, words: Words) -> bytes:
    suite = ElementTree.Element(
        "testsuite",
        name="bot-runtime",
        tests=str(len(report.outcomes)),
        failures=str(report.failed),
        time=f"{sum(report.took_s):.3f}",
    )
    for outcome, took_s in zip(report.outcomes, report.took_s, strict=True):
        case = ElementTree.SubElement(
            suite, "testcase", classname=outcome.dialog, name=outcome.file, time=f"{took_s:.3f}"
        )
        if outcome.difference is not None:
            said = explain(outcome.difference, words)
            failure = ElementTree.SubElement(case, "failure", message=f"{outcome.difference.where}: {said}")
            failure.text = "\n".join(details(outcome.difference, words))
    text: str = ElementTree.tostring(suite, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
