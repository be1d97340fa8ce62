# ruff: noqa: E501 (what is told stands on one line, as it is printed)
"""A folder of YAML becomes a workspace, or a list of what is wrong with it; never a traceback."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.app import start
from bot_runtime.errors import SettingError
from bot_runtime.settings import Settings
from bot_runtime.workspace import Loaded, load_workspace

BOT = """\
brand: Acme
language: es
public_url: https://bot.example/
default_dialog: aviso
channels:
  wa: { provider: whatsapp, phone_number_id: 10123, app_secret: "${SECRET}", verify_token: x, token: "a-${TOKEN}" }
  sms: { provider: twilio, number: +5255, account_sid: AC1, auth_token: ["${TOKEN}"], limits: { pair_pause_s: 0.5 } }
departments: { cobranza: { title: Cobranza }, ventas: Ventas }
close_reasons: [listo, otro]
metadata:
  - { name: Zona, key: zona }
  - { name: VIP, key: vip, type: yes_no, departments: [cobranza] }
  - { name: Interno, type: paragraph }
"""
DIALOG = """\
dialog: aviso
retry: { goto: fin }
starts: { template: saldo, keywords: [pagar] }
needs: { nombre: text }
states:
  inicio:
    ask: Hola {{ nombre }}
    menu: [{ label: Pagar, button: PAGO }, No]
    goto: fin
  fin: { close: listo }
"""
TEMPLATE = """\
template: saldo
language: es_MX
header: { text: Acme }
body: "Hola {{1}}"
buttons: [{ reply: Pagar ahora, payload: PAGO }, { reply: No }, { url: https://acme.mx, text: Ver }]
parameters: [nombre]
"""
TEST = "dialog: aviso\nturns:\n  - { contact: hola, state: inicio }\n"
ENV = {"SECRET": "s3", "TOKEN": "t0"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "bot.yaml", BOT)
    write(tmp_path, "dialogs/aviso.yaml", DIALOG)
    write(tmp_path, "templates/saldo.yaml", TEMPLATE)
    write(tmp_path, "tests/aviso.yaml", TEST)
    return tmp_path


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def change(root: Path, name: str, this: str, into: str) -> None:
    text = (root / name).read_text("utf-8")
    assert this in text
    write(root, name, text.replace(this, into))


def told(loaded: Loaded) -> list[str]:
    return [problem.line("en") for problem in loaded.problems]


def test_a_good_folder_becomes_a_workspace(root):
    loaded = load_workspace(root, ENV)
    assert told(loaded) == []
    workspace = loaded.workspace
    assert workspace is not None
    assert (workspace.brand, workspace.language, workspace.default_dialog) == ("Acme", "es", "aviso")
    assert workspace.public_url == "https://bot.example"
    assert list(workspace.dialogs) == ["aviso"]
    assert workspace.departments["cobranza"].title == "Cobranza"
    assert workspace.departments["ventas"].title == "Ventas"
    assert workspace.close_reasons == {"listo": "listo", "otro": "otro"}
    assert {path.name for path in workspace.sources} == {"bot.yaml", "aviso.yaml", "saldo.yaml"}


def test_channels_keep_their_providers_words(root):
    workspace = load_workspace(root, ENV).workspace
    assert workspace is not None
    whatsapp, sms = workspace.channels["wa"], workspace.channels["sms"]
    assert (whatsapp.provider, whatsapp.kind, sms.provider, sms.kind) == ("whatsapp", "whatsapp", "twilio", "sms")
    assert whatsapp.options == {"phone_number_id": "10123", "app_secret": "s3", "verify_token": "x", "token": "a-t0"}
    assert sms.options["auth_token"] == ["t0"]
    assert sms.options["number"] == "+5255"
    assert (sms.limits.pair_pause_s, sms.limits.pair_burst) == (0.5, 10)


def test_metadata_of_tickets_are_kept_in_order(root):
    workspace = load_workspace(root, ENV).workspace
    assert [(one.name, one.key, one.kind, one.departments) for one in workspace.metadata] == [
        ("Zona", "zona", "text", ()),
        ("VIP", "vip", "yes_no", ("cobranza",)),
        ("Interno", "", "paragraph", ()),
    ]


def test_templates_are_found_by_name_and_language(root):
    workspace = load_workspace(root, ENV).workspace
    assert workspace is not None
    template = workspace.templates["saldo", "es_MX"]
    assert [(button.kind, button.text, button.payload, button.url) for button in template.buttons] == [
        ("reply", "Pagar ahora", "PAGO", ""),
        ("reply", "No", "No", ""),
        ("url", "Ver", "", "https://acme.mx"),
    ]
    assert template.parameters == ("nombre",)


def test_an_unset_variable_is_told_at_its_place(root):
    assert told(load_workspace(root, {"TOKEN": "x"})) == [
        "bot.yaml:6:66: SECRET is not set; set it in the environment or in .env"
    ]


def test_trying_things_works_without_secrets(root):
    loaded = load_workspace(root, {"TOKEN": "x"}, missing_ok=True)
    assert [problem.severity for problem in loaded.problems] == ["warning"]
    assert loaded.workspace is not None
    assert loaded.workspace.channels["wa"].options["app_secret"] == "dev-SECRET"


def test_variables_come_from_the_environment_then_from_dotenv(root):
    write(root, ".env", "SECRET='from file'\nTOKEN=from file too\n")
    workspace = load_workspace(root, {"TOKEN": "t0"}).workspace
    assert workspace is not None
    assert workspace.channels["wa"].options["app_secret"] == "from file"
    assert workspace.channels["wa"].options["token"] == "a-t0"


def test_a_binary_dotenv_is_a_problem(root):
    (root / ".env").write_bytes(b"\xff\xfe\0")
    assert ".env:1:1: this is not a UTF-8 text that can be read; write one `NAME=value` a line" in told(
        load_workspace(root, {})
    )


@pytest.mark.parametrize(
    ("file", "this", "into", "says"),
    [
        ("bot.yaml", "provider: twilio", "provider: twillio", "'provider' cannot be 'twillio'; did you mean 'twilio'?"),
        ("bot.yaml", "brand:", "brnad:", "unknown key 'brnad'; did you mean 'brand'?"),
        ("bot.yaml", "default_dialog: aviso", "default_dialog: avsio", "unknown dialog 'avsio'; did you mean 'aviso'?"),
        ("bot.yaml", "pair_pause_s: 0.5", "pair_pause_s: -1", "'pair_pause_s' cannot be -1; at least 0"),
        ("bot.yaml", "number: +5255, ", "", "channel 'sms' has no number to send from; add `number:` or `messaging_service_sid:`"),
        ("bot.yaml", "verify_token: x, ", "", "'verify_token' is missing; add `verify_token:` here"),
        ("bot.yaml", "[listo, otro]", "[listo, opt_out]", "the reason 'opt_out' is the system's own; choose another name"),
        ("bot.yaml", "${SECRET}", "${SE CRET}", "`${SE CRET}` names no variable; write ${NAME}, of letters, 0-9 and _"),
        ("bot.yaml", "type: yes_no", "type: yes", "'type' cannot be 'yes'; did you mean 'yes_no'?"),
        ("bot.yaml", "key: vip", "key: VIP", "'key' needs a name of a-z, 0-9 and _, not 'VIP'; did you mean 'vip'?"),
        ("bot.yaml", "key: vip", "key: zona", "the key 'zona' is another metadata's already; each has its own"),
        ("bot.yaml", "[cobranza] }", "[cobranzas] }", "unknown department 'cobranzas'; did you mean 'cobranza'?"),
        ("bot.yaml", "name: Zona, ", "", "'name' is missing; add `name:` here"),
        ("bot.yaml", "listo, otro", "otro", "unknown close reason 'listo'; in bot.yaml: otro; add it there, below `close_reasons`"),
        ("templates/saldo.yaml", "[nombre]", "[nombr]", "dialog 'aviso' does not need 'nombr'; did you mean 'nombre'?"),
        ("templates/saldo.yaml", "[nombre]", "[]", "the template has 1 parameters, and 0 are named; name one for each {{1}}, in order"),
        ("templates/saldo.yaml", "reply: No", "reply: Quizá", "warning: button 'Quizá' of template 'saldo' leads nowhere; add an option with that label to 'inicio'; until then it counts as an answer that does not fit"),
        ("dialogs/aviso.yaml", "template: saldo", "template: slado", "unknown template 'slado'; did you mean 'saldo'?"),
        ("tests/aviso.yaml", "state: inicio", "state: incio", "unknown state 'incio'; did you mean 'inicio'?"),
        ("tests/aviso.yaml", "dialog: aviso", "dialog: otro", "unknown dialog 'otro'; the dialogs are aviso"),
        ("tests/aviso.yaml", "dialog: aviso", "dialog: aviso\ngiven: { nombr: Ana }", "dialog 'aviso' does not need 'nombr'; did you mean 'nombre'?"),
        ("dialogs/aviso.yaml", "text", "{ type: number, default: uno }", "'default' must be a number, not 'uno'"),
        ("dialogs/aviso.yaml", "text", "{ type: yes_no, default: no }", "'default' must be true or false, and 'no' is a text; write false"),
        ("tests/aviso.yaml", "contact: hola", "contacto: hola", "unknown key 'contacto'; did you mean 'contact'?"),
    ],
)  # fmt: skip
def test_what_one_file_says_of_another_is_checked(root, file, this, into, says):
    change(root, file, this, into)
    lines = told(load_workspace(root, ENV))
    assert len(lines) == 1, lines
    assert lines[0].split(": ", 1)[1] == says


def test_reasons_that_cannot_be_read_are_told_once_and_not_wherever_one_is_used(root):
    change(root, "bot.yaml", "[listo, otro]", "listo")
    assert [line.split(": ", 1)[1] for line in told(load_workspace(root, ENV))] == [
        "'close_reasons' must be a list or a group of `key: value`, not 'listo'"
    ]


@pytest.mark.parametrize("how", ["call: foto", "then: foto"])
def test_what_a_text_channel_comes_to_by_way_of_another_dialog_is_checked_for_it(tmp_path, how):
    sms = "channels: { sms: { provider: twilio, account_sid: A, auth_token: B, number: '+525555500002' } }\n"
    write(tmp_path, "bot.yaml", f"brand: demo\nclose_reasons: [listo]\ndefault_dialog: uno\n{sms}")
    write(tmp_path, "dialogs/uno.yaml", f"dialog: uno\nstates:\n  a: {{ say: Hola, {how} }}\n")
    foto = (
        "dialog: foto\nretry: { goto: fin }\nstates:\n  a: { ask: ¿Una foto?, answer: attachment }\n  fin: { say: x }\n"
    )
    write(tmp_path, "dialogs/foto.yaml", foto)
    assert told(load_workspace(tmp_path, ENV)) == [
        "dialogs/foto.yaml:4:33: 'a' asks for a file, and 'sms' carries text alone; ask in words, or begin this dialog on WhatsApp"
    ]


def test_two_dialogs_may_not_share_a_name_a_keyword_or_being_the_default(root):
    write(
        root,
        "dialogs/uno.yaml",
        "dialog: aviso\nstarts: { keywords: [Pagar], default: true }\nstates: { a: { say: x } }\n",
    )
    write(root, "dialogs/zeta.yaml", "dialog: zeta\nstarts: { default: true }\nstates: { a: { say: x } }\n")
    assert told(load_workspace(root, ENV)) == [
        "dialogs/uno.yaml:1:9: dialog 'aviso' exists already in dialogs/aviso.yaml; rename one",
        "dialogs/uno.yaml:2:22: keyword 'Pagar' already starts 'aviso'; a word starts one dialog",
        "dialogs/zeta.yaml:2:11: a second default dialog; the first is dialogs/uno.yaml",
    ]


def test_a_broken_file_never_stops_the_others(root):
    write(root, "dialogs/a.yaml", "dialog: [")
    write(root, "dialogs/b.yaml", "dialog: b\nstates: { a: { goto: x } }\n")
    assert told(load_workspace(root, ENV)) == [
        "dialogs/a.yaml:1:9: this `[` is not closed, or a comma is missing; lists are `[one, two]`",
        "dialogs/b.yaml:2:22: unknown state 'x'; the states are a",
    ]


def test_dialogs_alone_are_a_workspace(tmp_path):
    write(
        tmp_path,
        "dialogs/demo.yaml",
        "dialog: demo\nstarts: { default: true }\nstates: { fin: { say: Hola, close: x } }\n",
    )
    loaded = load_workspace(tmp_path, {})
    assert told(loaded) == []
    assert loaded.workspace is not None
    assert list(loaded.workspace.channels) == ["whatsapp"]
    assert loaded.workspace.default_dialog == "demo"


def test_the_version_changes_with_any_file(root):
    first = load_workspace(root, ENV).workspace
    change(root, "templates/saldo.yaml", "Acme", "Acme SA")
    second = load_workspace(root, ENV).workspace
    assert first is not None
    assert second is not None
    assert first.version != second.version
    assert first.dialogs["aviso"].version == second.dialogs["aviso"].version


def test_odd_files_are_problems(root, tmp_path_factory):
    outside = write(tmp_path_factory.mktemp("outside"), "secret.yaml", DIALOG)
    dialogs = root / "dialogs"
    (dialogs / "carpeta.yaml").mkdir()
    (dialogs / "enlace.yaml").symlink_to(outside)
    (dialogs / "nada.yaml").symlink_to(root / "gone.yaml")
    (dialogs / "vuelta.yaml").symlink_to(dialogs / "vuelta.yaml")
    os.mkfifo(dialogs / "tubo.yaml")
    problems = load_workspace(root, ENV).problems
    assert [(problem.where.file, problem.code) for problem in problems] == [
        ("dialogs/carpeta.yaml", "not_a_file"),
        ("dialogs/enlace.yaml", "outside"),
        ("dialogs/nada.yaml", "dangling"),
        ("dialogs/tubo.yaml", "not_a_file"),
        ("dialogs/vuelta.yaml", "unreadable"),
    ]


def test_no_folder_and_an_empty_folder_are_problems(tmp_path):
    assert [problem.code for problem in load_workspace(tmp_path / "gone", {}).problems] == ["no_folder"]
    assert [problem.code for problem in load_workspace(tmp_path, {}).problems] == ["no_workspace"]
    (tmp_path / "dialogs").mkdir()
    assert [problem.code for problem in load_workspace(tmp_path, {}).problems] == ["no_dialogs"]


@pytest.mark.parametrize("dialog", ["dialog: a\nstates: [b]", "dialog: a\nstates:", "states: {b: {close: c}}"])
def test_what_hides_the_states_of_a_dialog_is_told_once_and_not_wherever_one_is_named(tmp_path, dialog):
    for name, text in {
        "bot.yaml": "default_dialog: a\nclose_reasons: [c]",
        "dialogs/a.yaml": dialog,
        "tests/a.yaml": "dialog: a\nturns: [{ contact: hi, state: b }]",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert {problem.where.file for problem in load_workspace(tmp_path, {}).errors} == {"dialogs/a.yaml"}


@pytest.mark.parametrize(
    "source",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "dialog: a\nstates: [" + "x, " * 99_000 + "]",
        "dialog: a\nstates: { a: { close: x } }\n" + "".join(f"clave{n}: 1\n" for n in range(40_000)),
        "dialog: a\nstates:\n" + "".join(f"  s{n}: {{ goto: t{n} }}\n" for n in range(15_000)),
        "dialog: a\nstates:\n" + "".join(f"  s{n}: {{ goto: s{n + 1} }}\n" for n in range(1_900)) + "  s1900: { goto: s0 }\n",
        "dialog: a\nstates: { a: { say: '" + "{{ xx }}" * 100_000 + "' } }",
        "dialog: a\nstates: { a: { ask: x, menu: [" + "a, " * 90_000 + "] } }",
        "a: 1\n" * 100_000,
        "- &a x\n- *a\n" * 40_000,
        "x" * 2 * 1024 * 1024,
    ],
    ids=["lists", "groups", "long list", "keys", "targets", "circle", "names", "options", "twice", "aliases", "2 MiB"],
)  # fmt: skip
def test_a_hostile_file_is_answered_within_a_second(tmp_path, source):
    write(tmp_path, "dialogs/a.yaml", source)
    load_workspace(tmp_path, {})  # what loads once is not counted
    began = time.process_time()
    loaded = load_workspace(tmp_path, {})
    took = time.process_time() - began
    assert loaded.problems
    assert took < 1


# What may stand anywhere, in files of every kind: the checks between files must take all of it.

KEYS = (
    "dialog states starts keywords template default channels wa provider limits departments close_reasons buttons reply"
)
MORE_KEYS = (
    "payload parameters body language turns state contact ask menu label button goto say close default_dialog url"
)
words = st.sampled_from([*KEYS.split(), *MORE_KEYS.split(), "twilio", "whatsapp", "${X}", "{{1}}", "aviso", "saldo"])
scalars = st.none() | st.booleans() | st.integers(-2, 9) | words | st.text(max_size=5)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5), max_leaves=20
)
files = st.fixed_dictionaries(
    {
        "bot.yaml": anything,
        "dialogs/a.yaml": anything,
        "dialogs/b.yaml": st.dictionaries(words, anything, max_size=6),
        "templates/a.yaml": st.dictionaries(words, anything, max_size=6),
        "tests/a.yaml": st.dictionaries(words, anything, max_size=6),
    }
)


@given(files=files, own=st.dictionaries(words, anything, max_size=3))
def test_files_of_any_shape_give_problems_and_no_traceback(tmp_path_factory, files, own):
    root = tmp_path_factory.mktemp("any")
    files["dialogs/b.yaml"] |= {"dialog": "aviso", "starts": {"template": "saldo", **own}}
    files["templates/a.yaml"] |= {"template": "saldo"}
    for name, data in files.items():
        write(root, name, json.dumps(data))
    for problem in load_workspace(root, {}, missing_ok=True).problems:
        assert problem.line("en")
        assert problem.line("es")


async def test_the_server_tells_what_is_wrong_in_the_language_of_the_workspace(tmp_path):
    (tmp_path / "bot.yaml").write_text("brand: x\nlanguage: es\nchanels: {}\n")
    with pytest.raises(SettingError, match="clave desconocida 'chanels'; ¿quisiste decir 'channels'"):
        await start(Settings(), lambda: load_workspace(tmp_path, {}))
