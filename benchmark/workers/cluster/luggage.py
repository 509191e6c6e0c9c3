"""Files of runs on their way between a node and the parent: checkpoints there and back, grids, weights and records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmark.files import atomic_write
from benchmark.records import CHECKPOINT_FILE, RECORD_FILE

# By a run's label and a file's name; None: it is there no more.
Luggage = Mapping[str, Mapping[str, bytes | None]]


def luggage_for(work: Path, labels: Iterable[str]) -> Luggage:
    """What a node needs of some runs to go on with them.

    Args:
        work: The study's folder of runs.
        labels: Of the runs.
    """
    names = (CHECKPOINT_FILE, RECORD_FILE)
    return {
        label: {name: (work / label / name).read_bytes() for name in names if (work / label / name).is_file()}
        for label in labels
    }


def unpack(luggage: Luggage, work: Path) -> None:
    """Write files of runs, each whole or not at all, a run's record after all else of it."""
    for label, files in luggage.items():
        for name in sorted(files, key=lambda name: name == RECORD_FILE):
            path, content = work / label / name, files[name]
            if content is None:
                path.unlink(missing_ok=True)
                continue
            with atomic_write(path) as unfinished:
                unfinished.write_bytes(content)


@dataclass(frozen=True)
class _Stamp:
    modified: int
    size: int
    number: int


class Packer:
    """Packs what runs on a node have written since it was asked last.

    Args:
        work: The node's folder of runs; nothing in it is written while it is asked, or what is, takes its place whole.
    """

    def __init__(self, work: Path) -> None:
        self._work = work
        self._seen: dict[str, dict[str, _Stamp]] = {}

    def know(self, labels: Iterable[str]) -> None:
        """Take what some runs have now for known."""
        for label in labels:
            self._seen[label] = self._stamps(label)

    def changed(self) -> Luggage:
        """The files that are new, changed or gone."""
        luggage: dict[str, dict[str, bytes | None]] = {}
        for label, before in self._seen.items():
            now = self._stamps(label)
            files: dict[str, bytes | None] = dict.fromkeys(before.keys() - now.keys())
            for name, stamp in now.items():
                if before.get(name) != stamp:
                    files[name] = (self._work / label / name).read_bytes()
            if files:
                luggage[label] = files
            self._seen[label] = now
        return luggage

    def _stamps(self, label: str) -> dict[str, _Stamp]:
        found = {}
        for path in (self._work / label).glob("*"):
            if path.suffix == ".tmp":
                continue
            state = path.stat()
            found[path.name] = _Stamp(state.st_mtime_ns, state.st_size, state.st_ino)
        return found
