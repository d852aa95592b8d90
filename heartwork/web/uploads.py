"""Files in a form: no page takes any, but for those that say so before they read the form."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class NoFiles(FileUploadHandler):
    """Refuses files as soon as one begins, so that a stranger cannot fill the disk through any form of ours."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop reading. The fields that came before the file stay."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never reached: no file begins."""

    def file_complete(self, file_size: int) -> None:
        """Never reached: no file begins."""
