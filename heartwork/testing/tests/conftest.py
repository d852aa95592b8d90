"""The district of the demo with everything that happened in it, for tests of the whole product in a browser."""

import pytest

from heartwork.roster import imports
from heartwork.roster.models import District
from heartwork.testing.demo import story
from heartwork.testing.demo.dates import write_moved


@pytest.fixture
def elmwood(windows, day, tmp_path):
    """What `make demo` makes, on the day of the story; gives back the folder of the export it came from.

    The windows come first: a test with a browser reads and writes for real, and leaves nothing behind.
    """
    folder = tmp_path / "export"
    folder.mkdir()
    write_moved(folder, day)
    District.objects.create(pk=1, name=story.DISTRICT)
    run = imports.begin(None, name="export", source=folder)
    imports.read(run.pk)
    imports.apply(run.pk, actor=None, agreed=True)
    story.live()
    return folder
