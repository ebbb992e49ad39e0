"""What mkdocs asks while it builds the site: pages that are made, and links."""

from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from handbook.marts import as_pages
from handbook.pages import (
    EXAMPLES,
    ROOT_PAGES,
    repository_has,
    source_of,
    with_links_of_the_site,
)

PROJECT = Path(__file__).parents[1]


def on_files(files, config):
    """Add the reference, the pages of the project's root and the dashboards."""
    for source, page in ROOT_PAGES.items():
        text = (PROJECT / source).read_text("utf-8")
        files.append(File.generated(config, page, content=text))
    for page, text in as_pages(PROJECT).items():
        files.append(File.generated(config, page, content=text))
    for name in EXAMPLES:
        page = PROJECT / config.extra["output"] / name / "dashboard.html"
        if not page.exists():
            raise PluginError(
                f"{page} is missing; make docs builds it, or SEGMENTS_INPUT={name} "
                "segments build."
            )
        files.append(
            File.generated(config, f"examples/{name}.html", abs_src_path=str(page))
        )
    return files


def on_page_markdown(markdown, page, config, files):
    """Turn links between files of the project into links of the site."""
    if not (PROJECT / source_of(page.file.src_uri)).exists():
        return markdown  # made, with links of the site
    return with_links_of_the_site(
        markdown,
        page.file.src_uri,
        repository_has(PROJECT),
        config.extra["repository"],
    )
