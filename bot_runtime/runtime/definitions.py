"""What this process runs: the newest good workspace, its channels, and every dialog version a session still pins."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import structlog

from bot_runtime.channels.base import Channel
from bot_runtime.channels.registry import build_channel
from bot_runtime.dialogs import tree
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session
from bot_runtime.errors import BotRuntimeError, SettingError, StoreUnavailable
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.versions.model import FILE, Move, Trial
from bot_runtime.versions.service import Versions
from bot_runtime.versions.trial import begins_on_it
from bot_runtime.workspace import Loaded, Workspace

WATCH_S = 0.5

log = structlog.get_logger("definitions")


class UnknownVersion(BotRuntimeError):
    """A dialog version that the store does not hold."""


class _Kept(msgspec.Struct, frozen=True):
    """A dialog version as kept in the store: its source, and what else its meaning depends on."""

    file: str
    language: str
    source: str


class Definitions:
    """`book`, `channels` and `workspace` change together, at once; sessions begun before keep their pinned version.

    `folder` is the workspace as its files are; `workspace` the same with the dialogs that are published (decision 20).
    """

    folder: Workspace
    workspace: Workspace
    book: Book
    channels: Mapping[str, Channel]

    def __init__(self, store: Store, keys: Keys, public_url: str) -> None:
        self._store, self._keys, self._public_url = store, keys, public_url
        self._versions: dict[str, Dialog] = {}
        self.published = Versions(store, keys)
        self.trials: dict[str, Trial] = {}
        self._books: dict[frozenset[str], Book] = {}
        self._moves: dict[tuple[str, int], tuple[Move, Dialog]] = {}
        self.moving: set[str] = set()  # dialogs whose people are being moved
        self._rev = -1
        self._running = asyncio.Lock()
        self.problems: list[str] = []  # of the latest change, if it was refused

    def now_ms(self) -> int:
        """The store's time."""
        return self._store.clock.now_ms()

    async def publish(self, workspace: Workspace, *, saves: bool = True) -> None:
        """Run `workspace` from now on. Its dialog versions are stored first, so that any process can go on with them.

        `saves`: files that were saved are published, where the workspace says so; a command only looks.

        Raises:
            SettingError: a channel cannot be built from its options; what ran before runs on.
        """
        public_url = workspace.public_url or self._public_url
        channels = {
            name: build_channel(config, workspace.templates, public_url) for name, config in workspace.channels.items()
        }
        async with self._running:
            await asyncio.gather(*map(self.keep, workspace.dialogs.values()))
            if saves:
                await self._publish_saved(workspace)
            await self._run(workspace, channels)
        self.problems = []

    async def keep(self, dialog: Dialog) -> None:
        """Store a dialog's text under its version, for whoever will run it."""
        kept = _Kept(dialog.where.file, dialog.language, dialog.source)
        key = self._keys.dialog(dialog.version)
        await self._store.command("SET", key, msgspec.json.encode(kept), "NX", key=key)
        self._versions[dialog.version] = dialog

    async def _publish_saved(self, workspace: Workspace) -> None:
        """A save publishes by itself; with `publish: manual` only the first start of a store does."""
        records = await self.published.records()
        if not workspace.publishes_saves and records:
            return
        before = getattr(self, "folder", None)
        for name, dialog in workspace.dialogs.items():
            record = records.get(name)
            was = before.dialogs.get(name) if before else None
            if (record is None or record.seen != dialog.version) and (was is None or was.version != dialog.version):
                change = await self.published.save_file(name, dialog.version)
                if change is not None and change.version is not None and change.version.number > 1:
                    log.info("dialog_published", dialog=name, number=change.version.number, by=FILE)

    async def _run(self, workspace: Workspace, channels: Mapping[str, Channel]) -> None:
        """Let new sessions begin on what is published."""
        rev, records = await self.published.rev(), await self.published.records()
        dialogs, trials = {}, {}
        for name, dialog in workspace.dialogs.items():
            record = records.get(name)
            live = await self._text_of(name, record.version if record else "", dialog)
            if live is not None and (record is not None or workspace.publishes_saves or not records):
                dialogs[name] = live
            if record is not None and record.trial is not None and await self.pinned(name, record.trial.version):
                trials[name] = record.trial
        self.folder, self.workspace = workspace, replace(workspace, dialogs=dialogs)
        self.channels, self.book = channels, Book.of(self.workspace)
        self.moving = {record.dialog for record in records.values() if record.moving}
        self.trials, self._books, self._rev = trials, {}, rev

    async def _text_of(self, name: str, version: str, folder: Dialog) -> Dialog | None:
        return folder if version in ("", folder.version) else await self.pinned(name, version) or folder

    def book_for(self, contact: str) -> Book:
        """The dialogs that this contact's new sessions begin on: with those on trial that its share falls on."""
        if not self.trials:
            return self.book
        tried = frozenset(name for name, trial in self.trials.items() if begins_on_it(trial, contact))
        if tried not in self._books:
            texts = {name: self._versions[self.trials[name].version] for name in tried}
            self._books[tried] = Book.of(replace(self.workspace, dialogs={**self.workspace.dialogs, **texts}))
        return self._books[tried]

    async def follow(self, changed: Callable[[], None]) -> None:
        """Take up what is published anywhere, within half a second."""
        while True:
            await asyncio.sleep(WATCH_S)
            with contextlib.suppress(StoreUnavailable):
                if await self.take_up():
                    changed()

    async def take_up(self) -> bool:
        """Run what is published now; whether something was new."""
        async with self._running:
            if await self.published.rev() == self._rev:
                return False
            await self._run(self.folder, self.channels)
        log.info("versions_taken_up", rev=self._rev)
        return True

    def department(self, channel: str) -> str:
        """Who gets the contacts that no bot answers on `channel` (F292); empty: nobody."""
        config = self.workspace.channels.get(channel)
        return config.department if config else ""

    async def pinned(self, name: str, version: str) -> Dialog | None:
        """The dialog version a session began with; None if no store knows it any more."""
        known = self._versions.get(version)
        if known is not None:
            return known
        kept = await _kept(self._store, self._keys, version)
        if kept is None:
            log.error("version_gone", dialog=name, version=version)
            return None
        dialog = load_dialog(tree.read(kept.file, kept.source.encode()), kept.language)
        self._versions[version] = dialog
        return dialog

    async def of_session(self, session: Session | None) -> tuple[Dialog | None, dict[str, Dialog]]:
        """The dialog version that `session` runs, and every other one it may go on in (F010); those nobody has are left
        out."""
        if session is None:
            return None, {}
        pinned = self._versions.get(session.version) or await self.pinned(session.dialog, session.version)
        if not (wanted := session.versions):
            return pinned, {}
        found = {version: await self.pinned(name, version) for name, version in wanted}
        return pinned, {version: dialog for version, dialog in found.items() if dialog is not None}

    async def move(self, dialog: str, number: int) -> tuple[Move, Dialog]:
        """A move of people to a published version, and that version.

        Raises:
            UnknownVersion: this store knows of no such move.
        """
        found = self._moves.get((dialog, number))
        if found is None:
            move = await self.published.move(dialog, number)
            new = await self.pinned(dialog, move.version) if move else None
            if move is None or new is None:
                raise UnknownVersion(f"nobody is moved to {dialog} {number}")
            found = self._moves[dialog, number] = (move, new)
        return found

    async def watch(self, load: Callable[[], Loaded], changed: Callable[[], None]) -> None:
        """Publish each good change of the workspace's files; a bad one is refused and the good version runs on."""
        seen = None  # whatever changed since the start's own reading is found by the first look
        while True:
            await asyncio.sleep(WATCH_S)
            found = await asyncio.to_thread(_fingerprint, self.folder.root)
            if found == seen:
                continue
            seen = found
            loaded = await asyncio.to_thread(load)
            if loaded.workspace is None:
                self.refuse([problem.line(self.workspace.language) for problem in loaded.errors])
            elif loaded.workspace.version != self.folder.version or self.problems:
                try:
                    await self.publish(loaded.workspace)
                    log.info("workspace_published", version=loaded.workspace.version)
                except (SettingError, StoreUnavailable) as error:
                    self.refuse([str(error)])
                    seen = None
            changed()

    def refuse(self, problems: list[str]) -> None:
        self.problems = problems
        log.error("workspace_refused", problems=problems)


def may_be_mended(loaded: Loaded) -> bool:
    """Whether only files of dialogs have errors."""
    return all(problem.where.file.startswith(("dialogs/", "tests/")) for problem in loaded.errors)


async def mended(store: Store, keys: Keys, loaded: Loaded) -> Loaded:
    """A folder that cannot run, with what is published in place of each dialog that has errors; as it is where that
    does not help. So a server starts again whatever somebody was just writing."""
    if loaded.workspace is not None or not may_be_mended(loaded):
        return loaded
    broken, texts = {problem.where.file for problem in loaded.errors}, {}
    for record in (await Versions(store, keys).records()).values():
        kept = await _kept(store, keys, record.version)
        if kept is not None and kept.file in broken:
            texts[kept.file] = kept.source.encode()
    return await asyncio.to_thread(loaded.again, texts) if texts else loaded


async def source_of(store: Store, keys: Keys, version: str) -> str:
    """The file that a dialog version was loaded from.

    Raises:
        UnknownVersion: this store never ran it.
    """
    kept = await _kept(store, keys, version)
    if kept is None:
        raise UnknownVersion(f"--version: this store never ran a dialog version '{version}'")
    return kept.source


async def _kept(store: Store, keys: Keys, version: str) -> _Kept | None:
    key = keys.dialog(version)
    raw = await store.command("GET", key, key=key)
    return None if raw is None else msgspec.json.decode(raw, type=_Kept)


def _fingerprint(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file that can change what runs."""
    found = []
    folders = ("dialogs", "templates", "documents")
    listed = [path for folder in folders for path in sorted(root.glob(f"{folder}/*"))]
    for path in [root / "bot.yaml", root / ".env", *listed]:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(found)
