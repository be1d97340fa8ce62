"""A template and lists for it."""

from typing import Any

from bot_runtime.campaigns.lists import Plan, Report, check_list
from bot_runtime.campaigns.sheets import Sheet
from bot_runtime.dialogs.model import Where
from bot_runtime.workspace import Metadata, Template, TemplateButton

HEADER = ["Teléfono", "nombre", "monto", "vencio"]


def template(**other: Any) -> Template:
    facts: dict[str, Any] = {
        "name": "saldo",
        "language": "es",
        "status": "approved",
        "header": None,
        "body": "Hola {{1}}, debes {{2}} desde el {{3}}.",
        "footer": "Responde BAJA para salir.",
        "buttons": (TemplateButton("reply", "Pagar", "PAGAR"),),
        "parameters": ("nombre", "monto", "vencio"),
        "where": Where("templates/saldo.yaml", 1, 1),
    }
    return Template(**{**facts, **other})


def phone(number: int) -> str:
    """One of 10,000 Mexican numbers."""
    return f"+52 55 1234 {number:04}"


def good(number: int) -> list[str]:
    return [phone(number), f"Ana {number}", "$1,250.00", "15 de marzo"]


def sheet(*rows: list[str], header: list[str] | None = None, blank: int = 0) -> Sheet:
    return Sheet(HEADER if header is None else header, list(enumerate(rows, 2)), blank)


def check(*rows: list[str], header: list[str] | None = None, **plan: Any) -> Report:
    facts: dict[str, Any] = {"template": template(), "country": "MX"}
    return check_list(sheet(*rows, header=header), Plan(**{**facts, **plan}))


def told(report: Report) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.letter, fault.code) for fault in report.faults]


METADATA = (
    Metadata("Sucursal", "sucursal", "text"),
    Metadata("Notas", "notas", "paragraph"),
    Metadata("¿Es VIP?", "vip", "yes_no"),
    Metadata("Cartera", "cartera", "text", ("cobranza",)),
    Metadata("Interno", "", "text"),
)
