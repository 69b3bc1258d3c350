import pytest
from hypothesis import given
from hypothesis import strategies as st

from locks import codes

bodies = st.text(alphabet=codes.ALPHABET, min_size=codes.LENGTH, max_size=codes.LENGTH)


def code_of(body):
    return codes.written(body + codes.check_character(body))


def test_a_code_reads_as_it_stands_on_the_tag():
    code = codes.generate()

    assert len(code) == len("K-7F3Q-M")
    assert (code[:2], code[6]) == ("K-", "-")
    assert codes.is_valid(code)


def test_no_character_looks_like_another():
    assert not set("ILOUV") & set(codes.ALPHABET)
    assert len(set(codes.ALPHABET)) == 31


@pytest.mark.parametrize(
    "typed",
    ["K-10AB-{c}", "k-10ab-{c}", "k10ab{c}", "10AB{c}", " K 10AB {c} ", "K–10AB–{c}", "k-loab-{c}"],
)
def test_what_is_typed_carelessly_is_understood(typed):
    code = code_of("10AB")

    assert codes.normalised(typed.format(c=code[-1].lower())) == code


@pytest.mark.parametrize(
    "typed", ["", "K", "K-10AB", "K-10AB-", "nyckel", "K-10ABC-DE", "K-ÅÄÖA-1"]
)
def test_what_cannot_be_a_code_is_refused(typed):
    assert codes.normalised(typed) is None


@given(bodies, st.integers(0, codes.LENGTH), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_always_found(body, place, other):
    plain = body + codes.check_character(body)
    wrong = plain[:place] + other + plain[place + 1 :]

    assert (codes.normalised(wrong) is None) == (wrong != plain)


@given(bodies, st.integers(0, codes.LENGTH - 1))
def test_two_neighbours_that_changed_places_are_always_found(body, place):
    plain = body + codes.check_character(body)
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]

    assert (codes.normalised(swapped) is None) == (swapped != plain)
