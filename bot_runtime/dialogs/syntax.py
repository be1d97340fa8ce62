"""The YAML parser's complaints in our words: what an author usually did when the parser says that."""

import re
from typing import Any

from bot_runtime.dialogs.model import Where
from bot_runtime.dialogs.problems import Problem

# the parser's words → our code; the first that is found in its message
_CODES = (
    ("tab character", "tab"),
    ("mapping values are not allowed", "colon"),
    ("did not find expected ',' or ']'", "unclosed_list"),
    ("did not find expected ',' or '}'", "unclosed_mapping"),
    ("unexpected end of stream", "unclosed_quote"),
    ("unknown escape", "escape"),
    ("did not find expected hexdecimal", "escape"),
    ("could not find expected ':'", "missing_colon"),
    ("did not find expected '-'", "indentation"),
    ("did not find expected key", "indentation"),
    ("block sequence entries are not allowed", "indentation"),
    ("did not find expected node content", "stray_bracket"),
    ("did not find expected <document start>", "stray_bracket"),
)
_STAR = re.compile(r"[:-] +([*&])\S")
_COLON = re.compile(r":(?= |$)")


def syntax_problem(file: str, source: str, error: Any) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = f"{error.problem or ''}"
    index = min(mark.index, len(source)) if mark else 0
    code = next((code for words, code in _CODES if words in said), "yaml_syntax")
    facts: dict[str, Any] = {}
    if "cannot start any token" in said:
        code = "tab" if source[index : index + 1] == "\t" else "reserved_character"
        facts["name"] = source[index : index + 1]
    if code == "yaml_syntax" and (star := _STAR.search(source, source.rfind("\n", 0, index) + 1, index + 1)):
        code, index = "reserved_character", star.start(1)  # `*Hola* a todos`: bold on WhatsApp, an alias to YAML
        facts["name"] = star[1]
    if code == "missing_colon" and error.context_mark:
        index = min(error.context_mark.index, len(source))
    code, index, facts = _meant(code, source, index) or (code, index, facts)
    if code == "stray_bracket" and not source[index:].strip():
        index = max(source.rfind("["), source.rfind("{"))
        code = "unclosed_mapping" if source.startswith("{", index) else "unclosed_list"
    elif code.startswith("unclosed") and error.context_mark:
        index = min(error.context_mark.index, len(source))  # where it was opened tells more than where the file ends
    if code == "tab":
        start = source.rfind("\n", 0, index) + 1
        tab = source.find("\t", start, index + 1)
        index = tab if tab >= 0 else index
    line = source.count("\n", 0, index) + 1
    return Problem(Where(file, line, index - source.rfind("\n", 0, index)), code, facts)


def _meant(code: str, source: str, index: int) -> tuple[str, int, dict[str, Any]] | None:
    """What an author did where the parser only says that it expected something else; None: just what it says."""
    start = source.rfind("\n", 0, index) + 1
    before, here = source[start:index], source[index : index + 1]
    match code:
        case "indentation" if before.rstrip().endswith(('"', "'")):
            return "after_quote", index, {}
        case "unclosed_list" | "unclosed_mapping" if before.endswith(('"', "'")):  # with a space between it is a comma
            return "after_quote", index, {}
        case "indentation" if here in ("]", "}"):
            return "stray_bracket", index, {}
        case "indentation" if here == "-" and _COLON.search(before):  # `say: - one`
            return "reserved_character", index, {"name": "-"}
        case "yaml_syntax" if before.endswith((">", "|")):
            return "reserved_character", index - 1, {"name": before[-1]}
        case "colon" if not _COLON.search(before):  # the only one of its line: the trouble began in the line above
            begins, above = _line_above(source, start)
            if _COLON.search(above):
                return "indentation", start + _indent(before), {}
            return "missing_colon", begins + _indent(above), {}
    return None


def _line_above(source: str, start: int) -> tuple[int, str]:
    """Where the nearest line before `start` begins that says something, and the line."""
    line = ""
    while start > 0 and not line.strip():
        end = start - 1
        start = source.rfind("\n", 0, end) + 1
        line = source[start:end]
    return start, line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
