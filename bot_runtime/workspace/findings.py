"""Every code that `check` prints, explained: how bad it is, why it matters, an example and what is told of it.

The examples are in `messages/findings.yaml` of `dialogs/`, the reasons beside it in `findings_en.yaml` and `_es`.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.problems import Problem, Severity, catalog
from bot_runtime.workspace import load_workspace

Files = Mapping[str, str]
"""A workspace's files: path → text."""

_BOT: Final = "brand: demo\nlanguage: es\ndepartments: [ventas]\nclose_reasons: [listo]\n"
_STATES: Final = "dialog: demo\nretry: { goto: fin }\nneeds: { nombre: text, monto: number }\nstates:\n"
_END: Final = "  fin:\n    close: listo\n"
_DIALOG: Final = f"{_STATES}  inicio:\n    ask: ¿Seguimos?\n    answer: yes_no\n    goto: fin\n{_END}"
_ENVIRONMENT: Final = {"API_KEY": "key", "OTHER_KEY": "key"}
_PATHS: Final = {
    "dialog": "dialogs/demo.yaml",
    "bot": "bot.yaml",
    "template": "templates/demo.yaml",
    "test": "tests/demo.yaml",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One code. `lines` is its example: what is wrong begins with `-`, its mending with `+`; empty: none in text.

    `inside` says what the lines are of: state, states, dialog, template, test, bot or files.
    """

    code: str
    severity: Severity
    inside: str
    lines: tuple[str, ...]

    def about(self, language: str) -> str:
        """Why it matters; empty where the message says it all."""
        return _reasons(language).get(self.code, "")

    def bad(self) -> Files:
        """A workspace with this finding and no other."""
        return _framed(self.inside, [line[2:] for line in self.lines if line[:1] != "+"])

    def good(self) -> Files:
        """The same workspace, mended."""
        return _framed(self.inside, [line[2:] for line in self.lines if line[:1] != "-"])

    def mends_itself(self) -> bool:
        """Whether `check --fix` makes the example right."""
        return bool(self.lines) and _mends(self.code)

    def told(self, language: str) -> str:
        """What `check` says of the example; else what it says in general."""
        if self.lines:
            for problem in problems_of(self.bad(), with_advice=self.severity == "advice"):
                if problem.code == self.code:
                    return problem.line(language)
        return sentence(self.code, language)


@cache
def findings() -> Mapping[str, Finding]:
    """All of them by code, in the order they are explained."""
    return {code: _finding(code, facts or {}) for code, facts in _read("findings.yaml").items()}


def sections(language: str) -> Iterator[tuple[str, list[Finding]]]:
    """The findings under their titles."""
    titles = {code.removeprefix("section."): text for code, text in _reasons(language).items() if "." in code}
    held: list[Finding] = []
    title = ""
    for code, finding in findings().items():
        if code in titles and held:
            yield title, held
            held = []
        title = titles.get(code, title)
        held.append(finding)
    yield title, held


def sentence(code: str, language: str) -> str:
    """What a finding says, with `…` where its facts go."""
    return catalog(language)[code]["what"].format_map(_Anything())


def problems_of(files: Files, *, with_advice: bool = False) -> list[Problem]:
    """Everything `check` finds in a workspace of `files`."""
    with _written(files) as root:
        return load_workspace(root, _ENVIRONMENT, with_advice=with_advice).problems


@contextmanager
def _written(files: Files) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        for path, text in files.items():
            place = Path(name, path)
            place.parent.mkdir(exist_ok=True)
            place.write_text(text, "utf-8")
        yield Path(name)


@cache
def _mends(code: str) -> bool:
    from bot_runtime.workspace.mending import mended

    with _written(findings()[code].bad()) as root:
        files = mended(root, load_workspace(root, _ENVIRONMENT)).files
    return (
        bool(files) and problems_of({**findings()[code].bad(), **{name: new for name, (_, new) in files.items()}}) == []
    )


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _finding(code: str, facts: Mapping[str, Any]) -> Finding:
    return Finding(
        code,
        facts.get("severity", "error"),
        facts.get("in", "state"),
        tuple(str(facts.get("example") or "").splitlines()),
    )


def _framed(inside: str, lines: list[str]) -> Files:
    """The lines where they belong, and around them what makes a workspace of them."""
    match inside:
        case "state" | "states":
            states = lines if inside == "states" else ["inicio:", *(f"  {line}" for line in lines)]
            end = "" if any(line.startswith("fin:") for line in states) else _END
            return {"bot.yaml": _BOT, _PATHS["dialog"]: _STATES + _joined(f"  {line}" for line in states) + end}
        case "files":
            return {"bot.yaml": _BOT, **dict(_parted(lines))}
        case _:
            around = {"bot.yaml": _BOT, _PATHS["dialog"]: _DIALOG}
            return around | {_PATHS[inside]: _joined(lines)}


def _parted(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Several files, each below `# its/path.yaml`."""
    starts = [at for at, line in enumerate(lines) if line.startswith("# ") and line.endswith(".yaml")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start][2:], _joined(lines[start + 1 : end])


def _joined(lines: Any) -> str:
    return "".join(f"{line}\n" for line in lines)


@cache
def _reasons(language: str) -> Mapping[str, str]:
    return _read(f"findings_{'es' if language.startswith('es') else 'en'}.yaml")


def _read(name: str) -> dict[str, Any]:
    source = (resources.files("bot_runtime.dialogs") / "messages" / name).read_bytes()
    read = tree.read(f"messages/{name}", source)
    assert read.complete, [str(problem) for problem in read.problems]
    return read.data or {}
