"""How quickly answers are read and turns decided, and how long hostile ones take.

    python -m benchmarks.answers [--keep]

Medians over ordinary answers, the first reading (imports, caches) left out; the worst CPU time
of everything hostile. `--keep` writes the figures into benchmarks/RESULTS.md.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from time import perf_counter_ns, process_time_ns
from typing import Any

from benchmarks.campaign_report import commit, keep, line
from bot_runtime.dialogs import grammar, tree
from bot_runtime.dialogs.answers import Here, read
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.conversation import converse
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.dialogs.expressions import Expression, ExpressionError, Text
from bot_runtime.dialogs.load import choice, load_dialog
from bot_runtime.dialogs.model import Answer, Dialog
from bot_runtime.dialogs.session import About, Session

MARKS = BEGIN, END = "<!-- answers -->", "<!-- /answers -->"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MEXICO = Here("es", "MX", NOW.replace(tzinfo=None))
CHOICES = tuple(choice(number, label) for number, label in enumerate(("Pagar", "Hablar con alguien", "Otra fecha"), 1))
QUESTIONS = {
    "yes_no": ("sí", "claro que sí", "no gracias", "👍", "tal vez"),
    "receipt": ("ya me llegó", "todavía no", "no, no lo he recibido", "sí, gracias", "mañana"),
    "intent": ("sí, me interesa", "no gracias", "lo voy a pensar", "por ahora no", "cuánto cuesta"),
    "choice": ("1", "pagar", "hablar con alguein", "otra fecha", "no sé"),
    "multiple": ("1,3", "pagar y otra fecha", "todas", "1 y 9"),
    "rating": ("4", "cuatro", "4/5", "⭐⭐⭐⭐", "4.5"),
    "number": ("12", "veintiuno", "1,200", "mil doscientos", "12.5"),
    "amount": ("$1,200.50", "1200 pesos", "mil doscientos pesos", "2 mil", "entre 100 y 200"),
    "date": ("27/11/2026", "pasado mañana", "el viernes", "27 de noviembre", "en tres días", "la próxima semana"),
    "time": ("15:30", "3:30 pm", "tres y media de la tarde", "mediodía", "25:00"),
    "email": ("ana@correo.mx", "ana@correo"),
    "phone": ("55 1234 5678", "+52 55 1234 5678", "123"),
    "name": ("Ana Pérez", "me llamo ana lópez", "hola"),
    "location": ("19.4326, -99.1332", "https://maps.google.com/?q=19.43,-99.13", "mi casa"),
    "pattern": ("ABC1234", "abc"),
    "text": ("Todo bien",),
}
LIMITS: Mapping[str, Mapping[str, Any]] = {
    "choice": {"choices": CHOICES},
    "multiple": {"choices": CHOICES},
    "pattern": {"pattern": "[A-Z]{3}[0-9]{4}"},
    "date": {"mask": "dd/mm/aaaa"},
}
DIALOG = """\
dialog: pago
language: es
retry: { attempts: 3, goto: fin }
states:
  aviso:
    ask: "Hola {{ contact_name | first }}, ¿qué prefieres?"
    menu:
      - { label: Prometer un pago, goto: fecha }
      - { label: Hablar con alguien, goto: fin }
    save: opcion
  fecha:
    ask: ¿Qué día harás tu pago? (dd/mm)
    answer: { type: date, mask: dd/mm/aaaa, min: today(), max: today() + days(30) }
    check: answer >= today()
    save: fecha
    goto: nota
  nota: { ask: ¿Algo más?, answer: text, save: nota, goto: fin }
  fin: { say: Gracias. }
"""
EXPRESSIONS = (
    "nota >= 4",
    "monto > 100 and not empty(nombre)",
    "fecha <= today() + days(7)",
    "'factura' in papeles or total * 2 < 500",
)
KNOWN: Mapping[str, Any] = {
    "nota": 5,
    "monto": 120,
    "nombre": "Ana",
    "fecha": "2026-11-25",
    "papeles": ["factura"],
    "total": 100,
    grammar.NOW: MEXICO,
}
LONG = 65_536
HOSTILE = (
    *("9" * LONG, "a" * LONG, "1 " * (LONG // 2), "😀" * (LONG // 4), "a@" * (LONG // 2), "hola, " * 10_000),
    *(" " * LONG + "x", "de " * 66, "1," * 99, "1.111" * 39, "1 y " * 49, "-" * 199, "19." * 30, "(.+ ," * 39),
    *(
        "no " * 33,
        "todavia no " * 9,
        "i have not " * 9,
        "lo voy a " * 11,
        "\u0301" * 150,
        "\u202e" * 999,
        "{{ x }}" * 99,
    ),
)
PATTERNS = (
    "(a{1000}){1000}",
    "((((a{20}){20}){20}){20}){20}",
    "[a-z]{1,900}" * 9,
    "(a+)+b",
    "(a|a)*b",
    "(.*)*x",
    "([a-z]+)*!",
    "(a?){50}a{50}",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
)
MATCHED = ("a" * 1_000, "a" * 999 + "!", "x" * 1_000, "ab" * 500)
WRITTEN = ("(" * 500 + "1" + ")" * 500, "1" + "+1" * 5_000, "a and " * 2_000 + "b", "not " * 3_000 + "a", "9" * 60_000)
LINES = 10_000


def median_us(work: Callable[[], object], rounds: int) -> float:
    for _ in range(3):
        work()
    took = []
    for _ in range(rounds):
        began = perf_counter_ns()
        work()
        took.append(perf_counter_ns() - began)
    return statistics.median(took) / 1_000


def recognizers(rounds: int = 300) -> dict[str, float]:
    """Median µs by kind, over its ordinary answers."""
    return {
        kind: statistics.median(median_us(partial(read, question(kind), text, MEXICO), rounds) for text in written)
        for kind, written in QUESTIONS.items()
    }


def question(kind: str) -> Answer:
    return Answer(kind, LIMITS.get(kind, {}))


def turns(rounds: int = 400) -> dict[str, float]:
    """Median µs of the pure part of a turn: the event taken, the session moved, the next question rendered."""
    dialog = load_dialog(tree.read("dialogs/pago.yaml", DIALOG.encode()))
    book = Book([dialog], language="es", default_dialog="pago", time_zone="America/Mexico_City")
    about = book.placed(About(contact_name="Ana Pérez", channel="wa", country="MX"))
    asked = _after(book, dialog, about, None, "hola")
    dated = _after(book, dialog, about, asked, "1")
    events = {"menu": (asked, "1"), "menu by its words": (asked, "prometer un pago")}
    events |= {"date": (dated, "27/11/2026"), "date in words": (dated, "el viernes")}
    return {
        name: median_us(partial(converse, book, session, dialog, _text(text), about, False), rounds)
        for name, (session, text) in events.items()
    }


def _text(text: str) -> TextReceived:
    return TextReceived(at=NOW, channel="wa", message_id="m", text=text)


def _after(book: Book, dialog: Dialog, about: About, session: Session | None, text: str) -> Session:
    moved, _ = converse(book, session, dialog if session else None, _text(text), about, False)
    assert moved is not None
    return moved


def expressions(rounds: int = 2_000) -> float:
    """Median µs over some conditions, compiled as dialogs have them."""
    compiled = [Expression.parse(source) for source in EXPRESSIONS]
    return statistics.median(median_us(partial(one.holds, KNOWN), rounds) for one in compiled)


def hostile() -> dict[str, float]:
    """The worst CPU ms of each sort of odd input."""
    patterns = [Answer("pattern", {"pattern": pattern}) for pattern in PATTERNS]
    return {
        "texts": max(_ms(partial(read, question(kind), text, MEXICO)) for kind in QUESTIONS for text in HOSTILE),
        "patterns": max(_ms(partial(read, one, text, MEXICO)) for one in patterns for text in MATCHED),
        "expressions": max(_ms(partial(_parsed, source)) for source in WRITTEN),
    }


def _parsed(source: str) -> None:
    for parse in (Expression.parse, Text.parse):
        try:
            parse(source)
        except ExpressionError:
            continue


def _ms(work: Callable[[], object]) -> float:
    """The better of two: a first one may import."""
    took = []
    for _ in range(2):
        began = process_time_ns()
        work()
        took.append(process_time_ns() - began)
    return min(took) / 1_000_000


def from_stdin() -> float:
    """Seconds that `bot-runtime recognize date -` takes for many lines, its start included."""
    texts = [text for text in QUESTIONS["date"] for _ in range(LINES // len(QUESTIONS["date"]) + 1)][:LINES]
    command = [sys.executable, "-m", "bot_runtime", "recognize", "date", "-", "--language", "es"]
    began = perf_counter_ns()
    done = subprocess.run(command, input="\n".join(texts).encode(), capture_output=True, check=True)
    took = (perf_counter_ns() - began) / 1e9
    assert len([json.loads(each) for each in done.stdout.splitlines()]) == LINES
    return took


def section(figures: Mapping[str, Any]) -> str:
    slowest = max(figures["recognizers"], key=figures["recognizers"].__getitem__)
    lines = [
        BEGIN,
        "## Answers",
        "",
        f"Written by `make benchanswers` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit()}; medians, and the worst",
        "of what is hostile.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        line(f"the slowest recognizer ({slowest})", figures["recognizers"][slowest], "µs", 50),
        *(
            line(f"a turn's pure part, {name}", took, "µs", 60 if "menu" in name else 150)
            for name, took in figures["turns"].items()
        ),
        line("a condition", figures["expression"], "µs", 3),
        *(line(f"hostile {name}, the worst", took, "ms", 100) for name, took in figures["hostile"].items()),
        line(f"`recognize date -` of {LINES:,} lines, its start included", figures["stdin_s"], "s", 5),
        "",
        f"Recognizers, µs: {_listed(figures['recognizers'])}.",
        END,
    ]
    return "\n".join(lines) + "\n"


def _listed(by_kind: Mapping[str, float]) -> str:
    return ", ".join(f"{kind} {took:.1f}" for kind, took in sorted(by_kind.items(), key=lambda one: one[1]))


def main(arguments: Sequence[str]) -> None:
    figures = {
        "recognizers": recognizers(),
        "turns": turns(),
        "expression": expressions(),
        "hostile": hostile(),
        "stdin_s": from_stdin(),
    }
    text = section(figures)
    print(text)
    if "--keep" in arguments:
        keep(text, *MARKS)


if __name__ == "__main__":
    main(sys.argv[1:])
