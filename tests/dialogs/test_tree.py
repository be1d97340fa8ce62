"""YAML as authors mean it: their words stay words, and everything has a place."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.dialogs import tree


def data_of(source: str):
    read = tree.read("x.yaml", source.encode())
    assert read.problems == []
    return read.data


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),  # a boolean for other YAML readers, a label for our authors
        ("sí", "sí"),
        ("on", "on"),
        ("12:30", "12:30"),  # 750 for YAML 1.1
        ("+573001234567", "+573001234567"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("2026-03-15", "2026-03-15"),
        ("=", "="),
        ("7", 7),
        ("-7", -7),
        ("4.5", 4.5),
        ("true", True),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("'7'", "7"),
        ('"true"', "true"),
        ("1234567890123456789012345", "1234567890123456789012345"),  # an id, longer than any number we count with
    ],
)
def test_scalars_are_what_authors_mean(written, read):
    value = data_of(f"key: {written}")["key"]
    assert value == read
    assert type(value) is type(read)


def test_keys_are_always_texts():
    assert data_of("no: 1\n5: 2\ntrue: 3") == {"no": 1, "5": 2, "true": 3}


def test_keys_and_values_have_their_places():
    read = tree.read("x.yaml", b"a:\n  - b: uno\n  - [dos, tres]\n")
    assert str(read.where(("a", 0, "b"), key=True)) == "x.yaml:2:5"
    assert str(read.where(("a", 0, "b"))) == "x.yaml:2:8"
    assert str(read.where(("a", 1, 1))) == "x.yaml:3:11"
    assert str(read.where(("a", 7, "nothing"))) == "x.yaml:2:3"  # the nearest thing around what is missing


def test_columns_count_characters_also_behind_emoji_and_a_byte_order_mark():
    read = tree.read("x.yaml", "\ufeff{ ¿á👍: uno, dos: tres }".encode())
    assert str(read.where(("dos",), key=True)) == "x.yaml:1:13"


@pytest.mark.parametrize("style", [None, "'", '"', "|"])
@given(text=st.text(alphabet="ab ñ'\"\\:{}\n", min_size=1, max_size=60))
def test_a_place_inside_a_scalar_is_found_in_every_style(style, text):
    source = yaml.dump({"k": text}, default_style=style, allow_unicode=True, width=30)
    read = tree.read("x.yaml", source.encode())
    lines = source.split("\n")
    assert read.data["k"] == text
    for offset, character in enumerate(read.data["k"]):
        if character in "abñ:{}":  # the others may be folded or escaped
            where = read.inside(("k",), offset)
            assert lines[where.line - 1][where.column - 1] == character


@pytest.mark.parametrize(
    ("source", "code", "where"),
    [
        (b"[" * 100_000, "too_deep", "1:65"),
        (b"{a: " * 100_000, "too_deep", "1:257"),
        (b"- " * 100_000, "too_deep", "1:129"),
        (b"[" + b"x, " * 1_001 + b"]", "too_many_items", "1:3002"),
        (b"".join(b"k%d: 1\n" % n for n in range(50_001)), "too_many_nodes", "50000:9"),
        (b"a" * (2 * 1024 * 1024), "file_too_big", "1:1"),
        (b"\xff\xfea\x00", "binary_file", "1:1"),  # UTF-16
        (b"a: 1\n--- \nb: 2\n", "second_document", "2:1"),
        (b"<<: {a: 1}", "merge_key", "1:1"),
        (b"? [a]\n: 1", "key_not_text", "1:3"),
        (b"? *a\n: 1", "alias", "1:3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused_at_their_place(source, code, where):
    first = tree.read("x.yaml", source).problems[0]
    assert (first.code, str(first.where)) == (code, f"x.yaml:{where}")


@pytest.mark.parametrize(
    ("source", "code", "where"),
    [
        ("say: 'it's fine'", "after_quote", "1:10"),
        ('say: "He said "hi" to me"', "after_quote", "1:16"),
        ('say: "Hello" friend', "after_quote", "1:14"),
        ("menu: ['it's', no]", "after_quote", "1:12"),
        ('menu: ["one" two]', "unclosed_list", "1:7"),  # here it is the comma
        ("dialog visit\ntitle: Visit", "missing_colon", "1:1"),
        ("states:\n  start\n    ask: Hi", "missing_colon", "2:3"),
        ("states:\n  start\n\n    ask: Hi", "missing_colon", "2:3"),
        ("start:\n  ask: Hi\n    answer: text", "indentation", "3:5"),
        ("ask: One thing: do we go on?", "colon", "1:15"),
        ("say: - one", "reserved_character", "1:6"),
        ("say: >one", "reserved_character", "1:6"),
        ("answer: { type: text }}", "stray_bracket", "1:23"),
    ],
)
def test_what_the_author_did_is_said_rather_than_what_the_parser_expected(source, code, where):
    first = tree.read("x.yaml", source.encode()).problems[0]
    assert (first.code, str(first.where)) == (code, f"x.yaml:{where}")


def test_a_repeated_key_keeps_the_first_value_and_the_rest_of_the_file():
    read = tree.read("x.yaml", b"a: 1\na: { b: [2] }\nc: 3\n")
    assert read.data == {"a": 1, "c": 3}
    assert [problem.code for problem in read.problems] == ["duplicate_key"]
