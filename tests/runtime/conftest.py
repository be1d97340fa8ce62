import pytest

from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys


@pytest.fixture
def keys() -> Keys:
    return Keys("test", 8, b"secret")


@pytest.fixture
def contacts(store: Store, keys: Keys) -> Contacts:
    return Contacts(store, keys)
