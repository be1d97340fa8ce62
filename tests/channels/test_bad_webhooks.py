"""Whatever a signed webhook holds, reading it either works or says `BadPayload`; nothing else ever."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_runtime.channels.base import AddressChanged, Ignored, LevelReported, Received, StatusReported, TemplatesChanged
from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.errors import BadPayload

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
WHATSAPP = WhatsAppCloud("wa", phone_number_id="1", app_secrets=["s"], verify_token="v", token="t")
TWILIO = TwilioMessaging("tw", kind="sms", account_sid="AC1", auth_tokens=["t"], number="+15550100999")
WRONG: list[Any] = [None, 7, -1, 10**40, 1.5, True, "", "x", "٣", "\ud83d", [], [None], {}, {"a": 1}, [[]]]


def read(body: bytes) -> list[Any]:
    """What a webhook says; each piece must be complete and storable."""
    try:
        items = WHATSAPP.parse(body, "application/json", {}, NOW)
    except BadPayload:
        return []
    check(items)
    return list(items)


def check(items: list[Any]) -> None:
    for item in items:
        assert isinstance(item, Received | StatusReported | AddressChanged | LevelReported | TemplatesChanged | Ignored)
        if isinstance(item, Received):
            assert item.addresses
            assert msgspec.json.decode(msgspec.json.encode(item.event), type=type(item.event)) == item.event
        if isinstance(item, StatusReported):
            assert item.external_id
            assert item.status in ("sent", "delivered", "read", "failed")


def with_each_leaf_replaced(tree: Any, by: Any) -> Iterator[Any]:
    """Copies of `tree`, each with one value or branch, at any depth, replaced or (`by` is `...`) removed."""

    def paths(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, child in children:
            yield (*path, key)
            yield from paths(child, (*path, key))

    for path in paths(tree, ()):
        changed = copy.deepcopy(tree)
        node = changed
        for key in path[:-1]:
            node = node[key]
        if by is ...:
            del node[path[-1]]
        else:
            node[path[-1]] = by
        yield changed


def encode(tree: Any) -> bytes:
    import json  # the only writer of half surrogate pairs

    return json.dumps(tree).encode()


@pytest.mark.parametrize("name", sorted(path.stem for path in (DATA / "whatsapp").glob("*.json")))
def test_any_value_of_a_recorded_webhook_may_be_anything(name):
    recorded = msgspec.json.decode((DATA / "whatsapp" / f"{name}.json").read_bytes())
    for wrong in [..., *WRONG]:
        for changed in with_each_leaf_replaced(recorded, wrong):
            read(encode(changed))


@pytest.mark.parametrize("name", sorted(path.stem for path in (DATA / "twilio").glob("*.form")))
def test_any_field_of_a_recorded_form_may_be_anything_or_missing(name):
    recorded = dict(parse_qsl((DATA / "twilio" / f"{name}.form").read_text(), keep_blank_values=True))
    for field in recorded:
        rest = {other: value for other, value in recorded.items() if other != field}
        check(TWILIO.parse(urlencode(rest).encode(), FORM, {}, NOW))
        for wrong in ("", "7", "-1", "9" * 400, "x" * 5000, "٣", "\x00", "[]", "nan", "STOP"):
            check(TWILIO.parse(urlencode({**rest, field: wrong}).encode(), FORM, {"entry": ""}, NOW))


NAMES = """object entry changes field value messages statuses contacts errors from from_user_id id timestamp type text
body context interactive button_reply system wa_id user_id status metadata phone_number_id profile name"""
names = st.sampled_from(NAMES.split())
values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | names
trees = st.recursive(values, lambda inner: st.lists(inner) | st.dictionaries(names | st.text(), inner), max_leaves=40)


@given(trees)
@settings(max_examples=300, deadline=None)
def test_any_tree_of_known_names_is_read_or_refused(tree):
    read(encode(tree))
    read(
        encode({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": tree}]}]})
    )
    message = {"messages": [tree], "statuses": [tree]}
    read(
        encode(
            {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": message}]}]}
        )
    )


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(body):
    read(body)
    for content_type in (FORM, "application/json", ""):
        try:
            check(TWILIO.parse(body, content_type, {}, NOW))
        except BadPayload:
            pass


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe{}",
        b'{"object":NaN}',
        b'{"object":Infinity}',
        b'{"object":"a","object":"b"}',
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 200_000,
        b'{"a":' + b"9" * 5000 + b"}",
        b"x" * 5_000_000,
        b'{"a":"' + b"x" * 5_000_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(BadPayload) as refused:
        WHATSAPP.parse(body, "application/json", {}, NOW)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        (b'{"object"', b'{"object":"page","object"'),
        (b'"entry":', b'"entry":[],"entry":'),
        (b'"field":', b'"field":"history","field":'),
        (b'"value":', b'"value":{},"value":'),
        (b'"text":{', b'"text":{"body":"first"},"text":{'),
        (b'"body":', b'"body":"first","body" :'),
        (b'"timestamp":', b'"timestamp":"1","timestamp":'),
        (b'"messages":', b'"messages":[{"timestamp":"1"}],"messages":'),
    ],
)
def test_a_key_said_twice_is_refused_even_in_an_ordinary_text(once, twice):
    body = (DATA / "whatsapp" / "text.json").read_bytes()
    assert isinstance(WHATSAPP.parse(body, "application/json", {}, NOW)[0], Received)
    with pytest.raises(BadPayload):
        WHATSAPP.parse(body.replace(once, twice, 1), "application/json", {}, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"object":"page","entry":[]}',
        b'{"object":"whatsapp_business_account"}',
        b'{"object":"whatsapp_business_account","entry":{}}',
        b'{"object":"whatsapp_business_account","entry":[]}',
        b'{"a":' * 64 + b"1" + b"}" * 64,
        b'{"a":"' + b'{[\\"' * 200 + b'"}',  # brackets inside a text are not nesting
        b'{"object":"' + b"x" * 5_000_000 + b'"}',
    ],
    ids=lambda body: repr(body[:60]),
)
def test_json_that_says_nothing_to_us_is_left_alone(body):
    assert all(isinstance(item, Ignored) for item in WHATSAPP.parse(body, "application/json", {}, NOW))


def test_a_type_with_a_blank_in_it_is_no_type():
    message = {"id": "1", "from": "15550100001", "type": "im age", "im age": {"id": "7"}}
    value = {"messages": [message]}
    read(
        encode({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]})
    )


def test_what_is_logged_of_a_webhook_is_short_and_plain():
    odd = "x\n\x1b[31m" + "9" * 1000
    body = encode({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": odd, "value": {}}]}]})
    [ignored] = WHATSAPP.parse(body, "application/json", {}, NOW)
    assert len(ignored.why) < 60
    assert ignored.why.isprintable()
