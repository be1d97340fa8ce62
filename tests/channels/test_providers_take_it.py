"""Whatever `render` gives out, the provider takes: the fake providers' rules are a second reading of the references."""

from urllib.parse import parse_qs, urlencode

from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.channels.twilio import TwilioMessaging
from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.devtools import graph_rules, twilio_rules
from bot_runtime.devtools.accounts import Account, Template
from bot_runtime.dialogs.effects import MenuChoice, Send, SendMedia, SendMenu, SendTemplate, SendText
from bot_runtime.errors import SendFailed
from tests.channels.known_templates import TEMPLATES

WHATSAPP = WhatsAppCloud("wa", phone_number_id="1", app_secrets=["s"], verify_token="v", token="t", templates=TEMPLATES)
TWILIO = {
    kind: TwilioMessaging(
        "tw",
        kind=kind,
        account_sid="AC1",
        auth_tokens=["t"],
        number="+15550100999",
        public_url="https://bot.example.com",
        templates=TEMPLATES,
    )
    for kind in ("sms", "whatsapp")
}


def as_graph(template) -> Template:
    """One of our templates as Meta lists it."""
    components = [{"type": "BODY", "text": template.body}]
    if "text" in (template.header or {}):
        components.append({"type": "HEADER", "format": "TEXT", "text": template.header["text"]})
    if "image" in (template.header or {}):
        components.append({"type": "HEADER", "format": "IMAGE"})
    buttons = [
        {"type": "URL" if one.kind == "url" else "QUICK_REPLY", "text": one.text, "url": one.url}
        for one in template.buttons
    ]
    if buttons:
        components.append({"type": "BUTTONS", "buttons": buttons})
    named = "{{first_name}}" in template.body
    return Template(
        name=template.name,
        language=template.language,
        parameter_format="NAMED" if named else "POSITIONAL",
        components=components,
        content_sid=template.content_sid,
    )


KNOWN = [as_graph(template) for template in TEMPLATES.values()]
ACCOUNT = {
    kind: Account(name="tw", provider="twilio", kind=kind, number="+15550100999", templates=KNOWN)
    for kind in ("sms", "whatsapp")
}

words = st.text(st.sampled_from("ab áñ\n\t😀{}1.") | st.characters(codec="utf-8"), max_size=30)
longer = words | st.text("x", min_size=900, max_size=5000)
links = st.just("https://cdn.example.com/a.png")
effects = st.one_of(
    st.builds(SendText, longer),
    st.builds(SendMenu, longer, st.lists(st.builds(MenuChoice, words, words, words), max_size=12).map(tuple), words),
    st.builds(SendMedia, st.sampled_from(["image", "video", "audio", "document"]), links, longer, words),
    st.builds(
        SendTemplate,
        st.sampled_from([template.name for template in KNOWN]),
        st.sampled_from(["es", "en", "es_MX", "es-mx", ""]),
        st.lists(words, max_size=6).map(tuple),
        st.lists(words, max_size=3).map(tuple),
    ),
)


@given(effects)
def test_whatsapp_takes_whatever_we_render(effect: Send):
    try:
        request = WHATSAPP.render("5215512345678", effect, "e42")
    except SendFailed:
        return
    assert request.json is not None
    graph_rules.check(request.json, KNOWN)


@given(effects, st.sampled_from(["sms", "whatsapp"]))
def test_twilio_takes_whatever_we_render(effect: Send, kind):
    try:
        request = TWILIO[kind].render("+5215512345678", effect, "e42")
    except SendFailed:
        return
    assert request.form is not None
    twilio_rules.check(parse_qs(urlencode(request.form)), ACCOUNT[kind])
