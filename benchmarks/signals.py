"""What a look over 1,600 charts costs in a district with millions of values, beside a bare view.

Run: python -m benchmarks.signals [--points 10000000] [--rounds 15] [--folder FOLDER]

Fills a new SQLite database: 200 schools, 8 groups, 24 weeks, and as many measures as it takes; and 25 students for the
bare view of `benchmarks.site`. Looks over all charts, as the worker does, and says how long that took and how much
memory. Then serves the site and asks for the signals of one measure by group (1,600 charts), as a director who reaches
everyone and as a superintendent who sees figures only, and for the list of measures; in turn with the bare view.
"""

import argparse
import datetime
import http.client
import os
import resource
import statistics
import tempfile
import time

SCHOOLS, WEEKS = 200, 24
MANY = 20  # measures; more than that nobody looks at on one page
FIRST = datetime.date.today() - datetime.timedelta(days=datetime.date.today().weekday(), weeks=WEEKS)
GROUPS = [("all", "all"), *(("raceEthnicity", name) for name in ("Asian", "Black", "Hispanic", "White"))]
GROUPS += [(kind, "true") for kind in ("englishLearner", "disability", "economicDisadvantage")]


def fill(points: int) -> int:
    """Schools, people, measures and values; how many values there are."""
    import numpy as np
    from django.db import connection, transaction

    from heartwork.measures.models import Measure
    from heartwork.roster.models import Assignment, Organization, StaffMember, Student

    schools = Organization.objects.bulk_create(
        Organization(name=f"School {n:03}", kind="school", identifier=str(n)) for n in range(SCHOOLS)
    )
    Student.objects.bulk_create(
        Student(given_name=f"Given {n:02}", family_name=f"Family {n:02}", grade="08") for n in range(25)
    )
    for username, role in (("director", "student_services_director"), ("leader", "superintendent")):
        person = StaffMember.objects.create(username=username, given_name=username, family_name="Test")
        Assignment.objects.create(staff=person, role=role, begin=FIRST)
    each = SCHOOLS * len(GROUPS) * WEEKS
    measures = [
        Measure.objects.create(
            name=f"Measure {n:04}", data="proportion", numerator="yes", denominator="asked", per_student=1
        )
        for n in range(max(1, points // each))
    ]
    rng = np.random.default_rng(1)
    weeks = [(FIRST + datetime.timedelta(weeks=n)).isoformat() for n in range(WEEKS)]
    columns = "measure_id, period, school_id, subgroup_kind, subgroup, numerator, denominator"
    insert = f"INSERT INTO measures_datapoint ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    for measure in measures:
        wholes = rng.integers(30, 400, (SCHOOLS, len(GROUPS), WEEKS))
        parts = rng.binomial(wholes, 0.8)
        rows = [
            (measure.pk, week, school.pk, kind, name, float(parts[s, g, w]), float(wholes[s, g, w]))
            for s, school in enumerate(schools)
            for g, (kind, name) in enumerate(GROUPS)
            for w, week in enumerate(weeks)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.cursor.executemany(insert, rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(measures) * each


def look() -> None:
    """Look over every chart, and print what that took."""
    from heartwork.measures.models import Look
    from heartwork.measures.tasks import look_at_all

    begun, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    look_at_all.func()
    took, after = time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    charts = Look.objects.count() * SCHOOLS * len(GROUPS)
    print(
        f"{charts:,} charts looked at in {took:.1f} s of a processor; peak {after / 1024:.0f} MB ({before / 1024:.0f})"
    )


def measure_pages(rounds: int) -> None:
    """Print the middle of some rounds, as a table."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.pages import PORT, ask, serve, sign_in
    from heartwork.measures.models import Measure
    from heartwork.roster.models import StaffMember

    one = Measure.objects.order_by("pk")[3 if Measure.objects.count() > 3 else 0]
    asked = {"the bare view": ("/bare", ""), "the same in our frame": ("/framed", "")}
    for username in ("director", "leader"):
        cookie = sign_in(StaffMember.objects.get(username=username))
        for name, url in {
            "signals, 1,600 charts": f"/measures/signals/?groups=each&measure={one.public_id}",
            "signals beside the rest": f"/measures/signals/?groups=each&beside=rest&measure={one.public_id}",
            "signals of all measures": "/measures/signals/",
            "list of measures": "/measures/",
            "one chart": f"/measures/{one.public_id}/",
        }.items():
            asked[f"{name} ({username})"] = (url, cookie)
    if Measure.objects.count() > MANY:
        asked = {name: each for name, each in asked.items() if not name.startswith("signals of all")}
    queries = {}
    for name, (url, cookie) in asked.items():
        client = Client(HTTP_COOKIE=cookie, SERVER_NAME="localhost")
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        queries[name] = len(captured)
    server = serve(datetime.date.today())
    times: dict[str, list[float]] = {name: [] for name in asked}
    try:
        site = http.client.HTTPConnection("127.0.0.1", PORT)
        for turn in range(rounds + 5):
            for name, (url, cookie) in asked.items():
                value = ask(site, url, cookie)
                if turn >= 5:
                    times[name].append(value)
    finally:
        server.terminate()
        server.wait(20)
    base = statistics.median(times["the bare view"])
    print("| page | queries | ms | x the bare view |\n| --- | --- | --- | --- |")
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"| {name} | {queries[name]} | {middle:.1f} | {middle / base:.1f} |")


def main() -> None:
    """Fill, look, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--without-pages", action="store_true", help="only fill, and look over all charts")
    parser.add_argument("--folder", help="keep the database there, and ask one that an earlier run has filled")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="heartwork-signals-") as passing:
        folder = options.folder or passing
        os.environ |= {"HEARTWORK_DATA": folder, "HEARTWORK_SECRET_KEY": "only for measuring " * 4}
        from django.core.management import call_command

        import benchmarks.site  # noqa: F401 – sets Django up, with the bare view

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        from heartwork.measures.models import Measure

        if not Measure.objects.exists():
            begun = time.perf_counter()
            print(f"{fill(options.points):,} values, {time.perf_counter() - begun:.0f} s to fill", flush=True)
            look()
        if not options.without_pages:
            measure_pages(options.rounds)


if __name__ == "__main__":
    main()
