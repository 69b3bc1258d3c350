from django.db import migrations

from homecare.audit import triggers


class Migration(migrations.Migration):
    """The triggers. They are put back after every later migration as well, see `apps.py`."""

    dependencies = [("audit", "0001_start")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: triggers.install(schema_editor.connection),
            lambda apps, schema_editor: triggers.remove(schema_editor.connection),
        )
    ]
