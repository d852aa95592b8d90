"""What stands around every page: headers, cookies, what is not answered, and code that no words of anyone can reach."""

import ast
import importlib.util
import os
import re
import time
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from heartwork.config import settings as plain_settings
from heartwork.roster import actions
from heartwork.roster.models import StaffMember, Strength
from heartwork.roster.tests.test_sessions import after
from heartwork.roster.tests.test_signing_in import PASSWORD, sign_in
from heartwork.supports.tests.stories import offer

PROJECT = Path(__file__).resolve().parents[3]
CANARY = "canary4711"
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def ruth(district):
    district.ruth.set_password(PASSWORD)
    district.ruth.save()
    return district.ruth


@pytest.fixture
def read_anew(monkeypatch, tmp_path):
    """The settings, as they are with these words in the environment and no others."""

    def read(**environment):
        for name in [name for name in os.environ if name.startswith("HEARTWORK_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HEARTWORK_DATA", str(tmp_path / "data"))
        for name, value in environment.items():
            monkeypatch.setenv(f"HEARTWORK_{name}", value)
        spec = importlib.util.spec_from_file_location("settings_read_anew", plain_settings.__file__)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return read


@pytest.fixture
def behind_https(settings, read_anew):
    found = read_anew(HTTPS="true")
    about = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "LANGUAGE_COOKIE_", "COOKIE_PREFIX")
    for name in dir(found):
        if name.startswith(about):
            setattr(settings, name, getattr(found, name))
    return settings


def product_code():
    """Every file of ours that runs in the product, parsed."""
    for path in sorted((PROJECT / "heartwork").rglob("*.py")):
        if not {"tests", "testing", "migrations"} & set(path.parts):
            yield path, ast.parse(path.read_text())


# -- headers


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/no-such-page/", "/health", "/static/web/drawing.svg"])
def test_every_answer_carries_the_headers(district, settings, tmp_path, address):
    (tmp_path / "static" / "web").mkdir(parents=True)
    (tmp_path / "static" / "web" / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings.STATIC_ROOT = tmp_path / "static"
    client = Client()
    if address != "/sign-in/":
        client.force_login(district.ruth)
    response = client.get(address)
    assert response.status_code == (404 if "no-such" in address else 200)
    rules = dict(rule.strip().split(" ", 1) for rule in response["Content-Security-Policy"].split(";") if rule.strip())
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in response


def test_an_answer_says_what_it_is_and_in_which_letters(client, district):
    client.force_login(district.ruth)
    assert client.get("/")["Content-Type"] == "text/html; charset=utf-8"
    assert client.get("/no-such-page/")["Content-Type"] == "text/html; charset=utf-8"
    assert client.get("/health")["Content-Type"] == "application/json"


def test_pages_with_records_are_kept_by_nobody(client, district):
    client.force_login(district.ruth)
    for address in ("/", "/students/", f"/students/{district.maya.public_id}/", "/account/"):
        assert client.get(address)["Cache-Control"] == "no-store", address


def test_no_other_origin_reads_an_answer(client, district):
    client.force_login(district.ruth)
    for ask in (client.get, client.options):
        assert "Access-Control-Allow-Origin" not in ask("/", headers={"Origin": ELSEWHERE})


# -- https and cookies


def test_behind_https_every_cookie_is_of_this_host_alone(ruth, behind_https):
    client = Client()
    client.get(reverse("sign-in"), secure=True)
    client.post(reverse("language"), {"language": "es"}, secure=True)
    answer = client.post(reverse("sign-in"), {"login": "ruth", "password": PASSWORD}, secure=True)
    assert answer.status_code == 302
    assert {name.removeprefix("__Host-") for name in client.cookies} == {
        *("sessionid", "csrftoken", "django_language", "known_browser"),
    }
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-"), name
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax"), name
        assert len(name) + len(cookie.value) < 4096, name
    assert client.cookies["__Host-sessionid"]["httponly"]
    assert client.cookies["__Host-known_browser"]["httponly"]
    assert client.get("/", secure=True).status_code == 200


def test_behind_https_a_browser_is_sent_there_and_stays(db, behind_https):
    client = Client()
    plain = client.get("/sign-in/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/sign-in/")
    assert client.get("/sign-in/", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_what_is_not_set_is_the_careful_choice(read_anew, tmp_path):
    found = read_anew()
    assert not found.DEBUG
    assert "*" not in found.ALLOWED_HOSTS
    assert found.SESSION_COOKIE_AGE <= 24 * 60 * 60
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0
    assert len(found.SECRET_KEY) >= 50
    assert found.SECRET_KEY == read_anew().SECRET_KEY
    assert found.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_a_session_is_a_long_word_by_chance_and_says_nothing(client, ruth):
    sign_in(client)
    first = client.cookies["sessionid"].value
    assert re.fullmatch(r"[a-z0-9]{32}", first)  # 165 bits
    other = Client()
    sign_in(other)
    assert other.cookies["sessionid"].value != first


def test_what_we_say_of_someone_is_in_no_cookie_and_not_told_to_the_next(client, ruth, district):
    support = offer("Grief group", school=district.elm, owner=ruth)
    sign_in(client)
    client.post(reverse("support-confirm", args=[support.public_id]))
    assert "messages" not in client.cookies
    with after(minutes=31):
        client.get(reverse("today"))  # over, before Ruth was told
        district.sam.set_password(PASSWORD)
        district.sam.save()
        sign_in(client, district.sam.username)
        assert "it still runs" not in client.get(reverse("today")).content.decode()


def test_a_password_is_taken_exactly_as_it_was_typed(client, ruth):
    password = "  Four calm words, again and again. " * 5
    ruth.set_password(password)
    ruth.save()
    for other in (password.strip(), password.lower(), password[:72], password[:-2]):
        assert sign_in(client, password=other).status_code == 200
    assert sign_in(client, password=password).status_code == 302


def test_nobody_can_sign_in_before_somebody_was_made(db):
    assert not StaffMember.objects.exists()


def test_passwords_are_masked_and_may_be_filled_in_by_a_manager(client, ruth):
    link = actions.give_sign_in(None, ruth, "ruth")
    pages = [client.get(reverse("sign-in")), client.get(link, follow=True)]
    sign_in(client)
    pages.append(client.get(reverse("change-password")))
    for page in pages:
        fields = re.findall(r"<input[^>]*\bname=\"\w*password\w*\"[^>]*>", page.content.decode())
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
            assert "maxlength" not in field or int(re.search(r'maxlength="(\d+)"', field)[1]) >= 64
            assert "onpaste" not in field


# -- who asks, and from where


@pytest.mark.parametrize(("proxies", "made_up"), [(0, "{}"), (1, "{}, 203.0.113.7")])
def test_an_address_made_up_in_a_header_gives_no_more_tries(client, ruth, settings, proxies, made_up):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for guess in range(60):
        forged = {"X-Forwarded-For": made_up.format(f"198.51.100.{guess}")}
        client.post(reverse("sign-in"), {"login": f"name{guess}", "password": "guess"}, headers=forged)
    forged = {"X-Forwarded-For": made_up.format("192.0.2.1")}
    answer = client.post(reverse("sign-in"), {"login": "ruth", "password": PASSWORD}, headers=forged)
    assert answer.status_code == 200  # like a wrong password


def test_a_site_answers_under_its_own_names_alone(client, db):
    assert client.get("/sign-in/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(district):
    client = Client(enforce_csrf_checks=True)
    client.force_login(district.ruth)
    address = reverse("add-strength", args=[district.maya.public_id])
    before = Strength.objects.count()
    client.get(address)
    token = client.cookies["csrftoken"].value
    assert client.post(address, {"text": CANARY}).status_code == 403
    from_elsewhere = {"X-CSRFToken": token, "Origin": ELSEWHERE}
    assert client.post(address, {"text": CANARY}, headers=from_elsewhere).status_code == 403
    assert Strength.objects.count() == before
    assert client.post(address, {"text": CANARY}, headers={"X-CSRFToken": token}).status_code == 302
    assert Strength.objects.count() == before + 1


def test_what_a_form_did_not_ask_for_is_not_taken(client, district):
    client.force_login(district.ruth)
    address = reverse("add-strength", args=[district.maya.public_id])
    more = {
        "student": district.noor.pk, "student_id": district.noor.pk, "noted_by": district.sam.pk, "pk": 1, "id": 1,
        "noted_on": "2001-01-01", "is_superuser": "on", "is_active": "", "public_id": str(district.noor.public_id),
    }  # fmt: skip
    client.post(address, {"text": CANARY} | more)
    kept = Strength.objects.latest("pk")
    assert (kept.student, kept.noted_by, kept.text) == (district.maya, district.ruth, CANARY)
    assert kept.noted_on.year > 2001
    district.ruth.refresh_from_db()
    assert district.ruth.is_active
    before = Strength.objects.count()
    client.post(f"{address}?text={CANARY}")  # what is typed comes in the body, or not at all
    assert Strength.objects.count() == before


def test_trace_is_not_answered(client, district):
    client.force_login(district.ruth)
    for address in ("/", "/sign-in/", "/health", reverse("add-strength", args=[district.maya.public_id])):
        asks = Client() if address == "/sign-in/" else client
        answer = asks.trace(address, headers={"X-Any": CANARY})
        assert answer.status_code in (404, 405), address
        assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        *("/.git/config", "/.env", "/pyproject.toml", "/static/", "/static/web/", "/static/../secret-key"),
        *("/static/%2e%2e/secret-key", "/var/heartwork.sqlite3", "/heartwork.sqlite3", "/keys/", "/imports/x.csv"),
        *("/admin/", "/docs/", "/metrics", "/__debug__/", "/uploads/", "/server-status"),
    ],
)
def test_no_file_folder_or_tool_of_the_server_lies_open(client, district, address):
    client.force_login(district.sam)
    answer = client.get(address)
    assert answer.status_code == 404 or address == "/imports/x.csv"
    assert answer.status_code in (404, 301)


def test_a_page_that_breaks_says_nothing_of_why(client, district, monkeypatch):
    def breaks(*args, **more):
        raise ValueError(CANARY)

    monkeypatch.setattr("heartwork.pages.views.page", breaks)
    client.raise_request_exception = False
    client.force_login(district.ruth)
    answer = client.get(f"/students/{district.maya.public_id}/")
    assert answer.status_code == 500
    for word in (CANARY, "ValueError", "Traceback", "heartwork/", ".py", "Maya"):
        assert word not in answer.content.decode()


# -- code


def test_no_words_become_code_and_nothing_unsafe_is_unpacked():
    dangerous = {"eval", "exec", "compile", "__import__"}
    unsafe = {"pickle", "marshal", "shelve", "yaml", "dill", "jsonpickle"}
    found = []
    for path, tree in product_code():
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name) and node.func.id in dangerous | {"Template"}:
                    names.append(node.func.id)
                if isinstance(node.func, ast.Attribute) and node.func.attr in {"system", "popen", "from_string"}:
                    names.append(node.func.attr)
                names += [f"{each.arg}=" for each in node.keywords if each.arg == "shell"]
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported = {each.name for each in node.names} | {getattr(node, "module", "") or ""}
                names += [name for name in imported if name.split(".")[0] in unsafe]
            found += [f"{path.name}:{node.lineno} {name}" for name in names]
    assert found == []


def test_no_broken_hash_or_cipher_is_used():
    broken = {"md5", "sha1", "ECB", "PKCS1v15", "TripleDES", "ARC4", "Blowfish", "DES", "CBC"}
    found = [
        f"{path.name}:{node.lineno}"
        for path, tree in product_code()
        for node in ast.walk(tree)
        if (getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "name", None)) in broken
    ]
    assert found == []


def test_no_pattern_of_ours_takes_long_over_any_words():
    anywhere = {"compile", "search", "sub", "split", "findall", "finditer"}  # others begin at the first letter
    uses = {
        (node.args[0].value, node.func.attr in anywhere)
        for _, tree in product_code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in anywhere | {"match", "fullmatch"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(uses) >= 15
    unkind = [piece * (50_000 // len(piece)) + end for piece in ("a", "1", "1,", "_a", "-1.", " ") for end in ("", "!")]
    slow = []
    for pattern, is_anywhere in sorted(uses):
        for words in unkind:
            began = time.process_time()
            re.match(pattern, words)
            re.fullmatch(pattern, words)
            if is_anywhere:
                re.sub(pattern, "", words)
            if time.process_time() - began > 0.1:
                slow.append((pattern, words[:4]))
    assert slow == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_held_by_its_hash_and_comes_from_the_one_index(name):
    text = (PROJECT / name).read_text()
    packages = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert len(packages) > 30
    for package in packages:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==\S+", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]
    assert not re.search(r"git\+|https?://|--index-url|--extra-index-url|--find-links", text)
