"""One page on one run of the transcripts, to show to anybody: what held, what was exercised, dialog by dialog.

It stands alone (no script, nothing from elsewhere), follows a dark screen and prints.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from importlib import resources
from pathlib import Path

from bot_runtime.cli.authoring import Words
from bot_runtime.cli.reports import WORDS as SAID
from bot_runtime.cli.reports import Report, details, explain
from bot_runtime.dialogs.drawing.graph import draw, overlay
from bot_runtime.dialogs.drawing.svg import svg
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.rehearsing.coverage import FITS, SILENCE, UNFIT, Covered, Exercised, Question, Watch, share
from bot_runtime.workspace import Workspace


def write(file: Path, workspace: Workspace, report: Report, watch: Watch, language: str, at: datetime) -> None:
    """`at`: when the transcripts ran, on the clock of whoever ran them."""
    file.write_text(page(workspace, report, watch, language, at), "utf-8")


def page(workspace: Workspace, report: Report, watch: Watch, language: str, at: datetime) -> str:
    words, said = Words(_WORDS, language), Words(SAID, language)
    covered = watch.covered(language)
    title = words("title", brand=workspace.brand)
    parts = [
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>',
        f"<style>{_style()}</style></head><body><main>",
        f"<header><h1>{escape(title)}</h1>",
        f'<p class="quiet"><time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M}</time></p></header>',
        *_figures(report, covered, words),
        *_failures(report, words, said),
        *_summary(covered, words),
    ]
    for each in covered:
        parts += _dialog(workspace.dialogs[each.dialog], each, watch, words)
    return "\n".join([*parts, "</main></body></html>"]) + "\n"


def _style() -> str:
    return (resources.files("bot_runtime.cli") / "coverage_page.css").read_text("utf-8")


def _figures(report: Report, covered: Sequence[Covered], words: Words) -> Iterator[str]:
    """The three numbers that somebody in a hurry wants."""
    yield '<section class="figures">'
    failed = "bad" if report.failed else "good"
    yield f'<div class="{failed}"><b>{report.passed}/{len(report.outcomes)}</b><span>{words("held")}</span></div>'
    yield f"<div><b>{share(covered):.0f}&nbsp;%</b><span>{words('share')}</span></div>"
    yield f"<div><b>{len(covered)}</b><span>{words('dialogs')}</span></div>"
    yield "</section>"


def _failures(report: Report, words: Words, said: Words) -> Iterator[str]:
    wrong = [outcome.difference for outcome in report.outcomes if outcome.difference is not None]
    if not wrong and not report.unmapped:
        return
    if wrong:
        yield f"<section><h2>{words('wrong')}</h2>"
        for found in wrong:
            yield f'<article class="wrong"><h3>{escape(str(found.where))}</h3><p>{escape(explain(found, said))}</p>'
            lines = details(found, said)
            if lines:
                yield "<pre>" + "\n".join(_diff_line(line) for line in lines) + "</pre>"
            yield "</article>"
        yield "</section>"
    if report.unmapped:
        yield f"<section><h2>{words('unmapped')}</h2><ul>"
        for one in report.unmapped:
            yield f"<li>{escape(str(one.where))}: <code>{escape(one.key)}</code> {escape(one.held)}</li>"
        yield "</ul></section>"


def _diff_line(line: str) -> str:
    cls = {"-": "minus", "+": "plus"}.get(line[:1])
    return f'<span class="{cls}">{escape(line)}</span>' if cls else escape(line)


def _summary(covered: Sequence[Covered], words: Words) -> Iterator[str]:
    heads = "".join(f"<th>{words(name)}</th>" for name in ("dialog", "states", "transitions", "answers", "share"))
    yield f'<section><h2>{words("overview")}</h2><div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>'
    for each in covered:
        counts = (
            (each.states_taken, each.states),
            (each.transitions_taken, each.transitions),
            (each.answers_taken, each.answers),
        )
        cells = "".join(f'<td class="number">{taken}/{whole}</td>' for taken, whole in counts)
        percent = share([each])
        yield (
            f'<tr><td><a href="#{escape(each.dialog)}">{escape(each.dialog)}</a></td>{cells}'
            f'<td class="number"><meter min="0" max="100" value="{percent:.0f}"></meter> {percent:.0f}&nbsp;%</td></tr>'
        )
    yield "</tbody></table></div></section>"


def _dialog(dialog: Dialog, covered: Covered, watch: Watch, words: Words) -> Iterator[str]:
    taken = watch.exercise(dialog.name)
    shown = overlay(dialog, words.language, exercised=(taken.states(dialog), taken.edges))
    yield f'<section class="dialog-section" id="{escape(dialog.name)}">'
    yield f'<h2>{escape(dialog.title)} <span class="quiet">{escape(dialog.name)}</span></h2>'
    yield f'<div class="wide picture">{svg(draw(dialog, words.language), shown)}</div>'
    missed = (*covered.missed_states, *covered.missed_transitions)
    if missed:
        yield f"<h3>{words('missed')}</h3><ul>"
        yield from (f'<li class="missed-line">✗ {escape(what)}</li>' for what in missed)
        yield "</ul>"
    if covered.questions:
        yield f"<h3>{words('questions')}</h3>"
        heads = "".join(f"<th>{words(name)}</th>" for name in ("question", "kind", "answers"))
        yield f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>'
        for question in covered.questions:
            yield _question(question, words)
        yield "</tbody></table></div>"
    yield "</section>"


def _question(question: Question, words: Words) -> str:
    answers = " ".join(_answer(answer, words) for answer in question.answers)
    kind = f"<code>{escape(question.kind)}</code>"
    return f"<tr><td>{escape(question.state)}</td><td>{kind}</td><td class='answers'>{answers}</td></tr>"


def _answer(answer: Exercised, words: Words) -> str:
    label = words(_OWN[answer.code]) if answer.code in _OWN else answer.label
    sign, cls, told = ("✓", "yes", "taken") if answer.taken else ("✗", "no", "not_taken")
    return f'<span class="{cls}" title="{words(told)}">{sign} {escape(label)}</span>'


_OWN = {FITS: "fits", UNFIT: "unfit", SILENCE: "silence"}
_WORDS = {
    "es": {
        "title": "Pruebas de {brand}",
        "held": "conversaciones salieron como se escribió",
        "share": "probado",
        "dialogs": "diálogos",
        "dialog": "diálogo",
        "wrong": "Lo que salió distinto",
        "unmapped": "De los casos de Rasa, lo que no se revisa",
        "overview": "Qué se probó",
        "states": "estados",
        "transitions": "caminos",
        "answers": "respuestas",
        "missed": "Sin probar",
        "questions": "Respuestas de cada pregunta",
        "question": "pregunta",
        "kind": "tipo",
        "fits": "una que sirve",
        "unfit": "una que no sirve",
        "silence": "silencio",
        "taken": "probada",
        "not_taken": "sin probar",
    },
    "en": {
        "title": "Tests of {brand}",
        "held": "conversations went as written",
        "share": "exercised",
        "dialogs": "dialogs",
        "dialog": "dialog",
        "wrong": "What went otherwise",
        "unmapped": "Of the test cases in Rasa's form, what is not checked",
        "overview": "What was exercised",
        "states": "states",
        "transitions": "ways",
        "answers": "answers",
        "missed": "Not exercised",
        "questions": "Answers of each question",
        "question": "question",
        "kind": "kind",
        "fits": "one that fits",
        "unfit": "one that doesn't fit",
        "silence": "silence",
        "taken": "exercised",
        "not_taken": "not exercised",
    },
}
