"""Check the finished site: whole links, whole pictures, nothing from a network."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["faults"]

# attributes that make a browser fetch what they name
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "link": "href",
    "source": "src",
    "video": "src",
}
NOT_FETCHED = {"canonical", "prev", "next", "alternate", "edit"}  # rel of <link>
FAR = re.compile(r"^(https?:)?//")
IN_STYLES = re.compile(
    r"url\(\s*['\"]?((?:https?:)?//[^)'\"]+)|@import\s+['\"](\S+)['\"]"
)


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.ids |= {named[key] for key in ("id", "name") if key in named}
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        attribute = FETCHED.get(tag)
        if attribute in named and named.get("rel") not in NOT_FETCHED:
            self.fetched.append(named[attribute])


def faults(site: Path) -> list[str]:
    """Return a sentence for each fault of a finished site.

    Parameters
    ----------
    site : Path
        Folder that mkdocs wrote.
    """
    pages = {
        file: _Page(file.read_text("utf-8")) for file in sorted(site.rglob("*.html"))
    }
    found = []
    for file, page in pages.items():
        name = file.relative_to(site)
        for target in page.fetched:
            if FAR.match(target):
                found.append(f"{name} fetches {target} from a network.")
        if name.parts[0] == "examples":
            continue  # a dashboard's links are addresses of its own views
        for target in [*page.links, *page.fetched]:
            if problem := _problem(file, target, pages):
                found.append(f"{name}: {problem}")
    for style in sorted(site.rglob("*.css")):
        for match in IN_STYLES.finditer(style.read_text("utf-8")):
            found.append(f"{style.relative_to(site)} fetches {match[1] or match[2]}.")
    return found


def _problem(file: Path, target: str, pages: dict[Path, _Page]) -> str:
    parts = urlsplit(target)
    if FAR.match(target) or parts.scheme:
        return ""
    other = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if file.name == "404.html":  # its links begin at the root of the site
        other = file.parent / unquote(parts.path).lstrip("/")
    if not other.exists():
        return f"{target} leads nowhere."
    fragment = unquote(parts.fragment)
    if fragment and other in pages and fragment not in pages[other].ids:
        if other.parent.name == "examples":
            return ""
        return f"{target} has no such place."
    return ""
