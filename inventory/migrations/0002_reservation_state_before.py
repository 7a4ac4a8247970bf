"""Remember the state a reserved vehicle returns to."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="reservation",
            name="state_before",
            field=models.CharField(default="available", max_length=20, verbose_name="state before"),
            preserve_default=False,
        ),
    ]
