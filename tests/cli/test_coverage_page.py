"""`test --html`: one page on a run that stands alone, in both languages."""

import re
from html.parser import HTMLParser

from tests.cli.authors import BUYS, make_workspace, run


class Outline(HTMLParser):
    """Every tag is closed that was opened, in order; `links` are what a page would fetch."""

    VOID = frozenset({"meta", "rect", "path", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_tells_what_held_and_what_nobody_tried(tmp_path):
    root = make_workspace(tmp_path, buys=BUYS, wrong=BUYS.replace("[How many?]", '["How <b>much</b>?"]'))
    assert run("test", root, "--html", tmp_path / "page.html").exit_code == 1
    page = (tmp_path / "page.html").read_text("utf-8")
    outline = Outline(page)
    assert outline.open == []
    assert outline.links == ["#order"]  # nothing is fetched from anywhere
    assert "<script" not in page
    text = re.sub(r"<[^>]+>", "", page)
    assert "1/2" in text
    assert "tests/wrong.yaml:6:23" in text
    assert "- • How &lt;b&gt;much&lt;/b&gt;?" in text  # shown, not rendered
    assert "✓ Buy" in text
    assert "✗ Talk to us" in text
    assert "✗ one that doesn&#x27;t fit" in text
    assert '<g data-state="person" data-mark="missed">' in page
    assert "prefers-color-scheme:dark" in page


def test_it_is_written_in_the_language_asked_for(tmp_path):
    root = make_workspace(tmp_path)
    assert run("test", root, "--html", tmp_path / "page.html", "--language", "es").exit_code == 0
    page = (tmp_path / "page.html").read_text("utf-8")
    assert '<html lang="es">' in page
    assert "conversaciones salieron como se escribió" in page
    assert "✗ silencio" in re.sub(r"<[^>]+>", "", page)
