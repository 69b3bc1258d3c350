"""The texts to agree to."""

import hashlib

import pytest

from consent import actions, texts
from consent.models import ConsentText, Proof
from homecare.core.errors import RuleBroken
from tests import make


def test_the_texts_of_this_version_are_there_from_the_start(db):
    assert sorted(ConsentText.objects.values_list("party", "language", "version")) == sorted(
        (text.party, text.language, "2026-1") for text in texts.TEXTS
    )

    actions.ensure_texts()  # again

    assert ConsentText.objects.count() == len(texts.TEXTS)


def test_the_check_sum_is_of_the_canonical_words(db):
    text = make.consent_text(title="Rubrik ", body="  å\r\n\r\nrad \n")

    assert text.sha256 == hashlib.sha256("Rubrik\n\nå\n\nrad\n".encode()).hexdigest()


def test_a_text_that_is_approved_cannot_be_changed(db):
    text = make.case().text
    text.body = "Något annat"

    with pytest.raises(RuleBroken, match="Gör en ny version"):
        text.save()
    with pytest.raises(RuleBroken, match="kan inte tas bort"):
        text.delete()
    with pytest.raises(TypeError):
        ConsentText.objects.update(body="Något annat")


def test_a_draft_can_be_mended_and_nobody_is_asked_with_it(db):
    text = make.consent_text(state="draft", approved_at=None, version="9999")
    assert ConsentText.objects.current("owner", "sv") != text
    text.body = "Rättat"
    text.save()

    text.refresh_from_db()
    assert text.sha256 == texts.checksum(text.title, "Rättat")


def test_the_newest_valid_text_is_asked_with(db, at):
    make.consent_text(version="2031-1", valid_from="2031-01-01")

    at(2030, 12, 31)
    assert ConsentText.objects.current("owner", "sv").version == "2026-1"
    at(2031, 1, 1)
    assert ConsentText.objects.current("owner", "sv").version == "2031-1"


def test_a_proof_cannot_be_changed(db):
    proof = Proof.objects.create(
        kind=Proof.Kind.SCAN,
        media_type="image/png",
        content=b"x",
        sha256="0" * 64,
        made_at=make.SOME_MOMENT,
        case=make.case(),
    )

    with pytest.raises(RuleBroken, match="kan inte ändras"):
        proof.save()
    with pytest.raises(TypeError):
        Proof.objects.all().delete()


@pytest.mark.parametrize("text", texts.TEXTS, ids=lambda text: f"{text.party}-{text.language}")
def test_an_owners_text_says_nothing_of_a_recipient_or_a_flat(text):
    forbidden = ["hemtjänsttagare", "lägenhet", "brukare", "flat", "recipient", "apartment"]
    words = f"{text.title} {text.body}".lower()

    if text.party == "owner":
        assert [word for word in forbidden if word in words] == []
    # domain.md 3.4: an owner's or a recipient's yes to fitting is no consent under GDPR.
    if text.party != "data":
        assert "samtyck" not in words
        assert "consent" not in words


def test_a_text_is_drawn_as_headings_lists_and_paragraphs():
    sections = texts.sections_of("Först.\n\n## Rubrik\n- en\n- två\n\nSist.")

    assert [
        (one.heading, [(block.kind, block.lines) for block in one.blocks]) for one in sections
    ] == [
        ("", [("paragraph", ("Först.",))]),
        ("Rubrik", [("list", ("en", "två")), ("paragraph", ("Sist.",))]),
    ]
