"""The people of a store as its owner and managers keep them: invited, given a role, sent away.

An owner may do all of it; a manager only with salespeople. Who is invited chooses a password by a
link that serves once; who is known already simply works for one more store.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import Dealer, Membership, User
from accounts.models.dealer import Role
from accounts.services.changes import By
from accounts.services.contact_data import clean_email, clean_line
from accounts.services.team import add_membership, create_user, update_membership

PEOPLE = (Role.OWNER, Role.MANAGER, Role.SALESPERSON)  # machines are connected elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Who was invited; `is_new` people have yet to choose a password."""

    membership: Membership
    is_new: bool


def roles_for(actor: Membership) -> tuple[Role, ...]:
    """Return the roles a member may give and take."""
    if actor.role == Role.OWNER:
        return PEOPLE
    return (Role.SALESPERSON,) if actor.role == Role.MANAGER else ()


def may_change(actor: Membership, other: Membership) -> bool:
    """Tell whether a member may change another one: never oneself, nor who is above."""
    return actor.pk != other.pk and other.role in roles_for(actor)


def invite(*, actor: Membership, by: By, name: str, email: str, role: str) -> Invited:
    """Let somebody work for the actor's store; a stranger becomes a user who has no password yet.

    Raises ValidationError by field (name, email, role), also for who works there already.
    """
    address = clean_email(clean_line(email or ""))
    if not address:
        raise ValidationError({"email": _("Enter an e-mail address.")})
    first, _space, last = clean_line(name or "").partition(" ")
    if not first:
        raise ValidationError({"name": _("Enter the person's name.")})
    dealer = actor.dealer
    with transaction.atomic():
        actor = _locked(actor)
        _check_role(actor, role)
        user = User.objects.filter(email__iexact=address).first()
        if user is not None:
            _check_known(actor, user)
        is_new = user is None
        if user is None:
            user = create_user(
                by=by,
                username=_name_for(address),
                # Nobody knows it: the person chooses one by the link.
                password=secrets.token_urlsafe(32),
                email=address,
                first_name=first[:150],
                last_name=last[:150],
            )
        membership = add_membership(user=user, dealer=dealer, role=role, by=by)
    return Invited(membership=membership, is_new=is_new)


def change_member(
    membership_id: int, *, actor: Membership, by: By, role: str | None, is_active: bool | None
) -> Membership:
    """Give a member another role, send them away or take them back.

    Raises Membership.DoesNotExist (another store's too), PermissionDenied for who is not the
    actor's to change, and ValidationError as update_membership.
    """
    with transaction.atomic():
        actor = _locked(actor)
        if role is not None:
            _check_role(actor, role)
        other = Membership.objects.for_dealer(actor.dealer_id).get(pk=membership_id)
        if other.role == Role.INTEGRATOR or not may_change(actor, other):
            raise PermissionDenied
        return update_membership(
            other.pk, dealer=actor.dealer, by=by, role=role, is_active=is_active
        )


def awaits_password(membership: Membership) -> bool:
    """Tell whether the person was invited and has never logged in anywhere."""
    return membership.is_active and membership.user.last_login is None


def password_path(user: User) -> tuple[str, str]:
    """Return (uid, token) of a link that lets a user choose a password, once and not for long."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return uid, default_token_generator.make_token(user)


def _locked(actor: Membership) -> Membership:
    """Return the actor as stored, roles of the store held still; PermissionDenied if sent away."""
    # The role decides who may change whom: it must not move under the decision.
    Dealer.objects.select_for_update(no_key=True).get(pk=actor.dealer_id)
    rows = Membership.objects.for_dealer(actor.dealer_id).select_related("dealer")
    stored = rows.filter(pk=actor.pk, is_active=True).first()
    if stored is None:
        raise PermissionDenied
    return stored


def _check_known(actor: Membership, user: User) -> None:
    """Refuse who is here already, may log in no more, or was sent away from above the actor."""
    if not user.is_active:
        raise ValidationError({"email": _("This user is switched off. Ask support.")})
    known = Membership.objects.for_dealer(actor.dealer_id).filter(user=user).first()
    if known is None:
        return
    if known.is_active:
        raise ValidationError({"email": _("This person is in the team already.")})
    if not may_change(actor, known):
        raise ValidationError({"email": _("You may not take this person back.")})


def _name_for(address: str) -> str:
    """Return a free user name: the address, as far as a name may be written so."""
    base = re.sub(r"[^\w.@+-]", "_", address)[:140]
    names = (base, *(f"{base}.{number}" for number in range(2, 100)))
    taken = {
        name.casefold()
        for name in User.objects.filter(username__istartswith=base).values_list(
            "username", flat=True
        )
    }
    return next((name for name in names if name.casefold() not in taken), base)


def _check_role(actor: Membership, role: str) -> None:
    if role not in roles_for(actor):
        raise ValidationError({"role": _("You may not give this role.")})
