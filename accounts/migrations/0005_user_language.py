"""The language a person chose; empty for the dealer's."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds User.language."""

    dependencies: ClassVar = [("accounts", "0004_audit_index")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("pt-br", "Português (Brasil)"), ("en", "English")],
                default="",
                help_text="Empty: the language of the dealer.",
                max_length=10,
                verbose_name="language",
            ),
            preserve_default=False,
        ),
    ]
