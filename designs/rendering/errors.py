class ArtworkError(Exception):
    """An artwork that cannot become a pin.

    `code` is stable and machine-readable; the text says what is wrong and what the customer can do.
    """

    code = "artwork"


class EmptyFile(ArtworkError):
    """No bytes at all."""

    code = "empty_file"


class FileTooLarge(ArtworkError):
    """More bytes than the engine accepts."""

    code = "file_too_large"


class NotAnImage(ArtworkError):
    """The first bytes belong to none of the accepted file types."""

    code = "not_an_image"


class DamagedFile(ArtworkError):
    """The file announces an accepted type, but ends early or cannot be decoded."""

    code = "damaged_file"


class TooManyPixels(ArtworkError):
    """The header announces more pixels than the engine decodes."""

    code = "too_many_pixels"


class ArtworkTooSmall(ArtworkError):
    """Fewer pixels than a pin needs."""

    code = "too_small"


class EmptyArtwork(ArtworkError):
    """Nothing is drawn: fully transparent, or one plain ground and nothing on it."""

    code = "empty_artwork"


class UnsafeArtwork(ArtworkError):
    """A construct that is refused: external, nested or oversized entities, a password."""

    code = "unsafe_artwork"


class ArtworkTooComplex(ArtworkError):
    """Drawing the file takes more time or memory than one artwork may have."""

    code = "too_complex"
