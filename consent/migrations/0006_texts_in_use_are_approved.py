from django.db import migrations
from django.utils import timezone


def approve(apps, _schema_editor):
    """Texts that were there before approval came are in use, and so approved."""
    texts = apps.get_model("consent", "ConsentText")
    texts.objects.filter(state="draft").update(state="approved", approved_at=timezone.now())


def date_answers(apps, _schema_editor):
    """Each answer has a moment of its own, since an owner may answer in several sittings."""
    items = apps.get_model("consent", "CaseItem")
    answered = items.objects.exclude(answer="").filter(answered_at=None)
    for item in answered.select_related("case").iterator():
        items.objects.filter(pk=item.pk).update(answered_at=item.case.answered_at)


class Migration(migrations.Migration):
    dependencies = [("consent", "0005_whole")]
    operations = [
        migrations.RunPython(approve, migrations.RunPython.noop),
        migrations.RunPython(date_answers, migrations.RunPython.noop),
    ]
