import os
import sys
import tempfile
from pathlib import Path

import pytest
from database_servers import needs_postgres

from benchmark.errors import UserError
from tools.servers.programs import Runner, postgres_programs

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs programs as somebody else")


@pytest.mark.servers
@needs_postgres
def test_the_programs_of_a_server_lie_together() -> None:
    folder = postgres_programs()
    assert folder is not None
    assert all((folder / name).is_file() for name in ("initdb", "postgres", "createdb", "pg_isready"))


def test_a_program_that_fails_says_its_last_line() -> None:
    command = [sys.executable, "-c", "import sys; print('first\\nthe reason', file=sys.stderr); sys.exit(3)"]
    with pytest.raises(UserError, match=r"^python\S* failed: the reason$"):
        Runner(user="").run(command)


def test_a_folder_of_its_own_is_closed_to_others(tmp_path: Path) -> None:
    Runner(user="").own(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@as_root
@pytest.mark.servers
@needs_postgres
def test_root_runs_programs_as_a_user_that_may(tmp_path: Path) -> None:
    runner = Runner()
    assert runner.user == "postgres"
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        runner.own(Path(name) / "data")
        runner.run(["touch", f"{name}/data/made"])
        assert (Path(name) / "data" / "made").owner() == "postgres"
    tmp_path.chmod(0o700)
    with pytest.raises(UserError, match=r"--folder: /\S+ lets only its owner in, and PostgreSQL runs as 'postgres'"):
        runner.own(tmp_path / "barred" / "data")


@as_root
def test_a_user_that_is_missing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no user 'nosuch' to run it"):
        Runner(user="nosuch").own(tmp_path / "data")
