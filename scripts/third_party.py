"""Print THIRD-PARTY.txt: every package that an installed server brings along, its licence, and the licence's text.

Only what `requirements.lock` pins is listed (the tools of developers are not shipped), from the metadata of what is
installed here. The npm packages whose code is inside the pages are read from the console's lock file.
"""

import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = ROOT / "bot_runtime" / "console" / "app"
LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
HEADER = """\
bot-runtime is licensed under the Apache License 2.0 (LICENSE). An installed server brings these packages along, each
under its own licence. Written by `make licences`.
"""


def locked(lock: Path) -> Iterator[str]:
    """The names pinned in a lock, in its order."""
    for line in lock.read_text().splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)(?:\[.*?\])?==", line):
            yield found[1]


def licence_of(package: Distribution) -> str:
    """The licence in a word: the SPDX expression where there is one, else the classifiers, else the old field."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return expression
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in meta.get_all("Classifier", []) if c.startswith("License ::")]
    short = (meta.get("License") or "").strip().splitlines()
    return ", ".join(classifiers) or (short[0] if short else "see its text")


def texts_of(package: Distribution) -> Iterator[str]:
    for file in package.files or []:
        if ".dist-info/" in str(file) and LICENCE_FILE.search(str(file)):
            yield file.read_text(encoding="utf-8").strip()


def bundled() -> Iterator[tuple[str, str, str, str]]:
    """Name, version, licence and text of the npm packages in the pages (not of the tools that build them)."""
    lock = CONSOLE / "package-lock.json"
    if not lock.exists():
        return
    for path, facts in sorted(json.loads(lock.read_text())["packages"].items()):
        if path and not facts.get("dev") and not facts.get("devOptional"):
            folder = CONSOLE / path
            text = next((f.read_text() for f in sorted(folder.glob("*")) if LICENCE_FILE.search(f.name)), "")
            yield (
                path.removeprefix("node_modules/"),
                facts["version"],
                facts.get("license", "see its text"),
                text.strip(),
            )


def main() -> None:
    parts: list[tuple[str, str, str]] = []
    for name in locked(ROOT / "requirements.lock"):
        try:
            package = distribution(name)
        except PackageNotFoundError:  # pinned for another platform
            parts.append((name, "not installed on the machine that wrote this", ""))
            continue
        parts.append((f"{name} {package.version}", licence_of(package), "\n\n".join(texts_of(package))))
    parts += [(f"{name} {version} (in the pages)", licence, text) for name, version, licence, text in bundled()]

    print(HEADER)
    for title, licence, _ in parts:
        print(f"  {title}: {licence}")
    for title, _, text in parts:
        if text:
            print(f"\n{'=' * 100}\n{title}\n{'=' * 100}\n\n{text}")


if __name__ == "__main__":
    main()
