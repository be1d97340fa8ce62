"""The Lua files of `lua/`, one an operation, with their digests computed here rather than asked for."""

import functools
import hashlib
import re
from dataclasses import dataclass, field
from importlib import resources


@dataclass(frozen=True, slots=True)
class Script:
    """One operation of the store: a Lua source that the store runs whole or not at all."""

    name: str
    source: bytes = field(repr=False)
    sha: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", hashlib.sha1(self.source, usedforsecurity=False).hexdigest().encode())

    @classmethod
    def load(cls, name: str) -> "Script":
        """The script `lua/<name>.lua` of this package."""
        return all_scripts()[name]


@functools.cache
def all_scripts() -> dict[str, Script]:
    """Every script of the package, by name; each new connection loads them all, so that none is ever missing."""
    folder = resources.files(__package__).joinpath("lua")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".lua"))
    return {name[:-4]: Script(name[:-4], _with_parts(folder.joinpath(name).read_bytes())) for name in names}


def _with_parts(source: bytes) -> bytes:
    """The script with the shared parts that its header asks for (`-- part: rows`) put right below the header."""
    for name in _PART.findall(source):
        part = resources.files(__package__).joinpath("lua", "parts", f"{name.decode()}.lua").read_bytes()
        source = source.replace(b"-- part: " + name + b"\n", part)
    return source


_PART = re.compile(rb"^-- part: (\w+)$", re.MULTILINE)
