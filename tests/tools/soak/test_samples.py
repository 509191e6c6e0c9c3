import subprocess
import sys

import pytest

from tools.soak.samples import Growth, Holding, Sample, growth, look


def sample(trials: int, memory: float, files: int = 20) -> Sample:
    return Sample(trials, Holding(memory, 800.0, files, 30, 9, 12))


def test_medians_of_the_first_and_last_quarter_after_the_start() -> None:
    # 50 to 450 is 400 trials: quarters are 50 to 150 and 350 to 450.
    samples = [sample(trials, memory) for trials, memory in ((10, 1), (50, 500), (100, 510), (150, 530), (250, 900))]
    samples += [sample(trials, memory) for trials, memory in ((349, 999), (350, 511), (400, 520), (450, 540))]
    found = growth(samples, 50, 0.25)
    assert found[0] == Growth("parent_memory", 510, 520)
    assert [each.name for each in found][1:] == [
        *("other_memory", "parent_files", "other_files", "parent_threads", "other_threads")
    ]
    assert all(each.is_flat(0.02) for each in found)


@pytest.mark.parametrize(
    ("name", "before", "after", "flat"),
    [
        ("parent_memory", 500, 510, True),
        ("parent_memory", 500, 511, False),
        ("parent_memory", 500, 400, True),
        ("parent_files", 20, 21, True),
        ("parent_files", 20, 22, False),
        ("other_threads", 9, 11, False),
    ],
)
def test_what_counts_as_growth(name: str, before: float, after: float, flat: bool) -> None:
    assert Growth(name, before, after).is_flat(0.02) is flat


def test_too_few_looks() -> None:
    with pytest.raises(ValueError, match="1 looks, up to trial 40: too few to compare from trial 50 on"):
        growth([sample(40, 500)], 50, 0.25)


CHILD = "import subprocess, sys, threading\n"
CHILD += "told = 'print(1, flush=True); input()'\n"
CHILD += "child = subprocess.Popen([sys.executable, '-c', told], stdin=subprocess.PIPE)\n"


def test_a_command_and_those_that_it_started_are_told_apart() -> None:
    """The child has a thread; its parent has another one, and three files of its own."""
    program = CHILD + "import time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    program += "files = [open(sys.executable) for _ in range(3)]; print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        for _ in range(2):  # of both: before, the child may be no more than a copy of its parent
            process.stdout.readline()
        found = look(process.pid)
        process.kill()
    assert found is not None
    assert (found.parent_threads, found.other_threads) == (2, 1)
    assert found.parent_files == 3 + 3 + 1  # standard streams, its own, and the pipe to the child
    assert found.other_files >= 3
    assert 3 < found.parent_memory < 100
    assert 3 < found.other_memory < 100


def test_a_session_that_is_over_holds_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], start_new_session=True) as process:
        process.wait()
    assert look(process.pid) is None
