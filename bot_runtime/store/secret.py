"""The secret behind contact ids, made when a store is first used: without it, phones cannot be tried one by one."""

import secrets

from bot_runtime.store.checks import META_KEY
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys


async def store_keys(store: Store, brand: str, shards: int) -> Keys:
    """The keys of `brand` in this store; `shards` as the store was created with."""
    await store.command("HSETNX", META_KEY, "id_secret", secrets.token_hex(16), key=META_KEY)
    return Keys(brand, shards, await store.command("HGET", META_KEY, "id_secret", key=META_KEY))
