"""What `dev` has ready, so that everything can be seen at once: people who log in, and a campaign for each list.

A list in `lists/` named after a dialog that a template starts becomes a campaign, `loaded`; simulated people wait at
its numbers. What was made is noted in a file of the data folder, so that it happens once: what a person deletes stays
away.
"""

import asyncio
import hashlib
import os
import secrets
from pathlib import Path
from typing import Protocol

import msgspec

from bot_runtime.campaigns.plans import Wanted
from bot_runtime.campaigns.problems import ListRefused
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.campaigns.words import Refused
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.model import Dialog
from bot_runtime.errors import BotRuntimeError
from bot_runtime.people.model import Language, Role, User
from bot_runtime.people.service import People
from bot_runtime.workspace import Workspace

LISTS = (".csv", ".xlsx")
WAIT_S = 3_600  # of the campaign: an hour is moved on the phone page in two clicks
BY = "operator"
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"  # what nobody reads wrong from a terminal

WHO: dict[Language, dict[Role, tuple[str, str]]] = {
    "es": {"agent": ("agente", "Eva Agente"), "administrator": ("admin", "Administración")},
    "en": {"agent": ("agent", "Eve Agent"), "administrator": ("admin", "Administration")},
}


class LogIn(msgspec.Struct, frozen=True):
    """Somebody who can log in to the console."""

    name: str
    display: str
    role: Role
    password: str


class Made(msgspec.Struct):
    """What was made at the first start. `lists`: the files a campaign was made of, or could not."""

    log_ins: list[LogIn] = []
    lists: list[str] = []


class Host(Protocol):
    """What this needs of the server (`app.Server`)."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def people(self) -> People: ...
    @property
    def campaigns(self) -> Campaigns: ...


class FirstStart:
    """`path`: the file that remembers, readable by its owner alone, for it holds passwords."""

    def __init__(self, server: Host, fakes: FakeProviders, path: Path) -> None:
        self._server, self._fakes, self._path = server, fakes, path
        self.made = _read(path)

    async def make(self) -> list[str]:
        """Make what is missing; returns why a list became no campaign."""
        await self._let_in()
        return [told for told in [await self._plan(dialog, file) for dialog, file in self._new_lists()] if told]

    async def _let_in(self) -> None:
        workspace, people = self._server.workspace, self._server.people
        language: Language = "es" if workspace.language == "es" else "en"
        known = {user.name for user in await people.users()}
        if not self.made.log_ins:
            self.made.log_ins = [
                LogIn(name, display, role, _password())
                for role, (name, display) in WHO[language].items()
                if name not in known  # somebody's own, from before: only they know the password
            ]
            self._keep()
        departments = tuple(workspace.departments)
        missing = [one for one in self.made.log_ins if one.name not in known]
        users = [
            User(name=one.name, display=one.display, role=one.role, departments=departments, language=language)
            for one in missing
        ]
        await asyncio.gather(
            *(
                people.add_user(user, one.password, by=None, departments=departments)
                for user, one in zip(users, missing, strict=True)
            )
        )

    def _new_lists(self) -> list[tuple[Dialog, Path]]:
        workspace = self._server.workspace
        found = sorted(path for path in (workspace.root / "lists").glob("*") if path.suffix in LISTS)
        return [
            (workspace.dialogs[path.stem], path)
            for path in found
            if path.name not in self.made.lists
            and path.stem in workspace.dialogs
            and workspace.dialogs[path.stem].starts.template
        ]

    async def _plan(self, dialog: Dialog, file: Path) -> str:
        """A campaign of this list, with people at its numbers; why not, where it cannot be."""
        workspace, campaigns = self._server.workspace, self._server.campaigns
        channel = next((one for one in workspace.channels.values() if one.kind == "whatsapp"), None)
        if channel is None:
            return ""
        handoffs = [state.handoff.department for state in dialog.states.values() if state.handoff]
        wanted = Wanted(
            name=dialog.title or dialog.name,
            channel=channel.name,
            department=next(iter([*handoffs, *workspace.departments]), None),
            template=dialog.starts.template or "",
            expects_answer=True,
            wait_s=WAIT_S,
            dialog=dialog.name,
        )
        once = hashlib.sha256(f"first start: {file.name}".encode()).hexdigest()
        told = ""
        try:
            contents = await asyncio.to_thread(file.read_bytes)
            campaign = await campaigns.create(wanted, contents, BY, file=file.name, once=once)
            for row, _ in await campaigns.rows.rows(campaign.id):
                if self._fakes.world.phone_at(channel.name, row.to) is None:
                    name = next(iter([*row.given.values(), *row.parameters]), row.to)
                    self._fakes.phone(name, channel.name, row.to, simulated=True)
        except (BotRuntimeError, OSError) as error:
            told = f"{file}: {_why(error, workspace.language)}"
        self.made.lists.append(file.name)
        self._keep()
        return told

    def _keep(self) -> None:
        written = self._path.with_suffix(".new")
        written.unlink(missing_ok=True)
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(self.made)))
        written.replace(self._path)


def _why(error: Exception, language: str) -> str:
    match error:
        case ListRefused():
            return error.faults[0].line(language)
        case Refused():
            return error.message(language)
    return str(error)


def _read(path: Path) -> Made:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Made)
    except (FileNotFoundError, msgspec.DecodeError):
        return Made()


def _password() -> str:
    return "-".join("".join(secrets.choice(PLAIN) for _ in range(5)) for _ in range(3))
