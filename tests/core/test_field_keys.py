"""Keys of encrypted fields can be changed while the application runs."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from homecare.core.models import save_as
from homecare.recipients.models import Recipient
from tests import make

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def saved(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def anna(db, settings):
    """A recipient with a change in her history, saved under the old key."""
    settings.FIELD_KEYS = [OLD]
    anna = make.recipient(personal_number="191212121212", phone="+46700000001")
    anna.phone = "+46700000002"
    return save_as(anna, None)


def test_a_made_key_is_of_the_kind_that_the_settings_take(capsys, settings, db):
    call_command("new_field_key")
    settings.FIELD_KEYS = [capsys.readouterr().out.strip()]

    assert make.recipient(phone="+46700000001").phone == "+46700000001"


def test_with_a_new_key_first_everything_is_still_read_and_found(anna, settings):
    settings.FIELD_KEYS = [NEW, OLD]

    found = Recipient.objects.get(pk=anna.pk)

    assert (found.personal_number, found.phone) == ("191212121212", "+46700000002")
    assert list(Recipient.objects.found_by("19121212-1212")) == [anna]


def test_after_the_rotation_the_old_key_can_be_dropped(anna, settings, capsys):
    histories = anna.history.count()
    settings.FIELD_KEYS = [NEW, OLD]
    call_command("rotate_field_keys")
    settings.FIELD_KEYS = [NEW]

    found = Recipient.objects.get(pk=anna.pk)

    assert (found.personal_number, found.phone) == ("191212121212", "+46700000002")
    assert list(Recipient.objects.found_by("19121212-1212")) == [anna]
    assert [row.phone for row in anna.history.order_by("pk")] == ["+46700000001", "+46700000002"]
    assert anna.history.count() == histories
    index = found.personal_number_index
    assert saved("recipients_historicalrecipient", "personal_number_index") == [index] * histories
    assert "recipients.Recipient: 1" in capsys.readouterr().out.splitlines()


def test_nothing_is_left_under_the_old_key(anna, settings, capsys):
    tables = ["recipients_recipient", "recipients_historicalrecipient"]
    columns = ["personal_number", "personal_number_index", "phone"]
    before = {value for table in tables for column in columns for value in saved(table, column)}
    settings.FIELD_KEYS = [NEW, OLD]
    call_command("rotate_field_keys")

    after = {value for table in tables for column in columns for value in saved(table, column)}

    assert before & after == set()


def test_a_key_that_is_dropped_too_early_is_named_as_the_cause(anna, settings):
    settings.FIELD_KEYS = [NEW]

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS lacks the key"):
        Recipient.objects.get(pk=anna.pk)
