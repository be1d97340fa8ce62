import pytest

from bot_runtime.people.logins import Logins
from bot_runtime.people.passwords import Passwords
from bot_runtime.people.service import People
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from tests.web.people import CHEAP


@pytest.fixture
def keys() -> Keys:
    return Keys("test", 8, b"secret")


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(CHEAP)


@pytest.fixture
def people(store: Store, keys: Keys, passwords: Passwords) -> People:
    return People(store, keys, passwords)


@pytest.fixture
def logins(store: Store, keys: Keys, passwords: Passwords) -> Logins:
    return Logins(store, keys, passwords)
