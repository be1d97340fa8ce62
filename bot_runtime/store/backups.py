"""Backups of the embedded store: one file with a consistent copy, its checksum, and what it needs to be read again.

The copy is the store's own (BGSAVE: the data of one moment, written by a fork while the server goes on). A tar holds
`manifest.json` and `store.rdb`. Restoring makes a whole store in a folder beside the real one, holds what might leave
twice there, and only then puts it in place: whoever starts a server finds the old one or the new one, never a half.
"""

import asyncio
import contextlib
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from bot_runtime import __version__
from bot_runtime.errors import BotRuntimeError
from bot_runtime.store.checks import facts_of
from bot_runtime.store.connection import Store
from bot_runtime.store.embedded import EmbeddedStore

FORMAT = 1
LOOK_S = 0.1
CHUNK = 1024 * 1024
_MANIFEST, _DATA = "manifest.json", "store.rdb"
_BASE, _INCR = "appendonly.aof.1.base.rdb", "appendonly.aof.1.incr.aof"


class BackupRefused(BotRuntimeError):
    """`code` says why (`cli/backup.py` has the words), `facts` what to fill in."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code}: {facts}")
        self.code, self.facts = code, facts


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    made_by: str
    store_version: str
    brand: str
    shards: int
    taken_at: str
    data_bytes: int
    sha256: str


async def write_backup(store: Store, brand: str, shards: int, target: Path) -> Manifest:
    """Write a backup of an embedded store to `target`, whole or not at all.

    Raises:
        BackupRefused: the store could not save.
        OSError: the file cannot be written.
    """
    taken_at = store.clock.now().isoformat(timespec="seconds")
    version, saved = await _save(store)
    try:
        with open(saved, "rb") as data:  # noqa: ASYNC230 - a file of our own; what takes time is in threads
            size, digest = await asyncio.to_thread(_digest, data)
            manifest = Manifest(
                format=FORMAT, made_by=__version__, store_version=version, brand=brand, shards=shards,
                taken_at=taken_at, data_bytes=size, sha256=digest,
            )  # fmt: skip
            await asyncio.to_thread(_pack, target, manifest, data)
    finally:
        saved.unlink(missing_ok=True)  # the server reads its append-only file, never this
    return manifest


async def _save(store: Store) -> tuple[str, Path]:
    """Let the store write a snapshot; its version and the file."""

    async def facts() -> dict[str, str]:
        return facts_of(await store.command("INFO"))

    before = await facts()
    await store.command("BGSAVE", "SCHEDULE")  # after a rewrite that is under way
    while (now := await facts())["rdb_saves"] == before["rdb_saves"] or now["rdb_bgsave_in_progress"] != "0":
        if now.get("rdb_last_bgsave_status") != "ok":
            raise BackupRefused("not_saved")
        await asyncio.sleep(LOOK_S)
    told = await store.command("CONFIG", "GET", "dir", "dbfilename")
    options = {told[at].decode(): told[at + 1].decode() for at in range(0, len(told), 2)}
    version = now.get("valkey_version") or now.get("redis_version", "")
    return version, Path(options["dir"]) / options["dbfilename"]


def _pack(target: Path, manifest: Manifest, data: IO[bytes]) -> None:
    part = target.with_name(target.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # numbers and texts are in it
        with open(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                told = msgspec.json.format(msgspec.json.encode(manifest))
                _add(tar, _MANIFEST, len(told), io.BytesIO(told))
                _add(tar, _DATA, manifest.data_bytes, data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _add(tar: tarfile.TarFile, name: str, size: int, data: IO[bytes]) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o600
    data.seek(0)
    tar.addfile(about, data)


def _digest(data: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := data.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


@contextlib.contextmanager
def opened(source: Path) -> Iterator[tuple[Manifest, BinaryIO]]:
    """The manifest of a backup and its data, checked against each other.

    Raises:
        BackupRefused: it is none, or not whole, or of a later version.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            told, data = _member(tar, _MANIFEST), _member(tar, _DATA)
            try:
                manifest = msgspec.json.decode(told.read(CHUNK), type=Manifest)
            except msgspec.MsgspecError:
                raise BackupRefused("no_backup", file=source) from None
            if manifest.format > FORMAT:
                raise BackupRefused("later", file=source, made_by=manifest.made_by)
            size, digest = _digest(data)
            if (size, digest) != (manifest.data_bytes, manifest.sha256):
                raise BackupRefused("damaged", file=source)
            data.seek(0)
            yield manifest, data
    except (tarfile.TarError, EOFError):
        raise BackupRefused("no_backup", file=source) from None


def _member(tar: tarfile.TarFile, name: str) -> BinaryIO:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupRefused("no_backup", file=tar.name)
    return found  # type: ignore[return-value]


def unpack(data: BinaryIO, folder: Path) -> None:
    """Make `folder` the data folder of an embedded store that holds `data`."""
    shutil.rmtree(folder, ignore_errors=True)  # of a restore that was cut short
    files = folder / "valkey" / "appendonlydir"
    files.mkdir(mode=0o700, parents=True)
    with open(files / _BASE, "wb") as base:
        shutil.copyfileobj(data, base, CHUNK)
        base.flush()
        os.fsync(base.fileno())
    (files / _INCR).touch()
    (files / "appendonly.aof.manifest").write_text(f"file {_BASE} seq 1 type b\nfile {_INCR} seq 1 type i\n")


def put_in_place(made: Path, real: EmbeddedStore, aside: str) -> Path | None:
    """Let the store in the folder `made` be the one of `real`; where an older one went, if there was one.

    Raises:
        SettingError: a server uses that folder.
    """
    with real.reserved():
        old, kept = real.folder / "valkey", None
        if holds_data(real):
            kept = real.folder / f"valkey.{aside}"
            old.rename(kept)
        else:
            shutil.rmtree(old, ignore_errors=True)
        (made / "valkey").rename(old)
    shutil.rmtree(made, ignore_errors=True)
    return kept


def holds_data(embedded: EmbeddedStore) -> bool:
    """Whether a store was ever kept there."""
    return (embedded.folder / "valkey" / "appendonlydir").exists()
