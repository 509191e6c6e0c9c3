"""Data, pictures and generators that no command takes: one line, exit code 2, and nothing is written.

Every input that was once met otherwise stays here.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from benchmark.artifacts.weights import write_weights
from benchmark.records import GENERATOR_FILE
from benchmark.training.model import ImageShape, build
from ganzoo.registry import find_variant

Command = Callable[..., tuple[int, str, str]]
SHAPE = ImageShape(channels=1, resolution=8, classes=10)


@pytest.fixture
def here(tmp_path: Path, studies: Path) -> Path:
    """A checkout with a generator and images, sound ones and others."""
    variant = find_variant("gan-shallow")
    write_weights(tmp_path, variant, SHAPE, build(variant, SHAPE, seed=0), ())
    metadata = {"variant": "gan-shallow", "channels": "99999999999999999999", "resolution": "8", "classes": "10"}
    save_file(load_file(tmp_path / GENERATOR_FILE), tmp_path / "odd.safetensors", metadata=metadata)
    np.savez(tmp_path / "sound.npz", np.zeros((20, 8, 8, 3), np.uint8))
    (tmp_path / "empty.npz").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as archive:
        archive.writestr("arr_0.npy", "no array")
    np.savez(tmp_path / "flat.npz", np.zeros((20, 0, 8, 3), np.uint8))
    for name, content in {"cut": _png()[:60], "none": b"", "sound": _png()}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(content)
    bomb = bytearray(_png())
    bomb[16:24] = struct.pack(">II", 13_000, 13_000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bomb[12:29]))
    (tmp_path / "bomb").mkdir()
    (tmp_path / "bomb" / "a.png").write_bytes(bomb)
    return tmp_path


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.RandomState(0).randint(0, 256, (8, 8, 3)).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


SAMPLES = [
    (
        ("--images", "99999999999999999999"),
        "--images 99999999999999999999: 1 to 29026 of 8x8 pixels go into one picture",
    ),
    (("--images", "29027"), "--images 29027: 1 to 29026 of 8x8"),
    (("--images", "0"), "Invalid value for '--images'"),
    (("--walk", "99999999"), "--walk 99999999: 1 to 3628 of 8x8 pixels go into one picture"),
    (("--walk", "-1"), "Invalid value for '--walk'"),
    (("--seed", str(2**64)), "Invalid value for '--seed' = '18446744073709551616': "),
    (("--seed", "-1"), "Invalid value for '--seed'"),
    (("--output", "studies"), "--output 'studies': is a folder that holds something; name a new or an empty one"),
    (("--output", "studies/tiny.toml/a.png"), "--output 'studies/tiny.toml/a.png': cannot be written: "),
    (("--output", "studies/tiny.toml/"), "--output 'studies/tiny.toml': cannot be written: File exists"),
    (("--output", "/proc/few/"), "--output '/proc/few': cannot be written: "),
    (("--output", "/dev/null"), "--output '/dev/null': must end in .png (one sheet), in .npz (images that"),
    (("--output", "few.jpg"), "--output 'few.jpg': must end in .png (one sheet), in .npz (images that"),
    (("--output", "few"), "--output 'few': must end in .png (one sheet), in .npz (images that ganbench"),
    (("--output", "few.gif"), "--output 'few.gif': only a walk moves; --walk 100 asks for one"),
    (
        ("--output", "few.npz", "--scale", "2"),
        "--scale 2: pictures are magnified, and an .npz holds images as they are",
    ),
    (("--output", "few.npz", "--images", "9" * 12), "999999999999 images of gan-shallow: take "),
    (("--output", "few.npz", "--walk", "9" * 12), "7999999999992 images of gan-shallow: take "),
]


@pytest.mark.parametrize(("words", "told"), SAMPLES)
def test_samples_that_are_refused(words: tuple[str, ...], told: str, ganbench: Command, here: Path) -> None:
    before = sorted(here.rglob("*"))
    code, out, err = ganbench("sample", GENERATOR_FILE, "--study", "tiny", *words, where=here)
    assert (code, out) == (2, "")
    assert err.startswith(f"ganbench: {told}")
    assert len(err.splitlines()) == 1
    made = set(here.rglob("*")) - set(before)
    assert made <= {here / "runs"}


SCORES = [
    (("/proc",), "/proc"),
    (("empty.npz",), "empty.npz: no images can be read from it ("),
    (("text.npz",), "text.npz: no images can be read from it (it must hold one array of uint8 images; it holds arr_0"),
    (("flat.npz",), "flat.npz: no images can be read from it (arr_0 uint8[20, 0, 8, 3]: every side must be 1 or more)"),
    (("cut",), "cut/a.png: cannot be read as a picture ("),
    (("bomb",), "bomb/a.png: cannot be read as a picture (13000x13000 pixels; 1 to 33,554,432 are allowed"),
    (("none",), "none/a.png: cannot be read as a picture ("),
    (("odd.safetensors",), "odd.safetensors: not a generator that a run of this benchmark saved: channels = '9999"),
    (("none/a.png",), "none/a.png: a single picture; give its folder, none"),
    (("studies/tiny.toml",), "studies/tiny.toml: no images; give a folder of pictures, or .zip .npy .npz .safetensors"),
    (("sound.npz", "--against", "none/a.png"), "none/a.png: a single picture; give its folder, none"),
    (("sound.npz", "--against", "studies/tiny.toml"), "studies/tiny.toml: no images; give a folder of pictures, or "),
    (("x" * 300,), f"{'x' * 300}: File name too long"),
    (("no\nsuch.npz",), r"no\nsuch.npz: no such folder or file"),
    (("sound.npz", "--against", "folder:~nouser/x"), "dataset 'folder:~nouser/x': there is no such user here"),
    (("sound.npz", "--against", "folder:"), "dataset 'folder:': must name a folder"),
    (("sound.npz", "--against", "x" * 300), f"{'x' * 300}: File name too long"),
    (("sound.npz", "--against", "empty.npz"), "empty.npz: no images can be read from it ("),
    (("sound.npz", "--set", "resolution=100000"), "--set resolution = 100000: "),
    (("sound.npz", "--set", "score.images=20000000000"), "--set score.images = 20000000000: "),
    ((GENERATOR_FILE, "--set", "score.images=20000000000"), "--set score.images = 20000000000: "),
    (
        ("sound.npz", "--set", "budget.trials=2"),
        "--set budget.trials: changes nothing here; resolution and the keys of",
    ),
    (("sound.npz", "--set", "dataset=digits"), "--set dataset: changes nothing here"),
    (("sound.npz", "--against", ""), "--against: must name a data set, a folder or a file"),
    (
        ("sound.npz", "--against", "d\udcff"),
        r"--against d\udcff: a name that is no UTF-8 cannot be recorded; rename it",
    ),
    (
        ("sound.npz", "--against", "folder:d\udcff"),
        r"--against folder:d\udcff: a name that is no UTF-8 cannot be recorded",
    ),
    (("/dev/zero",), "/dev/zero: neither a folder nor a file"),
    (("sound.npz", "--against", "/dev/zero"), "/dev/zero: neither a folder nor a file"),
    (("sound.npz", "--seed", str(2**64)), "Invalid value for '--seed'"),
    (("sound.npz", "--output", "studies"), "--output 'studies': is a folder; name a file"),
    (("sound.npz", "--output", "studies/tiny.toml/a.json"), "--output 'studies/tiny.toml/a.json': cannot be written: "),
    (("sound.npz", "--output", "/proc/a.json"), "--output '/proc/a.json': cannot be written: "),
]


@pytest.mark.parametrize(("words", "told"), SCORES)
def test_scores_that_are_refused(words: tuple[str, ...], told: str, ganbench: Command, here: Path) -> None:
    code, out, err = ganbench("score", *words, where=here)
    assert (code, out) == (2, "")
    assert err.startswith(f"ganbench: {told}")
    assert len(err.splitlines()) == 1
    assert not list(here.rglob("*.tmp"))


def test_an_output_is_looked_at_before_anything_is_computed(ganbench: Command, here: Path) -> None:
    """The images are not even looked for."""
    code, _, err = ganbench("score", "no such.npz", "--output", "studies", where=here)
    assert (code, err) == (2, "ganbench: --output 'studies': is a folder; name a file\n")
