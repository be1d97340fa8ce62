"""A recipient list of 100,000 rows × 8 columns: read, and everything wrong with it found.

`python -m benchmarks.lists [ROWS]`. The base, in the same rounds, is the least anybody could do:
python-calamine's `iter_rows` and `phonenumbers.parse` of each phone. CPU seconds of all processes; memory is the peak
of parent plus child.
"""

import datetime
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROWS = 100_000
ROUNDS = 3
HEADER = ["Teléfono", "nombre", "monto", "vencio", "Sucursal", "Asesor", "Cliente", "VIP"]


def against_bare(folder: Path, rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Our CPU as a multiple of the bare read's in the same round, and our memory."""
    file = folder / "list.xlsx"
    write_list(file, rows)
    ratios, seconds, mib = [], [], []
    for _ in range(rounds):
        bare, ours = (apart(what, file) for what in ("bare", "ours"))
        if (bare["rows"], ours["rows"]) != (rows, rows):
            raise RuntimeError(f"{rows} rows written, {bare['rows']} and {ours['rows']} read")
        ratios.append(ours["cpu_s"] / bare["cpu_s"])
        seconds.append(ours["cpu_s"])
        mib.append(ours["mib"])
    return {
        "ratio": round(statistics.median(ratios), 2),
        "cpu_s": round(statistics.median(seconds), 2),
        "mib": round(max(mib)),
    }


def write_list(file: Path, rows: int, after: int = 0) -> None:
    """As people make them: phones in two spellings, an amount and a date with formats, texts that repeat.

    `after`: people of other lists, whose numbers are not used again.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(str(file)) as book:
        money, day = book.add_format({"num_format": "$#,##0.00"}), book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        for row in range(1, rows + 1):
            phone = after + row
            page.write_string(
                row, 0, f"+5255{phone:08}" if row % 2 else f"(55) {phone // 10_000:04}-{phone % 10_000:04}"
            )
            page.write_string(row, 1, f"Nombre {row}")
            page.write_number(row, 2, row * 1.25, money)
            page.write_datetime(row, 3, datetime.datetime(2026, 3, row % 28 + 1), day)  # noqa: DTZ001 - a cell has no zone
            page.write_string(row, 4, f"Sucursal {row % 50}")
            page.write_string(row, 5, f"Asesor {row % 200}")
            page.write_number(row, 6, row)
            page.write_number(row, 7, row % 2)


def apart(what: str, file: Path) -> dict[str, Any]:
    """One measurement in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.lists", what, str(file)], capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def bare(file: Path) -> int:
    import phonenumbers
    import python_calamine

    read = 0
    for row in python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).iter_rows():
        if row[0] != HEADER[0]:
            phonenumbers.parse(str(row[0]), "MX")
            read += 1
    return read


def ours(file: Path) -> int:
    from bot_runtime.campaigns.lists import Plan, check_list
    from bot_runtime.campaigns.sheets import read_sheet
    from bot_runtime.dialogs.model import Where
    from bot_runtime.workspace import Metadata, Template

    template = Template(
        name="saldo",
        language="es",
        status="approved",
        header=None,
        body="Hola {{1}}, tu saldo de {{2}} venció el {{3}}.",
        footer="",
        buttons=(),
        parameters=("nombre", "monto", "vencio"),
        where=Where("bench", 1, 1),
    )
    metadata = (Metadata("Sucursal", "sucursal", "text"), Metadata("VIP", "vip", "yes_no"))
    report = check_list(read_sheet(file), Plan(template, country="MX", metadata=metadata))
    return len(report.recipients)


def _told(what: str, file: Path) -> dict[str, Any]:
    rows = {"bare": bare, "ours": ours}[what](file)
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "rows": rows,
        "cpu_s": sum(part.ru_utime + part.ru_stime for part in parts),
        "mib": sum(part.ru_maxrss for part in parts) / 1024,
    }


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(_told(sys.argv[1], Path(sys.argv[2]))))
    else:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            print(json.dumps(against_bare(Path(name), *map(int, sys.argv[1:]))))
