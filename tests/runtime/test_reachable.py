"""F059: what a dialog's call may reach. Every private corner of the internet is refused, whatever it is dressed as."""

import pytest

from bot_runtime.runtime.outgoing import CallFailed, address_of
from bot_runtime.runtime.reachable import Rules

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
INTERNAL = [
    *("127.0.0.1", "127.255.0.1", "10.0.0.8", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "198.18.0.1"),
]
NEVER = [
    *("0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("::", "fe80::1", "fe80::1%eth0", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "100.100.100.200"),
    *("192.0.0.192", "fd00:ec2::254", "not an address", ""),
]
HIDDEN = ["2002:7f00:1::", "2001:0:7f00:1::1", "192.88.99.1", "fec0::1", "2001:db8::1", "203.0.113.7", "5f00::1"]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_may_be_called(address):
    assert Rules().takes(address, listed=False)


@pytest.mark.parametrize("address", [*INTERNAL, *NEVER, *HIDDEN])
def test_anything_else_may_not(address):
    assert not Rules().takes(address, listed=False)


@pytest.mark.parametrize("address", INTERNAL)
def test_a_host_the_operator_lists_may_be_internal(address):
    assert Rules(["crm.local"]).takes(address, listed=True)


@pytest.mark.parametrize("address", NEVER)
def test_not_even_a_listed_host_may_be_the_clouds_metadata(address):
    assert not Rules(["crm.local"]).takes(address, listed=True)


@pytest.mark.parametrize(
    "url",
    [
        *("https://api.acme.com/x", "http://api.acme.com/x", "https://api.acme.com:443/x", "http://api.acme.com:443/"),
        *("http://crm.local/x", "http://crm.local:8080/x", "https://[2606:4700::1]/", "https://api.acme.com/años?q=ñ"),
        "https://api.acme.com/a%2Fb/..x",
    ],
)
def test_addresses_that_may_be_asked_for(url):
    assert str(address_of(url, Rules(["crm.local:8080"]))).isascii()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://api.acme.com:8080/", "address_refused"),
        ("http://crm.local:8081/", "address_refused"),
        ("http://127.0.0.1:6379/", "address_refused"),
        ("ftp://api.acme.com/", "bad_request"),
        ("file:///etc/passwd", "bad_request"),
        ("https://user:secret@api.acme.com/", "bad_request"),
        ("https:///x", "bad_request"),
        ("https://api.acme.com/a b", "bad_request"),
        ("https://api.acme.com/a\r\nX: y", "bad_request"),
        ("https://api.acme.com/x/../admin", "bad_request"),
        ("https://api.acme.com/x/%2e%2E/admin", "bad_request"),
        ("https://api.acme.com/x/..%2Fadmin", "bad_request"),
        ("https://api.acme.com/x/..\\admin", "bad_request"),
        ("https://api.acme.com:99999/", "bad_request"),
        ("https://[::1/", "bad_request"),
        ("", "bad_request"),
        ("https://api.acme.com/" + "x" * 5000, "request_too_big"),
    ],
)
def test_addresses_that_may_not(url, reason):
    with pytest.raises(CallFailed) as failed:
        address_of(url, Rules(["crm.local:8080"]))
    assert failed.value.reason == reason


def test_only_who_tries_things_out_may_call_this_machine():
    assert Rules(loopback=True).takes("127.0.0.1", listed=False)
    assert Rules(loopback=True).takes_port("http", "localhost", 9000)
    assert not Rules(loopback=True).takes("10.0.0.1", listed=False)
    assert not Rules(loopback=True).takes("169.254.169.254", listed=False)
