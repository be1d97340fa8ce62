"""`bot-runtime user`: the people who log in, beside the running server or before it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec import UNSET

from bot_runtime.cli.authoring import Words, language_option, misuse
from bot_runtime.cli.peopling import folder_argument, json_option, print_json, with_people
from bot_runtime.cli.tables import table
from bot_runtime.cli.terminal import terminal_language
from bot_runtime.people.model import LEAST_PASSWORD, ROLES, User
from bot_runtime.people.rules import folded
from bot_runtime.people.service import People
from bot_runtime.workspace import Workspace


@click.group()
def command() -> None:
    """The people who log in to the console: agents, supervisors, administrators."""


password_options = [
    click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input."),
    click.option("--generate", is_flag=True, help="Make a password up and print it, this once."),
]
person_options = [
    click.option("--display", help="The name that others see."),
    click.option("--department", "departments", multiple=True, help="One of bot.yaml's; again for each."),
    click.option("--speaks", type=click.Choice(["es", "en"]), help="Language of their pages."),
    click.option("--author/--no-author", default=None, help="May edit and publish dialogs; administrators may anyway."),
    click.option("--max-tickets", type=click.IntRange(0, 1_000), help="Open tickets at a time (default 10)."),
]


def options(*groups: list[Any]) -> Callable[[Any], Any]:
    def add(function: Any) -> Any:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return add


@command.command("add")
@click.argument("name")
@folder_argument
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@options(person_options, password_options)
@json_option
@language_option
def add(name: str, folder: Path, role: Any, as_json: bool, language: str | None, **given: Any) -> None:
    """Let NAME log in to the server of the workspace in DIR."""
    password = _password(given, language)

    async def work(people: People, workspace: Workspace) -> User:
        new = User(
            name=folded(name),
            display=given["display"] or name,
            role=role,
            departments=given["departments"],
            language=given["speaks"] or ("es" if workspace.language == "es" else "en"),
            author=given["author"] or UNSET,
            max_tickets=10 if given["max_tickets"] is None else given["max_tickets"],
        )
        await people.add_user(new, password, by=None, departments=workspace.departments)
        return new

    user, speaks = with_people(folder, language, work)
    _tell(user, as_json, "added", password if given["generate"] else "", Words(_WORDS, speaks))


@command.command("list")
@folder_argument
@json_option
@language_option
def list_users(folder: Path, as_json: bool, language: str | None) -> None:
    """Everybody who may log in, or could once."""

    async def work(people: People, workspace: Workspace) -> list[User]:
        return await people.users()

    users, speaks = with_people(folder, language, work)
    if as_json:
        print_json(users)
        return
    words = Words(_WORDS, speaks)
    rows = []
    for user in users:
        state = "" if user.active else words("off")
        role = f"{user.role}, {words('author')}" if user.author is True else user.role
        rows.append((user.name, user.display, role, ", ".join(user.departments), str(user.max_tickets), state))
    table(words("columns"), rows)


@command.command("edit")
@click.argument("name")
@folder_argument
@click.option("--role", type=click.Choice(ROLES))
@options(person_options)
@click.option("--no-departments", is_flag=True, help="Take them out of every department.")
@json_option
@language_option
def edit(
    name: str, folder: Path, as_json: bool, language: str | None, speaks: str | None, no_departments: bool, **given: Any
) -> None:
    """Change NAME; what is not given stays. --department replaces all of them. Counts at once."""
    changes = {field: value for field, value in {**given, "language": speaks}.items() if value not in (None, ())}
    if no_departments:
        changes["departments"] = ()
    if not changes:
        misuse(Words(_WORDS, language or terminal_language())("nothing"))
    _change(name, folder, as_json, language, "changed", changes)


@command.command("disable")
@click.argument("name")
@folder_argument
@json_option
@language_option
def disable(name: str, folder: Path, as_json: bool, language: str | None) -> None:
    """Shut NAME out: every log-in of theirs ends now. What they did stays theirs."""
    _change(name, folder, as_json, language, "disabled", {"active": False})


@command.command("enable")
@click.argument("name")
@folder_argument
@json_option
@language_option
def enable(name: str, folder: Path, as_json: bool, language: str | None) -> None:
    """Let NAME log in again."""
    _change(name, folder, as_json, language, "enabled", {"active": True})


@command.command("password")
@click.argument("name")
@folder_argument
@options(password_options)
@json_option
@language_option
def set_password(name: str, folder: Path, as_json: bool, language: str | None, **given: Any) -> None:
    """Give NAME another password; every log-in of theirs ends now."""
    password = _password(given, language)
    shown = password if given["generate"] else ""
    _change(name, folder, as_json, language, "password", {"password": password}, shown)


def _change(
    name: str, folder: Path, as_json: bool, language: str | None, done: str, changes: dict[str, Any], shown: str = ""
) -> None:
    async def work(people: People, workspace: Workspace) -> User:
        return await people.change_user(folded(name), changes, by=None, departments=workspace.departments)

    user, speaks = with_people(folder, language, work)
    _tell(user, as_json, done, shown, Words(_WORDS, speaks))


def _tell(user: User, as_json: bool, done: str, password: str, words: Words) -> None:
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(user) | ({"password": password} if password else {}))
        return
    click.echo(words(done, name=user.name))
    if password:
        click.echo(words("made_up", password=password))


def _password(given: dict[str, Any], language: str | None) -> str:
    """From where the options say; typed twice where there is somebody to type."""
    words = Words(_WORDS, language or terminal_language())
    if given["generate"]:
        from bot_runtime.people.passwords import made_up_password

        return made_up_password()
    if given["password_stdin"]:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        misuse(words("how"))
    prompt = words("prompt", least=LEAST_PASSWORD)
    typed: str = click.prompt(prompt, hide_input=True, confirmation_prompt=words("again"), err=True)
    return typed


_WORDS = {
    "es": {
        "columns": "nombre|visible|rol|departamentos|tickets|",
        "author": "autoría",
        "off": "sin acceso",
        "added": "{name} ya puede entrar",
        "changed": "{name}: cambiado",
        "disabled": "{name} ya no puede entrar; sus sesiones terminaron",
        "enabled": "{name} puede entrar de nuevo",
        "password": "{name}: nueva contraseña; sus sesiones terminaron",
        "made_up": "contraseña (no se vuelve a mostrar): {password}",
        "nothing": "di qué cambiar: --role, --display, --department, --speaks o --max-tickets",
        "how": "di la contraseña: --password-stdin, --generate, o ejecútalo en una terminal",
        "prompt": "Contraseña ({least} caracteres o más)",
        "again": "Otra vez",
    },
    "en": {
        "columns": "name|shown as|role|departments|tickets|",
        "author": "author",
        "off": "shut out",
        "added": "{name} can log in now",
        "changed": "{name}: changed",
        "disabled": "{name} cannot log in any more; their sessions ended",
        "enabled": "{name} can log in again",
        "password": "{name}: new password; their sessions ended",
        "made_up": "password (not shown again): {password}",
        "nothing": "say what to change: --role, --display, --department, --speaks or --max-tickets",
        "how": "say the password: --password-stdin, --generate, or run this in a terminal",
        "prompt": "Password ({least} characters or more)",
        "again": "Again",
    },
}
