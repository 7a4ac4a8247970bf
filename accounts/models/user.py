"""The person who logs in. Which dealers they work for is said by memberships, never here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class CaseInsensitiveUserManager(UserManager["User"]):
    """Finds a user whatever the case the name is typed in."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of that name, case ignored; raise User.DoesNotExist otherwise."""
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A person or an integration that logs in; username unique without regard to case."""

    # NULL for "none": the unique rule must not meet two empty addresses.
    email = models.EmailField(  # type: ignore[assignment]  # noqa: DJ001
        _("e-mail"), blank=True, null=True, default=None
    )

    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the language of the dealer."),
    )

    objects: ClassVar[CaseInsensitiveUserManager] = CaseInsensitiveUserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.UniqueConstraint(Lower("username"), name="accounts_user_username_ci"),
            models.UniqueConstraint(
                Lower("email"), name="accounts_user_email_ci", condition=~models.Q(email="")
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store an empty e-mail as NULL, so that the unique rule only meets real addresses."""
        self.email = self.email or None
        super().save(*args, **kwargs)
