"""Signing in with other systems of the district: a real answer by OpenID Connect, and one by SAML, each signed here."""

import base64
import datetime
import json
import re
import threading
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import xmlsec
from allauth.socialaccount.models import SocialAccount
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse
from lxml import etree

from heartwork.config import sign_in_with
from heartwork.journal.models import Entry
from heartwork.roster import reach_actions
from heartwork.roster.models import StaffMember
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data
HOST = "heartwork.example.org"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "heartwork-at-elmwood"


def use(settings, tmp_path, text):
    """The settings as they were with this sign-in.toml."""
    path = tmp_path / "sign-in.toml"
    path.write_text(text)
    settings.SIGN_IN_WITH = sign_in_with.read(path)
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_with.for_allauth(settings.SIGN_IN_WITH)
    settings.ALLOWED_HOSTS = [HOST, "testserver"]


@pytest.fixture
def ruth(district):
    StaffMember.objects.filter(pk=district.ruth.pk).update(email="Ruth.Okafor@elmwood.example", source_id="S-17")
    return district.ruth


# -- OpenID Connect, with a provider on this machine


class Provider(BaseHTTPRequestHandler):
    """A tiny provider: it describes itself, gives a token for a code, and tells of the person."""

    said: dict = {}
    asked: dict = {}

    def answer(self, what):
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("openid-configuration"):
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "me"}
            found = {name: f"{here}/{path}" for name, path in names.items()}
            self.answer(found | {"issuer": here, "jwks_uri": f"{here}/keys"})
        elif self.path == "/me":
            self.answer(self.said | self.said.get("answer", {}))

    def do_POST(self):
        Provider.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        now = datetime.datetime.now(datetime.UTC)
        claims = {
            "iss": f"http://127.0.0.1:{self.server.server_port}",
            "aud": CLIENT,
            "exp": now + datetime.timedelta(minutes=5),
        }
        token = jwt.encode(
            claims | self.said | self.said.get("token", {}), KEY, algorithm="RS256", headers={"kid": "1"}
        )
        self.answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings, tmp_path):
    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    use(
        settings,
        tmp_path,
        f"""
        [google]
        kind = "openid"
        label = "Google"
        server = "http://127.0.0.1:{server.server_port}"
        client_id = "{CLIENT}"
        secret = "s"
        domains = ["elmwood.example"]
        require = {{ hd = "elmwood.example" }}

        [classlink]
        kind = "openid"
        server = "http://127.0.0.1:{server.server_port}"
        client_id = "{CLIENT}"
        secret = "s"
        match = "source_id"
        claim = "SourcedId"
        """,
    )
    Provider.said = {
        "sub": "117",
        "email": "ruth.okafor@elmwood.example",
        "email_verified": True,
        "hd": "elmwood.example",
    }
    yield Provider
    server.shutdown()
    server.server_close()


def come_back(client, name="google", **more):
    """Press the button, go there, and come back with a code."""
    page = client.post(reverse("sign-in-with", args=[name]), more)
    there = urlsplit(page.context["address"])
    asked = {key: values[0] for key, values in parse_qs(there.query).items()}
    assert asked["client_id"] == CLIENT
    assert asked["code_challenge_method"] == "S256"
    return client.get(reverse("openid_connect_callback", args=[name]), {"code": "c", "state": asked["state"]})


def test_the_button_leads_there_and_back_to_the_page_that_was_wanted(client, ruth, provider):
    assert "Sign in with Google" in client.get(reverse("sign-in")).content.decode()
    assert come_back(client, next="/students/")["Location"] == "/students/"
    assert client.get(reverse("account")).context["user"] == ruth
    assert "code_verifier" in provider.asked
    assert Entry.objects.filter(actor=ruth, verb="account.signed_in").count() == 1


def test_the_districts_own_sign_on_is_step_enough(client, ruth, provider, district):
    reach_actions.choose(district.dana, chosen={"second_step.owe": ["counselor"]}, why="We talked about it.")
    come_back(client)
    assert client.get(reverse("today")).status_code == 200


def test_nothing_of_what_the_system_says_is_kept(client, ruth, provider):
    come_back(client)
    tie = SocialAccount.objects.get()
    assert (tie.user, tie.provider, tie.uid, tie.extra_data) == (ruth, "google", "117", {})


def test_whoever_is_not_in_the_roster_is_told_so_and_not_made(client, ruth, provider):
    provider.said["email"] = "someone.else@elmwood.example"
    before = StaffMember.objects.count()
    answer = come_back(client)
    assert (answer.status_code, StaffMember.objects.count()) == (403, before)
    assert "could not find you in the roster" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "said",
    [
        {"email_verified": False},
        {"email": "ruth.okafor@evil.example"},
        {"email": "rúth.okafor@elmwood.example"},
        {"hd": "evil.example"},
        {"hd": None},
        {"answer": {"sub": "118"}},  # the token is of one person and the answer of another
        {"token": {"aud": "another site"}},
        {"token": {"iss": "https://evil.example"}},
        {"token": {"exp": 1}},
    ],
)
def test_what_the_system_does_not_vouch_for_lets_nobody_in(client, ruth, provider, said):
    provider.said |= said
    assert come_back(client).status_code in (401, 403)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("change", [{"is_active": False}, {"ended_on": DAY}])
@pytest.mark.parametrize("when", ["before the first time", "after"])
def test_who_has_left_does_not_come_in_this_way_either(client, ruth, provider, change, when):
    if when == "after":
        come_back(client)
        client.post(reverse("sign-out"))
    StaffMember.objects.filter(pk=ruth.pk).update(**change)
    assert come_back(client).status_code == 403
    assert "_auth_user_id" not in client.session


def test_an_address_given_to_somebody_else_later_opens_no_other_account(client, ruth, provider):
    come_back(client)
    client.post(reverse("sign-out"))
    provider.said["sub"] = "999"
    assert come_back(client).status_code == 403


def test_one_person_known_to_a_system_keeps_neither_another_person_nor_another_system_out(
    client, ruth, provider, district
):
    come_back(client)
    client.post(reverse("sign-out"))
    StaffMember.objects.filter(pk=district.tomas.pk).update(email="tomas@elmwood.example")
    provider.said |= {"sub": "118", "email": "tomas@elmwood.example"}
    assert come_back(client).status_code == 302
    client.post(reverse("sign-out"))
    provider.said |= {"sub": "4", "SourcedId": "S-17"}
    assert come_back(client, "classlink").status_code == 302
    assert client.get(reverse("account")).context["user"] == ruth


def test_from_the_first_time_on_the_number_there_counts_and_not_the_address(client, ruth, provider):
    come_back(client)
    client.post(reverse("sign-out"))
    provider.said["email"] = "ruth.newname@elmwood.example"
    assert come_back(client).status_code == 302


def test_a_person_may_be_matched_by_the_number_in_the_roster(client, ruth, provider):
    provider.said["SourcedId"] = "S-17"
    assert come_back(client, "classlink").status_code == 302


def test_an_answer_that_was_not_asked_for_lets_nobody_in(client, ruth, provider):
    address = reverse("openid_connect_callback", args=["google"])
    assert client.get(address, {"code": "c", "state": "made-up"}).status_code == 401


def test_nobody_is_sent_elsewhere_afterwards(client, ruth, provider):
    assert come_back(client, next="//evil.example")["Location"] == reverse("today")


def test_a_system_that_does_not_answer_is_said_so(client, settings, tmp_path, ruth):
    use(
        settings,
        tmp_path,
        '[x]\nkind="openid"\nserver="http://127.0.0.1:9"\nclient_id="c"\nsecret="s"\ndomains=["elmwood.example"]\n',
    )
    answer = client.post(reverse("sign-in-with", args=["x"]))
    assert (answer.status_code, "did not answer" in answer.content.decode()) == (401, True)


def test_a_system_that_is_not_set_is_not_there(client, db):
    assert client.post(reverse("sign-in-with", args=["nowhere"])).status_code == 404


# -- SAML, with an answer signed here

SIGNS = "https://idp.elmwood.example"
NAMES = "urn:oasis:names:tc:SAML:2.0"
ANSWER = """<samlp:Response xmlns:samlp="{NAMES}:protocol" xmlns:saml="{NAMES}:assertion"
 ID="_r" Version="2.0" IssueInstant="{now}" Destination="{acs}" InResponseTo="{asked}"><saml:Issuer>{idp}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="{NAMES}:status:Success"/></samlp:Status>
<saml:Assertion ID="_a" Version="2.0" IssueInstant="{now}"><saml:Issuer>{idp}</saml:Issuer>
<saml:Subject><saml:NameID Format="{NAMES}:nameid-format:persistent">{who}</saml:NameID>
<saml:SubjectConfirmation Method="{NAMES}:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{later}" Recipient="{acs}" InResponseTo="{asked}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{before}" NotOnOrAfter="{later}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext>
<saml:AuthnContextClassRef>{NAMES}:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="email">
<saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
</saml:Assertion></samlp:Response>""".replace("{NAMES}", NAMES)


def certificate():
    """A certificate of the system that signs, made by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key()).serial_number(1)
    made = made.not_valid_before(day).not_valid_after(day + datetime.timedelta(days=3650))
    return made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def signed(text, key=KEY):
    """The answer, its assertion signed."""
    tree = etree.fromstring(text)
    assertion = tree.find("{*}Assertion")
    signature = xmlsec.template.create(assertion, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256)
    assertion.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri="#_a")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.tree.add_ids(assertion, ["ID"])
    context = xmlsec.SignatureContext()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return etree.tostring(tree).decode()


@pytest.fixture
def adfs(settings, tmp_path):
    use(
        settings,
        tmp_path,
        f'''
        [adfs]
        kind = "saml"
        label = "Elmwood"
        entity_id = "{SIGNS}"
        sso_url = "{SIGNS}/sso"
        certificate = """{certificate()}"""
        domains = ["elmwood.example"]
        ''',
    )


def hand_over(client, *, change=lambda text: text, key=KEY, after=lambda xml: xml, **more):
    """Press the button, and hand the signed answer over as the browser would."""
    web = {"secure": True, "headers": {"host": HOST}}
    page = client.post(reverse("sign-in-with", args=["adfs"]), more, **web)
    there = urlsplit(page.context["address"])
    request = zlib.decompress(base64.b64decode(parse_qs(there.query)["SAMLRequest"][0]), -15).decode()
    now = datetime.datetime.now(datetime.UTC)
    acs = f"https://{HOST}" + reverse("saml_acs", args=["adfs"])
    said = {
        "now": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "before": (now - datetime.timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "later": (now + datetime.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "acs": acs,
        "audience": f"https://{HOST}" + reverse("saml_metadata", args=["adfs"]),
        "asked": re.search(r'ID="([^"]+)"', request)[1],
        "idp": SIGNS,
        "who": "117",
        "email": "ruth.okafor@elmwood.example",
    }
    xml = after(signed(change(ANSWER.format(**said)), key))
    posted = client.post(acs, {"SAMLResponse": base64.b64encode(xml.encode()).decode()}, **web)
    return client.get(posted["Location"], **web)


def test_a_signed_answer_signs_in(client, ruth, adfs):
    answer = hand_over(client, next="/students/")
    assert answer["Location"] == "/students/"
    assert int(client.session["_auth_user_id"]) == ruth.pk
    tie = SocialAccount.objects.get()
    assert (tie.provider, tie.uid, tie.extra_data) == ("adfs", "117", {})


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("not in the roster", {"change": lambda text: text.replace("ruth.okafor@", "nobody@")}),
        ("of another domain", {"change": lambda text: text.replace("@elmwood.example", "@evil.example")}),
        ("changed after signing", {"after": lambda xml: xml.replace("ruth.okafor@", "priya.kaur@")}),
        ("signed by another", {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}),
        ("not signed", {"after": lambda xml: re.sub(r"<(\w+:)?Signature .*</(\w+:)?Signature>", "", xml, flags=re.S)}),
        ("for another site", {"change": lambda text: text.replace("/metadata/", "/elsewhere/")}),
        ("not asked for", {"change": lambda text: re.sub(r' InResponseTo="[^"]+"', "", text)}),
        (
            "asked by another",
            {"change": lambda text: re.sub(r'InResponseTo="[^"]+"', 'InResponseTo="ONELOGIN_x"', text)},
        ),
        ("too late", {"change": lambda text: re.sub(r'NotOnOrAfter="\d+', 'NotOnOrAfter="2020', text)}),
    ],
)
def test_any_other_answer_does_not(client, ruth, adfs, what, how):
    assert hand_over(client, **how).status_code in (401, 403), what
    assert "_auth_user_id" not in client.session


def test_an_answer_is_good_once(client, ruth, adfs):
    sent = []
    hand_over(client, after=lambda xml: sent.append(xml) or xml)
    other = client.__class__()
    web = {"secure": True, "headers": {"host": HOST}}
    acs = reverse("saml_acs", args=["adfs"])
    for browser in (client, other):
        browser.post(reverse("sign-out"), **web)
        posted = browser.post(acs, {"SAMLResponse": base64.b64encode(sent[0].encode()).decode()}, **web)
        assert browser.get(posted["Location"], **web).status_code == 401


def test_xml_that_reads_files_or_grows_without_end_is_refused(client, ruth, adfs):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    file = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for evil in (bomb, file):
        assert hand_over(client, after=lambda xml, evil=evil: evil + xml.replace("117", "&a;")).status_code == 401


def test_heartwork_describes_itself_to_the_system(client, ruth, adfs):
    answer = client.get(reverse("saml_metadata", args=["adfs"]), secure=True, headers={"host": HOST})
    text = answer.content.decode()
    assert f"https://{HOST}/sign-in/saml/adfs/acs/" in text
    assert 'WantAssertionsSigned="true"' in text
    assert "SingleLogoutService" not in text
    assert client.get(reverse("saml_sls", args=["adfs"])).status_code == 404


# -- the file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[x", "is not TOML"),
        ('[x]\nkind = "ldap"', 'kind must be "openid" or "saml"'),
        ('[x]\nkind = "openid"', "domains is missing"),
        ('[x]\nkind = "openid"\ndomains = ["a.b"]', "server is missing"),
        ('[x]\nkind = "openid"\ndomains = ["a.b"]\nserver = "http://a.b"\nclient_id = "c"\nsecret = "s"', "https://"),
        ('[x]\nkind = "saml"\ndomains = ["a.b"]', "entity_id is missing"),
        ('[x]\nkind = "saml"\nmatch = "name"', "match must be one of"),
        ('["x/y"]\nkind = "saml"', "short name"),
        ('[x]\nkind = "openid"\ndomains = ["a.b"]\ntakes_unverified = true', "safe only with require"),
    ],
)
def test_a_file_that_cannot_be_used_says_how_to_mend_it(tmp_path, text, says):
    (tmp_path / "sign-in.toml").write_text(text)
    with pytest.raises(sign_in_with.Unusable, match=re.escape(says)):
        sign_in_with.read(tmp_path / "sign-in.toml")


def test_without_a_file_there_are_no_other_systems(tmp_path):
    assert sign_in_with.read(tmp_path / "sign-in.toml") == {}
