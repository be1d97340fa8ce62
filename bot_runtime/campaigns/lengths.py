"""Whether a template, filled for one recipient, is still as short as its channel demands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot_runtime.campaigns.columns import Parameter, Template
from bot_runtime.channels.rendering import PLACEHOLDER, fill, header_text, template_text
from bot_runtime.channels.sms import BUDGET, MAX_PARTS, count

# Meta's limits for a message made from a template, `docs/channels.md`.
BODY_MAX: Final = 1024
HEADER_MAX: Final = 60
URL_MAX: Final = 2000
_ALWAYS_FITS: Final = MAX_PARTS * 67 // 2  # characters that fit ten SMS whatever they are

Beyond = tuple[int | None, str, Mapping[str, str | int]]


class Lengths:
    """Measures by adding up, without building the text of each row."""

    def __init__(self, template: Template, parameters: Sequence[Parameter], channel_kind: str) -> None:
        self._template = template
        self._sms = channel_kind == "sms"
        self._count = len(parameters)
        texts = [("too_long_header", header_text(template), HEADER_MAX, "header", -1)]
        texts += [("too_long_body", template.body, BODY_MAX, "body", -1)]
        texts += [("too_long_url", one.url, URL_MAX, "url", at) for at, one in enumerate(template.buttons)]
        self._measures: list[tuple[str, int, list[tuple[int, int]], int]] = []
        self._most_uses = 1
        for code, text, most, place, button in texts:
            uses = PLACEHOLDER.findall(text)
            taken = [
                (index, uses.count(one.placeholder))
                for index, one in enumerate(parameters)
                if (one.place, one.button) == (place, button)
            ]
            self._most_uses = max([self._most_uses, *(uses for _, uses in taken)])
            if taken:
                self._measures.append((code, len(PLACEHOLDER.sub("", text)), taken, most))
        self._spare = min([most - fixed for _, fixed, _, most in self._measures], default=0)
        if self._sms:
            whole = [header_text(template), template.body, template.footer]
            whole += [f"{button.text}: {button.url}" for button in template.buttons]
            self._spare = _ALWAYS_FITS - sum(len(text) + 5 for text in whole)  # line ends and option numbers

    def surely_fit(self, values: Sequence[str]) -> bool:
        """Whether the values together are so short that nothing can be too long: nearly always."""
        return self._most_uses * sum(map(len, values)) <= self._spare

    def beyond(self, values: Sequence[str]) -> Iterator[Beyond]:
        """Each text that got too long: the longest value in it (None: the whole message), what it is, and figures."""
        if self._sms:
            yield from self._parts(values)
            return
        for code, fixed, taken, most in self._measures:
            length = fixed + sum(len(values[index]) * uses for index, uses in taken)
            if length > most:
                longest = max(taken, key=lambda one: len(values[one[0]]))[0]
                yield longest, code, {"length": length, "most": most, "over": length - most}

    def _parts(self, values: Sequence[str]) -> Iterator[Beyond]:
        if not all(values):
            return
        parts = len(count(template_text(self._template, fill(self._template, values))).parts)
        if parts > MAX_PARTS:
            longest = max(range(self._count), key=lambda index: len(values[index])) if self._count else None
            yield longest, "too_many_parts", {"parts": parts, "most": MAX_PARTS}


def sms_cost(template: Template, rows: Iterable[Sequence[str]], budget: int = BUDGET) -> tuple[int, int, int]:
    """Of messages with these parameters: parts in all, parts of the longest, and how many go over the budget (D10)."""
    parts, most, over = 0, 0, 0
    for values in rows:
        counted = count(template_text(template, fill(template, values)))
        parts += len(counted.parts)
        most = max(most, len(counted.parts))
        over += counted.characters > budget
    return parts, most, over
