"""QR codes, drawn on the server."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from qrcode.main import QRCode


def qr_code(address: str) -> SafeString:
    """The address as an SVG picture with a quiet margin, hidden from screen readers: the address stands beside it.

    One path of unit squares: no style attribute, which the content policy forbids.
    """
    code: QRCode = QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" aria-hidden="true"><rect width="{}" height="{}" fill="#fff"/>'
        '<path d="{}" fill="#000"/></svg>',
        *(size, size, size, size, mark_safe(squares)),  # noqa: S308 – numbers of our own
    )
