"""Who is told of a notice by e-mail, when, in which words, and what if the server is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from smtplib import SMTPException

import pytest
from django.core.mail import EmailMessage

from accounts.models import Membership, User
from accounts.models.dealer import Role
from office.models import NoticeMail
from office.models.notice import NoticeKind, Phase
from office.selectors.notices import MAIL_KEY, MailChoice
from office.services.notice_mails import CLAIM, compose, queue_mails, send_mails
from tests.factories.accounts import DealerFactory, MembershipFactory
from tests.factories.office import NoticeFactory, NoticeMailFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)  # 15:00 in São Paulo
MORNING = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)  # 08:00 in São Paulo
URGENT = {"kind": NoticeKind.STOPPED, "subject": "7", "facts": {"portal": "Usadosbr"}}


def member(dealer, role=Role.OWNER, choice=""):
    """Return a member who wants mail so."""
    preferences = {MAIL_KEY: choice} if choice else {}
    address = f"person{Membership.objects.count()}@example.com"
    return MembershipFactory(dealer=dealer, role=role, preferences=preferences, user__email=address)


def queued(notice) -> dict[int, datetime]:
    """Queue a notice's beginning; return when each user is told."""
    queue_mails([notice], phase=Phase.OPENED, now=NOW)
    return dict(NoticeMail.objects.values_list("user", "due_at"))


def test_what_is_urgent_goes_at_once_and_the_rest_each_morning():
    dealer = DealerFactory()
    at_once, daily = member(dealer), member(dealer, choice=MailChoice.DAILY)
    never = member(dealer, choice=MailChoice.NEVER)
    urgent = queued(NoticeFactory(dealer=dealer, **URGENT))
    NoticeMail.objects.all().delete()
    calm = queued(NoticeFactory(dealer=dealer))

    assert urgent == {at_once.user_id: NOW + timedelta(minutes=2), daily.user_id: MORNING}
    assert calm == {at_once.user_id: MORNING, daily.user_id: MORNING}
    assert never.user_id not in urgent


def test_a_salesperson_is_told_on_demand_and_never_of_accounts():
    dealer = DealerFactory()
    member(dealer, Role.SALESPERSON)
    asked = member(dealer, Role.SALESPERSON, choice=MailChoice.URGENT)

    assert queued(NoticeFactory(dealer=dealer, **URGENT)) == {}
    assert queued(NoticeFactory(dealer=dealer)) == {asked.user_id: MORNING}


def test_nobody_without_address_or_place_in_the_store_is_told():
    dealer = DealerFactory()
    MembershipFactory(dealer=dealer, role=Role.OWNER, user__email=None)
    MembershipFactory(dealer=dealer, role=Role.OWNER, is_active=False, user__email="a@example.com")
    MembershipFactory(dealer=dealer, role=Role.INTEGRATOR, user__email="b@example.com")
    member(DealerFactory())

    assert queued(NoticeFactory(dealer=dealer, **URGENT)) == {}


def test_what_is_due_together_is_one_mail_in_the_readers_language(mailoutbox):
    dealer = DealerFactory(name="Pátio Um")
    owner = member(dealer)
    User.objects.filter(pk=owner.user_id).update(language="pt-br")
    for number in range(3):
        queue_mails(
            [NoticeFactory(dealer=dealer, subject=str(number), kind=NoticeKind.OVERDUE)],
            phase=Phase.OPENED,
            now=NOW,
        )

    report = send_mails(MORNING)

    assert (report.mails, report.told, report.failed) == (1, 3, 0)
    assert mailoutbox[0].to == [owner.user.email]
    assert mailoutbox[0].subject == "Pátio Um: 3 assuntos precisam de você"
    assert mailoutbox[0].body.count("2 reservas passaram do prazo") == 3
    assert "http://127.0.0.1:8000/reservations/?due=overdue" in mailoutbox[0].body
    assert send_mails(MORNING + timedelta(hours=1)).mails == 0


def test_a_name_with_a_line_break_makes_no_header_of_its_own():
    owner = member(DealerFactory(name="Loja\nBcc: outro@example.com"))
    row = NoticeMailFactory(notice=NoticeFactory(dealer=owner.dealer), user=owner.user)

    subject = compose(owner, [row]).message()["Subject"]

    assert "\n" not in str(subject)


def test_a_server_that_is_away_is_tried_again_later_and_nothing_is_lost(monkeypatch, mailoutbox):
    owner = member(DealerFactory())
    queue_mails([NoticeFactory(dealer=owner.dealer, **URGENT)], phase=Phase.OPENED, now=NOW)
    due = NOW + timedelta(minutes=2)

    def refuse(self, fail_silently=False):
        raise SMTPException

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        assert send_mails(due).failed == 1
    assert send_mails(due + timedelta(seconds=30)).mails == 0
    assert send_mails(due + timedelta(seconds=60)).mails == 1
    assert len(mailoutbox) == 1


def test_a_mail_that_another_worker_is_sending_is_left_to_it_until_its_claim_runs_out(mailoutbox):
    owner = member(DealerFactory())
    NoticeMailFactory(
        notice=NoticeFactory(dealer=owner.dealer),
        user=owner.user,
        claimed_until=NOW + CLAIM,
        due_at=NOW,
    )

    assert send_mails(NOW).mails == 0
    assert send_mails(NOW + CLAIM).mails == 1


def test_who_left_meanwhile_or_wants_no_mail_any_more_is_not_told(mailoutbox):
    dealer = DealerFactory()
    left, quiet = member(dealer), member(dealer)
    queue_mails([NoticeFactory(dealer=dealer, **URGENT)], phase=Phase.OPENED, now=NOW)
    left.is_active = False
    left.save()
    quiet.preferences = {MAIL_KEY: MailChoice.NEVER}
    quiet.save()

    assert send_mails(NOW + timedelta(hours=1)).mails == 0
    assert not NoticeMail.objects.exists()


def test_nobody_gets_two_mails_within_ten_minutes(mailoutbox):
    owner = member(DealerFactory())
    queue_mails([NoticeFactory(dealer=owner.dealer, **URGENT)], phase=Phase.OPENED, now=NOW)
    NoticeMailFactory(
        notice=NoticeFactory(dealer=owner.dealer),
        user=owner.user,
        sent_at=NOW - timedelta(minutes=1),
    )

    assert send_mails(NOW + timedelta(minutes=5)).mails == 0
    assert send_mails(NOW + timedelta(minutes=10)).mails == 1
