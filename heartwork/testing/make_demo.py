"""Makes the fictional district of the demo, the CSV files in `heartwork/testing/demo/`: always the same bytes.

    python -m heartwork.testing.make_demo [FOLDER]

Needs numpy. Run it to change the district; the demo itself only reads the files. Its "today" is Tuesday, February 24,
2026, the day on which our tests take place; `heartwork demo` moves every date by whole weeks to where it is now.
Built on `make_district.py`, which plants what there is to find; here it gets an alternative school, names in several
scripts, people for every role, caseloads, and a handful of flaws such as real exports have.
"""

import csv
import datetime
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from heartwork.testing import make_district
from heartwork.testing.demo import FILES

Row = dict[str, str]

STUDENTS, SEED = 600, 7
WEEKS = 22  # of records, up to the Friday before today
FIRST_DAY, LAST_DAY = datetime.date(2025, 9, 3), datetime.date(2026, 6, 18)
SCHOOLS = [("Oak Elementary School", 0), ("Elm Middle School", 1), ("Alder High School", 2), ("Willow Academy", 2)]
WILLOW = 3  # the alternative school; its students come from the grades of the high school

# One name of each role, the same people as in `people.py`: (role in roles.csv, school number or -1, given, family).
PEOPLE = [
    ("districtAdministrator", -1, "Sol", "Reyes"),
    ("districtAdministrator", -1, "Lena", "Ito"),
    ("systemAdministrator", -1, "Sam", "Hill"),
    ("ext:studentServicesDirector", -1, "Dana", "Whitlock"),
    ("ext:mckinneyVentoLiaison", -1, "Inés", "Castillo"),
    ("principal", 0, "Otto", "Berg"),
    ("principal", 1, "Priya", "Kaur"),
    ("principal", 2, "Grace", "Begay"),
    ("principal", 3, "Tariq", "Coleman"),
    ("counselor", 0, "Wren", "Abbott"),
    ("counselor", 1, "Ruth", "Okafor"),
    ("counselor", 2, "Víctor", "Ortiz"),
    ("counselor", 3, "Hana", "Petrov"),
    ("aide", 1, "Uma", "Singh"),
]

# Given names with the way the family writes them in Latin letters, and family names, by language at home.
NAMES: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "ar": (
        [("ليلى", "Layla"), ("يوسف", "Yusuf"), ("نور", "Nour"), ("عمر", "Omar"), ("مريم", "Maryam"), ("سامي", "Sami")],
        ["حدّاد", "الخطيب", "منصور"],
    ),
    "zh": (
        [("美玲", "Meiling"), ("子轩", "Zixuan"), ("雨桐", "Yutong"), ("浩然", "Haoran"), ("思远", "Siyuan")],
        ["陈", "王", "林", "黄"],
    ),
    "ru": (
        [("Анна", "Anna"), ("Дмитрий", "Dmitri"), ("Соня", "Sonya"), ("Илья", "Ilya"), ("Вера", "Vera")],
        ["Коваленко", "Соколов", "Мельник"],
    ),
    "vi": (
        [("Hương", "Huong"), ("Đức", "Duc"), ("Thảo", "Thao"), ("Bảo", "Bao"), ("Ngọc Ánh", "Anh")],
        ["Nguyễn", "Trần", "Lê", "Phạm"],
    ),
    "so": (
        [("Ayaan", "Ayaan"), ("Cabdi", "Abdi"), ("Hodan", "Hodan"), ("Xasan", "Hassan"), ("Sahra", "Sahra")],
        ["Warsame", "Maxamed", "Cali"],
    ),
}


class Elmwood(make_district.District):
    """Three schools as the generator makes them, and an alternative school beside the high school."""

    def make_students(self) -> None:
        """Move every fifth student of the high school to the alternative school, then put all in order again."""
        super().make_students()
        self.schools = [(f"org-{number + 1:05d}", name, level) for number, (name, level) in enumerate(SCHOOLS)]
        at_high_school = np.flatnonzero(self.school == 2)
        self.school[at_high_school[::5]] = WILLOW
        order = np.lexsort((np.arange(self.n), self.grade, self.school))
        for of_students in [
            "grade",
            "school",
            "household",
            "given",
            "family",
            "race_mask",
            "hispanic",
            "category",
            "language",
            "section504",
            "foster",
            "residence",
            "sex",
            "birth",
            "need",
        ]:
            setattr(self, of_students, getattr(self, of_students)[order])
        self.flags = {name: flag[order] for name, flag in self.flags.items()}
        self.org = [org for org, _, _ in self.schools]
        self.school_start = np.searchsorted(self.school, np.arange(len(self.schools) + 1))


class Files:
    """The CSV files of a folder, read once, changed as rows, written back in their own order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, list[Row]] = {}
        self.headings: dict[str, list[str]] = {}
        for path in sorted(folder.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                self.rows[path.stem], self.headings[path.stem] = list(reader), list(reader.fieldnames or [])

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows[name]

    def add(self, name: str, headings: list[str], rows: list[Row]) -> None:
        """A file the generator does not make."""
        self.rows[name], self.headings[name] = rows, headings

    def write(self, folder: Path) -> None:
        """Write every file of `FILES` into `folder`."""
        for name in FILES:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, self.headings[name], restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(self.rows[name])


def households(files: Files) -> Iterator[tuple[list[Row], list[Row]]]:
    """(students, guardians) of each household: brothers and sisters name the same guardians."""
    users = {row["sourcedId"]: row for row in files["users"]}
    together: dict[str, list[Row]] = {}
    for row in files["users"]:
        if row["sourcedId"].startswith("stu-"):
            together.setdefault(row["agentSourcedIds"] or row["sourcedId"], []).append(row)
    for guardians, students in together.items():
        yield students, [users[one] for one in guardians.split(",") if one in users and one.startswith("grd-")]


def name_families(files: Files) -> None:
    """Names in the script of the language at home; every second student also has the Latin form they use at school."""
    language = {row["sourcedId"]: row["metadata.homeLanguage"] for row in files["demographics"]}
    homes: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for students, guardians in households(files):
        spoken = language[students[0]["sourcedId"]]
        if spoken not in NAMES:
            continue
        given, family = NAMES[spoken]
        homes[spoken] += 1
        for person in (*students, *guardians):
            own, latin = given[people[spoken] % len(given)]
            people[spoken] += 1
            person.update(givenName=own, familyName=family[homes[spoken] % len(family)])
            person["preferredGivenName"] = latin if people[spoken] % 2 and own != latin else ""


def name_staff(files: Files) -> None:
    """The people of `PEOPLE`, and user names made from names. The second Tomás Ruiz would get a number."""
    roles = {row["userSourcedId"]: row for row in files["roles"]}
    orgs = {"org-district": -1} | {row["sourcedId"]: number - 1 for number, row in enumerate(files["orgs"])}
    waiting = list(PEOPLE)
    taken: Counter[str] = Counter()
    tomas = advisory_teacher(files, "08")
    for row in files["users"]:
        if not row["sourcedId"].startswith("stf-"):
            continue
        role = roles[row["sourcedId"]]
        for person in waiting:
            if (role["role"], orgs[role["orgSourcedId"]]) == person[:2]:
                row.update(givenName=person[2], familyName=person[3])
                waiting.remove(person)
                break
        if row["sourcedId"] == tomas:
            row.update(givenName="Tomás", familyName="Ruiz")
        plain = plain_letters(f"{row['givenName']}.{row['familyName']}")
        taken[plain] += 1
        row["username"] = plain if taken[plain] == 1 else f"{plain}{taken[plain]}"
        row["email"] = f"{row['username']}@elmwood.example"
    first = next(row for row in files["roles"] if row["role"] == "districtAdministrator")
    first["role"] = "ext:superintendent"


def plain_letters(name: str) -> str:
    """The name in lower-case letters without accents, for signing in: tomas.ruiz."""
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in flat.lower() if letter.isalpha() or letter == ".")


def advisory_teacher(files: Files, grade: str) -> str:
    """The adult of the first advisory of this grade at Elm."""
    section = advisory(files, grade)
    return next(
        row["userSourcedId"]
        for row in files["enrollments"]
        if row["classSourcedId"] == section and row["role"] == "teacher"
    )


def advisory(files: Files, grade: str) -> str:
    """The first advisory of this grade."""
    return next(row["sourcedId"] for row in files["classes"] if row["title"].startswith(f"Advisory {grade}"))


def name_students_of_the_story(files: Files) -> None:
    """Maya and Eli are in Tomás's advisory: Maya with the most supports there, Eli with none of his own."""
    section = advisory(files, "08")
    members = {
        row["userSourcedId"]
        for row in files["enrollments"]
        if row["classSourcedId"] == section and row["role"] == "student"
    }
    own = Counter(dict.fromkeys(sorted(members), 0))
    own.update(row["studentSourcedId"] for row in files["participation"] if row["studentSourcedId"] in members)
    most, *_, none = (student for student, _ in own.most_common())
    story = {most: ("Maya", "Rivera", "female"), none: ("Eli", "Scott", "male")}
    for row in files["demographics"]:
        if row["sourcedId"] in story:
            row["sex"] = story[row["sourcedId"]][2]
    for students, guardians in households(files):
        for student in students:
            if student["sourcedId"] in story:
                given, family, _ = story[student["sourcedId"]]
                for person in (*students, *guardians):
                    person["familyName"] = family
                student.update(givenName=given, preferredGivenName="")


def fill_calendar(files: Files) -> None:
    """The whole school year: a calendar is known in September."""
    weeks = make_district.school_weeks(datetime.date(2025, 9, 8), 39)
    files.rows["calendar"] = [
        {"date": day.isoformat(), "weekStart": monday.isoformat(), "inSession": "true"}
        for monday, days in weeks
        for day in days
        if day <= LAST_DAY
    ]


def give_caseloads(files: Files) -> None:
    """Counselors by grade; support staff, and the person for students without stable housing, by name."""
    begin, end = FIRST_DAY.isoformat(), LAST_DAY.isoformat()
    school_of = {row["sourcedId"]: row["primaryOrgSourcedId"] for row in files["users"]}
    staff = [(row["userSourcedId"], row["role"], row["orgSourcedId"]) for row in files["roles"]]
    grades = ["KG 01 02 03 04 05", "06 07 08", "09 10 11 12", "09 10 11 12"]
    by_org = {org["sourcedId"]: text for org, text in zip(files["orgs"][1:], grades, strict=True)}
    active = [row for row in files["participation"] if row["status"] == "active" and row["tier"] in ("2", "3")]
    rows: list[Row] = []

    def give(who: str, **what: str) -> None:
        rows.append({"staffUserSourcedId": who, "role": "support_staff", "beginDate": begin, "endDate": end} | what)

    shares: Counter[str] = Counter()
    aides = Counter(org for _, role, org in staff if role == "aide")
    for who, role, org in staff:
        if role == "counselor":
            give(who, role="counselor", orgSourcedId=org, grades=by_org[org])
        elif role == "aide":
            here = sorted({row["studentSourcedId"] for row in active if school_of[row["studentSourcedId"]] == org})
            for student in here[shares[org] :: aides[org] * 4]:
                give(who, studentSourcedId=student)
            shares[org] += 1
        elif role == "ext:mckinneyVentoLiaison":
            for row in files["demographics"]:
                if row["metadata.homeless"] == "true":
                    give(who, studentSourcedId=row["sourcedId"])
    files.add(
        "caseload",
        ["staffUserSourcedId", "studentSourcedId", "orgSourcedId", "grades", "role", "beginDate", "endDate"],
        rows,
    )


def some_left(files: Files) -> None:
    """Three students moved away before winter break: their places ended, their records did not."""
    gone = [row["sourcedId"] for row in files["users"] if row["sourcedId"].startswith("stu-")][40:600:190]
    for row in files["enrollments"]:
        if row["userSourcedId"] in gone:
            row["endDate"] = "2025-12-19"
    for row in files["participation"]:
        if row["studentSourcedId"] in gone and row["status"] != "exited":
            row.update(status="exited", endDate="2025-12-19")
    for name in ("attendance", "checkins", "referrals", "outreach"):
        files.rows[name] = [
            row for row in files[name] if row["studentSourcedId"] not in gone or row["date"] <= "2025-12-19"
        ]


def leave_flaws(files: Files) -> None:
    """What real exports have, so that the preview of the import has something to show. The right rows stay."""
    students = [row for row in files["users"] if row["sourcedId"].startswith("stu-")]
    someone, other, third = students[3], students[250], students[330]
    birth = {row["sourcedId"]: row["birthDate"] for row in files["demographics"]}

    def put(name: str, like: Row, at: int, **changes: str) -> None:
        files[name].insert(at, like | changes)

    # One child under two identifiers: the same names and birth date, entered twice by two schools.
    put("users", other, 700, sourcedId="stu-oak-0412", username="", identifier="", agentSourcedIds="", email="")
    put(
        "roles",
        next(r for r in files["roles"] if r["userSourcedId"] == other["sourcedId"]),
        300,
        sourcedId="rol-oak-0412",
        userSourcedId="stu-oak-0412",
    )
    put("demographics", {}, 200, sourcedId="stu-oak-0412", birthDate=birth[other["sourcedId"]])
    # Rows that cannot be kept.
    put("users", someone, 400, givenName="Someone", familyName="Else", username="", email="")
    put("users", third, 500, sourcedId="stu-transfer-1", familyName="", username="", email="", agentSourcedIds="")
    seat = next(row for row in files["enrollments"] if row["userSourcedId"] == third["sourcedId"])
    put("enrollments", seat, 90, sourcedId="enr-x1", classSourcedId="cls-9999999")
    put("participation", files["participation"][20], 60, participationId="par-x1", studentSourcedId="stu-9999999")
    put("participation", files["participation"][40], 90, participationId="par-x2", status="maybe")
    put("attendance", files["attendance"][50], 80, code="Z")
    # Rows that are kept with a word, or mended on the way in.
    put(
        "users",
        third,
        420,
        sourcedId="stu-transfer-2",
        username="",
        email="",
        agentSourcedIds="",
        grades="9th",
        givenName="Robin",
        familyName="Doe",
        preferredGivenName="",
        identifier="600990",
        enabledUser="TRUE",
    )
    put(
        "roles",
        next(r for r in files["roles"] if r["userSourcedId"] == third["sourcedId"]),
        500,
        sourcedId="rol-transfer-2",
        userSourcedId="stu-transfer-2",
    )
    put("enrollments", seat, 120, sourcedId="enr-x2", userSourcedId="stu-transfer-2", beginDate="2/9/2026")
    put("attendance", files["attendance"][50], 140, date="2025-09-13")
    put("referrals", files["referrals"][5], 30, referralId="ref-x1", location="Rooftop")


def make(folder: Path, students: int = STUDENTS, seed: int = SEED) -> None:
    """Write the whole district into `folder`."""
    with tempfile.TemporaryDirectory() as plain:
        district: Any = Elmwood(students, seed, WEEKS, plain, list_universal=False)
        for step in (
            "make_students",
            "make_staff",
            "write_roster",
            "plan",
            "write_supports",
            "write_time",
            "write_outreach",
        ):
            getattr(district, step)()
        files = Files(Path(plain))
    files["orgs"][0]["name"] = "Elmwood School District"
    for row in files["academicSessions"]:
        row["title"] = {"2025-2026": "School year", "Semester 1": "First semester"}.get(row["title"], "Second semester")
    steps: list[Callable[[Files], None]] = [
        name_families,
        name_staff,
        name_students_of_the_story,
        fill_calendar,
        give_caseloads,
        some_left,
        leave_flaws,
    ]
    for change in steps:
        change(files)
    files.write(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "demo")
