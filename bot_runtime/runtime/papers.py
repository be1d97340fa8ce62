"""PDFs of documents (F060): made beside the turn, kept with the contact's files, fetched at a signed address."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable

from bot_runtime.dialogs.effects import MakeDocument
from bot_runtime.runtime.files import Files, StoredFile
from bot_runtime.runtime.pdf import NoPdf, make_pdf
from bot_runtime.store.clock import Clock
from bot_runtime.workspace import Workspace

KIND = "document"
MIME = "application/pdf"


class Papers:
    """`public_url`: where providers reach this server; empty where they do not."""

    def __init__(
        self,
        files: Files,
        secret: bytes,
        workspace: Callable[[], Workspace],
        public_url: Callable[[], str],
        clock: Clock,
    ) -> None:
        self._files, self._secret, self._workspace = files, secret, workspace
        self._public_url, self._clock = public_url, clock

    async def make(self, contact: str, channel: str, key: str, effect: MakeDocument) -> str:
        """The address of the PDF that `effect` asks for. Making it again (`key` is the call's) is the same file.

        Raises:
            NoPdf: with its reason.
        """
        document = self._workspace().documents.get(effect.document)
        if document is None:
            raise NoPdf("no_document")
        if not (base := self._public_url()):
            raise NoPdf("no_public_url")
        pdf = await asyncio.to_thread(make_pdf, document, effect.data, effect.language)
        name = f"{document.name}.pdf"
        facts = StoredFile(key, contact, channel, KIND, MIME, len(pdf), self._clock.now_ms(), name)
        await asyncio.to_thread(self._keep, pdf, facts)
        return f"{base}/files/{key}/{self._sign(key)}/{name}"

    def find(self, id: str, signature: str) -> StoredFile | None:
        """The file at such an address, if it is one of ours."""
        known = hmac.compare_digest(self._sign(id).encode(), signature.encode(errors="replace"))
        return self._files.find(id) if known else None

    def content(self, found: StoredFile) -> bytes:
        return self._files.path(found.id).read_bytes()

    def _keep(self, pdf: bytes, facts: StoredFile) -> None:
        with self._files.writing(facts.id) as (written, place):
            written.write(pdf)
            self._files.keep(written, place, facts)

    def _sign(self, id: str) -> str:
        return hashlib.blake2b(f"file {id}".encode(), key=self._secret[:64], digest_size=16).hexdigest()
