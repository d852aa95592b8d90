"""Taking roster files from a browser: straight to disk, never whole in memory, and no more than the limit."""

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

A_DAY = 60 * 60 * 24


class NotTooLarge(FileUploadHandler):
    """Refuses an upload that is larger than the limit before any of it is written."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        """Look at how much the browser says will come; the server reads no more than that."""
        self.is_too_large = content_length > settings.UPLOAD_LIMIT_MB * 2**20

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Read the rest and drop it: a browser that is cut off would not show our sentence."""
        if self.is_too_large:
            self.request.is_upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on to the disk."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The file on disk is the one to keep."""


def take_files(request: HttpRequest) -> None:
    """From here on the request may bring files. Call it before the form is read, and after access is checked."""
    sweep(Path(settings.FILE_UPLOAD_TEMP_DIR))
    request.upload_handlers = [NotTooLarge(request), TemporaryFileUploadHandler(request)]


def sweep(folder: Path) -> None:
    """Remove what an upload left behind when the machine stopped under it: whatever is a day old."""
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime < A_DAY:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
