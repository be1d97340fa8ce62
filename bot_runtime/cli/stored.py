"""What the commands share that read a workspace's store, whether or not its server is running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot_runtime.errors import StoreUnavailable
from bot_runtime.settings import settings_of
from bot_runtime.store.connection import Store
from bot_runtime.store.embedded import EmbeddedStore
from bot_runtime.store.keys import Keys
from bot_runtime.store.secret import store_keys


@asynccontextmanager
async def open_store(folder: Path, brand: str) -> AsyncIterator[tuple[Store, Keys]]:
    """The store of the workspace in `folder`: its running server's, where there is one.

    Raises:
        SettingError: the store cannot be used as it is.
        StoreUnavailable: nobody answers.
    """
    settings = settings_of(folder)
    embedded = EmbeddedStore(settings.data_dir)
    running = not settings.store_url and embedded.socket_path.exists()
    try:
        store = await Store.connect(replace(settings, store_url=embedded.url) if running else settings)
    except StoreUnavailable:
        if not running:
            raise
        store = await Store.connect(settings)  # a socket left behind: nobody serves this folder now
    try:
        yield store, await store_keys(store, brand, settings.shards)
    finally:
        await store.close()
