"""Hooks of MkDocs: what makes the site hold without network, its links to files outside of docs/ and its search."""

import os
import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

LINK = re.compile(r"(?<=\]\()(\.\./[^)\s#]+)(?=[#)])")
FENCE = "`" * 4
LANGUAGES = {".py": "python", ".toml": "toml", ".md": "markdown", ".yml": "yaml", ".csv": "text"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each file outside that is linked."""
    docs = Path(config.docs_dir)
    for page in list(files.documentation_pages()):
        for link in LINK.findall(page.content_string):
            found = outside(link, page.src_uri, docs)
            if found and found[1] not in files.src_uris:
                files.append(File.generated(config, found[1], content=source_page(found[0], docs.parent)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links that lead outside to those pages."""

    def replaced(match: re.Match[str]) -> str:
        found = outside(match[0], page.file.src_uri, Path(config.docs_dir))
        return os.path.relpath(found[1], PurePosixPath(page.file.src_uri).parent) if found else match[0]

    return LINK.sub(replaced, markdown)


def on_post_build(config: MkDocsConfig) -> None:
    """Write the index of the search as a script, too: browsers read no JSON beside a page that is a file."""
    folder = Path(config.site_dir, "search")
    index = (folder / "search_index.json").read_text(encoding="utf-8")
    (folder / "search_index.js").write_text(f"var __index = {index}", encoding="utf-8")


def outside(link: str, page: str, docs: Path) -> tuple[Path, str] | None:
    """The file that a link leads to and the page of its source; None if it is within docs/, or no file.

    Args:
        link: As it is written, such as "../studies/digits.toml".
        page: Of docs/, on which it stands, such as "start.md".
        docs: The folder.
    """
    file = Path(os.path.normpath((docs / page).parent / link))
    root = docs.parent
    if not file.is_file() or not file.is_relative_to(root) or file.is_relative_to(docs):
        return None
    return file, f"source/{file.relative_to(root).as_posix()}.md"


def source_page(file: Path, root: Path) -> str:
    """The page of a file: its path and its text."""
    name = file.relative_to(root).as_posix()
    text = file.read_text(encoding="utf-8").rstrip()
    head = f"---\nsearch: {{ exclude: true }}\nhide: [toc]\n---\n\n# {name}\n\n"
    return f"{head}{FENCE}{LANGUAGES.get(file.suffix, 'text')}\n{text}\n{FENCE}\n"
