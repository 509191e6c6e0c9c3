"""What a run ran with."""

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

from benchmark import environment
from benchmark.environment import (
    PACKAGES,
    choose_device,
    choose_devices,
    code_version,
    cores,
    describe,
    device_name,
    installed,
)
from benchmark.errors import UserError

CPU = torch.device("cpu")


COUNT = "from benchmark.environment import cores; print(cores())"
# A control group's files as a container has them, over those of the machine, for one process.
QUOTA = "mount -t tmpfs none /sys/fs/cgroup && mkdir -p /sys/fs/cgroup/cpu && {} && exec {} -c '{}'"
V2 = "echo {} 100000 > /sys/fs/cgroup/cpu.max"
V1 = "cd /sys/fs/cgroup/cpu && echo {} > cpu.cfs_quota_us && echo 100000 > cpu.cfs_period_us && cd -"


def counted(*command: str) -> int:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores")
def test_cores_are_those_that_the_process_is_bound_to() -> None:
    bound = f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}}); {COUNT}"
    assert counted(sys.executable, "-c", COUNT) == min(len(os.sched_getaffinity(0)), cores())
    assert counted(sys.executable, "-c", bound) == 1


@pytest.mark.parametrize("files", [V2, V1], ids=["v2", "v1"])
@pytest.mark.parametrize(("quota", "allowed"), [("50000", 1), ("110000", 2), ("-1", None)])
def test_cores_are_those_of_the_control_group_s_quota(files: str, quota: str, allowed: int | None) -> None:
    quota = "max" if files == V2 and quota == "-1" else quota
    sandbox = [shutil.which("unshare") or "false", "-m", "sh", "-c"]
    if subprocess.run([*sandbox, "mount -t tmpfs none /mnt"], check=False).returncode:
        pytest.skip("only root may lay a control group's files over the machine's")
    machine = len(os.sched_getaffinity(0))
    found = counted(*sandbox, QUOTA.format(files.format(quota), sys.executable, COUNT))
    assert found == min(machine, allowed or machine)


def test_cores_are_counted_where_no_process_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # as on macOS
    monkeypatch.delattr(psutil.Process, "cpu_affinity", raising=False)
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_who_counts_cores_does_not_wait_for_torch() -> None:
    assert counted(sys.executable, "-c", f"import sys; {COUNT}; print(int('torch' in sys.modules))") == 0


def test_auto_is_a_gpu_where_there_is_one() -> None:
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu") == CPU


@pytest.mark.parametrize(
    "name",
    ["banana", "", "cuda:99", "cpu:x", "a\nb", "cuda:99999999999999999999", "cuda:-1", "xla", "mps", "privateuseone"],
)
def test_a_device_that_is_not_here_is_refused_in_one_line(name: str) -> None:
    gpus = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    with pytest.raises(UserError) as refused:
        choose_device(name)
    told = f"device {name!r}: not found here; there is {', '.join(['cpu', *gpus])} (and auto)"
    assert str(refused.value) in (told, f"{told}; did you mean 'cpu'?")
    assert str(refused.value).endswith("'cpu'?") == (name == "cpu:x")


def test_a_device_that_computes_nothing_is_refused() -> None:
    with pytest.raises(UserError, match="device 'meta': not found here"):
        choose_device("meta")


def test_devices_are_named_with_commas_and_each_is_taken_once() -> None:
    assert choose_devices("cpu") == (CPU,)
    assert choose_devices("cpu:0, cpu:1,cpu:0") == (torch.device("cpu", 0), torch.device("cpu", 1))
    assert choose_devices("auto") == choose_devices("cuda" if torch.cuda.is_available() else "cpu")
    for name in ("cpu,banana", "cpu,", ""):
        with pytest.raises(UserError, match=r"not found here; there is cpu"):
            choose_devices(name)


def test_every_gpu_is_taken_unless_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a host with three GPUs, of which this machine need not have any."""
    monkeypatch.setattr(environment, "choose_device", lambda name: torch.device(name.replace("auto", "cuda")))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    every = tuple(torch.device("cuda", index) for index in range(3))
    assert choose_devices("auto") == choose_devices("cuda") == choose_devices("cuda:0,cuda") == every
    assert choose_devices("cuda:2,cuda:0") == (every[2], every[0])
    with pytest.raises(UserError, match=r"^device 'cuda:1,cpu': must be of one kind, so that all runs are rounded"):
        choose_devices("cuda:1,cpu")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_name_of_a_gpu_is_its_product_name() -> None:
    assert device_name(torch.device("cuda")) == torch.cuda.get_device_name()


def test_the_name_of_a_cpu_is_its_machine() -> None:
    assert device_name(CPU).startswith(f"{platform.machine()} CPU, ")
    assert device_name(CPU).endswith(" cores")


def test_versions_of_packages() -> None:
    assert installed("torch") == version("torch")
    assert installed("no-such-package-of-anybody") == "absent"


def test_a_description_holds_versions_device_and_method() -> None:
    described = describe(CPU, "cpu:1", "stacked", "tf32", "autograd")
    assert described["device_place"] == "cpu:1"
    assert (described["method"], described["gradients"]) == ("stacked", "autograd")
    assert described["precision"] == "float32"  # TF32 is a GPU's
    assert (described["device"], described["device_type"]) == (device_name(CPU), "cpu")
    assert described["python"] == platform.python_version()
    assert described["code"] == code_version()
    assert {name: described[name] for name in PACKAGES} == {name: installed(name) for name in PACKAGES}
    assert all(isinstance(value, str) and value for value in described.values())


def git(*words: str, where: Path) -> str:
    identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *words], cwd=where, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_code_is_the_commit_of_the_checkout_that_it_lies_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    file = tmp_path / "environment.py"
    monkeypatch.setattr(environment, "__file__", str(file))
    file.write_text("one", encoding="utf-8")
    assert code_version.__wrapped__() == "unknown"
    for words in (["init", "-q"], ["add", file.name], ["commit", "-q", "-m", "first"]):
        git(*words, where=tmp_path)
    commit = git("rev-parse", "HEAD", where=tmp_path)
    assert code_version.__wrapped__() == commit[:12]
    file.write_text("two", encoding="utf-8")
    assert code_version.__wrapped__() == f"{commit[:12]}-dirty"
    # Installed into an environment within somebody's checkout.
    installed = tmp_path / ".venv" / "environment.py"
    installed.parent.mkdir()
    installed.write_text("one", encoding="utf-8")
    monkeypatch.setattr(environment, "__file__", str(installed))
    assert code_version.__wrapped__() == "unknown"


def test_without_git_the_code_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert code_version.__wrapped__() == "unknown"
