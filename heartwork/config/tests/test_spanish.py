"""Every word on a screen can be said in Spanish, and is."""

import ast
import gettext
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.template import engines
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation.template import templatize

from heartwork.roster.models import Attribute
from heartwork.supports.models import Domain, Emphasis, Kind, Tier
from heartwork.testing.people import DAY
from heartwork.web.words import SEEDED

HOUSE = settings.PROJECT / "heartwork"
PO = HOUSE / "locale" / "es" / "LC_MESSAGES" / "django.po"
SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es"}
ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
SOME = {"ngettext", "ngettext_lazy"}
MARKED = r"(?:{})\((?:u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")(?:, )?)+"


class Message(NamedTuple):
    """What a message is known by: its text, and the text for several."""

    one: str
    several: str = ""


def templates() -> list[Path]:
    return sorted(HOUSE.glob("*/templates/**/*.html"))


def code() -> list[Path]:
    return sorted(
        path for path in HOUSE.rglob("*.py") if not {"tests", "migrations"} & set(path.relative_to(HOUSE).parts)
    )


def calls(source: str) -> set[Message]:
    """The messages that Python code marks, by `_("...")`, `gettext("...")`, `ngettext("...", "...", n)`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if node.func.id in ONE and texts:
            found.add(Message(texts[0]))
        elif node.func.id in SOME:
            found.add(Message(*texts[:2]))
    return found


def tags(source: str) -> set[Message]:
    """The messages that a template marks. Django writes a template down as calls; everything else becomes an X."""
    found: set[Message] = set()
    for call in re.findall(MARKED.format("|".join(ONE | SOME)), templatize(source)):
        found |= calls(call + ")")
    return found


def in_the_sources() -> set[Message]:
    return set().union(*(calls(path.read_text()) for path in code()), *(tags(path.read_text()) for path in templates()))


class Translated(NamedTuple):
    """One entry of the .po file."""

    message: Message
    spanish: tuple[str, ...]
    is_fuzzy: bool


def entries() -> list[Translated]:
    """What stands in the .po file, without its head."""
    found = []
    for block in re.split(r"\n\s*\n", PO.read_text()):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if start := re.match(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', line):
                name = start[1]
                fields[name] = ast.literal_eval(start[2])
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
        if fields.get("msgid"):
            spanish = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
            message = Message(fields["msgid"], fields.get("msgid_plural", ""))
            found.append(Translated(message, spanish, re.search("^#,.*fuzzy", block, re.M) is not None))
    return found


# -- the words


def test_what_is_marked_is_found_whichever_way_it_is_marked():
    assert calls('_("a" " b")\nngettext("one", "%(n)d", n)\ngettext_noop(\'c\')') == {
        Message("a b"),
        Message("one", "%(n)d"),
        Message("c"),
    }
    assert tags(
        """{% translate "a" %}{% translate 'b' as c %}{{ x|default:_("none") }}"""
        """{% blocktranslate count n=n with w=w %}One’s {{ w }}{% plural %}{{ n }} "{{ w }}"{% endblocktranslate %}"""
    ) == {Message("a"), Message("b"), Message("none"), Message("One’s %(w)s", '%(n)s "%(w)s"')}


def test_the_spanish_file_holds_what_the_sources_say_and_nothing_else():
    """After a change of words: `make messages`, then translate what is empty or marked fuzzy, then again."""
    kept, said = {entry.message for entry in entries()}, in_the_sources()
    for wanted in (lambda message: True, lambda message: message.several):  # a text is known by its first form
        in_file, in_sources = ({m.one for m in messages if wanted(m)} for messages in (kept, said))
        assert in_sources - in_file == set(), "not in the .po file yet"
        assert in_file - in_sources == set(), "no longer said anywhere"


def test_nothing_is_left_to_translate():
    for entry in entries():
        assert not entry.is_fuzzy, entry.message
        assert len(entry.spanish) == (2 if entry.message.several else 1), entry.message
        assert all(entry.spanish), entry.message


def names(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}|</?[a-z]+[^>]*>|%%", text))


def test_spanish_keeps_the_placeholders_and_the_tags():
    for entry in entries():
        wanted = names(entry.message.one) | names(entry.message.several)
        for text in entry.spanish:
            assert names(text) <= wanted, entry.message
        assert names(entry.spanish[-1]) == names(entry.message.several or entry.message.one), entry.message
        assert all(text.count("*") == entry.message.one.count("*") for text in entry.spanish), entry.message


def test_the_compiled_file_says_the_same():
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in entries():
        one, several = entry.message
        said = [compiled.ngettext(one, several, n) for n in (1, 2)] if several else [compiled.gettext(one)]
        assert said == list(entry.spanish), entry.message


UNMARKED = re.compile(
    r"{% block [a-z]+_class %}.*?{% endblock %}|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->",
    re.S,
)
# Of what a script reads, "data-passkey" alone names what to do.
SPOKEN = re.compile(r"""\b(?:title|alt|placeholder|aria-label|data-(?!passkey)[a-z-]+)=(?:"([^"]*)"|'([^']*)')""")


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_every_word_of_a_template_is_marked_for_translation(path):
    bare = UNMARKED.sub("", path.read_text())
    heard = " ".join("".join(pair) for pair in SPOKEN.findall(bare))
    shown = re.sub(r"<[^>]*>|\b[a-z-]+=\"[^\"]*\"", " ", bare)  # some templates are attributes of a tag elsewhere
    words = re.findall(r"[^\W\d_]{2,}", shown + heard)
    assert set(words) <= {"Heartwork", "amp"}


# -- the pages


def test_pages_speak_spanish_to_whom_asks_for_it(client, db):
    page = client.get(reverse("sign-in"), **SPANISH).content.decode()
    assert '<html lang="es">' in page
    assert "Iniciar sesión" in page
    assert "Sign in" not in page


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("today", "Buenos días, Ruth"),
        ("students", "Estudiantes"),
        ("supports", "Lo que hacemos por cuidar"),
        ("coverage", "Lo que hacemos por cuidar, y dónde"),
        ("gaps", "¿A quién no llegan nuestros apoyos?"),
        ("kinds", "Enseñanza básica para todos (MTSS)"),
        ("together", "En equipo"),
        ("account", "Su cuenta"),
    ],
)
def test_a_counselor_reads_it_in_spanish(client, district, name, heading):
    client.force_login(district.ruth)
    page = client.get(reverse(name), **SPANISH).content.decode()
    assert '<html lang="es">' in page
    assert heading in page


def test_the_language_somebody_chose_stays_theirs(client, district):
    client.force_login(district.ruth)
    client.post(reverse("language"), {"language": "es", "next": reverse("students")})
    page = client.get(reverse("students"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert '<html lang="es">' in page
    district.ruth.refresh_from_db()
    assert district.ruth.language == "es"


def test_the_reason_why_someone_sees_a_student_is_a_spanish_sentence(client, district):
    client.force_login(district.tomas)
    page = client.get(reverse("student", args=[district.maya.public_id]), **SPANISH).content.decode()
    assert "porque usted enseña en 8B hasta el 12 de junio" in page


# -- days, numbers, and the words that districts start with


def test_days_and_numbers_are_written_as_in_spanish_of_the_united_states():
    with translation.override("es"):
        assert date_format(DAY, "DATE_FORMAT") == "24 de febrero de 2026"
        assert number_format(1234.5, force_grouping=True) == "1,234.5"
        weekday = engines["django"].from_string('{{ day|date:_("l, F j") }}')
        assert weekday.render({"day": DAY}) == "martes 24 de febrero"


@pytest.mark.data
def test_every_word_that_a_district_starts_with_is_offered_in_spanish(db):
    rows = [*Tier.objects.all(), *Domain.objects.all(), *Emphasis.objects.all(), *Kind.objects.all()]
    words = {text for row in rows for text in (row.name, getattr(row, "meaning", ""), getattr(row, "about", ""))}
    words |= {row.label for row in Attribute.objects.all()}
    assert words - {""} <= SEEDED


@pytest.mark.data
def test_a_word_of_the_district_is_shown_as_the_district_wrote_it(db):
    with translation.override("es"):
        domain = Domain.objects.get(code="home")
        assert str(domain) == "Familia y hogar"
        domain.name = "Name"
        assert str(domain) == "Name"
