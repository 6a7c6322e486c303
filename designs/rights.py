"""What an uploader confirms. A change of the text needs a new version: designs keep the one that was accepted."""

from django.utils.translation import gettext_noop

VERSION = "2026-11"
TEXT = gettext_noop(
    "I made this artwork myself or have the right to have it made as a pin, and it shows nothing unlawful. "
    "I know that Pinshop may refuse a design for its rights or content and then refunds it in full."
)
