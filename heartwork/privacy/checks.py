"""What must be declared of every field before the site may start."""

from typing import Any

from django.core.checks import Error, register

from heartwork.privacy.classes import mistakes


@register()
def every_field_has_a_class(**kwargs: Any) -> list[Error]:
    """A field of which nobody said how much care it asks for could be shown to anyone, so the site does not start."""
    hint = (
        "Put it in fields.toml of its room (for a library: privacy/fields_of_others.toml), in one of open, directory, "
        "record, sensitive, private. heartwork/privacy/classes.py says which is which."
    )
    return [Error(text, hint=hint, id="heartwork.E002") for _label, text in mistakes()]
