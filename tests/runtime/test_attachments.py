"""Files that contacts send (F042): fetched over the providers' real wire formats before the turn, kept, opened."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot_runtime.app import Server
from bot_runtime.channels.downloads import Downloads, FileLost, _headers
from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.dialogs.events import MediaReceived
from bot_runtime.runtime.attachments import Attachments, StillFetching
from bot_runtime.runtime.files import Files, StoredFile, file_id
from bot_runtime.store.connection import Store
from tests.runtime.test_conversations import eventually, session_of
from tests.servers import StartServer, write_workspace

CLAIM = """
dialog: claim
language: en
retry: { attempts: 9, goto: end }
starts: { keywords: [claim] }
states:
  photo:
    ask: Send a photo.
    answer: { type: attachment, kinds: [image], max_mb: 1 }
    save: photo
    goto: end
  end: { say: "Got {{ photo_mime }}." }
"""
JPEG = b"\xff\xd8\xff" + os.urandom(2_000)


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"claim": CLAIM})
    return await start_server(root, files_dir=str(tmp_path / "files"))


async def asked(fakes: FakeProviders, channel: str) -> Phone:
    phone = fakes.phone("Ana", channel)
    fakes.say(phone, "claim")
    await fakes.expect(phone, 1)
    return phone


@pytest.mark.parametrize("channel", ["whatsapp", "sms"])
async def test_the_file_is_kept_before_the_providers_link_dies(server: Server, fakes: FakeProviders, channel: str):
    phone = await asked(fakes, channel)
    fakes.send_file(phone, "image", content=JPEG)
    assert (await fakes.expect(phone, 2))[-1].text == "Got image/jpeg."

    provider = fakes.whatsapp if channel == "whatsapp" else fakes.twilio
    provider.files.clear()  # as providers do after a while
    answers = (await session_of(server, phone))["answers"]
    files = server.attachments.files
    kept = files.find(answers["photo"])
    assert kept is not None
    assert (kept.kind, kept.mime, kept.bytes, kept.channel) == ("image", "image/jpeg", len(JPEG), channel)
    assert files.path(kept.id).read_bytes() == JPEG
    assert oct(files.path(kept.id).parent.stat().st_mode)[-3:] == "700"


async def test_a_file_that_is_too_large_or_gone_is_an_answer_that_does_not_fit(server: Server, fakes: FakeProviders):
    phone = await asked(fakes, "whatsapp")
    fakes.send_file(phone, "image", content=b"x" * (1024 * 1024 + 1))
    assert (await fakes.expect(phone, 2))[-1].text.startswith("The file is too large. Send an image of up to 1 MB.")
    sent = fakes.send_file(phone, "image", content=JPEG)
    assert sent.media
    fakes.whatsapp.files.pop(sent.media.link.removeprefix("media:"))  # before anybody could fetch it
    assert (await fakes.expect(phone, 3))[-1].text.startswith("We could not receive the file.")
    fakes.send_file(phone, "image", content=JPEG)
    assert (await fakes.expect(phone, 4))[-1].text == "Got image/jpeg."


async def test_what_nobody_asked_for_is_not_fetched(server: Server, fakes: FakeProviders, tmp_path: Path):
    phone = await asked(fakes, "whatsapp")
    fakes.send_file(phone, "video")
    assert (await fakes.expect(phone, 2))[-1].text.startswith("That kind of file does not help here. Send an image")
    assert not list((tmp_path / "files").glob("*/*"))


async def test_without_room_nothing_more_is_kept(start_server: StartServer, fakes: FakeProviders, tmp_path: Path):
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"claim": CLAIM})
    await start_server(root, files_dir=str(tmp_path / "files"), files_mib=0)
    phone = await asked(fakes, "whatsapp")
    fakes.send_file(phone, "image", content=JPEG)
    assert (await fakes.expect(phone, 2))[-1].text.startswith("We could not receive the file.")


FORM = """
dialog: sign_up
language: en
retry: { attempts: 9, goto: end }
starts: { keywords: [join] }
states:
  data:
    ask: Tell us about you.
    answer: { type: form, flow: "4711", button: Join, fields: [name_given, age] }
    goto: end
  end: { say: "Welcome {{ name_given }}, {{ age }}." }
"""


async def test_a_form_goes_out_and_comes_back_filled_in(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    """F044, over WhatsApp's wire format."""
    await start_server(write_workspace(tmp_path / "bot", fakes, dialogs={"sign_up": FORM}))
    phone = fakes.phone("Ana")
    fakes.say(phone, "join")
    (asked,) = await fakes.expect(phone, 1)
    assert (asked.text, [button.text for button in asked.buttons]) == ("Tell us about you.", ["Join"])
    fakes.say(phone, "what form?")
    assert (await fakes.expect(phone, 2))[-1].text.startswith("We could not read the form.")
    fakes.fill_form(phone, {"name_given": "Ana", "age": 32})
    assert (await fakes.expect(phone, 3))[-1].text == "Welcome Ana, 32."


def stored(folder: Path, files: Files, number: int, at: int) -> StoredFile:
    facts = StoredFile(file_id("c", "wa", str(number)), "c", "wa", "image", "image/png", 3, at)
    with files.writing(facts.id) as (into, place):
        into.write(b"png")
        files.keep(into, place, facts)
    return facts


def test_old_files_and_what_was_never_finished_are_swept(tmp_path: Path):
    files = Files(tmp_path, 100, keep_days=2)
    day = 86_400_000
    old, new = stored(tmp_path, files, 1, 0), stored(tmp_path, files, 2, day)
    part = files.path(old.id).with_suffix(".part")
    part.write_bytes(b"half")
    os.utime(part, (0, 0))

    assert files.sweep(3 * day - 1) == 1
    assert (files.find(old.id), files.find(new.id)) == (None, new)
    assert not part.exists()
    assert not files.path(old.id).exists()


@pytest.mark.parametrize("id", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, "/" * 32])
def test_an_id_leads_nowhere_else(tmp_path: Path, id: str):
    assert Files(tmp_path, 100, 1).find(id) is None


HOME = urlsplit("https://api.twilio.com")


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://api.twilio.com/2010-04-01/Media/1", {"Authorization": "secret"}),
        ("https://media.twilio.com/1", {"Authorization": "secret"}),
        ("https://mms.twiliocdn.com/1", {}),  # where Twilio keeps them: the credentials stay behind
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/1", {}),
        ("http://api.twilio.com/1", None),
        ("https://nottwilio.com/1", None),
        ("https://twilio.com.example.org/1", None),
        ("https://127.0.0.1/1", None),
        ("https://api.twilio.com:8443/1", None),
        ("file:///etc/passwd", None),
    ],
)
def test_credentials_go_to_the_provider_alone_and_nothing_is_fetched_elsewhere(url, sent):
    if sent is None:
        with pytest.raises(FileLost):
            _headers("twilio", urlsplit(url), HOME, {"Authorization": "secret"})
    else:
        assert _headers("twilio", urlsplit(url), HOME, {"Authorization": "secret"}) == sent


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[tuple[TwilioMessaging, asyncio.Event, list[str]]]:
    """A provider that gives its files when told to; a channel of it, and what was asked for."""
    gate, asked = asyncio.Event(), []  # type: tuple[asyncio.Event, list[str]]

    async def file(request: web.Request) -> web.Response:
        asked.append(request.path)
        await gate.wait()
        return web.Response(body=JPEG, content_type="image/jpeg")

    app = web.Application()
    app.add_routes([web.get("/media/{file}", file)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield (
        TwilioMessaging("sms", kind="sms", account_sid="A", auth_tokens=["t"], number="+1555", api_base=base),
        gate,
        asked,
    )
    gate.set()
    await runner.cleanup()


def brought(channel: TwilioMessaging) -> MediaReceived:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return MediaReceived(at=at, channel="sms", message_id="MM1", kind="image", ref=f"{channel.api_base}/media/1")


async def test_a_slow_file_is_waited_for_by_the_turns_next_try_and_fetched_once(store: Store, tmp_path: Path, slow):
    channel, gate, asked = slow
    attachments = Attachments(Files(tmp_path / "files", 10**6, 1), store.clock, lease_s=0.1)
    try:
        with pytest.raises(StillFetching):
            await attachments.fetched(channel, "c", brought(channel), 10_000)
        gate.set()

        async def is_there() -> bool:
            return attachments.files.find(file_id("c", "sms", "MM1")) is not None

        await eventually(is_there)  # it went on beside the turn
        event = await attachments.fetched(channel, "c", brought(channel), 10_000)
        again = await attachments.fetched(channel, "c", brought(channel), 10_000)
        assert (event.trouble, event.bytes, event.mime) == ("", len(JPEG), "image/jpeg")
        assert again == event
        assert asked == ["/media/1"]
    finally:
        await attachments.close()


async def test_a_file_that_never_comes_is_given_up(store: Store, tmp_path: Path, slow):
    channel, _, _ = slow
    attachments = Attachments(Files(tmp_path / "files", 10**6, 1), store.clock, lease_s=0.1)
    try:
        with pytest.raises(StillFetching):
            await attachments.fetched(channel, "c", brought(channel), 10_000)
        event = await attachments.fetched(channel, "c", brought(channel), 10_000)
        assert (event.trouble, event.file) == ("unreachable", "")
        assert not [path for path in (tmp_path / "files").glob("*/*") if path.suffix != ".part"]
    finally:
        await attachments.close()
    assert not list((tmp_path / "files").glob("*/*"))  # nor what was begun


async def test_a_redirect_is_followed_and_one_elsewhere_is_not(tmp_path: Path):
    async def file(request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Basic ")
        where = {"near": "/kept", "far": "http://localhost:1/kept"}.get(request.match_info["which"])
        return web.Response(status=307, headers={"Location": where}) if where else web.Response(body=JPEG)

    app = web.Application()
    app.add_routes([web.get("/{which}", file)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    channel = TwilioMessaging("sms", kind="sms", account_sid="A", auth_tokens=["t"], number="+1555", api_base=base)
    downloads = Downloads()
    try:
        with (tmp_path / "file").open("w+b") as into:
            assert (await downloads.fetch(channel, f"{base}/near", 10_000, into)).bytes == len(JPEG)
            for ref, most, trouble in (("far", 10_000, "gone"), ("near", 100, "too_large")):
                with pytest.raises(FileLost) as lost:
                    await downloads.fetch(channel, f"{base}/{ref}", most, into)
                assert lost.value.trouble == trouble
    finally:
        await downloads.close()
        await runner.cleanup()
