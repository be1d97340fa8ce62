"""The wrong rows as a table to mend: as they came, with number, column and reason behind (B21)."""

from collections.abc import Iterator, Sequence

from bot_runtime.campaigns.lists import Report, Sheet
from bot_runtime.campaigns.problems import said


def rejected_rows(sheet: Sheet, report: Report, language: str) -> Iterator[Sequence[str]]:
    """A header, then each wrong row once with all its faults, in the order of the sheet.

    The columns stay in their places, so that the mended file uploads as it is: what is added behind is used by nobody.
    """
    reasons: dict[int, list[str]] = {}
    columns: dict[int, list[str]] = {}
    for fault in report.faults:
        if fault.row is None:
            continue
        hint = fault.hint(language)
        place = f"{fault.letter} ({fault.header})" if fault.header else fault.letter
        columns.setdefault(fault.row, []).append(place)
        reasons.setdefault(fault.row, []).append(f"{place}: {fault.message(language)}{'; ' + hint if hint else ''}")
    width = len(sheet.header)
    added = [said(term, language) for term in ("row_header", "column_header", "reason_header")]
    yield [*sheet.header, *added]
    for row, cells in sheet.rows:
        if row in reasons:
            padded = [*cells[:width], *[""] * (width - len(cells))]
            yield [*padded, str(row), ", ".join(columns[row]), "\n".join(reasons[row])]
