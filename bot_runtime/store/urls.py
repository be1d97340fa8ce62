"""What `BOT_STORE_URL` says: which kind of store, where, and with what credentials.

redis-py reads `redis://`, `rediss://` and `unix://`; `valkey(s)://`, Sentinel and Cluster are ours:
`redis+sentinel://h1:26379,h2/service/0` and `redis+cluster://h1:6379,h2` (`rediss+…` for TLS).
"""

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from redis.asyncio.connection import parse_url

from bot_runtime.errors import SettingError

EXAMPLES = (
    "redis://host:6379/0, rediss://… (TLS), unix:///path/to.sock, "
    "redis+sentinel://host1,host2/service/0 or redis+cluster://host1,host2"
)


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where the store is. Credentials are in `options` only, which never prints."""

    kind: Literal["embedded", "single", "sentinel", "cluster"]
    tls: bool = False
    nodes: tuple[tuple[str, int], ...] = ()  # Sentinels, or any nodes of the Cluster
    service: str = ""  # the name the Sentinels know the primary by
    options: dict[str, Any] = field(default_factory=dict, repr=False)  # arguments of redis-py's connection
    sentinel_options: dict[str, Any] = field(default_factory=dict, repr=False)  # the same, to the Sentinels


def parse_store_url(url: str) -> StoreAddress:
    """The address in `url`; empty means the embedded store.

    Raises:
        SettingError: it cannot be read; the text shows neither user nor password.
    """
    if not url:
        return StoreAddress("embedded")
    scheme = url.partition("://")[0]
    tls = scheme.split("+")[0] in ("rediss", "valkeys")
    try:
        match scheme.replace("valkeys", "rediss").replace("valkey", "redis"):
            case "redis" | "rediss" | "unix" as plain:
                return _single(plain + url[len(scheme) :], tls)
            case "redis+sentinel" | "rediss+sentinel":
                return _sentinel(url, tls)
            case "redis+cluster" | "rediss+cluster":
                return _cluster(url, tls)
    except ValueError as error:
        # `from None`: the cause may quote the URL, password and all
        raise SettingError(f"BOT_STORE_URL: {_harmless(error)} in {_shown(url)}; expected {EXAMPLES}") from None
    raise SettingError(f"BOT_STORE_URL: unknown kind of URL {_shown(url)}; expected {EXAMPLES}")


def _single(url: str, tls: bool) -> StoreAddress:
    parts = urlsplit(url)
    options = dict(parse_url(url))
    options.pop("connection_class", None)
    if parts.scheme == "unix":
        if not options.get("path"):
            raise _Reason("no path of a socket")
    elif not parts.hostname:
        raise _Reason("no host")
    elif parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise _Reason("the database is not a number")
    return StoreAddress("single", tls, options=options)


def _sentinel(url: str, tls: bool) -> StoreAddress:
    user, nodes, path, query = _parts(url, default_port=26379)
    service, _, database = path.partition("/")
    if not service:
        raise _Reason("no service name after the Sentinels")
    if database and not database.isdecimal():
        raise _Reason("the database is not a number")
    own = {name[9:]: query.pop(name) for name in ("sentinel_username", "sentinel_password") if name in query}
    options = {**user, **query, "db": int(database or 0)}
    return StoreAddress("sentinel", tls, nodes, service, options, own)


def _cluster(url: str, tls: bool) -> StoreAddress:
    user, nodes, path, query = _parts(url, default_port=6379)
    if path.strip("/0"):
        raise _Reason("a Cluster has only database 0")
    return StoreAddress("cluster", tls, nodes, options={**user, **query})


def _parts(url: str, default_port: int) -> tuple[dict[str, str], tuple[tuple[str, int], ...], str, dict[str, Any]]:
    """Credentials, hosts, path without its first slash and query of a URL with several hosts."""
    rest = url.partition("://")[2]
    rest, _, query = rest.partition("?")
    netloc, _, path = rest.partition("/")
    credentials, _, hosts = netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    user = {name: unquote(value) for name, value in (("username", username), ("password", password)) if value}
    nodes = []
    for host in filter(None, hosts.split(",")):
        parts = urlsplit(f"//{host}")
        if not parts.hostname:
            raise _Reason("a host has no name")
        try:
            nodes.append((parts.hostname, parts.port or default_port))
        except ValueError:
            raise _Reason("a port is not a number between 1 and 65535") from None
    if not nodes:
        raise _Reason("no host")
    options = dict(parse_url(f"redis:///?{query}"))  # redis-py knows which of them are numbers or yes and no
    return user, tuple(nodes), path, options


class _Reason(ValueError):
    """A reason worded here, so it can be shown."""


def _harmless(error: ValueError) -> str:
    return str(error) if isinstance(error, _Reason) else "something cannot be read"


def _shown(url: str) -> str:
    """`url` without credentials and query, even when it is too broken to parse."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "(not a URL)"
    rest = rest.rpartition("@")[2].partition("?")[0]
    return f"{scheme}://{rest}"
