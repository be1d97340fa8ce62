"""One person, one canonical address, whatever the spelling (D21, D22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_runtime.channels.addresses import NotAPhone, from_provider, from_text, is_user_id, to_dial


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        # Mexico: the 1 of mobiles
        ("5215512345678", "tel:+525512345678"),
        ("525512345678", "tel:+525512345678"),
        ("+5215512345678", "tel:+525512345678"),
        ("whatsapp:+5215512345678", "tel:+525512345678"),
        ("52155123456", "tel:+52155123456"),  # too short for the 1 to be that one
        # Argentina: 9 before the area, or 15 after it
        ("5491151234567", "tel:+541151234567"),
        ("549115123456", "tel:+549115123456"),  # a digit short: left alone
        ("541151234567", "tel:+541151234567"),
        ("54111551234567", "tel:+541151234567"),
        ("5493514123456", "tel:+543514123456"),
        ("54351154123456", "tel:+543514123456"),
        ("5492944123456", "tel:+542944123456"),
        ("54294415123456", "tel:+542944123456"),
        ("541143211234", "tel:+541143211234"),  # a fixed line
        # Brazil: the ninth digit of mobiles
        ("551187654321", "tel:+5511987654321"),
        ("5511987654321", "tel:+5511987654321"),
        ("551132345678", "tel:+551132345678"),  # a fixed line: begins with 2 to 5
        ("552125551234", "tel:+552125551234"),
        # elsewhere nothing is rewritten
        ("15550100001", "tel:+15550100001"),
        ("573001234567", "tel:+573001234567"),
        ("34600123456", "tel:+34600123456"),
        ("12345", "tel:12345"),  # a short code
        ("US.10000000000000000001", "wa-id:US.10000000000000000001"),
        ("whatsapp:MX.1", "wa-id:MX.1"),
        ("US.ENT.20000000000000000002", "wa-id:US.ENT.20000000000000000002"),
    ],
)
def test_a_providers_spelling_leads_to_one_address_and_is_kept(spelling, canonical):
    address = from_provider(spelling)
    assert (address.canonical, address.spelling) == (canonical, spelling)


@pytest.mark.parametrize(
    "spelling", ["", "+", "BANCO", "12", "1" * 18, "US", "us.1", "US.", "US.a b", "٣٣٣٣٣٣٣٣", "tel"]
)
def test_what_nobody_could_be_reached_by_is_no_address(spelling):
    assert from_provider(spelling) is None


@pytest.mark.parametrize(
    ("typed", "country", "canonical"),
    [
        ("55 1234 5678", "MX", "tel:+525512345678"),
        ("(55) 1234-5678", "mx", "tel:+525512345678"),
        ("+52 1 55 1234 5678", "", "tel:+525512345678"),
        ("0052 55.1234.5678", "", "tel:+525512345678"),
        ("52 1 55 1234 5678", "MX", "tel:+525512345678"),  # as WhatsApp lists it: too long for a national number
        ("5491151234567", "AR", "tel:+541151234567"),
        ("551187654321", "BR", "tel:+5511987654321"),
        ("11 15 5123-4567", "AR", "tel:+541151234567"),
        ("+54 9 11 5123 4567", "", "tel:+541151234567"),
        ("(11) 98765-4321", "BR", "tel:+5511987654321"),
        ("+55 11 8765-4321", "", "tel:+5511987654321"),
        ("600 12 34 56", "ES", "tel:+34600123456"),
    ],
)
def test_a_typed_phone_leads_to_the_same_address(typed, country, canonical):
    assert from_text(typed, country).canonical == canonical


@pytest.mark.parametrize(
    ("typed", "country", "why"),
    [
        ("", "MX", "empty"),
        ("  ", "MX", "empty"),
        ("5.69E+10", "MX", "characters"),
        ("5512345678, 5512345679", "MX", "characters"),
        ("casa 5512345678", "MX", "characters"),
        ("5512345678", "", "country"),
        ("+999 1234567", "", "country"),
        ("12345", "MX", "length"),
        ("55123456789012345", "MX", "length"),
        ("+247 123", "", "length"),  # no country is reached by fewer than seven digits
    ],
)
def test_what_is_no_phone_says_why(typed, country, why):
    with pytest.raises(NotAPhone) as refused:
        from_text(typed, country)
    assert refused.value.why == why


@given(st.text(), st.sampled_from(["MX", "AR", "BR", "ES", "", "ZZ", "x"]))
def test_any_typed_text_is_an_address_or_not_a_phone(typed, country):
    try:
        address = from_text(typed, country)
    except NotAPhone:
        return
    assert from_provider(address.spelling).canonical == address.canonical


@given(st.from_regex(r"(52|54|55|1|57|34)[0-9]{5,13}", fullmatch=True))
def test_a_canonical_address_is_its_own_canonical(digits):
    canonical = from_provider(digits).canonical
    assert from_provider(canonical.removeprefix("tel:")).canonical == canonical


@pytest.mark.parametrize(
    ("spelling", "dialled", "user_id"),
    [
        ("5215512345678", "+5215512345678", False),
        ("whatsapp:+5215512345678", "+5215512345678", False),
        ("tel:+525512345678", "+525512345678", False),
        ("12345", "12345", False),
        ("tel:12345", "12345", False),
        ("wa-id:MX.1", "MX.1", True),
        ("whatsapp:MX.1", "MX.1", True),
    ],
)
def test_what_is_dialled(spelling, dialled, user_id):
    assert to_dial(spelling) == dialled
    assert is_user_id(dialled) is user_id
