"""The table of who may do what, written down once more: a line for each right, a column for each role.

Whatever else asks reads `access.toml`: the doors, the help page, and the tests of the doors, which expect what it says.
So none of those can notice a wrong word in it. Whoever changes who may see what changes it twice, there and here.
"""

from heartwork.roster.access import LIMITS, MAY, REACH, READS_ONLY

ROLES = {
    "S": "superintendent",
    "L": "district_leader",
    "D": "student_services_director",
    "P": "principal",
    "C": "counselor",
    "T": "teacher",
    "U": "support_staff",
    "F": "facilitator",
    "B": "break_glass",
    "A": "system_administrator",
    "*": "everyone",
}
RIGHTS = """
self.read           . . . . . . . . . *
self.edit           . . . . . . . . . *
student.read        . . D P C T U F B .
record.read         . . D P C T U F B .
student.edit        . . D P C T U . . .
district.read       S L D P C T U . . .
district.edit       S . D . . . . . . .
support.read        S L D P C T U . . .
support.edit        . . D P C . . . . .
kind.edit           . . D . . . . . . .
participation.edit  . . D P C . U . . .
coverage.read       S L D P C T U . . .
gap.read            S L D P C T U . . .
gap_students.read   . . D P C T U . . .
checkin.read        . . . . C . . . . .
trusted.ask         . . D P C T . . . .
trusted.read        . . D P C . . . . .
sensitive_gap.read  S L D P C . . . . .
team.read           S L D P C T U F . .
team.edit           S L D P C . . . . .
meeting.read        S L D P C T U F . .
meeting.edit        S L D P C T U F . .
meeting.open        S L D P C T U . . .
audit.read          . . D P C T U F . .
audit.edit          . . D P C T U F . .
audit.open          . . D P C T U . . .
measure.read        S L D P C T U F . .
measure.edit        S L D P C T U . . .
walkthrough.read    S L D P C T U . . .
walkthrough.edit    S L D P C T U . . .
student_meeting.open . . D P C T U . . .
routine.read        S L D P C T U . . .
routine.edit        S L D P C T U . . .
patterns.read       S L D P C T U . . .
cycle.read          S L D P C T U F . .
cycle.edit          S L D P C T U F . .
all_cycles.read     S L D . . . . . . .
import.read         . . D . . . . . A .
import.edit         . . D . . . . . A .
assignment.read     . . D P . . . . A .
assignment.edit     . . D . . . . . A .
substitute.edit     . . D P . . . . A .
view_as.open        . . D P . . . . A .
sight.print         . . D P C . . . . .
emergency.open      . . . P C . . . . .
emergency.told      . . D P . . . . . .
privacy.read        S L D P C . . . A .
family.read         . . D P C . . . . .
family.edit         . . D P C . . . . .
family.review       . . D P . . . . . .
release.sign        S . . . . . . . . .
journal.read        . . D P . . . . A .
journal.counts      S L . . . . . . . .
twin.edit           . . D . . . . . . .
second_step.owe     . . . . . . . . . .
"""
CHOICES = """
record.read         T U F
student.edit        T U
participation.edit  T U
gap_students.read   T U
patterns.read       T U
audit.open          T U
emergency.open      T U
second_step.owe     S L D P C T U A
"""
FAR = {
    "district": "D",
    "school": "P",
    "caseload": "CTUFB",
    "figures": "SL",
    "none": "A",
}


def test_each_role_has_the_rights_that_are_written_here_too():
    lines = [line.split(maxsplit=1) for line in RIGHTS.strip().splitlines()]
    assert {what: {ROLES[letter] for letter in who if letter in ROLES} for what, who in lines} == {
        what: set(roles) for what, roles in MAY.items()
    }


def test_a_district_chooses_what_is_written_here_too_and_no_more():
    lines = [line.split(maxsplit=1) for line in CHOICES.strip().splitlines()]
    assert {what: [ROLES[letter] for letter in who.split()] for what, who in lines} == LIMITS


def test_each_role_reaches_as_far_as_is_written_here_too():
    assert {ROLES[letter]: far for far, letters in FAR.items() for letter in letters} == REACH


def test_a_page_opened_in_an_emergency_is_read_and_nothing_else():
    assert {what for what, roles in MAY.items() if READS_ONLY in roles} == {"student.read", "record.read"}
    assert not any(READS_ONLY in roles for roles in LIMITS.values())
