"""A form with files, as browsers send it: counted while it comes, never trusted to say its size."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Final

from aiohttp import BodyPartReader, hdrs, web

from bot_runtime.web import errors
from bot_runtime.web.errors import ApiError, Phrase

MOST_FIELD: Final = 256 * 1024
MOST_PARTS: Final = 20
SILENT_S: Final = 30.0  # with nothing coming
WHOLE_S: Final = 600.0

WANTS_FORM = Phrase(
    "wants_form",
    "expected a multipart form: {parts}",
    "se esperaba un formulario multipart: {parts}",
)
NO_FORM = Phrase(
    "not_a_form",
    "the form cannot be read; send it anew",
    "el formulario no se puede leer; envíalo de nuevo",
)


@dataclass(slots=True)
class Form:
    """`fields` by name; `files` holds (file name, contents) of every part that has a file name."""

    fields: dict[str, bytes] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def digest(self) -> bytes:
        """The same for the same fields and files: a form sent again has other boundaries, and so other bytes."""
        summed = hashlib.sha256()
        parts = [("field", name, value) for name, value in sorted(self.fields.items())]
        for kind, name, value in [*parts, *(("file", name, value) for name, value in self.files)]:
            summed.update(f"{kind} {len(name.encode())} {len(value)} {name}".encode())
            summed.update(value)
        return summed.digest()


@dataclass(frozen=True, slots=True)
class Upload:
    """A row of the route table that takes a form. `parts` says what is expected, for whoever sends something else."""

    most_bytes: int
    parts: str

    async def read(self, request: web.Request) -> Form:
        return await read_form(request, self.most_bytes, self.parts)


async def read_form(request: web.Request, most_bytes: int, parts: str) -> Form:
    """The whole form. `parts` says what is expected, for whoever sends something else.

    Raises:
        ApiError: 413, 415, 422 or 408.
    """
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise ApiError(415, errors.ENCODED)
    if request.content_type != "multipart/form-data":
        raise ApiError(415, WANTS_FORM, parts=parts, got=request.content_type)
    if request.content_length is not None and request.content_length > most_bytes + MOST_FIELD:
        raise ApiError(413, errors.TOO_BIG, most=most_bytes)
    form = Form()
    try:
        async with asyncio.timeout(WHOLE_S):
            reader = await request.multipart()
            while (part := await reader.next()) is not None:
                if not isinstance(part, BodyPartReader) or not part.name:
                    raise ApiError(422, NO_FORM)
                if len(form.fields) + len(form.files) == MOST_PARTS:
                    raise ApiError(413, errors.TOO_BIG, most=most_bytes)
                if part.filename is not None:
                    form.files.append((part.filename, await _contents(part, most_bytes)))
                    most_bytes = max(most_bytes - len(form.files[-1][1]), 0)
                else:
                    form.fields[part.name] = await _contents(part, MOST_FIELD)
    except TimeoutError:
        raise ApiError(408, errors.TOO_SLOW, most_s=SILENT_S) from None
    except (ValueError, AssertionError, web.HTTPException):
        raise ApiError(422, NO_FORM) from None
    return form


async def _contents(part: BodyPartReader, most_bytes: int) -> bytes:
    found = bytearray()
    while chunk := await _next_chunk(part):
        found += chunk
        if len(found) > most_bytes:
            raise ApiError(413, errors.TOO_BIG, most=most_bytes)
    return bytes(found)


async def _next_chunk(part: BodyPartReader) -> bytes:
    async with asyncio.timeout(SILENT_S):
        return await part.read_chunk(65_536)
