"""What a list says, row by row: a CSV file, whose rows decide their own fate; and what becomes of them when sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.console.campaigns.choices import CHOICES

Json = dict[str, Any]

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


def recipient(number: int, status: str) -> Json:
    at = NOW - timedelta(hours=1) + timedelta(seconds=number)
    reached = ("sent", "delivered", "read").index(status) + 1 if status in ("sent", "delivered", "read") else 0
    times = [(at + timedelta(seconds=20 * step)).isoformat() if reached > step else None for step in range(3)]
    reasons = {"failed": "131026", "skipped": "opted_out"}
    why = {"failed": "el número no está en WhatsApp (131026)", "skipped": "se dio de baja"}
    return {
        "row": number,
        "phone": f"+52551234{number:04}",
        "parameters": ["Ana", "1,250.00", "15 de marzo"],
        "status": status,
        "reason": reasons.get(status),
        "why": why.get(status),
        "sent_at": times[0],
        "delivered_at": times[1],
        "read_at": times[2],
        "failed_at": at.isoformat() if status == "failed" else None,
        "answered_at": (at + timedelta(minutes=7)).isoformat() if status == "read" and number % 3 == 0 else None,
        "ticket": f"t{number}" if reached else None,
    }


def columns(header: list[str], parameters: list[str], wanted: Json) -> list[Json]:
    links, department = wanted["links"], wanted["department"]
    offered = [one for one in CHOICES["metadata"] if not one["departments"] or department in one["departments"]]
    known = {one["name"].casefold(): one["key"] for one in offered}
    found = []
    for at, name in enumerate(header):
        use = "phone" if at == 0 else "parameter" if at <= len(parameters) else "variable"
        metadata = links.get(name, known.get(name.casefold())) if use == "variable" else None
        column = {"column": chr(65 + at), "header": name, "use": use, "metadata": metadata}
        found.append({**column, "name": parameters[at - 1] if use == "parameter" else name})
    return found


def refused(lines: list[list[str]], parameters: int, allow_repeats: bool) -> list[Json]:
    """What D19 refuses at once, of what these tests need: missing cells and repeated phones."""
    found, seen = [], set()
    for at, line in enumerate(lines[1:], 1):
        if line[0] in seen and not allow_repeats:
            found.append(problem(at, 0, lines[0], "phone_repeated"))
        seen.add(line[0])
        found += [problem(at, column, lines[0], "missing") for column in range(1 + parameters) if not line[column]]
    return found


def problem(at: int, column: int, header: list[str], code: str) -> Json:
    said = {
        "missing": ("falta el dato", "llena la celda o quita la fila"),
        "phone_repeated": ("el teléfono ya está en otra fila", "quítalo, o permite números duplicados"),
        "phone_letters": ("el teléfono lleva letras", "escribe solo el número, con su lada"),
    }[code]
    place = {"row": at + 1, "column": chr(65 + column), "header": header[column]}
    return {**place, "code": code, "message": said[0], "hint": said[1]}


def filled(campaign: Json, row: Json) -> str:
    """The message, as it goes to this row."""
    text: str = next(one for one in CHOICES["templates"] if one["name"] == campaign["template"])["body"]
    for at, value in enumerate(row["parameters"], 1):
        text = text.replace(f"{{{{{at}}}}}", value)
    return text
