"""The time within which an ad must be gone; reasons that can be erased; the head of the chain."""

import django.core.validators
from django.db import migrations, models


def start_head(apps, schema_editor):
    """Let the head of the chain stand where the history was sealed up to."""
    change = apps.get_model("accounts", "Change")
    last = change.objects.filter(sequence__isnull=False).order_by("-sequence").first()
    if last is not None:
        head = {"sequence": last.sequence, "chain": last.chain}
        apps.get_model("accounts", "ChainHead").objects.create(pk=1, **head)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_user_language'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='reason_digest',
            field=models.CharField(blank=True, max_length=64, verbose_name='digest of the reason'),
        ),
        migrations.AddField(
            model_name='change',
            name='reason_salt',
            field=models.CharField(blank=True, max_length=32, verbose_name='salt of the reason'),
        ),
        migrations.AddField(
            model_name='dealer',
            name='gone_target_minutes',
            field=models.PositiveIntegerField(default=60, help_text='From the sale or withdrawal until the portal shows the ad no more.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(10080)], verbose_name='minutes until an ad must be gone'),
        ),
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.BigIntegerField(default=0, verbose_name='sequence')),
                ('chain', models.CharField(blank=True, max_length=64, verbose_name='chain')),
                ('sealed_at', models.DateTimeField(blank=True, null=True, verbose_name='sealed at')),
            ],
            options={
                'verbose_name': "end of the history's chain",
                'verbose_name_plural': "end of the history's chain",
            },
        ),
        migrations.RunPython(start_head, migrations.RunPython.noop),
    ]
