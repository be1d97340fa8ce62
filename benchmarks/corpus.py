"""How many answers of a public corpus are understood, refused and read wrongly, beside dateparser and price-parser.

    python -m benchmarks.corpus FOLDER [--wrong | --refused]

FOLDER holds `*.tsv` files, one case a line: type, language, country, clock, text, value; `#` begins a comment. Several
values that would do are parted by `|`; `-` is "no such answer", which only a refusal gets right. Amounts are compared
as numbers, without their currency. Nobody's corpus is in this repository: a share is worth what its authors are.
"""

import csv
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from bot_runtime.dialogs.answers import Fits, Here, read
from bot_runtime.dialogs.model import Answer
from bot_runtime.dialogs.values import printed


class Case(NamedTuple):
    kind: str
    language: str
    country: str
    now: datetime
    text: str
    values: tuple[str, ...]


Reader = Callable[[Case], str | None]  # what it understands; None: it refuses


def cases(folder: Path) -> Iterator[Case]:
    """Every case of the folder's files. Raises `ValueError` for a line that is none."""
    for file in sorted(folder.glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                if not row or row[0].startswith("#"):
                    continue
                if len(row) != 6:
                    raise ValueError(f"{file}:{number}: {len(row)} columns instead of 6")
                kind, language, country, now, text, values = row
                yield Case(kind, language, country, datetime.fromisoformat(now), text, tuple(values.split("|")))


def ours(case: Case) -> str | None:
    found = read(Answer(case.kind), case.text, Here(case.language, case.country, case.now))
    if not isinstance(found, Fits):
        return None
    return str(found.value).lower() if isinstance(found.value, bool) else printed(found.value)


def dateparsers(case: Case) -> str | None:
    import dateparser

    order = "MDY" if case.country == "US" else "DMY"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about years
        found = dateparser.parse(
            case.text,
            languages=[case.language],
            settings={"PREFER_DATES_FROM": "future", "RELATIVE_BASE": case.now, "DATE_ORDER": order},
        )
    if found is None:
        return None
    return found.date().isoformat() if case.kind == "date" else f"{found:%H:%M}"


def price_parsers(case: Case) -> str | None:
    from price_parser import Price

    amount = Price.fromstring(case.text).amount
    return None if amount is None else str(amount)


PEERS: dict[str, tuple[str, Reader]] = {
    "date": ("dateparser", dateparsers),
    "time": ("dateparser", dateparsers),
    "amount": ("price-parser", price_parsers),
}


def verdict(case: Case, understood: str | None) -> str:
    if understood is None:
        return "understood" if "-" in case.values else "refused"  # what is no answer is rightly refused
    return "understood" if any(same(case.kind, understood, value) for value in case.values) else "wrong"


def same(kind: str, one: str, other: str) -> bool:
    if kind != "amount":
        return one == other
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def main(arguments: list[str]) -> int:
    folders = [argument for argument in arguments if not argument.startswith("-")]
    if len(folders) != 1 or not Path(folders[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    shown = {argument.removeprefix("--") for argument in arguments if argument.startswith("--")}
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for case in cases(Path(folders[0])):
        readers = [("bot-runtime", ours), *([PEERS[case.kind]] if case.kind in PEERS else [])]
        for name, reader in readers:
            understood = reader(case)
            judged = verdict(case, understood)
            counts.setdefault((case.kind, case.language, name), Counter())[judged] += 1
            if name == "bot-runtime" and judged in shown:
                print(f"{judged}: {case.kind} {case.language} {case.text!r}: {understood}, not {'|'.join(case.values)}")
    print("| type | language | reader | cases | right | refused | wrong |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: |")
    for (kind, language, name), found in sorted(counts.items()):
        total = found.total()
        shares = " | ".join(f"{found[each] / total:.1%}" for each in ("understood", "refused", "wrong"))
        print(f"| {kind} | {language} | {name} | {total} | {shares} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
