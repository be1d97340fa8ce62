"""`test --watch` runs again what a change touches, and says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot_runtime.cli.watching import affected, fingerprint, watch
from bot_runtime.workspace import load_workspace
from tests.cli.authors import BUYS, DIALOG, make_workspace, run

OTHER = "dialog: other\nlanguage: en\nstates:\n  hi: { say: Hi., close: done }\n"
CALLER = "dialog: caller\nlanguage: en\nstates:\n  hi: { say: Hi., then: { dialog: other } }\n"
GREETS = "dialog: other\nturns: [{ contact: hi, bot: [Hi.] }]\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "bot", buys=BUYS, greets=GREETS)
    (made / "dialogs" / "other.yaml").write_text(OTHER)
    return made


def edits(*changes: Callable[[], object]) -> Callable[[], None]:
    """Each look at the files finds the next change; after the last, Ctrl-C."""
    left = list(changes)

    def pause() -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    return pause


def test_what_a_change_touches_is_run_again_and_what_failed_until_it_holds(root: Path, capsys: pytest.CaptureFixture):
    buys, other = root / "tests" / "buys.yaml", root / "dialogs" / "other.yaml"
    failed = watch(
        root,
        "en",
        pause=edits(
            lambda: buys.write_text(BUYS.replace("How many", "How much")),  # breaks one
            lambda: other.write_text(OTHER.replace("Hi.", "Hello.")),  # and the other
            lambda: buys.write_text(BUYS),
            lambda: other.write_text("dialog: other\nstates: [\n"),
            lambda: None,
        ),
    )
    told = capsys.readouterr().out
    rounds = [block.strip() for block in told.split("… waiting for changes (Ctrl-C ends)\n")]
    assert rounds[0].startswith("2 of 2:\n2 passed, coverage: ")
    assert rounds[1].startswith("1 of 2:\ntests/buys.yaml:6:23: turn 2: bot is not as it says")
    assert rounds[2].startswith("2 of 2:\n")
    assert "0 passed, 2 failed" in rounds[2]
    assert "1 passed, 1 failed" in rounds[3]  # mended; the other is tried again
    assert "dialogs/other.yaml:" in rounds[4]  # no workspace: nothing runs
    assert len(rounds) == 6
    assert failed == 1


def test_a_dialog_touches_those_that_lead_to_it_and_settings_touch_all(root: Path):
    (root / "dialogs" / "caller.yaml").write_text(CALLER)
    (root / "tests" / "calls.yaml").write_text("dialog: caller\nturns: [{ contact: hi }]\n")
    loaded = load_workspace(root, {}, missing_ok=True)
    assert loaded.workspace is not None, loaded.problems
    tests = {name: each for name, each in loaded.trees.items() if name.startswith("tests/")}

    def touched(*files: str) -> set[str]:
        return {Path(name).stem for name in affected(files, tests, loaded.workspace)}

    assert touched("dialogs/order.yaml") == {"buys"}
    assert touched("dialogs/other.yaml") == {"greets", "calls"}
    assert touched("tests/buys.yaml") == {"buys"}
    assert (
        touched("templates/news.yaml")
        == touched("bot.yaml")
        == touched("dialogs/gone.yaml")
        == {
            "buys",
            "greets",
            "calls",
        }
    )


def test_every_file_that_a_run_reads_is_looked_at(root: Path):
    before = fingerprint(root)
    assert set(before) == {
        "bot.yaml",
        "dialogs/order.yaml",
        "dialogs/other.yaml",
        "templates/news.yaml",
        "tests/buys.yaml",
        "tests/greets.yaml",
    }
    (root / "dialogs" / "order.yaml").write_text(DIALOG + "# longer\n")
    assert {name for name, seen in fingerprint(root).items() if before[name] != seen} == {"dialogs/order.yaml"}


def test_watching_is_for_a_whole_workspace(root: Path):
    assert run("test", root, root / "tests" / "buys.yaml", "--watch").exit_code == 2
    assert run("test", root, "--watch", "--json").exit_code == 2
