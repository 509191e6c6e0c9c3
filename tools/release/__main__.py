"""`python -m tools.release`: is what was built into dist/ what belongs there?"""

import sys
import tomllib
from pathlib import Path

from tools.release.contents import PROJECT, faults_of_sdist, faults_of_version, faults_of_wheel, shipped, tracked


def faults(root: Path, dist: Path) -> list[str]:
    """What is wrong with the one wheel and the one source distribution of a folder, a line each."""
    built = {pattern: sorted(dist.glob(pattern)) for pattern in ("*.whl", "*.tar.gz")}
    lacking = [
        f"{len(files)} files {pattern} in {dist}: not one" for pattern, files in built.items() if len(files) != 1
    ]
    if lacking:
        return lacking
    known = tracked(root)
    project = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))["project"]
    return [
        *faults_of_version(root, dist),
        *faults_of_wheel(built["*.whl"][0], shipped(root, known), project["license"]),
        *faults_of_sdist(built["*.tar.gz"][0], known),
    ]


def main() -> None:
    """Check dist/ of the repository in the current folder; exit code 1 if anything is wrong."""
    root = Path.cwd()
    found = faults(root, root / "dist")
    for line in found:
        print(line)
    if found:
        sys.exit(1)
    print(
        "dist/ has what git knows, and nothing else:", ", ".join(p.name for p in sorted((root / "dist").glob("[!.]*")))
    )


if __name__ == "__main__":
    main()
