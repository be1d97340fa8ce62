"""Which column of a list is what (D13, D15, D18): the phone, the template's parameters in order, and the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bot_runtime.campaigns.problems import Fault, ListRefused, is_blank, said, short
from bot_runtime.channels import base
from bot_runtime.channels.addresses import NotAPhone, from_text
from bot_runtime.channels.rendering import header_text, placeholders
from bot_runtime.dialogs.words import unaccented

LANGUAGES: Final = ("es", "en")  # a sample file made in one is taken in the other


class Template(base.Template, Protocol):
    """What a list has to know of a template: where its values go, and what they are called."""

    @property
    def status(self) -> str: ...
    @property
    def parameters(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value a recipient brings. `place`: header, body or url; `placeholder`: its number or name in that text.

    `button` is the position of the button whose link it completes.
    """

    name: str
    place: str
    placeholder: str
    button: int = -1


@dataclass(frozen=True, slots=True)
class Variable:
    """A column that no parameter uses: for a ticket's metadata, or for nobody."""

    column: int
    header: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions from 0; `headers` as written, without outer spaces."""

    headers: tuple[str, ...]
    phone: int
    parameters: tuple[int, ...]
    variables: tuple[Variable, ...]

    def header(self, column: int) -> str:
        return self.headers[column] if column < len(self.headers) else ""


def parameters_of(template: Template, language: str = "es") -> tuple[Parameter, ...]:
    """What the template has to be filled with, in column order; a name used twice gets a number."""
    places = [("header", name, -1) for name in placeholders(header_text(template))]
    places += [("body", name, -1) for name in placeholders(template.body)]
    links = [at for at, button in enumerate(template.buttons) if placeholders(button.url)]
    places += [("url", placeholders(template.buttons[at].url)[0], at) for at in links]
    found: list[Parameter] = []
    taken: dict[str, int] = {}
    for number, (place, placeholder, button) in enumerate(places, 1):
        given = template.parameters[number - 1] if number <= len(template.parameters) else ""
        name = given or (said("parameter", language, number=number) if placeholder.isdecimal() else placeholder)
        taken[name] = taken.get(name, 0) + 1
        found.append(Parameter(name if taken[name] == 1 else f"{name} {taken[name]}", place, placeholder, button))
    return tuple(found)


def sample_headers(parameters: Sequence[Parameter], language: str) -> tuple[str, ...]:
    """The first row of the template's sample file."""
    return (said("phone", language), *(parameter.name for parameter in parameters))


def same_name(text: str) -> str:
    """A header as it is compared with a name: without case, accents and outer spaces (D28)."""
    return " ".join(unaccented(text).split())


def place_columns(header: Sequence[str], parameters: Sequence[Parameter], country: str = "") -> Columns:
    """By the names of the sample file if all are there, in any order; else the phone first, then the parameters.

    Raises:
        ListRefused: the first row is no header, or there are too few columns.
    """
    headers = tuple(cell.strip() for cell in header)
    if not any(headers):
        raise ListRefused([Fault("header_missing", 1)])
    for column, cell in enumerate(headers):
        if _is_phone(cell, country):
            raise ListRefused([Fault("header_missing", 1, column, value=short(cell))])
    placed = _by_name(headers, parameters) or tuple(range(1 + len(parameters)))
    if len(placed) > len(headers):
        missing = parameters[len(headers) - 1]
        facts: Mapping[str, Any] = {"name": missing.name, "count": 1 + len(parameters), "given": len(headers)}
        raise ListRefused([Fault("column_missing", 1, len(headers), facts=facts)])
    variables = [
        Variable(column, cell) for column, cell in enumerate(headers) if column not in placed and not is_blank(cell)
    ]
    return Columns(headers, placed[0], placed[1:], tuple(variables))


def _by_name(headers: Sequence[str], parameters: Sequence[Parameter]) -> tuple[int, ...] | None:
    """None unless every column of the sample file is there; one that is there twice is refused, not guessed."""
    at: dict[str, list[int]] = {}
    for column, cell in enumerate(headers):
        at.setdefault(same_name(cell), []).append(column)
    phones = [
        column
        for name in dict.fromkeys(same_name(said("phone", one)) for one in LANGUAGES)
        for column in at.get(name, [])
    ]
    wanted = [phones, *(at.get(same_name(parameter.name), []) for parameter in parameters)]
    if not all(wanted):
        return None
    for columns in wanted:
        if len(columns) > 1:
            raise ListRefused([Fault("header_twice", 1, columns[1], headers[columns[1]])])
    return tuple(columns[0] for columns in wanted)


def _is_phone(cell: str, country: str) -> bool:
    try:
        from_text(cell, country)
    except NotAPhone:
        return False
    return True
