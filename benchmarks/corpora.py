"""Cases for `benchmarks.corpus` from test suites that others published: fetched with pip, converted, in two halves.

    python -m benchmarks.corpora FOLDER

FOLDER/src gets the packages as they are; FOLDER/mend and FOLDER/held the cases, parted by a hash of their text: readers
are mended by what `mend` shows, and `held` only counts. Only texts and the values their authors expect are taken.
Nothing of it belongs into this repository.

What is taken of each, so that it is one whole answer with one value:
- duckling 0.4 (in PyPI's `duckling`; es, en, pt): days, times of day, amounts, whole numbers. A part of a day is that
  day; weeks, quarters, longer intervals and other numbers are no answer (`-`); spans of minutes are left out. Clock:
  12 February 2013, 04:30.
- dateparser (es, en, pt): full dates with a year, and what is so many days or weeks from 1 September 2014.
- price-parser: prices in euros (es), dollars, pounds (en) and reais (pt).
- lingua_franca (es, en, pt): times of day with their part of day.
- number-parser (es, en) and num2words (es, en, pt): numbers and amounts in words, in the currencies of Spain and the
  Americas.
- ovos-yes-no-plugin (es, en, pt): its words for yes and no; those for neither are no answer.
"""

# ruff: noqa: DTZ001 - a suite's clock is on its wall and has no zone
import ast
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

SOURCES = ("dateparser", "price-parser", "lingua-franca", "number-parser", "num2words", "ovos-yes-no-plugin")
COUNTRIES = {"es": "ES", "en": "US", "pt": "BR"}
EVERY_NTH = 7  # of number-parser's many rows
_NOBODYS_CLOCK = "2026-01-15T10:00"


class Case(NamedTuple):
    kind: str
    language: str
    country: str
    now: str
    text: str
    value: str


def fetch(folder: Path) -> None:
    """Each package as its authors published it, nothing installed."""
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
    subprocess.run([*pip, "duckling"], check=True)
    for name in SOURCES:
        subprocess.run([*pip, "--no-binary", name, name], check=True)


def archive(folder: Path, name: str) -> dict[str, str]:
    """The text files of a fetched source package, by path without its first folder."""
    pattern = f"{name.replace('-', '?')}-*.tar.gz"
    with tarfile.open(next(folder.glob(pattern))) as packed:
        return {
            member.name.partition("/")[2]: opened.read().decode("utf-8")
            for member in packed
            if member.isfile()
            and member.name.endswith((".py", ".csv", ".json"))
            and (opened := packed.extractfile(member)) is not None
        }


# duckling: `"text" "text" (datetime 2013 2 12 15 :hour 3)`, comments from `;`

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|;[^\n]*|([()\[\]{}])|([^\s()\[\]{}";]+)')
_DAY_OF_CLOCK = datetime(2013, 2, 12, 4, 30)
_SAYS_A_DAY = re.compile(r"hoy|hoje|amanh|mañana$|today|tomorrow|tonight|noche$|night$|noite$|hace|ago|atrás")


def duckling(folder: Path) -> Iterator[Case]:
    with zipfile.ZipFile(next(folder.glob("duckling-*.whl"))) as wheel:
        jar = next(name for name in wheel.namelist() if "/duckling-0" in name)
        with zipfile.ZipFile(io.BytesIO(wheel.read(jar))) as packed:
            for language in COUNTRIES:
                for subject in ("time", "finance", "numbers"):
                    source = packed.read(f"languages/{language}/corpus/{subject}.clj").decode("utf-8")
                    for text, form in grouped(source):
                        yield from ducklings_case(language, text, form)


def grouped(source: str) -> Iterator[tuple[str, list[str]]]:
    """Each text with the tokens of the form below it."""
    texts: list[str] = []
    form: list[str] = []
    depth = 0
    for found in _TOKEN.finditer(source):
        text, bracket, word = found.groups()
        if bracket in ("(", "[", "{"):
            depth += 1
        elif bracket:
            depth -= 1
            if depth == 1:
                yield from ((text, form) for text in texts)
                texts, form = [], []
        elif depth == 1 and text is not None:
            texts.append(text)
        if depth > 1 and bracket != "(":
            form.append(word or bracket or f'"{text}"')


def ducklings_case(language: str, text: str, form: list[str]) -> Iterator[Case]:
    name, rest = form[0] if form else "", form[1:]
    numbers = rest[: _first_word(rest)]
    where = (language, COUNTRIES[language], _DAY_OF_CLOCK.isoformat(timespec="minutes"), text)
    match name:
        case "datetime" if len(numbers) == 3 and _grain(rest) in (":week", ":month", ":quarter", ":year"):
            yield Case("date", *where, "-")
        case "datetime" if len(numbers) == 3:
            yield Case("date", *where, datetime(*map(int, numbers)).date().isoformat())
        case "datetime" if len(numbers) >= 4 and ":hour" in rest and not {":day", ":month", ":day-of-week"} & {*rest}:
            at = datetime(*map(int, numbers))
            soon = timedelta() <= at - _DAY_OF_CLOCK.replace(hour=0, minute=0) < timedelta(days=1, hours=5)
            if soon and not _SAYS_A_DAY.search(text.lower()):
                yield Case("time", *where, f"{at:%H:%M}")
        case "datetime-interval" if (day := day_of(rest)) is not None:
            yield Case("date", *where, day)
        case "money" if numbers:
            yield Case("amount", *where, numbers[0])
        case "number" if numbers:
            whole = re.fullmatch(r"-?[0-9]+", numbers[0])
            yield Case("number", *where, numbers[0] if whole and not numbers[0].startswith("-") else "-")


def day_of(interval: list[str]) -> str | None:
    """The one day that all of `[2013 2 13 18] [2013 2 14 00]` is in, or `-`. None: a span of minutes, of no day's."""
    ends = [list(map(int, re.findall(r"[0-9]+", part))) for part in " ".join(interval).split("[")[1:]]
    if any(len(end) > 4 for end in ends):
        return None
    if len(ends) != 2 or not all(len(end) >= 3 for end in ends):
        return "-"
    first, last = (datetime(*end) for end in ends)
    return first.date().isoformat() if last - timedelta(seconds=1) < _midnight_after(first) else "-"


def _midnight_after(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0) + timedelta(days=1)


def _grain(form: list[str]) -> str:
    return form[form.index(":grain") + 1] if ":grain" in form[:-1] else ""


def _first_word(tokens: list[str]) -> int:
    return next((at for at, token in enumerate(tokens) if not re.fullmatch(r"-?[0-9.]+", token)), len(tokens))


# dateparser: `param("text", datetime(2015, 3, 1))` and `param("text", ago={"days": 2}, …)` below a comment that names
# the language

_LANGUAGE = re.compile(r"#\s*(Spanish|English|Portuguese|\w+)(?: dates)?\s*$")
_SPOKEN = {"Spanish": "es", "English": "en", "Portuguese": "pt"}


def dateparser(folder: Path) -> Iterator[Case]:
    files = archive(folder, "dateparser")
    for language, call in _params(files["tests/test_date_parser.py"]):
        if len(call.args) == 2 and isinstance(call.args[1], ast.Call):
            numbers = _whole_numbers(call.args[1].args)
            text = _constant(call.args[0])
            if len(numbers) == 3 and isinstance(text, str) and re.search(r"[0-9]{4}", text):
                day = datetime(*numbers).date()
                yield Case("date", language, COUNTRIES[language], _NOBODYS_CLOCK, text, day.isoformat())
    now = datetime(2014, 9, 1, 10, 30)
    for language, call in _params(files["tests/test_freshness_date_parser.py"]):
        text = _constant(call.args[0]) if call.args else None
        for word in call.keywords:
            away = _constant(word.value) if word.arg in ("ago", "in_future") else None
            if isinstance(text, str) and isinstance(away, dict) and away.keys() <= {"days", "weeks"}:
                day = (now - timedelta(**away) if word.arg == "ago" else now + timedelta(**away)).date()
                yield Case("date", language, COUNTRIES[language], now.isoformat(), text, day.isoformat())


def _params(source: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of `param` that stand below a comment with one of our languages."""
    spoken: dict[int, str] = {}
    language = ""
    for number, line in enumerate(source.splitlines(), 1):
        if found := _LANGUAGE.search(line):
            language = _SPOKEN.get(found[1], "")
        elif line.lstrip().startswith(("def ", "@")):
            language = ""
        spoken[number] = language
    for node in ast.walk(ast.parse(source)):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "param"
        if isinstance(node, ast.Call) and named and spoken[node.lineno]:
            yield spoken[node.lineno], node


def _whole_numbers(nodes: Iterable[ast.AST]) -> list[int]:
    return [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, int)]


def _constant(node: ast.AST) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


# price-parser: `Example(currency hint, "text", currency, amount text, amount)`

_CURRENCIES = {"€": ("es", "ES"), "EUR": ("es", "ES"), "$": ("en", "US"), "US$": ("en", "US"), "USD": ("en", "US")}
_CURRENCIES |= {"£": ("en", "GB"), "GBP": ("en", "GB"), "R$": ("pt", "BR"), "BRL": ("pt", "BR")}


def price_parser(folder: Path) -> Iterator[Case]:
    tree = ast.parse(archive(folder, "price-parser")["tests/test_price_parsing.py"])
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Example":
            hint, text, currency, _, amount = (_constant(each) for each in node.args[:5])
            if isinstance(text, str) and hint is None and currency in _CURRENCIES:
                value = "-" if amount is None else str(amount)
                yield Case("amount", *_CURRENCIES[currency], _NOBODYS_CLOCK, " ".join(text.split()), value)


# lingua_franca: `assertEqual(nice_time(dt, lang="es", use_ampm=True), "la una y veintidós de la tarde")`


def lingua_franca(folder: Path) -> Iterator[Case]:
    files = archive(folder, "lingua-franca")
    for language, file in (("en", ""), ("es", "_es"), ("pt", "_pt")):
        at = _DAY_OF_CLOCK
        for node in _in_order(ast.parse(files[f"test/test_format{file}.py"])):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and "datetime" in ast.dump(node.value):
                numbers = _whole_numbers(node.value.args)
                if len(numbers) >= 5 and numbers[0] > 1900:
                    at = datetime(*numbers)
            elif call := _compared(node, "nice_time"):
                told = {word.arg: _constant(word.value) for word in call[0].keywords}
                if told.get("use_ampm") and told.get("speech", True) and not told.get("use_24hour"):
                    yield Case("time", language, COUNTRIES[language], _NOBODYS_CLOCK, call[1], f"{at:%H:%M}")


def _in_order(tree: ast.AST) -> list[ast.AST]:
    return sorted((node for node in ast.walk(tree) if hasattr(node, "lineno")), key=lambda node: node.lineno)


def _compared(node: ast.AST, *names: str) -> tuple[ast.Call, str] | None:
    """The call of one of `names` that a test compares with a text, and that text."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "assertEqual"):
        return None
    if len(node.args) < 2 or not isinstance(node.args[0], ast.Call):
        return None
    called, text = node.args[0], _constant(node.args[1])
    name = called.func.attr if isinstance(called.func, ast.Attribute) else getattr(called.func, "id", "")
    return (called, text) if name in names and isinstance(text, str) else None


# numbers in words


def number_parser(folder: Path) -> Iterator[Case]:
    for path, contents in sorted(archive(folder, "number-parser").items()):
        language = Path(path).name[:2]
        if path.endswith(".csv") and language in ("es", "en") and "ordinals" not in path:
            rows = list(csv.DictReader(io.StringIO(contents)))
            for row in rows[::EVERY_NTH]:
                if row["number"].isdecimal() and int(row["number"]) < 1_000_000_000:
                    yield Case("number", language, COUNTRIES[language], _NOBODYS_CLOCK, row["text"], row["number"])


# The suite goes through the world's currencies; contacts here pay with these.
_OF_THE_AMERICAS = re.compile(
    r"euro|d[oó]lar|dollar|\bpesos?\b|\bsol(?:es)?\b|\brea(?:l|is)\b|quetzal|col[oó]n|lempira|c[oó]rdoba|guaran[ií]"
    r"|bol[ií]var|boliviano|balboa|pound|libra"
)


def num2words(folder: Path) -> Iterator[Case]:
    files = archive(folder, "num2words")
    for language, file in (("en", "en"), ("es", "es"), ("pt", "pt"), ("pt", "pt_BR")):
        where = (language, COUNTRIES[language], _NOBODYS_CLOCK)
        for node in _in_order(ast.parse(files[f"tests/test_{file}.py"])):
            if isinstance(node, ast.Assign) and "CURRENCY" in getattr(node.targets[0], "id", ""):
                for row in _constant(node.value) or ():
                    if _OF_THE_AMERICAS.search(row[1]):
                        yield Case("amount", *where, row[1], str(row[0]))
            elif call := _compared(node, "num2words", "to_currency", "to_cardinal"):
                number = _constant(call[0].args[0]) if call[0].args else None
                told = {word.arg: _constant(word.value) for word in call[0].keywords}
                money = "to_currency" in ast.dump(call[0].func) or told.get("to") == "currency"
                if not isinstance(number, int | float) or number < 0 or told.keys() & {"ordinal", "adjective"}:
                    continue
                if money and _OF_THE_AMERICAS.search(call[1]):
                    yield Case("amount", *where, call[1], str(number))
                elif isinstance(number, int) and number < 10**9 and not money and told.get("to") in (None, "cardinal"):
                    yield Case("number", *where, call[1], str(number))


def ovos(folder: Path) -> Iterator[Case]:
    files = archive(folder, "ovos-yes-no-plugin")
    for place, language in (("en-US", "en"), ("es-ES", "es"), ("pt-BR", "pt"), ("pt-PT", "pt")):
        words = json.loads(files.get(f"ovos_yes_no/locale/{place}/yesno.json", "{}"))
        for said, value in (("yes", "true"), ("no", "false")):
            for text in (one for each in words.get(said, ()) for one in each.strip("()").split("|")):
                yield Case("yes_no", language, COUNTRIES[language], _NOBODYS_CLOCK, text, value)


def is_held(text: str) -> bool:
    return hashlib.blake2b(text.casefold().encode(), digest_size=1).digest()[0] % 2 == 1


def written(folder: Path, name: str, cases: Iterable[Case]) -> tuple[int, int]:
    """Write one source's cases into both halves; a text with two values keeps both."""
    values: dict[tuple[str, ...], dict[str, None]] = {}
    for case in cases:
        text = " ".join(case.text.split())
        if text:
            values.setdefault((*case[:4], text), {})[case.value] = None
    counts = {}
    for half in ("mend", "held"):
        rows = [(*key, "|".join(found)) for key, found in values.items() if is_held(key[-1]) == (half == "held")]
        (folder / half).mkdir(parents=True, exist_ok=True)
        lines = ("\t".join(row) + "\n" for row in rows)
        (folder / half / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")
        counts[half] = len(rows)
    return counts["mend"], counts["held"]


READERS = {
    "duckling": duckling,
    "dateparser": dateparser,
    "price_parser": price_parser,
    "lingua_franca": lingua_franca,
    "number_parser": number_parser,
    "num2words": num2words,
    "ovos": ovos,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    if not (folder / "src").is_dir():
        fetch(folder / "src")
    for name, reader in READERS.items():
        mend, held = written(folder, name, reader(folder / "src"))
        print(f"{name:14} {mend:5} to mend by, {held:5} held out")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
