"""The one file of students that leaves the district: names, grade and school, for somebody who is named."""

import csv

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from heartwork.privacy.actions import export_students
from heartwork.privacy.queries import DIRECTORY
from heartwork.roster import queries as roster
from heartwork.roster.imports.problems import safe
from heartwork.roster.models import Organization, StaffMember


def directory_file(
    actor: StaffMember, *, recipient: str, interest: str, school: Organization, grade: str = ""
) -> HttpResponse:
    """The list as a CSV file; each student on it has a line of it on record. Raises PermissionDenied."""
    students = roster.students(actor, school=school, grade=grade)
    records = gettext("name, grade and school")
    said = {"recipient": recipient, "interest": interest, "records": records, "basis": DIRECTORY}
    leaving = export_students(actor, students, **said)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="students-{timezone.localdate()}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([gettext("First name"), gettext("Family name"), gettext("Grade"), gettext("School")])
    for each in leaving:
        family_name = each.preferred_family_name or each.family_name
        writer.writerow(map(safe, (each.first_name, family_name, roster.grade_name(each.grade), school.name)))
    return response
