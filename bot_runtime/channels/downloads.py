"""Files that contacts send, fetched from the provider that keeps them.

WhatsApp names a file by an id and says on request where it is, for five minutes; Twilio's webhook has the address.
Credentials go to the provider's own hosts alone; where it redirects (to a store of files), they stay behind. Nothing is
fetched from anywhere else: links that point elsewhere are lost files.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp

from bot_runtime.channels.base import Channel, Request

CONNECT_S: Final = 10.0
READ_S: Final = 20.0  # between two pieces
TOTAL_S: Final = 120.0
MOST_HOPS: Final = 4
TRIES: Final = 3
PAUSE_S: Final = 0.5
CHUNK: Final = 64 * 1024
DESCRIPTION_BYTES: Final = 64 * 1024
# whose hosts get the credentials, and who else keeps their files
_OWN: Final = {
    "whatsapp": ("facebook.com", "fbsbx.com", "whatsapp.net", "fbcdn.net"),
    "twilio": ("twilio.com",),
}
_STORES: Final = ("twiliocdn.com", "amazonaws.com", "cloudfront.net")


class FileLost(Exception):
    """There is no file: `trouble` is `too_large`, `gone` (the provider has it no longer) or `unreachable` (for now)."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Fetched:
    bytes: int
    mime: str


class Downloads:
    """Connections of their own: a slow file delays no message. Use as a context manager, or `close` it."""

    def __init__(self, total_s: float = TOTAL_S) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total_s, connect=CONNECT_S, sock_read=READ_S)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, channel: Channel, ref: str, most_bytes: int, into: IO[bytes]) -> Fetched:
        """Write the file that `ref` names into `into`, tried a few times.

        Raises:
            FileLost: for good, or after the last try.
        """
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_S * attempt)
            into.seek(0)
            into.truncate()
            try:
                return await self._fetch(channel, channel.render_file(ref), most_bytes, into)
            except FileLost as lost:
                if lost.trouble != "unreachable" or attempt == TRIES - 1:
                    raise
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if attempt == TRIES - 1:
                    raise FileLost("unreachable") from error
        raise FileLost("unreachable")

    async def _fetch(self, channel: Channel, request: Request | None, most_bytes: int, into: IO[bytes]) -> Fetched:
        if request is None:
            raise FileLost("gone")
        home = urlsplit(channel.api_base)
        async with self._answer(channel, request, home) as answer:
            if channel.describes_files:
                described = await answer.content.read(DESCRIPTION_BYTES)
                found = channel.file_in(described)
                if found is None:
                    raise FileLost("gone")
                url, mime, size = found
                if size > most_bytes:
                    raise FileLost("too_large")
                async with self._answer(channel, Request("GET", url, request.headers), home) as file:
                    return Fetched(await _written(file, most_bytes, into), mime or file.content_type)
            return Fetched(await _written(answer, most_bytes, into), answer.content_type)

    @contextlib.asynccontextmanager
    async def _answer(
        self, channel: Channel, request: Request, home: SplitResult
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """What is at the end of a few redirects."""
        url = request.url
        for _ in range(MOST_HOPS):
            headers = _headers(channel.provider, urlsplit(url), home, dict(request.headers))
            async with self._open().get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status in (301, 302, 303, 307, 308) and (moved := answer.headers.get("Location")):
                    url = urljoin(url, moved)
                    continue
                if answer.status in (400, 403, 404, 410):
                    raise FileLost("gone")
                if not 200 <= answer.status < 300:
                    raise FileLost("unreachable")
                yield answer
                return
        raise FileLost("gone")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _headers(provider: str, url: SplitResult, home: SplitResult, own: dict[str, str]) -> dict[str, str]:
    """What to send there.

    Raises:
        FileLost: it is no place of the provider's.
    """
    host = (url.hostname or "").lower()
    if (url.scheme, url.netloc) == (home.scheme, home.netloc):
        return own
    if url.scheme == "https" and url.port in (None, 443):
        if _is_of(host, _OWN.get(provider, ())):
            return own
        if _is_of(host, _STORES):
            return {}
    raise FileLost("gone")


def _is_of(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


async def _written(answer: aiohttp.ClientResponse, most_bytes: int, into: IO[bytes]) -> int:
    if (answer.content_length or 0) > most_bytes:
        raise FileLost("too_large")
    size = 0
    async for chunk in answer.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > most_bytes:
            raise FileLost("too_large")
        into.write(chunk)
    return size
