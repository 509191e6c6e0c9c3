"""Pictures in continuous change: GIF, WebP or APNG."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from benchmark.errors import UserError
from benchmark.files import atomic_write

# By suffix, as Pillow calls them.
FORMATS = {".gif": "GIF", ".webp": "WEBP", ".apng": "PNG"}
MILLISECONDS = 80  # a frame
PAUSE = 12  # frames that the last one of a story that does not turn back stays


def is_animation(path: Path) -> bool:
    """Whether a file of this name is one."""
    return path.suffix.lower() in FORMATS


def write_animation(frames: Sequence[Image.Image], path: Path, *, back: bool) -> None:
    """Write frames as an animation that goes on for ever, whole or not at all.

    Args:
        frames: Of one size, one or more.
        path: Its suffix says the format.
        back: Whether they are shown backwards too, so that nothing jumps; else the last one stays for a second.

    Raises:
        UserError: if the suffix is none of `FORMATS`.
    """
    if not is_animation(path):
        raise UserError(f"{path}: an animation is named {', '.join(FORMATS)}")
    shown = list(map(_plain, [*frames, *frames[-2:0:-1]] if back else frames))
    duration = [MILLISECONDS] * len(shown)
    duration[-1] *= 1 if back else PAUSE
    with atomic_write(path) as unfinished:
        shown[0].save(
            unfinished,
            FORMATS[path.suffix.lower()],
            save_all=True,
            append_images=shown[1:],
            duration=duration,
            loop=0,
            **({"lossless": True} if path.suffix.lower() == ".webp" else {}),
        )


def _plain(frame: Image.Image) -> Image.Image:
    """A frame without colours that it does not have: greys keep all their values in a GIF, and take less."""
    grey = frame.convert("L")
    return grey if grey.convert(frame.mode) == frame else frame
