"""Every page of the zoo, as text."""

from ganzoo.registry import VARIANTS
from tools.documentation.families import FAMILIES, Family
from tools.documentation.markdown import prose, table
from tools.documentation.sections import section
from tools.documentation.variants import variants_page

INTRODUCTION = """# The zoo

Everything that a variant can be made of, generated from the code by `make docs`. A part is one file; a
[variant](variants.md) is a set of parts and the hyperparameters that its source trains it with. Parts that make sense
together are a variant even if nobody has named it: write their names with + between, as in `dcgan-plain+hinge+r1`.
Parts and variants may also come from [packages of other people](../../examples/ganzoo-boundary-seeking/README.md)."""


def pages() -> dict[str, str]:
    """The Markdown of every page by file name; the same in every process."""
    texts = {f"{family.page}.md": family_page(family) for family in FAMILIES}
    return {"README.md": index(), **texts, "variants.md": variants_page(VARIANTS)}


def family_page(family: Family) -> str:
    """The parts of one kind, a section for each."""
    sections = [section(family, part) for part in family.parts.values()]
    return "\n\n".join([f"# {family.title}", prose(family.introduction), *sections]) + "\n"


def index() -> str:
    """The first page: every part and every variant, each a link."""
    rows = [(f"[{family.title}]({family.page}.md)", _links(family.page, list(family.parts))) for family in FAMILIES]
    rows.append(("[Variants](variants.md)", _links("variants", list(VARIANTS))))
    return f"{INTRODUCTION}\n\n{table(('kind', 'in the zoo'), rows)}\n"


def _links(page: str, names: list[str]) -> str:
    return ", ".join(f"[{name}]({page}.md#{name})" for name in names)
