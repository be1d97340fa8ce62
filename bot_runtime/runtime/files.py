"""Files of contacts, on disk: `files/<first two of the id>/<id>`, and `<id>.json` with what is known of it.

A file is whole or not there: it is written under another name and renamed, its facts last. So whoever finds the facts
finds the file, any process may write the same one twice, and a crash leaves only a `.part` that the broom takes. The
folder is the owner's alone. Several machines need one folder between them (`BOT_FILES_DIR`).
"""

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

ID = re.compile(r"[0-9a-f]{32}")
PART_S = 3_600  # how old what was never finished may be
RECOUNT_S = 60.0
_DAY_S = 86_400


class StoredFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """`at` in ms; `name` as the contact's phone called it, or empty."""

    id: str
    contact: str
    channel: str
    kind: str
    mime: str
    bytes: int
    at: int
    name: str = ""


def file_id(contact: str, channel: str, message_id: str) -> str:
    """The same for the same message, so that fetching it again finds what is there."""
    told = "\0".join((contact, channel, message_id)).encode(errors="replace")
    return hashlib.blake2b(told, digest_size=16).hexdigest()


class Files:
    """`most_bytes`: of all files together; `keep_days`: how long one stays."""

    def __init__(self, folder: Path, most_bytes: int, keep_days: int) -> None:
        self._folder, self._most_bytes, self._keep_days = folder, most_bytes, keep_days
        self._counted: tuple[float, int] = (0.0, -1)

    def find(self, id: str) -> StoredFile | None:
        if not ID.fullmatch(id):
            return None
        try:
            return msgspec.json.decode(self._path(id, ".json").read_bytes(), type=StoredFile)
        except (OSError, msgspec.MsgspecError):
            return None

    def path(self, id: str) -> Path:
        """Where the content of a file that was found is."""
        return self._path(id)

    def has_room(self) -> bool:
        counted_at, size = self._counted
        if size < 0 or time.monotonic() - counted_at > RECOUNT_S:
            size = sum(entry.stat().st_size for entry in self._entries())
            self._counted = (time.monotonic(), size)
        return size < self._most_bytes

    @contextlib.contextmanager
    def writing(self, id: str) -> Iterator[tuple[IO[bytes], Path]]:
        """A file to write into, and its place; gone afterwards unless `keep` took it."""
        folder = self._path(id).parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(suffix=".part", prefix=id, dir=folder)
        try:
            with os.fdopen(handle, "w+b") as opened:
                yield opened, Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def keep(self, written: IO[bytes], place: Path, facts: StoredFile) -> None:
        """Make what was written the file `facts.id`, for good."""
        written.flush()
        os.fsync(written.fileno())
        place.rename(self._path(facts.id))
        told = place.with_suffix(".facts.part")
        told.write_bytes(msgspec.json.encode(facts))
        told.rename(self._path(facts.id, ".json"))
        counted_at, size = self._counted
        self._counted = (counted_at, size + facts.bytes) if size >= 0 else self._counted

    def sweep(self, now_ms: int) -> int:
        """Remove what is too old, and what was never finished; how many files that were."""
        gone = 0
        for entry in list(self._entries()):
            with contextlib.suppress(OSError):
                if entry.suffix == ".part":
                    if time.time() - entry.stat().st_mtime > PART_S:
                        entry.unlink()
                elif entry.suffix == ".json":
                    facts = self.find(entry.stem)
                    if facts is None or facts.at < now_ms - self._keep_days * _DAY_S * 1000:
                        entry.unlink()
                        self._path(entry.stem).unlink(missing_ok=True)
                        gone += 1
        return gone

    def _path(self, id: str, suffix: str = "") -> Path:
        return self._folder / id[:2] / f"{id}{suffix}"

    def _entries(self) -> Iterator[Path]:
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            with contextlib.suppress(OSError):
                yield from (Path(entry) for entry in os.scandir(folder) if entry.is_file())
