"""An index of the texts of vehicles without a place in the reference catalogue."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies = [
        ("inventory", "0007_vehicle_brand_key"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="vehicle",
            index=models.Index(
                condition=models.Q(("version__isnull", True)),
                fields=["category", "brand_text", "model_text"],
                name="inventory_vehicle_unplaced",
            ),
        ),
    ]
