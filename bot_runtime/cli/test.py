"""`bot-runtime test`: run a workspace's transcripts."""

import difflib
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import msgspec

from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.dialogs import coverage, transcripts, tree
from bot_runtime.dialogs.conversation import Book
from bot_runtime.dialogs.rewriting import updated
from bot_runtime.dialogs.transcripts import Difference, Outcome, Transcript

_WORDS = {
    "es": {
        "expected": "esperado",
        "got": "obtenido",
        "turn": "turno {n}: {key} no es como dice",
        "unreadable": "no se puede leer",
        "unknown_key": "clave desconocida '{word}'; {hint}",
        "unknown_dialog": "no hay un diálogo '{word}'; {hint}",
        "unknown_channel": "canal desconocido '{word}'; {hint}",
        "no_turns": "falta `turns`: la lista de turnos",
        "one_thing": "turno {n}: debe pasar una sola cosa: {words}",
        "no_duration": "turno {n}: la espera se escribe como 30m, 4h, 1h30m o 2d",
        "nothing_to_tap": "turno {n}: ningún botón dice '{label}'; se ven: {labels}",
        "near": "¿quisiste decir '{near}'?",
        "known": "se conocen: {known}",
        "none": "nada",
        "passed": "{n} pasaron",
        "failed": "{n} fallaron",
        "updated": "{n} actualizados",
        "no_transcripts": "no hay transcripciones en {folder}",
        "covered": "{dialog}: estados {states_taken}/{states}, transiciones {transitions_taken}/{transitions}",
        "missed": "sin probar: {what}",
        "share": "cobertura: {share:.0f} %",
        "under": "la cobertura {share:.0f} % es menor que {least} %",
        "outside": "no es una transcripción: {file}",
    },
    "en": {
        "expected": "expected",
        "got": "got",
        "turn": "turn {n}: {key} is not as it says",
        "unreadable": "cannot be read",
        "unknown_key": "unknown key '{word}'; {hint}",
        "unknown_dialog": "there is no dialog '{word}'; {hint}",
        "unknown_channel": "unknown channel '{word}'; {hint}",
        "no_turns": "`turns` is missing: the list of turns",
        "one_thing": "turn {n}: exactly one thing must happen: {words}",
        "no_duration": "turn {n}: a wait is written like 30m, 4h, 1h30m or 2d",
        "nothing_to_tap": "turn {n}: no button says '{label}'; there are: {labels}",
        "near": "did you mean '{near}'?",
        "known": "known are: {known}",
        "none": "nothing",
        "passed": "{n} passed",
        "failed": "{n} failed",
        "updated": "{n} updated",
        "no_transcripts": "no transcripts in {folder}",
        "covered": "{dialog}: states {states_taken}/{states}, transitions {transitions_taken}/{transitions}",
        "missed": "not exercised: {what}",
        "share": "coverage: {share:.0f}%",
        "under": "coverage {share:.0f}% is under {least}%",
        "outside": "not a transcript: {file}",
    },
}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--update", is_flag=True, help="Rewrite what differs with what happened.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--coverage", "show_coverage", is_flag=True, help="List the states and transitions not exercised.")
@click.option("--fail-under", type=click.IntRange(0, 100), help="Fail when coverage is under this percentage.")
@language_option
def command(
    paths: tuple[Path, ...],
    update: bool,
    junit: Path | None,
    as_json: bool,
    show_coverage: bool,
    fail_under: int | None,
    language: str | None,
) -> None:
    """Run the transcripts of a workspace: [DIR] [FILES…].

    A transcript (tests/*.yaml) is a conversation with what the bot should answer. Exits 0 when all hold, 1 when one
    differs, 2 on misuse.
    """
    root, files = _places(paths)
    loaded = open_workspace(root, language)
    workspace = workspace_of(loaded)
    words = Words(_WORDS, language or workspace.language)
    trees = _trees(root, files, loaded.trees, words)
    if not trees:
        misuse(words("no_transcripts", folder=root / "tests"))
    watch = coverage.Watch(workspace.dialogs.values())
    book = Book.of(workspace)
    run = _Run(root, book, watch, update)
    for each in trees:
        run.one(each)
    covered = watch.covered(words.language)
    share = coverage.share(covered)
    too_little = fail_under is not None and share < fail_under
    if junit is not None:
        junit.write_bytes(_junit(run, words))
    if as_json:
        click.echo(_json(run, covered, share, words))
    else:
        _report(run, covered, share, words, show_coverage)
    if too_little and not as_json:
        click.echo(words("under", share=share, least=fail_under), err=True)
    sys.exit(1 if run.failed or too_little else 0)


class _Run:
    """The transcripts run so far."""

    def __init__(self, root: Path, book: Book, watch: coverage.Watch, update: bool) -> None:
        self.root, self.book, self.watch, self.update = root, book, watch, update
        self.outcomes: list[Outcome] = []
        self.took_s: list[float] = []
        self.updated: list[str] = []

    @property
    def failed(self) -> int:
        return sum(outcome.difference is not None for outcome in self.outcomes)

    def one(self, source: tree.Tree) -> None:
        started = time.perf_counter()
        read = transcripts.read(source, self.book.dialogs)
        if isinstance(read, Difference):
            outcome = Outcome(source.file, "", read)
        else:
            self.watch.begun(read.dialog.name)
            outcome = transcripts.run(read, self.book, to_end=self.update)
            if self.update and outcome.difference is not None:
                outcome = self._rewrite(read, outcome)
        self.outcomes.append(outcome)
        self.took_s.append(time.perf_counter() - started)

    def _rewrite(self, transcript: Transcript, outcome: Outcome) -> Outcome:
        """Bring the file up to date; a transcript that could not go on is left as it is."""
        if len(outcome.happened) < len(transcript.turns):
            return outcome
        changed = [transcripts.differs(transcript, n, got) for n, got in enumerate(outcome.happened, 1)]
        text = updated(transcript.tree, outcome.happened, changed)
        (self.root / transcript.file).write_text(text, "utf-8")
        self.updated.append(transcript.file)
        again = transcripts.read(tree.read(transcript.file, text.encode()), self.book.dialogs)
        return (
            Outcome(transcript.file, "", again) if isinstance(again, Difference) else transcripts.run(again, self.book)
        )


def _places(paths: tuple[Path, ...]) -> tuple[Path, list[Path]]:
    """The workspace, and the files asked for: the first folder, else the one above the first file's `tests`."""
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    if len(folders) > 1:
        raise click.UsageError("one workspace at a time")
    if folders:
        return folders[0], files
    return (files[0].resolve().parent.parent, files) if files else (Path(), files)


def _trees(root: Path, files: list[Path], known: Any, words: Words) -> list[tree.Tree]:
    tests = {name: each for name, each in known.items() if name.startswith("tests/")}
    if not files:
        return list(tests.values())
    chosen = []
    for file in files:
        name = next((name for name in tests if (root / name).resolve() == file.resolve()), None)
        if name is None:
            misuse(words("outside", file=file))
        chosen.append(tests[name])
    return chosen


def explain(difference: Difference, words: Words) -> str:
    """`what; hint`, without the place."""
    facts = dict(difference.facts)
    if "known" in facts:
        near = facts.get("near")
        facts["hint"] = words("near", near=near) if near else words("known", known=facts["known"])
    if difference.code == "nothing_to_tap":
        facts["labels"] = facts["labels"] or words("none")
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


def _report(run: _Run, covered: list[coverage.Covered], share: float, words: Words, missed: bool) -> None:
    for outcome in run.outcomes:
        if outcome.difference is None:
            continue
        click.echo(click.style(f"{outcome.difference.where}: {explain(outcome.difference, words)}", fg="red"))
        for line in details(outcome.difference, words):
            colour = {"-": "red", "+": "green"}.get(line[:1])
            click.echo("    " + click.style(line, fg=colour))
    for each in covered:
        if missed:
            click.echo(words("covered", **asdict(each)))
            for what in (*each.missed_states, *each.missed_transitions):
                click.echo("    " + words("missed", what=what))
    counts = [words("passed", n=len(run.outcomes) - run.failed)]
    if run.failed:
        counts.append(words("failed", n=run.failed))
    if run.updated:
        counts.append(words("updated", n=len(run.updated)))
    click.echo(", ".join([*counts, words("share", share=share)]))


def _json(run: _Run, covered: list[coverage.Covered], share: float, words: Words) -> str:
    report = {
        "passed": len(run.outcomes) - run.failed,
        "failed": run.failed,
        "updated": run.updated,
        "transcripts": [_outcome_json(outcome, words) for outcome in run.outcomes],
        "coverage": {"percent": round(share, 1), "dialogs": [asdict(each) for each in covered]},
    }
    return msgspec.json.format(msgspec.json.encode(report)).decode()


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


def _junit(run: _Run, words: Words) -> bytes:
    suite = ElementTree.Element(
        "testsuite",
        name="bot-runtime",
        tests=str(len(run.outcomes)),
        failures=str(run.failed),
        time=f"{sum(run.took_s):.3f}",
    )
    for outcome, took_s in zip(run.outcomes, run.took_s, strict=True):
        case = ElementTree.SubElement(
            suite, "testcase", classname=outcome.dialog, name=outcome.file, time=f"{took_s:.3f}"
        )
        if outcome.difference is not None:
            said = explain(outcome.difference, words)
            failure = ElementTree.SubElement(case, "failure", message=f"{outcome.difference.where}: {said}")
            failure.text = "\n".join(details(outcome.difference, words))
    text: str = ElementTree.tostring(suite, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
