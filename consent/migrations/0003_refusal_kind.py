from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0002_start'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipientrefusal',
            name='kind',
            field=models.CharField(choices=[('fitting_home', 'Montering på bostadsdörr'), ('fitting_entrance', 'Montering på port'), ('data', 'Samtycke till personuppgiftsbehandling, 9 § lagen (2001:454)')], default='fitting_home', max_length=16, verbose_name='gäller'),
        ),
    ]
