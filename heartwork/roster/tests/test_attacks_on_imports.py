"""What somebody, or a broken system, might do to us with a file: each is refused with a sentence, or handled, fast."""

import csv
import io
import os
import random
import struct
import time
import zipfile
from pathlib import Path

import pytest

from heartwork.roster import imports
from heartwork.roster.import_queries import preview
from heartwork.roster.models import ImportRun, StaffMember, Student

pytestmark = pytest.mark.data
really = pytest.mark.django_db(transaction=True, serialized_rollback=True)  # imports attach files to the database
FAST = 15  # seconds of work of the processor, on a slow machine
ORGS = "sourcedId,name,type\nelm,Elm Middle School,school\n"
USERS = "sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,grades\n"


@pytest.fixture(autouse=True)
def _fast():
    before = time.process_time()
    yield
    assert time.process_time() - before < FAST


@pytest.fixture
def dana(district):
    StaffMember.objects.update(source_id=None)  # known by hand: no roster ends them
    Student.objects.update(source_id=None)
    return district.dana


def packed(path, entries, **more):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def listed(path, content, times):
    """A zip with one packed file that its list of contents names many times, under as many names."""
    one = packed(path, [("000000.csv", content)]).read_bytes()
    at = one.index(b"PK\x01\x02")
    entry, end = one[at : one.index(b"PK\x05\x06")], one[one.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"000000.csv", f"{n:06}.csv".encode()) for n in range(times))
    end = end[:8] + struct.pack("<HHII", times & 0xFFFF, times & 0xFFFF, len(entries), at) + end[20:]
    path.write_bytes(one[:at] + entries + end)
    return path


def refused(dana, source, tmp_path):
    """Why the upload was refused; nothing of it was kept."""
    with pytest.raises(imports.ArchiveRefused) as why:
        imports.begin(dana, name=source.name, source=source)
    kept = Path(tmp_path / "imports")
    assert not ImportRun.objects.exists()
    assert not kept.exists() or not list(kept.iterdir())
    return str(why.value)


def read(dana, tmp_path, **files):
    """The import of these files, after it was read."""
    folder = tmp_path / "brought"
    folder.mkdir()
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(data)
    run = imports.begin(dana, name="brought", source=folder)
    return imports.read(run.pk)


def of_file(run, name):
    return next(file for file in run.summary["files"] if file["name"] == name)


# -- archives


def test_a_zip_that_unpacks_to_far_more_than_it_is_long_is_refused(dana, tmp_path):
    bomb = packed(tmp_path / "bomb.zip", [("users.csv", bytes(60 << 20))])
    assert "far more than a roster needs" in refused(dana, bomb, tmp_path)


def test_a_zip_whose_files_lie_on_top_of_each_other_is_refused(dana, tmp_path):
    """One packed file, listed 150 times under 150 names: each looks harmless, together they are a bomb."""
    bomb = listed(tmp_path / "bomb.zip", (os.urandom(9000).hex() + "\n") * 1000, 150)
    assert "far more than a roster needs" in refused(dana, bomb, tmp_path)


def test_a_zip_that_says_a_file_is_shorter_than_it_is_does_not_fill_the_disk(dana, tmp_path):
    honest = packed(tmp_path / "a.zip", [("users.csv", b"x" * (30 << 20))]).read_bytes()
    at = honest.index(b"PK\x01\x02")
    (tmp_path / "a.zip").write_bytes(honest[: at + 24] + struct.pack("<I", 100) + honest[at + 28 :])
    assert "zip" in refused(dana, tmp_path / "a.zip", tmp_path)


def test_a_hundred_thousand_entries_are_refused(dana, tmp_path):
    listed(tmp_path / "many.zip", ORGS, 100_000)
    assert "more than 200 files" in refused(dana, tmp_path / "many.zip", tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../users.csv",
        "/etc/users.csv",
        "a/../../users.csv",
        "..\\..\\users.csv",
        "C:\\users.csv",
        "C:/users.csv",
        "..",
    ],
)
def test_names_that_lead_outside_are_refused(dana, tmp_path, name):
    outside = packed(tmp_path / "a.zip", [("orgs.csv", ORGS), (name, USERS)])
    assert refused(dana, outside, tmp_path)
    assert not (tmp_path / "users.csv").exists()


def test_links_in_a_zip_are_refused(dana, tmp_path):
    link = zipfile.ZipInfo("users.csv")
    link.external_attr = 0o120777 << 16
    assert "is a link" in refused(dana, packed(tmp_path / "a.zip", [(link, "/etc/passwd")]), tmp_path)


def test_links_in_a_folder_are_refused(dana, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "users.csv").symlink_to("/etc/passwd")
    assert "is not a plain file" in refused(dana, tmp_path / "folder", tmp_path)


@pytest.mark.parametrize(
    "names", [("users.csv", "users.csv"), ("users.csv", "Users.CSV"), ("a/users.csv", "b/users.csv")]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(dana, tmp_path, names):
    twice = packed(tmp_path / "a.zip", [(name, USERS) for name in names])
    assert "two files named" in refused(dana, twice, tmp_path)


def test_a_zip_inside_a_zip_is_refused(dana, tmp_path):
    inner = packed(tmp_path / "inner.zip", [("users.csv", USERS)]).read_bytes()
    assert "another archive inside" in refused(dana, packed(tmp_path / "a.zip", [("inner.zip", inner)]), tmp_path)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_zip_damaged_on_its_way_is_refused(dana, tmp_path, place):
    whole = packed(tmp_path / "a.zip", [("users.csv", USERS + os.urandom(20_000).hex())]).read_bytes()
    at = int(len(whole) * place)
    (tmp_path / "a.zip").write_bytes(whole[:at] + bytes(200) + whole[at + 200 :])
    assert "damaged" in refused(dana, tmp_path / "a.zip", tmp_path)


def test_a_zip_locked_with_a_password_is_refused(dana, tmp_path):
    plain = bytearray(packed(tmp_path / "a.zip", [("users.csv", USERS)]).read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        plain[plain.index(mark) + place] |= 1
    (tmp_path / "a.zip").write_bytes(plain)
    assert "password" in refused(dana, tmp_path / "a.zip", tmp_path)


# -- tables


@really
def test_a_zero_byte_costs_its_row_alone(dana, tmp_path):
    rows = "s1,true,elm,student,Wr\0en,Abel,07\ns2,true,elm,student,Kit,Bell,08\n"
    run = read(dana, tmp_path, orgs=ORGS, users=USERS + rows)
    assert (of_file(run, "users.csv")["kept"], of_file(run, "users.csv")["rejected"]) == (1, 1)


@really
def test_utf_16_from_a_spreadsheet_is_understood(dana, tmp_path):
    rows = "s1,true,elm,student,Zoë,Nguyễn,07\n"
    run = read(dana, tmp_path, orgs=ORGS, users=(USERS + rows).encode("utf-16"))
    imports.apply(run.pk, actor=dana)
    assert Student.objects.get(source_id="s1").name == "Zoë Nguyễn"


@really
@pytest.mark.parametrize("quote", ["", '"'])
def test_one_cell_of_fifty_megabytes_costs_its_row_alone(dana, tmp_path, quote):
    rows = f"s1,true,elm,student,{quote}{'x' * (50 << 20)}{quote},Abel,07\ns2,true,elm,student,Kit,Bell,08\n"
    run = read(dana, tmp_path, orgs=ORGS, users=USERS + rows)
    assert run.state == ImportRun.State.READY
    assert of_file(run, "users.csv")["kept"] >= 1
    assert (imports.folder_of(run) / "problems.csv").stat().st_size < 100_000


@really
def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file(dana, tmp_path):
    rows = "".join(f"s{n},true,elm,student,Kit,Bell,08\n" for n in range(20_000))
    run = read(dana, tmp_path, orgs=ORGS, users=USERS + 's0,true,elm,student,"Wren,Abel,07\n' + rows)
    assert run.state == ImportRun.State.READY
    assert of_file(run, "users.csv")["kept"] > 10_000


@really
def test_a_hundred_thousand_columns_are_one_unknown_file(dana, tmp_path):
    wide = ",".join(f"c{n}" for n in range(100_000)) + "\n" + "1," * 99_999 + "1\n"
    run = read(dana, tmp_path, wide=wide)
    assert run.state == ImportRun.State.READY
    assert preview(dana, run).unknown


@really
@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"\xff\xfe", b"\xef\xbb\xbf", random.Random(5).randbytes(5000), b"PK\x03\x04" * 900]
)
def test_a_file_that_is_no_table_is_named_and_the_rest_is_read(dana, tmp_path, content):
    run = read(dana, tmp_path, orgs=ORGS, users=content)
    assert run.state == ImportRun.State.READY
    assert of_file(run, "users.csv")["problem"] or of_file(run, "users.csv")["kept"] == 0
    assert of_file(run, "orgs.csv")["kept"] == 1


@really
def test_formulas_do_not_run_in_the_file_of_rows_left_out(dana, tmp_path):
    formulas = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", '=HYPERLINK("http://x")']
    out = io.StringIO()
    csv.writer(out).writerows([formula, "true", "nowhere", "wizard", formula, formula, formula] for formula in formulas)
    run = read(dana, tmp_path, orgs=ORGS, users=USERS + out.getvalue())
    with (imports.folder_of(run) / "problems.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > len(formulas)
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell


@really
def test_names_that_hide_or_turn_round_what_stands_beside_them_are_made_plain(dana, tmp_path, client):
    rows = "s1,true,elm,student,\u202eevil\u202c,A\u200bbel,07\n,true,elm,student,\u2066x\u2069,Bell,08\n"
    run = read(dana, tmp_path, orgs=ORGS, users=USERS + rows)
    client.force_login(dana)
    words = client.get(f"/imports/{run.public_id}/").content.decode()
    assert not {"\u202e", "\u202c", "\u200b", "\u2066", "\u2069"} & set(words)
    imports.apply(run.pk, actor=dana)
    assert not {"\u202e", "\u202c", "\u2066", "\u2069"} & set(Student.objects.get(source_id="s1").name)


@really
def test_markup_and_sql_are_words_like_any_other(dana, tmp_path, client):
    name = "<script>alert(1)</script>'; DROP TABLE roster_student; --"
    out = io.StringIO()
    csv.writer(out).writerows(
        [["s1", "true", "elm", "student", name, "Abel", "07"], ["", "", "", "", name, name, name]]
    )
    run = read(dana, tmp_path, orgs=ORGS, users=USERS + out.getvalue())
    client.force_login(dana)
    assert "<script>alert" not in client.get(f"/imports/{run.public_id}/").content.decode()
    imports.apply(run.pk, actor=dana)
    assert Student.objects.get(source_id="s1").given_name == name


@really
def test_a_password_is_never_kept(dana, tmp_path):
    users = USERS.replace("grades", "grades,password") + "s1,true,elm,student,Wren,Abel,07,hunter2-secret\n"
    run = read(dana, tmp_path, orgs=ORGS, users=users)
    for path in imports.folder_of(run).rglob("*"):
        assert not path.is_file() or b"hunter2-secret" not in path.read_bytes(), path
    imports.apply(run.pk, actor=dana)


@really
def test_a_file_cannot_sign_anyone_in_or_make_anyone_see_all(dana, district, tmp_path):
    """What a roster may give: a role at an organization. What it may not: a password, or another person's account."""
    rows = "x1,true,elm,administrator,Mal,Ory,\n"
    users = USERS.replace("grades", "grades,username,is_superuser,is_staff") + rows.strip() + ",dana,true,true\n"
    run = read(dana, tmp_path, orgs=ORGS, users=users)
    imports.apply(run.pk, actor=dana)
    assert StaffMember.objects.get(username="dana") == district.dana
    for mal in StaffMember.objects.filter(source_id="x1"):
        assert not mal.has_usable_password()
