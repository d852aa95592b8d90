"""A word that is nowhere else is put into each record about a person; each role then reads everything there is to read.

Each signs in, tries every address there is, and follows every link, part, export and form that asks. What they meet
must be what stands in `MAY_READ`, written by hand from the table and the law: a word met by anybody else is one stray,
and a word not met by somebody who may is one missing. The words must be in no mail, no line of the log and no task.
"""

import html
import json
import logging
import re
from urllib.parse import urlsplit

import pytest
import weasyprint
from django.core import mail
from django.urls import Resolver404, resolve, reverse
from django_tasks_db.models import DBTaskResult

from heartwork.audits.models import Answer, AuditedStudent
from heartwork.checkins.models import CheckIn
from heartwork.config.tests.test_doors import DOORS, PUBLIC, REACHES, SCOPES, WHO, give_own, story
from heartwork.meetings.models import Passage, Seat, Writing
from heartwork.outreach.models import OutreachAttempt
from heartwork.privacy.models import Consent, FamilyRequest
from heartwork.records.models import Absence, Referral
from heartwork.roster.models import Guardian, Guardianship, Strength
from heartwork.supportteam.models import Hurdle, Talk
from heartwork.teams.models import FollowUp, Stage
from heartwork.testing.people import DAY

__all__ = ["story"]  # the fixture

AS_MANY = 2  # addresses that differ only in what they ask for, of one page
LINK = re.compile(r'(?:href|hx-get|action|src|data-href)="([^"]+)"')
FORM = re.compile(r'<form(?![^>]*method="post")[^>]*action="([^"]*)"', re.IGNORECASE)


def team(role):
    """Ruth's team sits in an open meeting and an open audit about Maya; nobody of the others here is in a team."""
    return {"own"} if role in ("counselor", "support_staff", "teacher", "facilitator") else set()


def family_file(role):
    """Who keeps what families said and asked, as far as they reach the student."""
    return REACHES[role] if role in ("student_services_director", "principal", "counselor") else set()


def nobody(role):
    """It is counted, and read on no page."""
    return set()


def author(role):
    """Ruth, who wrote it."""
    return {"own"} if role == "counselor" else set()


# What was planted, and the scopes in which each role meets it.
MAY_READ = {
    "name": REACHES.__getitem__,
    "strength": REACHES.__getitem__,
    "behavior": REACHES.__getitem__,
    "promise": REACHES.__getitem__,  # a follow-up about a student
    "answer": team,
    "shared": team,
    "talk": team,
    "alone": author,
    "recipient": family_file,
    "request": family_file,
    "comment": nobody,
    "absence": nobody,
    "guardian": nobody,
    "purpose": nobody,
}


def word(what, scope):
    return f"Zq{what}{scope}"


def plant(story):
    """One record of each kind about Maya, Noor and Ida, each with a word of its own."""
    for scope, name in SCOPES.items():
        student = story.students[name]
        student.family_name = word("name", scope)
        student.save()
        audited = AuditedStudent.objects.get(student=student)
        leader = audited.meeting.facilitator
        meeting, about = story.things["meeting", scope], story.things["students_meeting", scope]
        noted = {"noted_by": leader, "noted_on": DAY}
        Strength.objects.create(student=student, text=word("strength", scope), **noted)
        CheckIn.objects.create(student=student, week=DAY, mood=2, wants_to_talk=True, comment=word("comment", scope))
        Answer.objects.create(audited=audited, question="lived", author=leader, text=word("answer", scope))
        Referral.objects.create(
            student=student,
            school=story.oak if scope == "other" else story.elm,
            date=DAY,
            behavior=word("behavior", scope),
        )
        Absence.objects.create(student=student, date=DAY, code="A", reason=word("absence", scope))
        guardian = Guardian.objects.create(given_name="G", family_name=word("guardian", scope), phone="1")
        Guardianship.objects.create(guardian=guardian, student=student)
        OutreachAttempt.objects.create(
            student=student, guardian=guardian, date=DAY, method="phone", purpose=word("purpose", scope), outcome="x"
        )
        Consent.objects.filter(student=student).update(recipient=word("recipient", scope))
        FamilyRequest.objects.filter(student=student).update(what=word("request", scope))
        FollowUp.objects.create(
            what=word("promise", scope), student=student, owner=leader, promised_by=leader, due_on=DAY, first_due_on=DAY
        )
        alone = Writing.objects.create(meeting=meeting, author=leader, prompt="outcomes", text=word("alone", scope))
        Passage.objects.create(writing=alone, text=word("shared", scope))
        Seat.objects.get_or_create(meeting=meeting, staff=leader)
        meeting.stage = Stage.REVEALED
        meeting.save()
        about.stage = Stage.DISCUSSED
        about.save()
        talk = Talk.objects.create(meeting=about, student=student, position=1, put_by=leader)
        Hurdle.objects.create(talk=talk, text=word("talk", scope), said_by=leader)


def addresses_in(text):
    """Where a page leads: its links, its parts, and its forms that only ask."""
    return [html.unescape(found) for found in LINK.findall(text) + FORM.findall(text)]


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def crawl(client, doors, planted):
    """Every page that can be come to from these: which words stood on any, and which names of pages were met."""
    waiting, known, variants, met, pages = list(doors), set(doors), {}, {}, set()
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        where = resolve(urlsplit(address).path).url_name
        if answer.status_code in (301, 302):
            found = [answer["Location"]]
        elif answer.status_code != 200:
            continue
        else:
            pages.add(where)
            text = html.unescape(text_of(answer))
            for each in planted:
                if each in text:
                    met.setdefault(each, set()).add(where)
            found = addresses_in(text) if "html" in answer["Content-Type"] else []
        for each in found:
            parts = urlsplit(each)
            path = parts.path or urlsplit(address).path
            whole = path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc or not path.startswith("/") or whole in known or variants.get(path, 0) >= AS_MANY:
                continue
            try:
                name = resolve(path).url_name
            except Resolver404:
                continue
            if name in PUBLIC:
                continue
            known.add(whole)
            variants[path] = variants.get(path, 0) + 1
            waiting.append(whole)
    return met, pages


class OnPaper:
    """What goes on paper, read as it goes there."""

    def __init__(self, string, **_more):
        self.string = string

    def write_pdf(self):
        return self.string.encode()


@pytest.mark.django_db
def test_each_role_meets_each_word_that_it_may_read_and_no_other(story, day, client, caplog, monkeypatch):
    monkeypatch.setattr(weasyprint, "HTML", OnPaper)
    caplog.set_level(logging.DEBUG)
    plant(story)
    planted = {word(what, scope): (what, scope) for what in MAY_READ for scope in SCOPES}
    stray, missing, pages = [], [], {}
    for role, name in WHO.items():
        client.force_login(story.staff[name])
        give_own(story, story.staff[name])
        doors = [reverse(at, kwargs=door.fills(story, scope)) for at, door in DOORS.items() for scope in SCOPES]
        met, pages[role] = crawl(client, ["/", *doors], planted)
        for each, (what, scope) in planted.items():
            if each in met and scope not in MAY_READ[what](role):
                stray.append(f"{role} met {what} ({scope}) on {sorted(met[each])}")
            if each not in met and scope in MAY_READ[what](role):
                missing.append(f"{role} did not meet {what} ({scope})")
    assert stray == []
    assert missing == []
    # So many are led to, each from another: a crawl that stops at a door would meet no stray word.
    assert len(pages["counselor"]) > 80
    assert len(pages["student_services_director"]) > 75
    assert {"meeting-recap-pdf", "who-sees", "student-records"} <= pages["counselor"]
    told = [caplog.text, *(message.body for message in mail.outbox)]
    told += [json.dumps(task.args_kwargs) for task in DBTaskResult.objects.all()]
    assert [each for each in planted if any(each in text for text in told)] == []
