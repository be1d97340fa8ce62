"""F060 end to end: a dialog makes a PDF, sends its link, and nobody else finds it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.documents import Document
from bot_runtime.dialogs.expressions import Text
from bot_runtime.runtime.pdf import NoPdf, make_pdf, read_nodes
from bot_runtime.settings import Settings
from bot_runtime.workspace import load_workspace
from tests.dialogs.test_documents_filled import DIALOG
from tests.servers import write_workspace

SOURCE = """# Receipt {{ folio }}

Dear **{{ name }}**, *thank you*. Line one\\
line two, `code`, [a link](https://acme.com).

| What | Price |
| --- | ---: |
| Tacos, {{ name }} | {{ amount }} |

1. first
2. second
   - inside

> said

---
"""


def filled(source: str, **data: str) -> bytes:
    return make_pdf(Document("receipt", Text.parse(source)), dict(data), "en")


def test_markdown_becomes_a_page():
    pdf = filled(SOURCE, folio="7", name="Ana", amount="$120")
    assert pdf.startswith(b"%PDF-")
    assert 5_000 < len(pdf) < 200_000


HOSTILE = ["# title", "**bold**", "| a | b |", "#sys.inputs", "$x$", "<b>x</b>", "[x](y)", "\\", "`", "\ue0001\ue001"]


@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_filled_in_stays_text(written):
    nodes = read_nodes(Document("x", Text.parse("{{ name }}")).marked, [written.replace("\ue000", "")])
    assert nodes == [{"t": "p", "c": [{"t": "text", "v": written.replace("\ue000", "")}]}]
    assert filled("Dear {{ name }}", name=written).startswith(b"%PDF-")


@pytest.mark.parametrize("written", ["ñ € ¿? «»", "日本語 العربية", "👍🏽", "x" * 5_000, "\u202eabc", "a\nb"])
def test_odd_letters_make_no_odd_pdf(written):
    assert filled("Dear {{ name }}", name=written).startswith(b"%PDF-")


def test_a_missing_field_and_too_much_text_have_reasons():
    with pytest.raises(NoPdf, match="missing_field"):
        filled("Dear {{ name }}", name=" ")
    with pytest.raises(NoPdf, match="too_big"):
        filled("{{ a }}" * 20, a="x" * 19_000)


@pytest.fixture
async def server(
    store: object, store_settings: Settings, fakes: FakeProviders, tmp_path: Path
) -> AsyncIterator[Server]:
    dialog = DIALOG.replace("close: done", "close: answered").replace("close: failed", "close: answered")
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"receipt": dialog})
    (root / "documents").mkdir()
    (root / "documents" / "receipt.md").write_text("# Receipt\n\n{{ name }} paid {{ amount }}.\n")
    settings = replace(store_settings, port=0, drain_s=2, local_services=True, files_dir=str(tmp_path / "files"))
    server = await start(settings, lambda: load_workspace(root, {}))
    fakes.point_to(f"http://127.0.0.1:{server.port}")
    yield server
    await server.stop()


async def test_a_dialog_sends_the_pdf_it_made(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "Ana")
    sent = (await fakes.expect(ana, 2))[1]

    assert (sent.kind, sent.media.caption) == ("document", "Your receipt")
    link = sent.media.link
    async with aiohttp.ClientSession() as http:
        async with http.get(link) as answer:
            assert (answer.status, answer.content_type) == (200, "application/pdf")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert (await answer.read()).startswith(b"%PDF-")
        base, _, name = link.rpartition("/")
        other = base[:-1] + ("0" if base[-1] != "0" else "1")
        for wrong in (f"{other}/{name}", f"{base[:-32]}{'ñ' * 8}/{name}", link.replace("/files/", "/files/../")):
            async with http.get(wrong) as answer:
                assert answer.status == 404


def test_a_document_is_checked_with_its_dialog(tmp_path: Path):
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "documents").mkdir()
    (tmp_path / "dialogs" / "x.yaml").write_text(DIALOG)
    codes = {problem.code for problem in load_workspace(tmp_path, {}).problems}
    assert "unknown_document" in codes
    (tmp_path / "documents" / "receipt.md").write_text("Dear {{ nmae }}\n\n{{ amount | moeny }}\n")
    (tmp_path / "documents" / "Bad Name.md").write_text("x")
    told = [problem.line("en") for problem in load_workspace(tmp_path, {}).problems]
    assert any("documents/receipt.md:3:" in line for line in told)
    assert any("Bad Name" in line for line in told)
    (tmp_path / "documents" / "receipt.md").write_text("Dear {{ nmae }}\n")
    assert "document_name" in {problem.code for problem in load_workspace(tmp_path, {}).problems}
