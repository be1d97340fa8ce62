"""A wrong command line is answered in the language of the terminal, with what was meant; exit status 2."""

import errno
import inspect
import os
import re

import pytest
from click import core, decorators, exceptions, formatting, parser, types

from bot_runtime.cli import COMMANDS, spanish
from tests.cli.authors import run
from tests.repository import ROOT


@pytest.fixture
def spanish_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "es_MX.UTF-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chek"], "No existe el comando 'chek'. ¿Quisiste decir 'check'?"),
        (["zzz"], "No existe el comando 'zzz'."),
        (["check", "--jsn"], "No existe la opción '--jsn'. ¿Quisiste decir '--json'?"),
        (["check", "gone"], "no existe la carpeta 'gone'"),
        (["play", "gone", "order"], "no existe la carpeta 'gone'"),
        (["play", "./gone"], "no existe la carpeta './gone'"),
        (["play", ".", "a", "b"], "van una carpeta y un diálogo; llegó . a b"),
        (["check", "--no-advice", "--advice-only"], "con --no-advice y --advice-only no queda nada que decir"),
        (["test", "gone"], "'gone' no existe."),
        (["serve", __file__], f"'{__file__}' es un archivo; va una carpeta."),
        (["test", "--fail-under", "many"], "'many' no es un número de los que van aquí."),
        (["test", "--fail-under", "101"], "101 está fuera de 0<=x<=100."),
        (["graph", "--format", "gif"], "'gif' no es ninguno de 'mermaid', 'svg', 'dot'."),
        (["graph", "-o", "a.png"], "a.png: un dibujo se guarda como .svg, .dot o texto de Mermaid"),
        (["dev", "--port"], "A la opción '--port' le falta su valor."),
        (["init"], "Falta el argumento 'DIR'."),
        (["recognize", "zzz", "x"], "'zzz' no es ninguno de text, number"),
        (["recognize", "number", "3", "--min", "a"], "'a' no es un número entero"),
        (["unexpected", "accept", "zz"], "di --option CÓDIGO, o --new-option ETIQUETA"),
        (
            ["graph", str(ROOT / "dialogs_examples"), "-o", "/gone/x.svg"],
            "/gone/x.svg: no existe el archivo",
        ),
        (["init", "a", "b"], "Sobra un argumento (b)"),
    ],
)
def test_a_wrong_command_line_is_told_in_spanish(spanish_terminal: None, arguments: list[str], told: str):
    answer = run(*arguments)
    assert (answer.exit_code, told in answer.output) == (2, True), answer.output


def test_elsewhere_it_is_told_in_english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "No such command 'chek'. Did you mean 'check'?" in run("chek").output
    assert "Usage:" in run("--help").output
    assert "Corre" not in run("--help").output


def test_the_list_of_commands_is_in_spanish_as_in_the_readme(spanish_terminal: None):
    listed = re.sub(r"\s+", " ", run("--help").output)
    for name, about in spanish.ABOUT.items():
        assert f" {name} {about}" in listed
        assert f"| `{name}` | {about} |" in (ROOT / "README.es.md").read_text("utf-8")
    assert spanish.ABOUT.keys() == COMMANDS.keys()


def test_every_sentence_is_one_that_is_said_somewhere():
    modules = (core, decorators, exceptions, formatting, parser, types)
    ours = [path.read_text("utf-8") for path in (ROOT / "bot_runtime/cli").glob("*.py") if path.stem != "spanish"]
    of_system = [os.strerror(number) for number in errno.errorcode]
    said = re.sub(r'"\s+"', "", "".join([*map(inspect.getsource, modules), *ours, *of_system]))
    assert [one for one in spanish.SAID if one.encode("unicode_escape").decode() not in said] == []
