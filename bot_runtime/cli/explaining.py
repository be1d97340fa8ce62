"""What `check --codes` and `check --explain CODE` print; and the page of all findings, `docs/findings.md`."""

import json
from collections.abc import Iterator
from typing import Any

import click

from bot_runtime.cli.authoring import Words, misuse
from bot_runtime.cli.tables import table
from bot_runtime.dialogs.problems import nearest
from bot_runtime.workspace.findings import Finding, findings, sections, sentence

_WORDS = {
    "es": {
        "error": "error",
        "warning": "aviso",
        "advice": "consejo",
        "title": "Lo que encuentra `check`",
        "intro": (
            "Cada problema tiene un código que no cambia. `bot-runtime check --codes` los lista; "
            "`bot-runtime check --explain CÓDIGO` muestra lo que dice esta página. En los ejemplos, las líneas con `-` "
            "están mal y las que llevan `+` lo arreglan."
        ),
        "generated": "Esta página se genera con `make docs`: no la edites.",
        "other": "[In English](findings.md).",
        "mended": "lo arregla `check --fix`",
        "unknown": "no hay un código '{code}'; {hint}",
        "near": "¿quisiste decir '{near}'?",
        "list": "`bot-runtime check --codes` los lista",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "advice": "advice",
        "title": "What `check` finds",
        "intro": (
            "Every problem has a code that does not change. `bot-runtime check --codes` lists them; "
            "`bot-runtime check --explain CODE` shows what this page says. In the examples, the lines with `-` are "
            "wrong and those with `+` mend it."
        ),
        "generated": "This page is made by `make docs`: do not edit it.",
        "other": "[En español](hallazgos.md).",
        "mended": "`check --fix` mends it",
        "unknown": "there is no code '{code}'; {hint}",
        "near": "did you mean '{near}'?",
        "list": "`bot-runtime check --codes` lists them",
    },
}


def print_codes(language: str, as_json: bool, markdown: bool) -> None:
    """Every code with its severity and what it says."""
    words = Words(_WORDS, language)
    if markdown:
        click.echo("\n".join(page(language)))
    elif as_json:
        click.echo(json.dumps([_facts(finding, language) for finding in findings().values()], ensure_ascii=False))
    else:
        rows = [[code, words(one.severity), sentence(code, language)] for code, one in findings().items()]
        table(["", "", ""], rows)


def explain(code: str, language: str, as_json: bool) -> None:
    """One code: what is told of its example, why, and the example."""
    words = Words(_WORDS, language)
    finding = findings().get(code)
    if finding is None:
        near = nearest(code, findings())
        misuse(words("unknown", code=code, hint=words("near", near=near) if near else words("list")))
    if as_json:
        click.echo(json.dumps(_facts(finding, language), ensure_ascii=False, indent=2))
        return
    click.echo(f"{click.style(code, bold=True)} ({words(finding.severity)})")
    click.echo(finding.told(language))
    if finding.mends_itself():
        click.echo(words("mended"))
    if finding.about(language):
        click.echo(f"\n{finding.about(language)}")
    if finding.lines:
        click.echo()
        colours = {"-": "red", "+": "green"}
        for line in finding.lines:
            click.echo(click.style(line, fg=colours[line[0]]) if line[:1] in colours else line)


def page(language: str) -> Iterator[str]:
    """The whole catalogue as Markdown, line by line."""
    words = Words(_WORDS, language)
    yield from (f"# {words('title')}", "", f"{words('intro')} {words('other')}", "", words("generated"))
    for title, codes in sections(language):
        yield from ("", f"## {title}")
        for finding in codes:
            yield from _section(finding, words)


def _section(finding: Finding, words: Words) -> Iterator[str]:
    told = finding.told(words.language)
    yield from ("", f"### {finding.code}", "", f"**{words(finding.severity)}** · `` {told} ``{_mended(finding, words)}")
    if finding.about(words.language):
        yield from ("", finding.about(words.language))
    if finding.lines:
        yield from ("", "```diff", *finding.lines, "```")


def _mended(finding: Finding, words: Words) -> str:
    return f" · {words('mended')}" if finding.mends_itself() else ""


def _facts(finding: Finding, language: str) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "mends_itself": finding.mends_itself(),
        "message": sentence(finding.code, language),
        "told": finding.told(language),
        "about": finding.about(language),
        "example": list(finding.lines),
    }
