"""The page's Content-Security-Policy: whatever a record says, no other script runs and nothing is fetched."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256


def content_security_policy(scripts: Iterable[str]) -> str:
    """The policy of a page that is one file.

    Styles may stand anywhere: figures carry theirs as attributes and Vega lays its own into the page; without an
    address to send anything to, they only change looks.

    Args:
        scripts: The text of each script element that may run, to the letter.
    """
    digests = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
