"""Files that are there as a whole, or as they were."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["written_whole"]


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; what is there afterwards takes the place of `target`.

    Nobody opens half a file, who has the old one open keeps it, and a failure leaves
    the old one and nothing else. Folders are made where they are missing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "page.html"
    ...     with written_whole(file) as new:
    ...         _ = new.write_text("all of it")
    ...     file.read_text()
    'all of it'
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        yield new
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
