"""What must hold of a store before anything is kept in it."""

import structlog

from bot_runtime.errors import SettingError
from bot_runtime.store.link import CommandRefused, pack
from bot_runtime.store.nodes import Node, Router

META_KEY = "bot:meta"  # hash; {shards}
OLDEST = (7, 0)

log = structlog.get_logger(__name__)


async def check_store(router: Router, shards: int) -> None:
    """Refuse a store that is too old, may evict, is a replica, or is split into another number of shards.

    Raises:
        SettingError: what is wrong, and what to do about it.
    """
    for node in router.primaries():
        await _check_node(node)
    await router.call(META_KEY, pack("HSETNX", META_KEY, "shards", shards))
    kept = int(await router.call(META_KEY, pack("HGET", META_KEY, "shards")))
    if kept != shards:
        raise SettingError(
            f"BOT_SHARDS is {shards}, but this store was created with {kept} and its keys depend on it; "
            f"set BOT_SHARDS={kept}, or use an empty store"
        )


async def _check_node(node: Node) -> None:
    try:
        facts = facts_of(await node.call(None, pack("INFO")))
    except CommandRefused as error:
        log.warning("store_not_checked", reason=str(error), hint="allow INFO, or make sure it never evicts")
        return
    version = facts.get("redis_version", "0")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise SettingError(f"the store is version {version}; Redis 7.0, Valkey 7.2 or later is needed")
    policy = facts.get("maxmemory_policy")
    if policy is None:
        log.warning("store_not_checked", reason="INFO tells no maxmemory_policy", hint="make sure it never evicts")
    elif policy != "noeviction":
        raise SettingError(
            f"the store's maxmemory-policy is {policy}: short of memory it would drop messages and timers; "
            "CONFIG SET maxmemory-policy noeviction (and in its configuration file), or use another store"
        )
    if facts.get("role") == "slave":
        raise SettingError("the store is a replica, which takes no writes; BOT_STORE_URL must name the primary")
    if facts.get("aof_enabled") == "0":
        log.warning("store_not_durable", hint="appendonly is off: what it acknowledged is lost when it dies")


def facts_of(info: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in info.decode(errors="replace").splitlines() if not line.startswith("#"))
    return {name: value for name, separator, value in lines if separator}
