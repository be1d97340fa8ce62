"""What a contact does with a phone, in the words of the provider that carries it: say, tap, send media, react, read."""

import json
import secrets
from collections.abc import Mapping
from importlib import resources
from typing import Any

from bot_runtime.devtools.fake_twilio import FakeTwilio, new_sid
from bot_runtime.devtools.fake_whatsapp import FakeWhatsApp, new_wamid
from bot_runtime.devtools.graph_view import FLOW
from bot_runtime.devtools.phrases import say
from bot_runtime.devtools.world import Kind, Media, Message, Phone, Place, World

_DRAWN = resources.files("bot_runtime.devtools") / "stand_ins"
# Stand-ins for files nobody has at hand: kind → MIME type, file name, bytes. What agents see in place can be seen.
STAND_INS: Mapping[str, tuple[str, str, bytes]] = {
    "image": ("image/jpeg", "foto.jpg", (_DRAWN / "photo.jpg").read_bytes()),
    "sticker": ("image/webp", "sticker.webp", (_DRAWN / "sticker.webp").read_bytes()),
    "audio": ("audio/ogg; codecs=opus", "nota.ogg", b"OggS devtools"),
    "video": ("video/mp4", "video.mp4", b"\x00\x00\x00\x18ftypmp42"),
    "document": ("application/pdf", "documento.pdf", b"%PDF-1.4 devtools"),
}


class CannotDo(Exception):
    """This phone, or its channel, has no such thing; `phrase` and `facts` say what it has."""

    def __init__(self, phrase: str, **facts: Any) -> None:
        super().__init__(say("en", phrase, **facts))
        self.phrase, self.facts = phrase, facts


class Doings:
    """Acts for the phones of one world."""

    def __init__(self, world: World, whatsapp: FakeWhatsApp, twilio: FakeTwilio) -> None:
        self.world = world
        self.whatsapp = whatsapp
        self.twilio = twilio

    def say(self, phone: Phone, text: str, quoted: str = "") -> Message:
        message = self._bubble(phone, "text", text=text, quoted=quoted)
        if self._on_whatsapp(phone):
            return self.whatsapp.receive(phone, message, {"type": "text", "text": {"body": text}})
        return self.twilio.receive(phone, message, {})

    def tap(self, phone: Phone, message_id: str, choice: str) -> Message:
        """Tap a button or a list's row of one of our messages; `choice` is its payload, id or text."""
        asked = self.world.messages.get(message_id)
        if asked is None or asked.phone != phone.id:
            raise CannotDo("no_message", name=phone.name, message=message_id)
        if asked.list:
            for row in asked.list.rows:
                if choice in (row.id, row.title):
                    reply = {"id": row.id, "title": row.title} | (
                        {"description": row.description} if row.description else {}
                    )
                    return self._tapped(phone, asked, row.id, row.title, "list_reply", reply)
        for button in asked.buttons:
            if button.payload.startswith(FLOW) and choice in (button.payload, button.text):
                return self.fill_form(phone, asked, {})
            if not button.url and choice in (button.payload, button.text):
                reply = {"id": button.payload, "title": button.text}
                return self._tapped(phone, asked, button.payload, button.text, "button_reply", reply)
        raise CannotDo("no_option", choice=choice, names=", ".join(options(asked)) or "—")

    def fill_form(self, phone: Phone, asked: Message, fields: Mapping[str, Any]) -> Message:
        """Open the form of one of our messages and send it in, with these fields."""
        token = next((one.payload for one in asked.buttons if one.payload.startswith(FLOW)), "").removeprefix(FLOW)
        message = self._bubble(phone, "other", text=asked.buttons[0].text if asked.buttons else "", quoted=asked.id)
        data = json.dumps({"flow_token": token, **fields}, ensure_ascii=False)
        reply = {"name": "flow", "body": "Sent", "response_json": data}
        contents = {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}
        return self.whatsapp.receive(phone, message, contents)

    def _tapped(
        self, phone: Phone, asked: Message, payload: str, text: str, kind: str, reply: dict[str, str]
    ) -> Message:
        message = self._bubble(phone, "text", text=text, quoted=asked.id)
        if self._on_whatsapp(phone):
            if asked.kind == "template":
                contents: dict[str, Any] = {"type": "button", "button": {"payload": payload, "text": text}}
            else:
                contents = {"type": "interactive", "interactive": {"type": kind, kind: reply}}
            return self.whatsapp.receive(phone, message, contents)
        return self.twilio.receive(
            phone,
            message,
            {"ButtonText": text, "ButtonPayload": payload, "ButtonType": "REPLY", "MessageType": "button"},
        )

    def send_file(
        self, phone: Phone, kind: Kind, caption: str = "", filename: str = "", content: bytes = b"", mime: str = ""
    ) -> Message:
        """An image, audio, video, document or sticker; without `content` a stand-in goes."""
        usual_mime, usual_name, stand_in = STAND_INS[kind]
        content, mime = content or stand_in, mime or usual_mime
        filename = (filename or usual_name) if kind == "document" else ""
        on_whatsapp = self._on_whatsapp(phone)
        file = (self.whatsapp if on_whatsapp else self.twilio).keep_file(content, mime)
        media = Media(kind, f"media:{file}", caption, filename)
        message = self._bubble(phone, kind, text=caption, media=media)
        if on_whatsapp:
            contents: dict[str, Any] = {"id": file, "mime_type": mime, "sha256": secrets.token_urlsafe(32)}
            contents |= {"caption": caption} if caption and kind in ("image", "video", "document") else {}
            contents |= {"filename": filename} if kind == "document" else {}
            contents |= {"voice": True} if kind == "audio" else {}
            contents |= {"animated": False} if kind == "sticker" else {}
            return self.whatsapp.receive(phone, message, {"type": kind, kind: contents})
        account = self.twilio.accounts[phone.channel]
        link = f"{self.twilio.api_base}/2010-04-01/Accounts/{account.account_sid}/Messages/{message.id}/Media/{file}"
        return self.twilio.receive(phone, message, {"NumMedia": "1", "MediaUrl0": link, "MediaContentType0": mime})

    def send_place(self, phone: Phone, place: Place) -> Message:
        message = self._bubble(phone, "location", text=place.name, location=place)
        if self._on_whatsapp(phone):
            location: dict[str, Any] = {"latitude": place.latitude, "longitude": place.longitude}
            location |= {"name": place.name} if place.name else {}
            location |= {"address": place.address} if place.address else {}
            return self.whatsapp.receive(phone, message, {"type": "location", "location": location})
        if self.twilio.accounts[phone.channel].kind == "sms":
            raise CannotDo("no_place_by_sms")
        fields = {"Latitude": str(place.latitude), "Longitude": str(place.longitude)}
        fields |= {"Label": place.name, "Address": place.address} if place.name or place.address else {}
        return self.twilio.receive(phone, message, fields)

    def react(self, phone: Phone, target: str, emoji: str) -> Message:
        """React to a message; an empty `emoji` takes the reaction back."""
        if not self._on_whatsapp(phone):
            raise CannotDo("whatsapp_only")
        if target not in self.world.messages or self.world.messages[target].phone != phone.id:
            raise CannotDo("no_message", name=phone.name, message=target)
        reaction = {"message_id": target} | ({"emoji": emoji} if emoji else {})
        message = self._bubble(phone, "reaction", text=emoji, quoted=target)
        return self.whatsapp.receive(phone, message, {"type": "reaction", "reaction": reaction})

    def share_contact(self, phone: Phone, name: str, number: str) -> Message:
        if not self._on_whatsapp(phone):
            raise CannotDo("whatsapp_only")
        card = {"name": {"formatted_name": name, "first_name": name}, "phones": [{"phone": number, "type": "CELL"}]}
        message = self._bubble(phone, "contacts", text=name)
        return self.whatsapp.receive(phone, message, {"type": "contacts", "contacts": [card]})

    def send_raw(self, phone: Phone, contents: dict[str, Any]) -> Message:
        """Any message object of WhatsApp's (`type` and what goes with it): the kinds that have no method."""
        if not self._on_whatsapp(phone):
            raise CannotDo("whatsapp_only")
        return self.whatsapp.receive(phone, self._bubble(phone, "other", text=str(contents.get("type"))), contents)

    def read(self, phone: Phone) -> int:
        """Read everything we sent; how many messages that were."""
        provider = self.whatsapp if self._on_whatsapp(phone) else self.twilio
        return provider.read(phone)

    def _on_whatsapp(self, phone: Phone) -> bool:
        if phone.channel not in self.whatsapp.accounts and phone.channel not in self.twilio.accounts:
            raise CannotDo("channel_gone", name=phone.name, channel=phone.channel)
        return phone.channel in self.whatsapp.accounts

    def _bubble(self, phone: Phone, kind: Kind, **more: Any) -> Message:
        on_whatsapp = self._on_whatsapp(phone)
        id = new_wamid() if on_whatsapp else new_sid("MM" if "media" in more else "SM")
        return Message(id=id, phone=phone.id, sender="contact", at=self.world.now(), kind=kind, **more)


def options(message: Message) -> list[str]:
    """What can be tapped on a message, as the contact reads it."""
    rows = [row.title for row in message.list.rows] if message.list else []
    return rows + [button.text for button in message.buttons if not button.url]
