"""How quickly answers are read: the median of each kind, in microseconds, over ordinary answers.

python -m benchmarks.answers
"""

import statistics
from datetime import datetime
from time import perf_counter_ns

from bot_runtime.dialogs.answers import Here, read
from bot_runtime.dialogs.load import choice
from bot_runtime.dialogs.model import Answer

MEXICO = Here("es", "MX", datetime(2026, 11, 22, 10))  # noqa: DTZ001  (a wall clock)
CHOICES = tuple(choice(number, label) for number, label in enumerate(("Pagar", "Hablar con alguien", "Otra fecha"), 1))
QUESTIONS = {
    "yes_no": ("sí", "claro que sí", "no gracias", "👍", "tal vez"),
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
LIMITS = {
    "choice": {"choices": CHOICES},
    "multiple": {"choices": CHOICES},
    "pattern": {"pattern": "[A-Z]{3}[0-9]{4}"},
    "date": {"mask": "dd/mm/aaaa"},
}
ROUNDS = 300


def medians() -> dict[str, float]:
    """Microseconds by kind, the first reading (imports, caches) left out."""
    found = {}
    for kind, written in QUESTIONS.items():
        answer = Answer(kind, LIMITS.get(kind, {}))
        took = []
        for text in written:
            read(answer, text, MEXICO)
        for _ in range(ROUNDS):
            for text in written:
                began = perf_counter_ns()
                read(answer, text, MEXICO)
                took.append(perf_counter_ns() - began)
        found[kind] = statistics.median(took) / 1_000
    return found


if __name__ == "__main__":
    for kind, micros in medians().items():
        print(f"{kind:10} {micros:6.1f} µs")
