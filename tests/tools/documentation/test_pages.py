"""The pages in the repository: what the code generates now, and no link that leads nowhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ganzoo.registry import BUILT_IN, VARIANTS
from tools.documentation.pages import index

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "zoo"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("docs") / "zoo"
    command = [sys.executable, "-m", "tools.documentation", str(folder)]
    # Another order of sets than here must not change a page.
    environment = os.environ | {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_repository_s_pages_are_those_of_the_code(generated: dict[str, str]) -> None:
    stored = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    stale = sorted(name for name in generated.keys() | stored.keys() if generated.get(name) != stored.get(name))
    assert not stale, f"docs/zoo: {', '.join(stale)} not what the code generates: run `make docs`"


def test_there_is_a_page_for_every_kind(generated: dict[str, str]) -> None:
    kinds = ("architectures", "losses", "penalties", "constraints", "augmentations", "schedules", "averaging")
    assert set(generated) == {"README.md", "variants.md", *(f"{kind}.md" for kind in kinds)}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("architectures", BUILT_IN.architecture),
        ("losses", BUILT_IN.loss),
        ("penalties", BUILT_IN.penalty),
        ("constraints", BUILT_IN.constraint),
        ("augmentations", BUILT_IN.augmentation),
        ("schedules", BUILT_IN.schedule),
        ("averaging", BUILT_IN.averaging),
        ("variants", VARIANTS),
    ],
)
def test_everything_has_its_section(generated: dict[str, str], page: str, names: dict[str, object]) -> None:
    assert re.findall(r"^## (.+)$", generated[f"{page}.md"], re.MULTILINE) == list(names)


def test_no_link_leads_nowhere(generated: dict[str, str]) -> None:
    for name, text in generated.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            page, _, anchor = target.partition("#")
            if page.startswith("https://arxiv.org/abs/"):
                continue
            if page.startswith("../../"):
                assert (PAGES / page).resolve().is_file(), f"{name}: {target}"
                continue
            if anchor:
                assert f"\n## {anchor}\n" in generated[page or name], f"{name}: {target}"
            assert (page or name) in generated, f"{name}: {target}"


def test_the_index_names_everything() -> None:
    assert "| [Averaging of weights](averaging.md) | [ema](averaging.md#ema) |" in index()
    assert all(f"(variants.md#{name})" in index() for name in VARIANTS)
