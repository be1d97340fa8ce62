import pytest

from bot_runtime.errors import SettingError
from bot_runtime.store.urls import StoreAddress, parse_store_url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("", StoreAddress("embedded")),
        ("redis://cache", StoreAddress("single", options={"host": "cache"})),
        ("valkey://cache:7000/2", StoreAddress("single", options={"host": "cache", "port": 7000, "db": 2})),
        ("redis://[::1]:7000", StoreAddress("single", options={"host": "::1", "port": 7000})),
        ("rediss://cache", StoreAddress("single", tls=True, options={"host": "cache"})),
        ("valkeys://cache", StoreAddress("single", tls=True, options={"host": "cache"})),
        ("redis://:p%40ss@cache", StoreAddress("single", options={"host": "cache", "password": "p@ss"})),
        ("unix:///run/my%20store.sock", StoreAddress("single", options={"path": "/run/my store.sock"})),
        ("unix:///s.sock?db=3", StoreAddress("single", options={"path": "/s.sock", "db": 3})),
        (
            "redis+sentinel://h1,h2:26380/main/1",
            StoreAddress("sentinel", nodes=(("h1", 26379), ("h2", 26380)), service="main", options={"db": 1}),
        ),
        (
            "rediss+sentinel://bot:secret@h1/main?sentinel_password=other",
            StoreAddress(
                "sentinel",
                tls=True,
                nodes=(("h1", 26379),),
                service="main",
                options={"username": "bot", "password": "secret", "db": 0},
                sentinel_options={"password": "other"},
            ),
        ),
        ("valkey+cluster://h1,h2:7001", StoreAddress("cluster", nodes=(("h1", 6379), ("h2", 7001)))),
        (
            "rediss+cluster://h1?ssl_check_hostname=no",
            StoreAddress("cluster", tls=True, nodes=(("h1", 6379),), options={"ssl_check_hostname": False}),
        ),
        ("rediss+cluster://h1/0", StoreAddress("cluster", tls=True, nodes=(("h1", 6379),))),
    ],
)
def test_a_store_url_says_where_the_store_is(url: str, address: StoreAddress):
    assert parse_store_url(url) == address


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("cache:6379", "unknown kind"),
        ("http://bot:hunter2@cache", "unknown kind"),
        ("redis+magic://bot:hunter2@cache", "unknown kind"),
        ("redis://bot:hunter2@", "no host"),
        ("redis://bot:hunter2@cache:port", "cannot be read"),
        ("redis://bot:hunter2@cache:99999", "cannot be read"),
        ("redis://bot:hunter2@[::1", "cannot be read"),
        ("redis://cache/first", "the database is not a number"),
        ("unix://", "no path"),
        ("redis+sentinel://bot:hunter2@h1,h2", "no service name"),
        ("redis+sentinel://bot:hunter2@h1/main/x", "the database is not a number"),
        ("redis+sentinel:///main", "no host"),
        ("redis+cluster://bot:hunter2@h1:many", "a port is not a number"),
        ("redis+cluster://h1/3", "only database 0"),
        ("redis://cache?password=hunter2&db=x", "cannot be read"),
    ],
)
def test_a_bad_url_is_explained_without_its_password(url: str, complaint: str):
    with pytest.raises(SettingError) as refused:
        parse_store_url(url)
    assert complaint in str(refused.value)
    assert "BOT_STORE_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_address_can_be_logged():
    assert "hunter2" not in repr(parse_store_url("redis://bot:hunter2@cache"))
