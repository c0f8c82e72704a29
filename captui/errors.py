"""Every error that captui itself raises. Each carries one sentence for the person at the screen; presentation is elsewhere.

CaptuiError
├── ConfigError          a setting or the file that holds it cannot be used
├── CredentialsError     the key pair is missing, incomplete or may not be read
├── TerminalError        there is no terminal, or it cannot show the screen
├── RecordingError       a recording is missing, damaged or of another format
├── PortError            the embedded exchange cannot listen where it was told to
├── JournalError         the order journal cannot be read or written
├── HistoryError         the local history cannot be read or written
│   └── DamagedHistoryError  its file is not what it should be, or gone
├── ProtocolError        the exchange sent something that the codec does not accept
│   └── UnknownWordError     a well-formed record with a state or type that is not in the API document
├── InvoiceError         a text is not a lightning invoice, or a damaged one
├── LifecycleError       an order was told of an event that its state does not allow
└── ExchangeError        the exchange cannot be reached or does not want to
    ├── NoConnectionError    nothing came back; for a write this alone does not say whether it was done
    ├── RefusedError         it answered, understood, and said no
    │   ├── UnauthorisedError    the key, the signature, the clock or a permission is wrong
    │   └── RateLimitedError     too many requests
    └── UnavailableError     maintenance, or a proxy in front of it answered
"""

from __future__ import annotations

UNEXPECTED = 70
"""Exit code after an error that nobody thought of (sysexits: EX_SOFTWARE)."""


class CaptuiError(Exception):
    """A sentence that says what is wrong, and optionally one that says what to do."""

    def __init__(self, sentence: str, *, advice: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.sentence} {self.advice}".strip()


class ConfigError(CaptuiError):
    """A setting or the file that holds it cannot be used."""


class CredentialsError(CaptuiError):
    """The key pair is missing, incomplete or may not be read."""


class TerminalError(CaptuiError):
    """There is no terminal, or it cannot show the screen."""


class RecordingError(CaptuiError):
    """A recording is missing, damaged or of another format."""


class PortError(CaptuiError):
    """The embedded exchange cannot listen where it was told to."""


class JournalError(CaptuiError):
    """The order journal cannot be read or written."""


class HistoryError(CaptuiError):
    """The local history cannot be read or written."""


class DamagedHistoryError(HistoryError):
    """Its file is not what it should be, or gone: it has to be begun anew."""


class ProtocolError(CaptuiError):
    """The exchange sent something that the codec does not accept."""


class UnknownWordError(ProtocolError):
    """A well-formed record with a state or type that is not in the API document: the records around it can still be read."""


class InvoiceError(CaptuiError):
    """A text is not a lightning invoice, or a damaged one."""


class LifecycleError(CaptuiError):
    """An order was told of an event that its state does not allow."""


class ExchangeError(CaptuiError):
    """The exchange cannot be reached or does not want to."""


class NoConnectionError(ExchangeError):
    """Nothing came back. `sent` is False only where not one byte of the request can have reached the exchange."""

    def __init__(self, sentence: str, *, sent: bool, advice: str = "") -> None:
        super().__init__(sentence, advice=advice)
        self.sent = sent


class RefusedError(ExchangeError):
    """The exchange answered, understood, and said no: `codes` are its own words, `status` the HTTP status."""

    def __init__(self, sentence: str, *, codes: tuple[str, ...] = (), status: int = 0, advice: str = "") -> None:
        super().__init__(sentence, advice=advice)
        self.codes = codes
        self.status = status


class UnauthorisedError(RefusedError):
    """The key, the signature, the clock or a permission is wrong."""


class RateLimitedError(RefusedError):
    """Too many requests; `retry_after` is in seconds, 0 where the exchange did not say."""

    def __init__(
        self, sentence: str, *, retry_after: float = 0.0, codes: tuple[str, ...] = (), status: int = 429
    ) -> None:
        super().__init__(sentence, codes=codes, status=status)
        self.retry_after = retry_after


class UnavailableError(ExchangeError):
    """Maintenance, or a proxy in front of the exchange answered: `status` is 500 to 599."""

    def __init__(self, sentence: str, *, status: int, retry_after: float = 0.0, advice: str = "") -> None:
        super().__init__(sentence, advice=advice)
        self.status = status
        self.retry_after = retry_after
