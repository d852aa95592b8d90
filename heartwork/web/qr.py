"""QR codes, drawn on the server."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from qrcode.main import QRCode


def qr_code(address: str) -> SafeString:
    """The address as an SVG picture with a quiet margin, hidden from screen readers: the address stands beside it.

    One path of unit squares: no style attribute, which the content policy forbids.
    """
    size, picture = _drawn(address)
    return format_html('<svg class="qr" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', size, size, picture)


def qr_code_once(address: str) -> tuple[SafeString, SafeString]:
    """The same for a page that shows it many times: what keeps the picture in the page, unseen, and what shows it."""
    size, picture = _drawn(address)
    kept = format_html('<svg width="0" height="0" hidden><symbol id="qr">{}</symbol></svg>', picture)
    use = '<svg class="qr" viewBox="0 0 {} {}" aria-hidden="true"><use href="#qr"/></svg>'
    return kept, format_html(use, size, size)


def _drawn(address: str) -> tuple[int, SafeString]:
    """The side of the picture in squares, and what is drawn on it."""
    code: QRCode = QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return size, format_html(
        '<rect width="{}" height="{}" fill="#fff"/><path d="{}" fill="#000"/>',
        *(size, size, mark_safe(squares)),  # noqa: S308 – numbers of our own
    )
