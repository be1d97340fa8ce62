import pytest

from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import Outbox
from bot_runtime.store.turns import Turns


@pytest.fixture
def keys() -> Keys:
    return Keys("test", 8, b"secret")


@pytest.fixture
def contacts(store: Store, keys: Keys) -> Contacts:
    return Contacts(store, keys)


@pytest.fixture
def turns(store: Store, keys: Keys) -> Turns:
    return Turns(store, keys)


@pytest.fixture
def outbox(store: Store, keys: Keys) -> Outbox:
    return Outbox(store, keys)
