"""What the repository holds, and how its Markdown tables are read."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"node_modules", "static", "__pycache__", ".venv"}


def files() -> list[Path]:
    """What the repository holds: git's list where there is one, else all but what is built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.parts)]
    return [path for path in found if path.is_file()]


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.strip("|").split(" |")) for line in table.splitlines()[2:]]
