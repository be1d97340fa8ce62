"""A campaign as a file: a header, then a line for each recipient (F131), written as the rows are read."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot_runtime.campaigns.columns import parameters_of
from bot_runtime.campaigns.record import Campaign, Placed
from bot_runtime.campaigns.results import Shown, recipient
from bot_runtime.campaigns.words import status_said, word
from bot_runtime.exports import CsvSheet, Sheet, XlsxSheet
from bot_runtime.store.campaigns import Listed
from bot_runtime.store.clock import from_ms

Kind = Literal["xlsx", "csv"]

_TIMES: Final = ("sent_at", "delivered_at", "read_at", "failed_at", "answered_at")


class Table:
    """`columns`: what the campaign's list brought; those linked to ticket data have a column here too.
    `answers`: names under which the bound dialog saves answers; each is a column at the end.

    Times are those of the clock of `shown.zone`, which their headers name: read as they are, sorted as text.
    """

    def __init__(
        self, campaign: Campaign, columns: Sequence[Placed], shown: Shown, answers: Sequence[str] = ()
    ) -> None:
        self._shown, self._zone = shown, ZoneInfo(shown.zone)
        self._names = [parameter.name for parameter in parameters_of(_Parts(campaign), shown.language)]
        self._answers = answers
        self._keys = list(dict.fromkeys(one.metadata for one in columns if one.metadata is not None))

    def header(self) -> list[str]:
        def said(*names: str) -> list[str]:
            return [word(name, self._shown.language) for name in names]

        times = [f"{name} ({self._shown.zone})" for name in said(*_TIMES)]
        own = [*self._names, *self._keys]
        return [*said("row", "phone"), *own, *said("status", "reason"), *times, *said("late", "ticket"), *self._answers]

    def line(self, listed: Listed) -> list[str]:
        row, state = listed
        one, language = recipient(row, state, self._shown), self._shown.language
        values = [*row.parameters, *[""] * len(self._names)]
        cells = [str(one.row), one.phone, *values[: len(self._names)]]
        cells += [row.metadata.get(key, "") for key in self._keys]
        cells += [status_said(one.status, language), one.why or ""]
        cells += [self._local(at) for at in (state.a, state.d, state.r, state.f, state.w)]
        cells += [word("yes" if one.late else "no", language) if one.answered_at else "", one.ticket or ""]
        cells += [one.answers.get(name, "") for name in self._answers]
        return cells

    def _local(self, ms: int) -> str:
        return f"{from_ms(ms).astimezone(self._zone):%Y-%m-%d %H:%M:%S}" if ms else ""

    async def written(self, pages: AsyncIterable[list[Listed]], kind: Kind) -> AsyncIterator[bytes]:
        """The file in pieces, one page of rows at a time: text cells only, so that nothing in it runs."""
        sheet: Sheet = CsvSheet() if kind == "csv" else XlsxSheet(word("sheet", self._shown.language))
        lines = [self.header()]
        async for page in pages:
            lines += map(self.line, page)
            yield sheet.add(lines)
            lines = []
            await asyncio.sleep(0)  # replies go first
        yield sheet.add(lines) + sheet.end()


class _Parts:
    """A campaign's content as a list's rules know a template."""

    def __init__(self, campaign: Campaign) -> None:
        content = campaign.content
        self.name, self.language, self.status = content.name, content.language, "approved"
        self.header, self.body, self.footer = content.header, content.body, content.footer
        self.buttons, self.parameters, self.content_sid = content.buttons, content.parameters, content.content_sid
