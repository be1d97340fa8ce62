"""Where a character of a scalar's value stands in the file, so that an expression's error points at the very place."""

import re

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r?\n[ \t]*|.)", re.DOTALL)
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_BREAK = re.compile(r"[ \t]*(\r?\n[ \t]*)+")


class ScalarText:
    """The scalar whose source begins at `index`, written in `style` (None plain, ' " | >)."""

    def __init__(self, source: str, index: int, style: str | None) -> None:
        self.source = source
        self.index = index
        self.style = style if style in ("'", '"', "|", ">") else None

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of character `offset` of the value."""
        index = self._in_block(offset) if self.style in ("|", ">") else self._in_line(offset)
        return self.source.count("\n", 0, index) + 1, index - self.source.rfind("\n", 0, index)

    def _in_line(self, offset: int) -> int:
        """Plain and quoted scalars: escapes count as one character, a line break as the space or breaks it folds to."""
        at = self.index + (1 if self.style else 0)
        while offset > 0 and at < len(self.source):
            folded = _BREAK.match(self.source, at)
            if self.style == '"' and (escape := _ESCAPE.match(self.source, at)):
                offset -= 0 if "\n" in escape[0] else 1
                at = escape.end()
            elif folded:
                offset -= max(1, folded[0].count("\n") - 1)
                at = folded.end()
            else:
                at += 2 if self.style == "'" and self.source.startswith("''", at) else 1
                offset -= 1
        continued = _CONTINUED.match(self.source, at) if self.style == '"' else None
        return continued.end() if continued else at

    def _indent(self, lines: list[str]) -> int:
        """As wide as the first line's, unless the header says how far it is from the key's (`|2`)."""
        header = self.source[self.index : self.source.find("\n", self.index)]
        told = re.match(r"[|>][-+]?([1-9])", header)
        if told:
            line = self.source[self.source.rfind("\n", 0, self.index) + 1 : self.index]
            return len(line) - len(line.lstrip(" ")) + int(told[1])
        return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)

    def _in_block(self, offset: int) -> int:
        """Block scalars: each line stands behind the indentation; a folded break is one character as well."""
        at = self.source.find("\n", self.index) + 1
        lines = self.source[at:].split("\n")
        indent = self._indent(lines)
        for line in lines:
            length = max(0, len(line) - indent) + 1
            if offset < length:
                return at + min(len(line), indent + offset)
            offset -= length
            at += len(line) + 1
        return min(at, len(self.source))
