"""The example business as a workspace of its own, a list of people to write to, and the faults lists come with."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml

from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.workspace import load_workspace
from tests.repository import ROOT

HEADER = "Teléfono,nombre,monto,vencio,Sucursal"


def business(folder: Path, fakes: FakeProviders, messages_per_s: float) -> Path:
    """The example workspace, its channels leading to the fakes."""
    shutil.copytree(ROOT / "dialogs_examples", folder)
    bot = yaml.safe_load((folder / "bot.yaml").read_text("utf-8"))
    for name, channel in fakes.channels().items():
        bot["channels"][name] |= channel | {"limits": {"pair_pause_s": 0, "messages_per_s": messages_per_s}}
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot, allow_unicode=True), "utf-8")
    loaded = load_workspace(folder, {})
    assert loaded.workspace is not None, loaded.errors
    for account, known in zip(fakes.accounts, accounts_of(loaded.workspace), strict=True):
        account.templates = known.templates
    return folder


def recipients(fakes: FakeProviders, count: int) -> list[Phone]:
    numbers = [f"+52555550{number:04}" for number in range(1, count + 1)]
    return [fakes.phone(f"Persona {number}", "whatsapp", number, simulated=True) for number in numbers]


def list_of(phones: list[Phone]) -> list[str]:
    return [HEADER, *(f'{phone.number},{phone.name},"$1,250.00",3 de marzo,Centro' for phone in phones)]


def spoilt(lines: list[str], rows: Iterable[int], column: int, cell: str) -> list[str]:
    """The list with another phone (column 0) or name (1) in these rows."""
    cells = [line.split(",", 2) for line in lines]
    for row in rows:
        cells[row][column] = cell
    return [",".join(row) for row in cells]


def as_file(lines: list[str]) -> bytes:
    return "\n".join(lines).encode()
