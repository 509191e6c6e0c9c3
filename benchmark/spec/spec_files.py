"""Study specs by name: a person's own under studies/, and those that come with the package."""

from pathlib import Path

from benchmark.errors import UserError
from benchmark.files import is_file
from benchmark.paths import Paths, shipped_studies
from ganzoo.names import did_you_mean, quoted


def find_spec(name_or_path: str, studies: Path) -> Path:
    """The file of a study spec.

    Args:
        name_or_path: The path of a TOML file, or a name: of one in `studies`, else of one that is shipped.
        studies: A person's own folder of specs, which need not be there.

    Raises:
        UserError: if there is none; the line lists those that are known, and the nearest.
    """
    own = Path(name_or_path) if name_or_path.endswith(".toml") else studies / f"{name_or_path}.toml"
    places = [own] if name_or_path.endswith(".toml") else [own, shipped_studies() / f"{name_or_path}.toml"]
    found = next((place for place in places if is_file(place)), None)
    if found is None:
        raise UserError(_missing(name_or_path, own, studies))
    return found


def known_specs(studies: Path) -> dict[str, Path]:
    """All specs that can be asked for by name, in the order of their names; one's own hides a shipped one."""
    found = {file.stem: file for folder in (shipped_studies(), studies) for file in folder.glob("*.toml")}
    return dict(sorted(found.items()))


def studies_that_ran(paths: Paths) -> list[str]:
    """The ids of the studies that have left something under runs/work, in the order of their names."""
    work = paths.work("")
    try:
        return sorted(folder.name for folder in work.iterdir() if folder.is_dir())
    except OSError:  # there is none, or nobody may look
        return []


def _missing(name: str, path: Path, studies: Path) -> str:
    known = known_specs(studies)
    ran = studies_that_ran(Paths.here())
    hint = did_you_mean(name, [*known, *ran], least=0.6)
    own = [each for each, file in known.items() if file.parent == studies]
    shipped = [each for each in known if each not in own]
    lists = f"known in {studies}: {', '.join(own) or 'none'}" + f"; shipped: {', '.join(shipped)}" * bool(shipped)
    lists += f"; that ran: {', '.join(ran)}" * bool(ran)
    return f"no study spec {quoted(str(path))}: {hint}{' ' * bool(hint)}{lists}"
