"""Where a page of the site comes from, and where its links lead there."""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

__all__ = [
    "EXAMPLES",
    "ROOT_PAGES",
    "repository_has",
    "source_of",
    "with_links_of_the_site",
]

# pages that stand in the root of the project, where GitHub shows them
ROOT_PAGES = {
    "README.md": "index.md",
    "BENCHMARKS.md": "benchmarks.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "DECISIONS.md": "decisions.md",
    "RELIABILITY.md": "reliability.md",
    "SECURITY.md": "security.md",
}
# files that the site shows as pages of its own making
MADE = {"models/overview.md": "marts/index.md"}
EXAMPLES = ("sample", "telco", "orders")  # inputs whose dashboards are in the site
LINKED_PICTURE = re.compile(r"\[(!\[[^\]\n]*\])\(([^)\s]+)\)\]\(([^)\s]+)\)(?: · )?")
LINK = re.compile(r"(?<!!)\[([^\]\n]*)\]\(([^)\s]+)\)|(!\[[^\]\n]*\])\(([^)\s]+)\)")


def source_of(page: str) -> str:
    """Return the file of the project that a page of the site is made of."""
    own = {site: source for source, site in ROOT_PAGES.items()}
    return own.get(page, f"docs/{page}")


def with_links_of_the_site(
    text: str, page: str, exists: Callable[[str], bool], repository: str
) -> str:
    """Return a page's Markdown with links as they are in the site.

    Parameters
    ----------
    text : str
        Markdown as it stands in the project.
    page : str
        Path of the page in the site.
    exists : callable
        Whether a path of the project is there.
    repository : str
        Address of the repository, for files that are no page; empty where it is not
        known, so that such a link becomes plain text.

    Examples
    --------
    >>> text = "[why](DECISIONS.md#a) [how](docs/operate.md) [file](profiles.yml)"
    >>> with_links_of_the_site(text, "index.md", lambda path: True, "")
    '[why](decisions.md#a) [how](operate.md) file'
    """
    folder = posixpath.dirname(source_of(page))

    def placed(target: str) -> str | None:
        path, hash_mark, anchor = target.partition("#")
        if not path or "://" in target or path.startswith("mailto:"):
            return target
        path = posixpath.normpath(posixpath.join(folder, path))
        if path.startswith("../../"):  # a page of GitHub beside the files
            return f"{repository}/{path[6:]}" if repository else None
        if path in ROOT_PAGES | MADE:
            site = (ROOT_PAGES | MADE)[path]
        elif path.startswith("docs/"):
            site = path.removeprefix("docs/")
        elif not exists(path):
            return target  # left as it is, so that the build names it
        elif repository:
            return f"{repository}/blob/main/{path}{hash_mark}{anchor}"
        else:
            return None
        start = posixpath.dirname(page) or "."
        return posixpath.relpath(site, start) + hash_mark + anchor

    def link(found: re.Match) -> str:
        words, target, picture, source = found.groups()
        if picture:
            return f"{picture}({placed(source) or source})"
        to = placed(target)
        return words if to is None else f"[{words}]({to})"

    def picture_that_links(found: re.Match) -> str:
        picture, source, target = found.groups()
        if source.startswith("../../"):
            return ""  # a badge, which is fetched from a network
        to = placed(target)
        picture = f"{picture}({placed(source) or source})"
        return picture if to is None else f"[{picture}]({to})"

    parts, end = [], 0
    for nested in LINKED_PICTURE.finditer(text):
        parts += [
            LINK.sub(link, text[end : nested.start()]),
            picture_that_links(nested),
        ]
        end = nested.end()
    return "".join([*parts, LINK.sub(link, text[end:])])


def repository_has(project: Path) -> Callable[[str], bool]:
    """Return whether a path of the project is there, as a function."""
    return lambda path: (project / path).exists()
