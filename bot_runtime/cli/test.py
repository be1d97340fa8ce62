"""`bot-runtime test`: run a workspace's transcripts."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot_runtime.cli import reports, watching
from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.cli.running import Run
from bot_runtime.cli.spanish import said
from bot_runtime.dialogs import tree
from bot_runtime.dialogs.rehearsing import coverage, rasa


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--update", is_flag=True, help="Rewrite what differs with what happened.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--coverage", "show_coverage", is_flag=True, help="List what was not exercised.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to show: what was exercised."
)
@click.option("--fail-under", type=click.IntRange(0, 100), help="Fail when coverage is under this percentage.")
@click.option("--watch", "watched", is_flag=True, help="Run again what each change of the files touches, until Ctrl-C.")
@click.option("--dialog", default="", help="The dialog that test cases in Rasa's form talk to.")
@language_option
def command(
    paths: tuple[Path, ...],
    update: bool,
    junit: Path | None,
    as_json: bool,
    show_coverage: bool,
    html: Path | None,
    fail_under: int | None,
    watched: bool,
    dialog: str,
    language: str | None,
) -> None:
    """Run the transcripts of a workspace: [DIR] [FILES…].

    A transcript (tests/*.yaml) is a conversation with what the bot should answer; end-to-end test cases in Rasa's form
    are read, too, and what of them cannot be mapped is told. Exits 0 when all hold, 1 when one
    differs, 2 on misuse.
    """
    root, files = _places(paths)
    if watched:
        if files or update or as_json or junit or html:
            raise click.UsageError(said("--watch runs a whole workspace and prints what it finds"))
        sys.exit(1 if watching.watch(root, language, dialog) else 0)
    loaded = open_workspace(root, language)
    workspace = workspace_of(loaded)
    words = Words(reports.WORDS, language or workspace.language)
    trees = _trees(root, files, loaded.trees, words)
    if not trees:
        misuse(words("no_transcripts", folder=root / "tests"))
    run = Run(root, workspace, update, dialog)
    run.all(trees)
    covered = run.watch.covered(words.language)
    share = coverage.share(covered)
    too_little = fail_under is not None and share < fail_under
    if junit is not None:
        junit.write_bytes(reports.junit(run.report, words))
    if html is not None:
        from bot_runtime.cli import coverage_page  # it draws

        coverage_page.write(html, workspace, run.report, run.watch, words.language, datetime.now().astimezone())
    if as_json:
        click.echo(reports.as_json(run.report, covered, words))
    else:
        reports.show(run.report, covered, words, show_coverage)
    if too_little and not as_json:
        click.echo(words("under", share=share, least=fail_under), err=True)
    sys.exit(1 if run.report.failed or too_little else 0)


def _places(paths: tuple[Path, ...]) -> tuple[Path, list[Path]]:
    """The workspace, and the files asked for: the first folder, else the one above the first file's `tests`."""
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    if len(folders) > 1:
        raise click.UsageError(said("one workspace at a time"))
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
        found = tests[name] if name is not None else tree.read(str(file), file.read_bytes())
        if name is None and not rasa.is_rasa(found):
            misuse(words("outside", file=file))
        chosen.append(found)
    return chosen
