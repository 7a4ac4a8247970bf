"""People and what they may do: users, passwords, memberships. All of it leaves a trace.

Names and addresses stand in the history as erasable text; passwords never do.
"""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.lockout import folded_name
from accounts.models import Dealer, Membership, User
from accounts.models.dealer import Role
from accounts.services.changes import By, record_change
from accounts.services.contact_data import clean_email, clean_line

_PERSONAL = ("username", "email", "first_name", "last_name")
_FACTS = frozenset({*_PERSONAL, "language", "is_active", "is_staff", "is_superuser"})


def create_user(*, by: By, username: str, password: str, **facts: Any) -> User:
    """Create a user; `facts` are names of _FACTS.

    Raises ValidationError by field; a user name is taken whatever its case.
    """
    user = User()
    _assign(user, {"username": username, **facts})
    _check_password(user, password)
    user.set_password(password)
    with transaction.atomic():
        _save(user, insert=True)
        after = {name: getattr(user, name) for name in ("username", *facts) if getattr(user, name)}
        _record(user, action="created", before={}, after=after, by=by)
    return user


def update_user(user_id: int, *, by: By, **facts: Any) -> User:
    """Write the facts that differ. Raises User.DoesNotExist, ValidationError by field."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        before = _assign(user, facts)
        if before:
            _save(user, insert=False)
            after = {name: getattr(user, name) for name in before}
            _record(user, action="updated", before=before, after=after, by=by)
    return user


def deactivate_user(user_id: int, *, by: By) -> User:
    """End a person's access everywhere; nothing they did is lost."""
    return update_user(user_id, by=by, is_active=False)


def set_password(user_id: int, *, by: By, password: str) -> User:
    """Give a user a new password; ends their sessions.

    Raises User.DoesNotExist, ValidationError on `password`.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        _check_password(user, password)
        user.set_password(password)
        user.save(update_fields=["password"])
        _record(user, action="password_set", before={}, after={}, by=by)
    return user


def add_membership(*, user: User, dealer: Dealer, role: str, by: By) -> Membership:
    """Let a user work for a dealer in a role; an existing membership is woken up and gets the role.

    Raises ValidationError on `role`.
    """
    _check_role(role)
    with transaction.atomic():
        membership, created = Membership.objects.get_or_create(
            user=user, dealer=dealer, defaults={"role": role}
        )
        if created:
            _record_membership(membership, action="created", before={}, after={"role": role}, by=by)
            return membership
        return update_membership(membership.pk, dealer=dealer, by=by, role=role, is_active=True)


def update_membership(
    membership_id: int,
    *,
    dealer: Dealer,
    by: By,
    role: str | None = None,
    is_active: bool | None = None,
) -> Membership:
    """Change a role, end or renew a membership; None leaves as it is.

    Raises Membership.DoesNotExist (also for another dealer's), ValidationError on `role` (unknown)
    or `is_active`/`role` when the dealer would be left without an active owner.
    """
    with transaction.atomic():
        # One at a time per dealer, so that two owners cannot remove each other.
        Dealer.objects.select_for_update(no_key=True).get(pk=dealer.pk)
        membership = Membership.objects.for_dealer(dealer).get(pk=membership_id)
        wanted = {"role": role, "is_active": is_active}
        given = {name: value for name, value in wanted.items() if value is not None}
        _check_role(role or membership.role)
        before = {name: getattr(membership, name) for name in given}
        before = {name: old for name, old in before.items() if old != given[name]}
        if not before:
            return membership
        _keep_an_owner(membership, after=given, changed=next(iter(before)))
        for name in before:
            setattr(membership, name, given[name])
        membership.save(update_fields=list(before))
        after = {name: given[name] for name in before}
        _record_membership(membership, action="updated", before=before, after=after, by=by)
    return membership


def deactivate_membership(membership_id: int, *, dealer: Dealer, by: By) -> Membership:
    """End a user's work for a dealer; raises as update_membership."""
    return update_membership(membership_id, dealer=dealer, by=by, is_active=False)


def _keep_an_owner(membership: Membership, *, after: dict[str, Any], changed: str) -> None:
    was_owner = membership.is_active and membership.role == Role.OWNER
    stays = after.get("is_active", True) and after.get("role", Role.OWNER) == Role.OWNER
    if not was_owner or stays:
        return
    others = Membership.objects.for_dealer(membership.dealer_id).filter(
        role=Role.OWNER, is_active=True, user__is_active=True
    )
    if not others.exclude(pk=membership.pk).exists():
        raise ValidationError({changed: _("A dealer needs an active owner.")})


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise ValidationError({"role": _("This role does not exist.")})


def _check_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as err:
        raise ValidationError({"password": err.error_list}) from err


def _assign(user: User, facts: dict[str, Any]) -> dict[str, Any]:
    """Put cleaned facts on the user; return those that changed, as they were."""
    if unknown := set(facts) - _FACTS:
        raise TypeError(f"Not facts of a user: {', '.join(sorted(unknown))}")
    before = {name: getattr(user, name) for name in facts}
    errors: dict[str, Any] = {}
    for name, value in facts.items():
        try:
            setattr(user, name, _clean_fact(name, value))
        except ValidationError as err:
            errors[name] = err
    try:
        user.clean_fields(exclude={"password", "last_login", *errors})
    except ValidationError as err:
        errors.update(err.error_dict)
    if errors:
        raise ValidationError(errors)
    return {name: old for name, old in before.items() if getattr(user, name) != old}


def _clean_fact(name: str, value: Any) -> Any:
    if name == "email":
        return clean_email(clean_line(value or "")) or None
    return clean_line(value) if isinstance(value, str) else value


def _save(user: User, *, insert: bool) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=insert, force_update=not insert)
    except IntegrityError as err:
        if "accounts_user_email_ci" in str(err):
            raise ValidationError({"email": _("Another user has this e-mail.")}) from err
        raise ValidationError({"username": _("Another user has this name.")}) from err


def _record(
    user: User, *, action: str, before: dict[str, Any], after: dict[str, Any], by: By
) -> None:
    record_change(
        subject=user,
        action=action,
        before=before,
        after=after,
        by=by,
        personal_fields=_PERSONAL,
        label=f"#{user.pk}",
    )


def _record_membership(
    membership: Membership, *, action: str, before: dict[str, Any], after: dict[str, Any], by: By
) -> None:
    record_change(
        subject=membership,
        action=action,
        before=before,
        after={**after, "user": membership.user_id} if action == "created" else after,
        by=by,
        label=f"#{membership.user_id}",
    )


def reset_lockout(user_id: int, *, by: By) -> int:
    """Let somebody log in again at once after too many wrong passwords; returns what was counted.

    Raises User.DoesNotExist.
    """
    with transaction.atomic():
        user = User.objects.get(pk=user_id)
        forgotten = int(reset(username=folded_name(user.username)))
        if forgotten:
            _record(user, action="lockout_reset", before={}, after={}, by=by)
    return forgotten
