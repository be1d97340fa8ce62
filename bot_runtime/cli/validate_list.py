"""`bot-runtime validate-list`: everything wrong with a recipient list, before anybody is written to."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot_runtime.cli.authoring import Words, language_option, misuse, open_workspace, workspace_of
from bot_runtime.cli.listing import (
    bound_dialog,
    channel_option,
    pick_channel,
    pick_department,
    pick_template,
    template_option,
)
from bot_runtime.cli.tables import table

if TYPE_CHECKING:
    from bot_runtime.campaigns.lists import Plan, Report
    from bot_runtime.campaigns.problems import Fault
    from bot_runtime.campaigns.sheets import Sheet

SHOWN = 50  # faults on the terminal; --json and --report have more


@click.command("validate-list")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@template_option
@channel_option
@click.option("--department", help="The department its tickets go to (default: none).")
@click.option("--allow-repeats", is_flag=True, help="A phone may be there more than once; each row is sent.")
@click.option("--link", "links", multiple=True, metavar="HEADER=KEY", help="Link a column to a ticket metadata.")
@click.option("--unlink", "removed", multiple=True, metavar="HEADER", help="Link this column to nothing.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the wrong rows with their reasons to FILE.xlsx or FILE.csv; mended, it can be uploaded again.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@language_option
def command(
    file: Path,
    folder: Path,
    template_name: str,
    channel_name: str | None,
    department: str | None,
    allow_repeats: bool,
    links: tuple[str, ...],
    removed: tuple[str, ...],
    report: Path | None,
    as_json: bool,
    language: str | None,
) -> None:
    """Check FILE (.xlsx or CSV) as the recipients of a template of the workspace in DIR; nothing is sent.

    Exit: 0 ready to send, 1 problems found, 2 wrong use.
    """
    from bot_runtime.campaigns.lists import Plan, defaults_of

    workspace = workspace_of(open_workspace(folder, language))
    language = language or workspace.language
    words = Words(_WORDS, language)
    if report is not None and report.suffix.lower() not in (".xlsx", ".csv"):
        misuse(words("ending", file=report))
    channel = pick_channel(workspace, channel_name, language)
    of_tickets = pick_department(workspace, department, language)
    template = pick_template(workspace, template_name, language)
    plan = Plan(
        template,
        channel.kind,
        channel.default_country or "",
        allow_repeats,
        workspace.metadata,
        of_tickets.name if of_tickets else None,
        _pairs(links, words),
        removed,
        defaults_of(bound_dialog(workspace, template)),
    )
    sys.exit(_Run(file, plan, words).run(report, as_json))


def _pairs(links: tuple[str, ...], words: Words) -> dict[str, str]:
    pairs = {}
    for link in links:
        header, equals, key = link.rpartition("=")
        if not equals or not header.strip() or not key.strip():
            misuse(words("link", link=link))
        pairs[header.strip()] = key.strip()
    return pairs


class _Run:
    def __init__(self, file: Path, plan: "Plan", words: Words) -> None:
        self.file = file
        self.plan = plan
        self.words = words
        self.language = words.language

    def run(self, output: Path | None, as_json: bool) -> int:
        from bot_runtime.campaigns.lists import check_list
        from bot_runtime.campaigns.problems import ListRefused
        from bot_runtime.campaigns.sheets import read_sheet

        try:
            sheet = read_sheet(self.file, self.language)
            report = check_list(sheet, self.plan)
        except ListRefused as refused:
            self._refused(refused.faults, as_json)
            return 1
        except OSError as error:
            misuse(f"{self.file}: {error.strerror}")
        if as_json:
            click.echo(_encoded(self._json(report)))
        else:
            self._print(report)
        if output is not None:
            self._write(output, sheet, report, quiet=as_json)
        return 0 if report.stage == "ready" else 1

    def _refused(self, faults: tuple["Fault", ...], as_json: bool) -> None:
        if as_json:
            problems = [fault.told(self.language) for fault in faults]
            click.echo(_encoded({"ok": False, "stage": "refused", "total": len(faults), "problems": problems}))
            return
        for fault in faults:
            click.echo(f"{self.file}: {fault.line(self.language)}", err=True)

    def _json(self, report: "Report") -> dict[str, Any]:
        return {
            "ok": report.stage == "ready",
            "stage": report.stage,
            "rows": report.rows,
            "blank": report.blank,
            "recipients": len(report.recipients),
            "wrong": report.wrong,
            "links": {link.variable.header: link.metadata.key for link in report.links},
            "total": len(report.faults),
            "problems": [fault.told(self.language) for fault in report.listed],
            "preview": self._preview(report),
        }

    def _print(self, report: "Report") -> None:
        words = self.words
        if report.faults:
            rows = []
            for fault in report.listed[:SHOWN]:
                place = f"{fault.letter} {fault.header}".strip()
                rows.append((str(fault.row or ""), place, fault.message(self.language), fault.hint(self.language)))
            table((words("row"), words("column"), words("reason"), words("hint")), rows, style="red")
            if len(report.faults) > SHOWN:
                click.echo(words("more", more=len(report.faults) - SHOWN))
            click.echo()
        for link in report.links:
            click.echo(words("linked", header=link.variable.header, name=link.metadata.name, key=link.metadata.key))
        figures = {"rows": report.rows, "blank": report.blank, "good": len(report.recipients), "wrong": report.wrong}
        click.echo(words("figures", **figures))
        click.echo(click.style(words(report.stage), bold=True))
        if preview := self._preview(report):
            click.echo("\n" + words("preview", row=report.recipients[0].row, phone=report.recipients[0].spelling))
            for line in preview.split("\n"):
                click.echo(f"  {line}")

    def _preview(self, report: "Report") -> str:
        """The message of the first row that can be sent."""
        from bot_runtime.channels.rendering import template_as_read

        if not report.recipients:
            return ""
        return template_as_read(self.plan.template, report.recipients[0].parameters, self.plan.channel_kind)

    def _write(self, output: Path, sheet: "Sheet", report: "Report", quiet: bool) -> None:
        from bot_runtime.campaigns.problems import said
        from bot_runtime.campaigns.rejected import rejected_rows
        from bot_runtime.exports import write_table

        try:
            write_table(output, rejected_rows(sheet, report, self.language), said("problems", self.language))
        except OSError as error:
            misuse(f"{output}: {error.strerror}")
        if not quiet:
            click.echo(self.words("written", file=output, wrong=report.wrong))


def _encoded(value: dict[str, Any]) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value)).decode()


_WORDS = {
    "es": {
        "row": "fila",
        "column": "columna",
        "reason": "qué pasa",
        "hint": "qué hacer",
        "more": "… y {more} problemas más; --report los pone en un archivo.",
        "linked": "{header} → {name} ({key})",
        "figures": "Filas: {rows} · buenas: {good} · con problemas: {wrong} · en blanco: {blank}",
        "ready": "La lista está lista para enviarse.",
        "invalid": "La campaña sería inválida: no se envía nada hasta corregir la lista.",
        "conflict": "Hay datos que no son del tipo de su metadato: corrige la columna o quita el vínculo.",
        "refused": "La lista se rechaza.",
        "preview": "Así lo recibe la fila {row} ({phone}):",
        "written": "{file}: filas con problemas: {wrong}",
        "ending": "el reporte tiene que terminar en .xlsx o .csv: '{file}'",
        "link": "un vínculo se escribe ENCABEZADO=CLAVE, no '{link}'",
    },
    "en": {
        "row": "row",
        "column": "column",
        "reason": "what is wrong",
        "hint": "what to do",
        "more": "… and {more} more problems; --report puts them into a file.",
        "linked": "{header} → {name} ({key})",
        "figures": "Rows: {rows} · good: {good} · with problems: {wrong} · blank: {blank}",
        "ready": "The list is ready to be sent.",
        "invalid": "The campaign would be invalid: nothing is sent until the list is mended.",
        "conflict": "Some data are not of their metadata's type: mend the column or remove the link.",
        "refused": "The list is refused.",
        "preview": "This is what row {row} ({phone}) receives:",
        "written": "{file}: rows with problems: {wrong}",
        "ending": "the report must end in .xlsx or .csv: '{file}'",
        "link": "a link is written HEADER=KEY, not '{link}'",
    },
}
