"""One child under two identifiers: offered to a person, never merged by guess."""

from itertools import combinations

from django.db import connection
from django.utils.translation import gettext_noop as _

from heartwork.roster.models import PossibleTwin

REASON = _("same name and birth date")
MOST = 1000  # offered after one import: more could not be looked at

# Students who are here, share a name and a birth date, and of whom the first and the last were never offered as a pair.
SAME = """
    SELECT first, last, family, given, birth_date FROM (
        SELECT min(id) AS first, max(id) AS last,
               lower(family_name) AS family, lower(given_name) AS given, birth_date
        FROM roster_student
        WHERE ended_on IS NULL AND birth_date IS NOT NULL
        GROUP BY lower(family_name), lower(given_name), birth_date
        HAVING count(*) > 1
    ) AS same
    WHERE NOT EXISTS (SELECT 1 FROM roster_possibletwin t WHERE t.first_id = same.first AND t.second_id = same.last)
    ORDER BY last DESC
    LIMIT %s
"""
# All who are behind each of those: one more look at all students, and not one for each name.
ALIKE = f"""
    SELECT same.last, student.id
    FROM ({SAME}) AS same
    JOIN roster_student student ON student.birth_date = same.birth_date
        AND lower(student.family_name) = same.family AND lower(student.given_name) = same.given
    WHERE student.ended_on IS NULL
    ORDER BY student.id
"""
MOST_ALIKE = 10  # of one name and birth date: each of them is a pair with each other


def find_twins() -> int:
    """Note pairs of students with one name and one birth date. Returns how many. Reads every student twice."""
    alike: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [MOST])
        for last, student in cursor.fetchall():
            alike.setdefault(last, []).append(student)
    pairs = {(students[0], last) for last, students in alike.items()}
    for students in alike.values():
        pairs.update(combinations(students[:MOST_ALIKE], 2))
    twins = [PossibleTwin(first_id=first, second_id=second, reason=REASON) for first, second in sorted(pairs)]
    PossibleTwin.objects.bulk_create(twins, ignore_conflicts=True)
    return len(twins)
