"""`bot-runtime validate-list` and `sample-list`, as a campaign manager's operator runs them."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_runtime.campaigns.sheets import read_sheet
from bot_runtime.cli import main
from bot_runtime.exports import csv_bytes
from tests.campaigns.workbooks import csv_text, xlsx

EXAMPLES = Path(__file__).parent.parent.parent / "dialogs_examples"
EXAMPLE = EXAMPLES / "lists" / "recordatorio_pago.csv"
HEADER = ["Teléfono", "nombre", "monto", "vencio", "Sucursal", "Cliente frecuente"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def validate(file: Path, *arguments: object) -> Result:
    return run("validate-list", file, EXAMPLES, "--template", "saldo_vencido", *arguments)


def told(file: Path, *arguments: object) -> dict:
    return json.loads(validate(file, "--json", *arguments).output)


def good(number: int) -> list[str]:
    return [f"+52 55 5550 {number:04}", f"Ana {number}", "$1,250.00", "15 de marzo", "Centro", "1"]


def written(tmp_path: Path, *rows: list[str]) -> Path:
    file = tmp_path / "lista.csv"
    file.write_text(csv_text([HEADER, *rows]), "utf-8")
    return file


def test_the_example_list_is_ready_and_its_first_message_is_shown():
    result = validate(EXAMPLE)

    assert result.exit_code == 0, result.output
    assert (
        "Filas: 20 · buenas: 20 · con problemas: 0 · en blanco: 0\nLa lista está lista para enviarse.\n"
        in result.output
    )
    assert "Cliente frecuente → Cliente frecuente (cliente_frecuente)" in result.output
    assert (
        "  Hola Ana María López, Alameda te recuerda que tu saldo de $1,250.00 venció el 1 de marzo. "
        "Queremos ayudarte a ponerte al corriente. ¿Qué prefieres?\n" in result.output
    )
    assert result.output.endswith("  [Prometer un pago]\n  [Ya pagué]\n  [Hablar con alguien]\n")


def test_problems_are_a_table_of_row_column_reason_and_remedy(tmp_path):
    file = written(tmp_path, good(1), ["casa", *good(2)[1:]], [*good(3)[:2], " ", *good(3)[3:]])

    result = validate(file, "--language", "en")

    assert result.exit_code == 1
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert lines[:3] == [
        "row column what is wrong what to do",
        "3 A Teléfono 'casa' is no phone number one number a cell, in digits: +52 55 1234 5678",
        "4 C monto is empty fill it in or delete the whole row",
    ]
    assert "Rows: 3 · good: 1 · with problems: 2 · blank: 0" in lines
    assert "The list is refused." in lines


def test_json_tells_everything_to_a_program(tmp_path):
    file = written(tmp_path, good(1), ["55 1234", *good(2)[1:]], good(1))

    report = told(file, "--language", "es")

    assert {key: report[key] for key in ("ok", "stage", "rows", "blank", "recipients", "wrong", "total")} == {
        "ok": False, "stage": "refused", "rows": 3, "blank": 0, "recipients": 1, "wrong": 2, "total": 2,
    }  # fmt: skip
    assert report["links"] == {"Sucursal": "sucursal", "Cliente frecuente": "cliente_frecuente"}
    assert report["problems"][0] == {
        "row": 3, "column": "A", "header": "Teléfono", "value": "55 1234", "code": "phone_length", "stage": "invalid",
        "message": "a '55 1234' le faltan o le sobran dígitos",
        "hint": "revisa el número; si es de otro país, escríbelo con + y el código",
    }  # fmt: skip
    assert report["problems"][1]["message"] == "este teléfono ya está en la fila 2"
    assert validate(file, "--allow-repeats", "--json").exit_code == 1
    assert told(file, "--allow-repeats")["stage"] == "invalid"


def test_a_workbook_says_the_same_as_csv(tmp_path):
    rows = [good(1), ["casa", *good(2)[1:]], [*good(3)[:5], "2"]]
    book = tmp_path / "lista.xlsx"
    book.write_bytes(xlsx([HEADER, *rows]))

    assert told(book) == told(written(tmp_path, *rows))


PLANTED = {
    "missing": (1, " "),
    "phone_characters": (0, "no tiene"),
    "phone_length": (0, "55 12"),
    "not_yes_no": (5, "sí"),
}


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seeds=st.lists(st.sampled_from([None, None, *PLANTED]), min_size=1, max_size=30),
    form=st.sampled_from(["csv", "xlsx"]),
)
def test_the_faults_planted_in_a_file_are_the_faults_told(tmp_path, seeds, form):
    """B21: counts and reasons equal the seeds, in either form."""
    rows = [good(number) for number in range(len(seeds))]
    for row, seed in zip(rows, seeds, strict=True):
        if seed is not None:
            column, cell = PLANTED[seed]
            row[column] = cell
    file = tmp_path / f"lista.{form}"
    file.write_bytes(xlsx([HEADER, *rows]) if form == "xlsx" else csv_text([HEADER, *rows], ";").encode("cp1252"))

    report = told(file)

    planted = [(number, seed) for number, seed in enumerate(seeds, 2) if seed is not None]
    assert [(problem["row"], problem["code"]) for problem in report["problems"]] == planted
    assert (report["rows"], report["wrong"]) == (len(seeds), len(planted))
    assert report["recipients"] == len(seeds) - len(planted)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_wrong_rows_are_written_to_be_mended_and_uploaded_again(tmp_path, form):
    file = written(
        tmp_path, good(1), ["casa", *good(2)[1:]], [*good(3)[:2], "", *good(3)[3:]], ["=1+2", "", "$1", "x"][1:]
    )
    wrong = tmp_path / f"mal.{form}"

    assert validate(file, "--report", wrong, "--language", "es").exit_code == 1
    sheet = read_sheet(wrong)

    assert list(sheet.header) == [*HEADER, "Fila", "Columna", "Motivo"]
    assert [row[6] for _, row in sheet.rows] == ["3", "4", "5"]
    assert sheet.rows[0][1][7:] == [
        "A (Teléfono)",
        "A (Teléfono): 'casa' no es un teléfono; un solo número por celda, con dígitos: +52 55 1234 5678",
    ]
    mended = tmp_path / "bien.csv"
    mended.write_bytes(
        csv_bytes([sheet.header, [good(2)[0], *sheet.rows[0][1][1:]], [*good(3)[:3], *sheet.rows[1][1][3:]]])
    )
    rows = list(csv.reader(io.StringIO(mended.read_text("utf-8-sig"))))
    rows[2][2] = "$80.00"
    mended.write_text(csv_text(rows), "utf-8")
    assert validate(mended).exit_code == 0, validate(mended).output


def test_a_report_runs_nothing_in_the_spreadsheet_that_opens_it(tmp_path):
    book = tmp_path / "lista.xlsx"
    book.write_bytes(xlsx([HEADER, ["casa", "=HYPERLINK(1)", "+1", "@x"]]))
    wrong = tmp_path / "mal.csv"

    validate(book, "--report", wrong)

    assert "casa,'=HYPERLINK(1),'+1,'@x" in wrong.read_text("utf-8-sig")


def test_links_are_made_and_removed_by_hand(tmp_path):
    file = tmp_path / "lista.csv"
    file.write_text(csv_text([[*HEADER[:4], "Tienda", "Sucursal"], good(1)]), "utf-8")

    assert told(file)["links"] == {"Sucursal": "sucursal"}
    assert told(file, "--link", "Tienda=sucursal")["links"] == {"Tienda": "sucursal"}
    assert told(file, "--unlink", "sucursal")["links"] == {}
    refused = validate(file, "--link", "Tienda=notas_cobranza", "--department", "citas", "--language", "es")
    assert refused.exit_code == 1
    assert "el metadato 'notas_cobranza' no es del departamento 'citas'" in refused.output


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        (b"", "el archivo no tiene filas con datos"),
        (csv_text([HEADER]).encode(), "el archivo no tiene filas con datos"),
        (csv_text([HEADER[:2], good(1)[:2]]).encode(), "fila 1, columna C: falta la columna 'monto'"),
        (csv_text([good(1), good(2)]).encode(), "la fila 1 no es de encabezados"),
        (b"<html><table>", "esto es una página web"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "este archivo es .xls; ábrelo y guárdalo como .xlsx"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_advice(tmp_path, contents, says):
    file = tmp_path / "lista.xlsx"
    file.write_bytes(contents)

    result = validate(file, "--language", "es")

    assert result.exit_code == 1
    assert says in result.output
    assert told(file)["stage"] == "refused"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sample_file_is_ready_as_it_is_and_filled_in(tmp_path, form):
    file = tmp_path / f"ejemplo.{form}"

    result = run("sample-list", EXAMPLES, "--template", "saldo_vencido", "-o", file)

    assert result.exit_code == 0
    assert result.output == f"{file}: Teléfono, nombre, monto, vencio\n"
    assert told(file)["stage"] == "ready"
    sheet = read_sheet(file)
    assert sheet.rows[0][1][1:] == ["Ana María", "$1,250.00", "15 de marzo"]  # the dialog's own examples
    filled = [sheet.header, *([*good(number)[:4]] for number in range(5))]
    file.write_bytes(xlsx(filled) if form == "xlsx" else csv_bytes(filled))
    assert told(file)["recipients"] == 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--template", "saldo_vencid"], "there is no template 'saldo_vencid'; did you mean 'saldo_vencido'?"),
        (["--template", "saldo_vencido", "--channel", "sm"], "there is no channel 'sm'; did you mean 'sms'?"),
        (["--template", "saldo_vencido", "--department", "x"], "there is no department 'x'"),
        (["--template", "saldo_vencido", "--link", "x"], "a link is written HEADER=KEY, not 'x'"),
        (["--template", "saldo_vencido", "--report", "x.txt"], "the report must end in .xlsx or .csv: 'x.txt'"),
        ([], "Missing option '--template'"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_with_what_is_possible(arguments, says):
    result = run("validate-list", EXAMPLE, EXAMPLES, *arguments, "--language", "en")

    assert result.exit_code == 2
    assert says in result.output


def test_a_sample_needs_a_name_that_says_its_form(tmp_path):
    result = run("sample-list", EXAMPLES, "--template", "saldo_vencido", "-o", tmp_path / "x.xls", "--language", "en")

    assert result.exit_code == 2
    assert "the file must end in .xlsx or .csv" in result.output
