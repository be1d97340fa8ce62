"""Seeds of runs that failed are kept in a file and run again first, until they pass."""

import json
import secrets
from pathlib import Path

MOST = 2**31


def new_seed() -> int:
    return secrets.randbelow(MOST)


def failing(file: Path) -> list[int]:
    """The seeds kept in `file`, oldest first; none where there is no file.

    Raises:
        ValueError: it is no list of seeds.
    """
    if not file.exists():
        return []
    kept = json.loads(file.read_text("utf-8"))
    if not isinstance(kept, list) or not all(isinstance(seed, int) for seed in kept):
        raise ValueError(f"{file}: expected a list of whole numbers")
    return kept


def remember(file: Path, seed: int, good: bool) -> None:
    """Keep a seed that failed; forget one that passes now."""
    kept = failing(file)
    wanted = [one for one in kept if one != seed] + ([] if good else [seed])
    if wanted == kept:
        return
    if wanted:
        file.write_text(json.dumps(wanted) + "\n", "utf-8")
    else:
        file.unlink()
