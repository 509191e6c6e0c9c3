import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from database_servers import needs_postgres, servers_folder

from tools.servers.__main__ import write_settings

ROOT = Path(__file__).parents[3]


def test_settings_are_for_their_owner_alone_and_a_shell_reads_them(tmp_path: Path) -> None:
    file = write_settings(tmp_path, {"OPTUNA_STORAGE": "postgresql://me:p%26w$@h/x", "MLFLOW_TRACKING_URI": "http://h"})
    assert file.stat().st_mode & 0o777 == 0o600
    done = subprocess.run(
        ["sh", "-c", f'. {file}; echo "$OPTUNA_STORAGE $MLFLOW_TRACKING_URI"'],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.stdout == "postgresql://me:p%26w$@h/x http://h\n"


@pytest.mark.long
@pytest.mark.servers
@needs_postgres
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_both_servers_are_there_until_they_are_ended(end: signal.Signals) -> None:
    with servers_folder() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.servers", "--folder", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        said = process.stdout.readline() + process.stdout.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        settings = (folder / "settings.sh").read_text(encoding="utf-8")
        assert f". {folder}/settings.sh" in said
        for password in re.findall(r":([^:@/]+)@", settings):
            assert password not in said
            assert not [each for each in children if password in " ".join(each.cmdline())]
        assert {"postgres", "python"} <= {each.name().rstrip("0123456789.") for each in children}
        process.send_signal(end)
        assert process.wait(60) == 0
        assert [each for each in children if each.is_running() and each.status() != "zombie"] == []
