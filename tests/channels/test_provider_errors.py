"""Each code of the providers' references has a class and words for the operator."""

from datetime import UTC, datetime

import pytest

from bot_runtime.channels.error_codes import TWILIO, WHATSAPP
from bot_runtime.channels.errors import meaning, refusal, retry_after_s

OF_WHATSAPP = {
    "A": "0 3 10 33 190 200 250 299 368 131005 131031 131037 131042 131044 131045 131063 132001 132015 132016 133000 "
    "133005 133006 133008 133009 133010 133016",
    "R": "1 2 131000 131016 131053 131057 133004 133015",
    "T": "4 613 80007 130429 131048 131056 131064",
    "N": "100 130472 130497 131008 131009 131020 131041 131021 131026 131030 131051 131052 131059 131060 132000 132005 "
    "132007 132008 132012 132068 134011 135000 137000 138000 139000 2388001 2494001",
    "F": "131047 131062",
    "L": "131049 132069",
    "O": "131050",
}
OF_TWILIO = {
    "A": "20003 20005 21701 21703 21704 30002 30018 30024 30032 30034 63001 63002 63007 63008 63013 63020 63022 63026 "
    "63041 63042 63051",
    "N": "20404 20422 21211 21212 21214 21217 21401 21408 21601 21602 21603 21604 21606 21607 21608 21609 21612 21614 "
    "21616 21617 21618 21619 21620 21623 21654 21655 21656 30004 30005 30006 30007 30009 30010 30011 30012 30019 63003 "
    "63005 63006 63015 63021 63024 63027 63028 63030 63031 63032 63033 63034 63040 11200 11205 11750 12100 12300 57012",
    "T": "14107 20429 21611 30001 30022 30023 63017 63018 63038",
    "R": "20500 20503 30003 30008 30017 30410 63009 63010 63012 63019 63023 63029",
    "F": "63016",
    "L": "63049",
    "O": "21610 63014",
}


@pytest.mark.parametrize(
    ("provider", "code", "kind"),
    [("whatsapp", code, kind) for kind, codes in OF_WHATSAPP.items() for code in codes.split()]
    + [("twilio", code, kind) for kind, codes in OF_TWILIO.items() for code in codes.split()],
)
def test_every_code_has_its_class(provider, code, kind):
    assert meaning(provider, code).kind == kind


@pytest.mark.parametrize("table", [WHATSAPP, TWILIO])
def test_every_code_speaks_both_languages(table):
    for kind, english, spanish in table.values():
        assert kind in "RTLFNAO"
        assert english.endswith(".")
        assert spanish.endswith(".")
        assert english != spanish


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "T"),
        (502, "U"),
        (504, "U"),
        (500, "R"),
        (503, "R"),
        (400, "N"),
        (404, "N"),
        (401, "A"),
        (302, "A"),
        (0, "N"),
    ],
)
def test_without_a_known_code_the_status_decides(status, kind):
    assert meaning("whatsapp", "", status).kind == kind
    assert meaning("twilio", "99999", status).kind == kind


def test_a_known_code_counts_more_than_the_status():
    assert meaning("whatsapp", "130429", 400).kind == "T"  # Meta has sent it with 400, 403 and 429
    assert meaning("whatsapp", "131056", 504).kind == "T"


@pytest.mark.parametrize("code", ["", "x", "-1", "٣", "9" * 5000])
def test_a_code_that_is_none_still_has_a_meaning(code):
    assert meaning("whatsapp", code).kind == "N"


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("86400", 3600),  # never longer than an hour
        ("-3", 0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(asked, seconds):
    assert retry_after_s({"Retry-After": asked}, NOW) == seconds


def test_a_refusal_carries_class_code_and_wait():
    failure = refusal("whatsapp", "130429", 429, "x" * 5000, {"Retry-After": "9"})
    assert (failure.kind, failure.code, failure.retry_after_s, len(failure.detail)) == ("T", "130429", 9, 300)


def test_a_refusal_never_holds_a_phone_number():
    failure = refusal("twilio", "21211", 400, "Invalid 'To' Phone Number: +5215512345678", {})
    assert failure.detail == "Invalid 'To' Phone Number: …"
