"""Errors raised on purpose, beside those a module keeps for itself."""


class BotRuntimeError(Exception):
    """Something a person can fix; its text says what was expected and where."""


class SettingError(BotRuntimeError):
    """A setting or store cannot be used as it is."""


class StaleClaim(BotRuntimeError):
    """The lease ran out and another worker has this contact (or lane) now."""


class StoreUnavailable(BotRuntimeError):
    """The store cannot answer now (away, loading, read-only, full): try again later."""


class BadSignature(BotRuntimeError):
    """The provider did not sign exactly these bytes."""


class BadPayload(BotRuntimeError):
    """A signed webhook's body is not what its provider sends. `status` is the HTTP answer: 400, 413 or 415."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class SendFailed(BotRuntimeError):
    """A provider did not accept a message.

    `kind` is the retry class of `docs/channels.md`: R T L F N A O, or U when nobody knows whether it was accepted.
    `left` False: not a byte of it left us.
    """

    def __init__(
        self, kind: str, code: str, detail: str = "", retry_after_s: float | None = None, *, left: bool = True
    ) -> None:
        super().__init__(f"{kind} {code}: {detail}")
        self.kind = kind
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.left = left
