"""What people type, choose and tick on the way of an import."""

import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster.import_guesses import closest, guess
from heartwork.roster.import_queries import UnknownFile, kinds_offered
from heartwork.roster.imports.columns import CLEAN, ByCell, Choice, Column, Flag, Grades
from heartwork.roster.imports.kinds import Kind
from heartwork.roster.models import GRADES
from heartwork.web.templatetags.web import plainly

TABLES = {".csv", ".txt", ".tsv"}
MOST_WORDS = 40  # different words of a column that are asked about
NONE = "-"
LONGEST_NAME = 200  # bytes: file systems take 255, and ours adds to it


class ManyFilesInput(forms.ClearableFileInput):
    """A field to pick several files at once, or to drop them on."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files. The cleaned value is a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file on its own, then all together."""
        files = [forms.FileField.clean(self, each, initial) for each in (data or [None])]
        names = [file.name for file in files]
        kinds = {Path(name).suffix.lower() for name in names}
        for name in names:
            if len(name.encode()) > LONGEST_NAME:
                raise forms.ValidationError(
                    _("The name of that file is too long. Give it a shorter one, and try again.")
                )
        if kinds - TABLES - {".zip"}:
            odd = next(name for name in names if Path(name).suffix.lower() not in TABLES | {".zip"})
            raise forms.ValidationError(
                gettext("“%(name)s” is neither a zip nor a CSV file. Save a spreadsheet as CSV first.") % {"name": odd}
            )
        if ".zip" in kinds and len(files) > 1:
            raise forms.ValidationError(_("Bring one zip, or several CSV files, not both at once."))
        if ".zip" in kinds and not zipfile.is_zipfile(files[0]):
            raise forms.ValidationError(gettext("“%(name)s” is not a zip file. Make it anew.") % {"name": names[0]})
        if len({name.lower() for name in names}) < len(names):
            raise forms.ValidationError(_("Two of those files have the same name. Bring each of them once."))
        return files


class UploadForm(forms.Form):
    """A zip, or one or several CSV files."""

    exports = ManyFilesField(
        label=_("A zip, or one or several CSV files"),
        error_messages={
            "required": _("Pick a file first."),
            "empty": _("That file is empty. Look at the export again."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The largest upload is a setting."""
        super().__init__(*args, **kwargs)
        self.fields["exports"].widget.attrs |= {
            "accept": ".zip,.csv,.txt,.tsv",
            "data-limit-mb": settings.UPLOAD_LIMIT_MB,
            "data-too-large": too_large(),
        }
        self.fields["exports"].help_text = gettext("Up to %(limit)s. You can drop them here.") % {"limit": limit()}


def limit() -> str:
    """The largest upload, in words."""
    return filesizeformat(settings.UPLOAD_LIMIT_MB * 2**20)


def too_large() -> str:
    """What is said of an upload over the limit."""
    return gettext(
        "That is more than %(limit)s, so none of it was kept. Bring the files in two parts,"
        " or ask whoever looks after Heartwork to raise the limit."
    ) % {"limit": limit()}


class AgreementForm(forms.Form):
    """The tick that an import asks for when it would end much of the roster; no field where nothing is asked."""

    agreed = forms.BooleanField(error_messages={"required": _("Tick this first, if it is what you want.")})

    def __init__(self, *args: Any, asks: list[str], **kwargs: Any) -> None:
        """asks: what must be agreed to, as whole sentences."""
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["agreed"].label = gettext("Yes, this is right.")
        else:
            del self.fields["agreed"]


class KindForm(forms.Form):
    """What kind of rows a file holds."""

    kind = forms.ChoiceField(label=_("Each row of this file is"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The kinds are those that imports know."""
        super().__init__(*args, **kwargs)
        groups = [("Heartwork", gettext("From any system")), ("OneRoster", "OneRoster"), ("Microsoft", "Microsoft")]
        offered = [
            (title, [(kind.code, gettext(kind.label)) for kind in kinds_offered() if kind.family == family])
            for family, title in groups
        ]
        self.fields["kind"].choices = [("", gettext("Choose")), *offered]  # type: ignore[attr-defined]


def words_of(column: Column) -> list[str]:
    """The words that a column takes; none where it takes any."""
    if isinstance(column.type, Choice):
        return list(column.type.words)
    if isinstance(column.type, Grades):
        return GRADES
    return ["true", "false"] if isinstance(column.type, Flag) else []


def is_strange(word: str, column: Column) -> bool:
    """Whether a column with words of its own does not understand this one."""
    if not isinstance(column.type, ByCell):
        return False
    _, note = column.type.careful(word, column, None)  # type: ignore[arg-type]  # types with words need no files
    return bool(note and note.severity != CLEAN)


def _with_examples(heading: str, words: list[str]) -> str:
    """A heading as one finds it again: with some of its values."""
    shown = ", ".join(plainly(word, 20) for word in words)
    return f"{plainly(heading, 40)} ({shown})" if shown else plainly(heading, 40)


class MappingForm(forms.Form):
    """Which heading is which of our columns; then, where a column takes certain words, what each of theirs means.

    The second question can only be asked once the first is answered: a heading chosen anew brings new words, and the
    form comes back with them.
    """

    def __init__(self, *args: Any, kind: Kind, file: UnknownFile, **kwargs: Any) -> None:
        """kind: what each row is; file: what nobody has explained yet."""
        super().__init__(*args, **kwargs)
        self.columns_of_kind, self.file = kind.columns, file
        names = {each.name: [each.name, gettext(each.label), *each.also] for each in kind.columns}
        guesses = guess(names, file.headings) | (file.columns_said if file.kind == kind.code else {})
        headings = [(heading, _with_examples(heading, words)) for heading, words in file.columns()]
        self.was_asked_anew = False
        for column in kind.columns:
            nothing = "" if column.required else gettext("not in this file")
            self.fields[column.name] = forms.ChoiceField(
                label=gettext(column.label) if column.label else column.name,
                help_text=gettext(column.help) if column.help else "",
                choices=[("", nothing), *headings],
                required=column.required,
                initial=guesses.get(column.name, ""),
                error_messages={"required": _("This one is needed. Choose the heading that holds it.")},
            )
            self._ask_for_words(column)

    def _ask_for_words(self, column: Column) -> None:
        """A question for each word of the chosen column that is not one of ours."""
        heading = self.data.get(column.name) if self.is_bound else self.fields[column.name].initial
        ours = words_of(column)
        if not ours or heading not in self.file.headings:
            return
        strange = [word for word in self.file.words(heading, MOST_WORDS) if is_strange(word, column)]
        for place, word in enumerate(strange):
            name = f"{column.name}:{place}"
            self.fields[name] = forms.ChoiceField(
                label=format_html(gettext("“{word}” means"), word=plainly(word, 60)),
                choices=[(NONE, gettext("none of these")), *((each, each) for each in ours)],
                initial=closest(word, ours) or NONE,
            )
            self.fields[name].word = word  # type: ignore[attr-defined]
            if self.is_bound and name not in self.data:
                self.was_asked_anew = True

    def clean(self) -> dict[str, Any]:
        """No heading may be two things; and words that were not asked about before must be answered first."""
        cleaned = super().clean() or {}
        chosen = [str(cleaned[column.name]) for column in self.columns_of_kind if cleaned.get(column.name)]
        if twice := [heading for heading, times in Counter(chosen).items() if times > 1]:
            text = gettext("“%(heading)s” is chosen twice. Each heading can be only one thing.")
            raise forms.ValidationError(text % {"heading": plainly(twice[0])})
        if self.was_asked_anew:
            raise forms.ValidationError(_("One more thing: say what the words in that column mean."))
        return cleaned

    def columns(self) -> dict[str, str]:
        """Our column -> their heading."""
        return {
            each.name: self.cleaned_data[each.name] for each in self.columns_of_kind if self.cleaned_data[each.name]
        }

    def values(self) -> dict[str, dict[str, str]]:
        """Our column -> {their word: our word}."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for name, field in self.fields.items():
            if ":" in name and self.cleaned_data[name] != NONE:
                found[name.partition(":")[0]][field.word] = self.cleaned_data[name]  # type: ignore[attr-defined]
        return dict(found)

    def questions(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        """Each column's field, with those of its words."""
        words = defaultdict(list)
        for name in self.fields:
            words[name.partition(":")[0]].append(self[name])
        return [(fields[0], fields[1:]) for fields in words.values()]
