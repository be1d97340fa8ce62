"""The documents tell the truth: README's tables, commands and dialog, links, and the features' tests."""

import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import msgspec
import pytest

from bot_runtime.channels.base import Limits
from bot_runtime.cli import COMMANDS, main
from bot_runtime.devtools.first_start import WHO
from bot_runtime.settings import settings_table
from bot_runtime.workspace import load_workspace
from tests.repository import ROOT, files, rows

READMES = ["README.md", "README.es.md"]


def block(readme: str, name: str) -> str:
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found, f"{readme} has no block <!-- {name} -->"
    return found[1]


def shown(default: object) -> str:
    if isinstance(default, tuple):
        default = list(default)
    return "" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_readme_lists_the_settings() -> None:
    assert block("README.md", "settings") == settings_table()


@pytest.mark.parametrize("readme", READMES)
def test_both_readmes_list_the_same_settings_limits_and_commands(readme: str) -> None:
    settings = [row[:2] for row in rows(settings_table())]
    assert [row[:2] for row in rows(block(readme, "settings"))] == settings
    limits = [(f"`{each.name}`", shown(each.default)) for each in msgspec.structs.fields(Limits)]
    assert [row[:2] for row in rows(block(readme, "limits"))] == limits
    assert [row[0] for row in rows(block(readme, "commands"))] == [f"`{name}`" for name in COMMANDS]


def shell_lines() -> list[str]:
    """Every command line that the READMEs show, once."""
    lines: dict[str, None] = {}
    for readme in READMES:
        for body in re.findall(r"```sh\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL):
            lines.update(dict.fromkeys(line.split("  #")[0].strip() for line in body.splitlines() if line.strip()))
    return list(lines)


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("make ")])
def test_every_make_target_in_readme_exists(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(line.split()[1])}:.*## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("bot-runtime ")])
def test_every_command_in_readme_is_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mybot").mkdir()
    _, name, *arguments = shlex.split(line)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    command.make_context(name, arguments, parent=click.Context(main))


def test_the_commands_in_readme_work_on_a_new_workspace(tmp_path: Path) -> None:
    """The three that end by themselves, one after the other, as a newcomer would."""
    for line in ["init mybot", "check mybot", "test mybot"]:
        assert f"bot-runtime {line}" in shell_lines()
        ran = subprocess.run(
            [sys.executable, "-m", "bot_runtime", *line.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_dialog_in_readme_has_no_problem(tmp_path: Path) -> None:
    """The one dialog that every visitor reads, the same in both languages; it runs as it stands."""
    shown = [re.findall(r"```yaml\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL) for name in READMES]
    assert shown[0] == shown[1]
    (dialog,) = shown[0]
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "visita.yaml").write_text(dialog, encoding="utf-8")
    (tmp_path / "bot.yaml").write_text(
        "brand: demo\nlanguage: es\nclose_reasons: [respondida, sin_respuesta]\n", "utf-8"
    )
    loaded = load_workspace(tmp_path, {})
    assert [problem.line() for problem in loaded.problems] == []
    assert loaded.workspace


def test_every_command_says_what_it_does() -> None:
    for name, (module, _) in COMMANDS.items():
        assert import_module(f"bot_runtime.cli.{module}").command.help, name


@pytest.mark.parametrize(
    "document", sorted(path for path in files() if path.suffix == ".md"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def feature_rows() -> list[tuple[str, ...]]:
    return [
        row
        for row in rows((ROOT / "docs" / "features.md").read_text(encoding="utf-8"))
        if re.match(r"[A-Z]\d+", row[0])
    ]


def test_every_feature_has_a_state() -> None:
    found = feature_rows()
    assert len({row[0] for row in found}) == len(found) > 0
    for row in found:
        assert row[2].split(":")[0] in {"done", "partial", "open"}, row


def test_what_shows_a_feature_exists() -> None:
    """`tests/file.py::test_name` or a transcript's path; at least one for each row that is not open."""
    for feature, _, state, shows in feature_rows():
        shown_by = re.findall(r"`([^`]+)`", shows)
        assert shown_by or state == "open", f"{feature} is {state}, and nothing shows it"
        for each in shown_by:
            file, _, name = each.partition("::")
            assert (ROOT / file).is_file(), f"{feature}: no file {file}"
            text = (ROOT / file).read_text(encoding="utf-8")
            assert not name or f"def {name}(" in text, f"{feature}: no test {each}"


@pytest.mark.parametrize(
    ("readme", "tour", "language"), [(READMES[0], "A guided tour", "en"), (READMES[1], "Una visita guiada", "es")]
)
def test_the_guided_tour_leads_along_what_is_there(readme: str, tour: str, language: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8").split(f"## {tour}\n")[1].split("\n## ")[0]
    assert len(text.splitlines()) <= 55, "a page at most"
    sources = ROOT / "bot_runtime" / "console" / "app" / "src"
    routes = re.findall(r'path: "(\w+)"', (sources / "shell" / "routes.ts").read_text(encoding="utf-8"))
    addresses = re.findall(r"`/console/(\w+)`", text)
    assert set(addresses) == {"phones", "inbox", "campaigns", "dialogs"} <= set(routes)
    texts = "".join(path.read_text(encoding="utf-8") for path in (sources / "texts").glob(f"*{language}.ts"))
    for step, button in re.findall(r"(\d\. )?\*\*([^*]+)\*\*", text):
        assert step or f'"{button}"' in texts, f"no page says {button}"
    for name, _ in WHO["es"].values():  # the example business speaks Spanish
        assert f"(`{name}`)" in text
    rows = (ROOT / "dialogs_examples" / "lists" / "recordatorio_pago.csv").read_text("utf-8-sig").splitlines()[1:]
    assert re.findall(r"\b(?:Send|Enviar) (\d+) (?:messages|mensajes)\b", text) == [str(len(rows))]


def test_the_pictures_in_readme_are_light_enough_to_load() -> None:
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size <= 300_000, picture.name
