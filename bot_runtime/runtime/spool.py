"""Webhooks kept on disk while the store is away, of providers that do not send them again.

One file for all processes of a data folder, `spool/waiting`: records are only ever added at its end, each with its
length and checksum, and are on disk (fsync) before the provider gets its 200; those that come together share one sync.
Two locks (flock, so the kernel frees them whatever happens to us):

- `lock` is held while the file grows or is emptied;
- `replay.lock` is held by the one process that carries its records into the store, from the first to the last.

While anything waits, what comes after it waits too, so that each contact's order stays. Replaying from the start after
a crash is safe: the store drops repeats. A torn record (power loss) was never acknowledged and is skipped. The folder
is the owner's alone: phone numbers and what people wrote are in it.
"""

import asyncio
import contextlib
import os
import struct
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from bot_runtime.channels.base import Channel, Parsed
from bot_runtime.errors import BadPayload, StoreUnavailable

LOOK_S = 0.25
AT_ONCE = 500  # records a round; each contact's in their order, contacts side by side
READ_BYTES = 16 * 1024 * 1024
MAGIC = b"\xf5BS1"
HEAD = struct.Struct("<4sII")  # magic, length, checksum
MOST_RECORD = 6 * 1024 * 1024  # the largest body is 4 MiB
KEEP_FREE_BYTES = 64 * 1024 * 1024  # of the disk, for the store and the logs

log = structlog.get_logger("spool")


class SpoolFull(StoreUnavailable):
    """Neither the store nor the disk can keep it now."""


class Webhook(msgspec.Struct, frozen=True, array_like=True):
    """One verified webhook as it came; `at` is when."""

    channel: str
    at: datetime
    content_type: str
    query: dict[str, str]
    body: bytes


class TakesIn(Protocol):
    async def take_in(self, channel: Channel, items: list[Parsed]) -> None: ...


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Webhook)


def framed(record: bytes) -> bytes:
    """A record as it stands in the file."""
    return HEAD.pack(MAGIC, len(record), zlib.crc32(record)) + record


def records_in(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Whole records of `data` with the offset after each; None for a stretch that is none, or torn."""
    at = 0
    while at < len(data):
        if len(data) - at >= HEAD.size:
            magic, length, checksum = HEAD.unpack_from(data, at)
            if magic == MAGIC and length <= MOST_RECORD:
                record = data[at + HEAD.size : at + HEAD.size + length]
                if len(record) == length and zlib.crc32(record) == checksum:
                    at += HEAD.size + length
                    yield at, record
                    continue
        following = data.find(MAGIC, at + 1)
        at = following if following > 0 else len(data)
        yield at, None


@dataclass(slots=True)
class _Waiting:
    record: bytes
    kept: "asyncio.Future[None]"


class Spool:
    """`most_bytes` 0: keep nothing, say 503 at once."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most_bytes = folder / "spool", most_bytes
        self._path = self._folder / "waiting"
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def size_bytes(self) -> int:
        """How much waits on disk, of all processes of this folder."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    @property
    def holds(self) -> bool:
        """Whether something waits: then what comes later has to wait behind it."""
        return bool(self._waiting) or self.size_bytes > 0

    async def keep(self, webhook: Webhook) -> None:
        """Put `webhook` at the end; once this returns it is on disk.

        Raises:
            SpoolFull: no room, or the disk failed; nothing is kept for sure.
        """
        waiting = _Waiting(framed(_encoder.encode(webhook)), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await asyncio.shield(waiting.kept)

    async def _write_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._write, b"".join(one.record for one in together))
            except (OSError, SpoolFull) as error:
                why = error if isinstance(error, SpoolFull) else SpoolFull(f"the disk cannot keep it: {error.strerror}")
                log.error("spool_full", error=str(why), size_bytes=self.size_bytes)
                for one in together:
                    if not one.kept.done():
                        one.kept.set_exception(why)
            else:
                for one in together:
                    if not one.kept.done():
                        one.kept.set_result(None)

    def _write(self, data: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock("lock"), _opened(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND) as file:
            size = os.fstat(file).st_size
            if size + len(data) > self._most_bytes:
                raise SpoolFull(f"the spool is full: {size} bytes wait, at most {self._most_bytes} may")
            disk = os.fstatvfs(file)
            if disk.f_bavail * disk.f_frsize < KEEP_FREE_BYTES + len(data):
                raise SpoolFull("the disk is nearly full")
            try:
                written = 0
                while written < len(data):
                    written += os.write(file, data[written:])
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)  # none of it, rather than a part
                raise
            if size == 0:
                _sync_folder(self._folder)

    async def run(self, channels: Callable[[], Mapping[str, Channel]], ingest: TakesIn) -> None:
        """Carry what waits into the store, as soon as that takes it; for ever."""
        while True:
            if self.size_bytes:
                try:
                    await self.replay(channels(), ingest)
                except StoreUnavailable:
                    pass  # still away; all of it is still here
                except Exception:
                    log.exception("spool_replay_failed")
            await asyncio.sleep(LOOK_S)

    async def replay(self, channels: Mapping[str, Channel], ingest: TakesIn) -> None:
        """Carry all that waits into the store, in its order, and empty the file; nothing if another process does so.

        Raises:
            StoreUnavailable: not now; what was carried over stays here too, and does no harm there twice.
        """
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(self._lock("replay.lock", wait=False))
            except (BlockingIOError, FileNotFoundError):
                return
            at, count, started = 0, 0, time.monotonic()
            while True:
                data = await asyncio.to_thread(self._read, at)
                if data and (whole := await self._take_in(data, channels, ingest)):
                    at, count = at + whole[0], count + whole[1]
                elif await asyncio.to_thread(self._emptied, at):
                    break
            if count:
                log.info("spool_replayed", webhooks=count, took_s=round(time.monotonic() - started, 2))

    async def _take_in(self, data: bytes, channels: Mapping[str, Channel], ingest: TakesIn) -> tuple[int, int] | None:
        """Carry the first records of `data` over; (bytes, records) of them, None if there is no whole one."""
        taken, batch, gap = 0, list[bytes](), 0
        for end, record in records_in(data):
            if record is None:
                gap = end
                continue
            if gap > taken:
                log.error("spool_record_torn", bytes=gap - taken)
            batch.append(record)
            taken = end
            if len(batch) == AT_ONCE:
                break
        if not batch and len(data) == READ_BYTES:  # nothing readable for long: a whole record may begin in its end
            taken = READ_BYTES - MOST_RECORD - HEAD.size
            log.error("spool_record_torn", bytes=taken)
        together: dict[str, list[Parsed]] = {}
        for record in batch:
            name, items = self._parsed(record, channels)
            if name:
                together.setdefault(name, []).extend(items)
        for name, items in together.items():
            try:
                await ingest.take_in(channels[name], items)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("spool_batch_failed", channel=name)
                for item in items:
                    await self._one(channels[name], item, ingest)
        return (taken, len(batch)) if taken else None

    async def _one(self, channel: Channel, item: Parsed, ingest: TakesIn) -> None:
        try:
            await ingest.take_in(channel, [item])
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("spool_item_refused", channel=channel.name)

    def _parsed(self, record: bytes, channels: Mapping[str, Channel]) -> tuple[str, list[Parsed]]:
        """The channel and what came on it; no channel where it cannot be read any more: then it is put aside."""
        try:
            webhook = _decoder.decode(record)
            channel = channels[webhook.channel]
            return channel.name, channel.parse(webhook.body, webhook.content_type, webhook.query, webhook.at)
        except (msgspec.DecodeError, KeyError, BadPayload) as error:
            log.error("spool_record_refused", error=f"{type(error).__name__}: {error}", kept_in="spool/refused")
            with _opened(self._folder / "refused", os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
                os.write(file, framed(record))
                os.fsync(file)
            return "", []

    def _read(self, at: int) -> bytes:
        with _opened(self._path, os.O_RDONLY) as file:
            return os.pread(file, READ_BYTES, at)

    def _emptied(self, at: int) -> bool:
        """Empty the file if no whole record came after `at`; from then on webhooks go to the store again."""
        with self._lock("lock"), _opened(self._path, os.O_RDWR) as file:
            rest = os.pread(file, READ_BYTES, at)
            if any(record is not None for _, record in records_in(rest)) or len(rest) == READ_BYTES:
                return False
            if rest:
                log.error("spool_record_torn", bytes=len(rest))
            os.ftruncate(file, 0)
            os.fsync(file)
            return True

    @contextlib.contextmanager
    def _lock(self, name: str, *, wait: bool = True) -> Iterator[None]:
        """Raises BlockingIOError if another process has it and we don't wait."""
        import fcntl  # not on Windows

        with _opened(self._folder / name, os.O_RDWR | os.O_CREAT) as file:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield


@contextlib.contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _sync_folder(folder: Path) -> None:
    """Have the names of new files on disk, too."""
    with _opened(folder, os.O_RDONLY) as file:
        os.fsync(file)
