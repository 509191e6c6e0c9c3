"""The sides that halving brings to a base of 4 to 7 pixels, which convolutional networks start and end on."""

RESOLUTIONS = (8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128)


def stages(resolution: int) -> int:
    """How often `resolution` is halved to reach the base of 4 to 7 pixels: 1 for 8, 2 for 28, 4 for 64.

    Raises:
        ValueError: if halving does not end on a base of 4 to 7 pixels after one halving or more.
    """
    count, side = 0, resolution
    while side > 7 and side % 2 == 0:
        count, side = count + 1, side // 2
    if resolution not in RESOLUTIONS:
        raise ValueError(f"resolution {resolution}: must be one of {', '.join(map(str, RESOLUTIONS))}")
    return count


def base_side(resolution: int) -> int:
    """The base that `resolution` is halved to: 4 for 8, 7 for 28, 4 for 64.

    Raises:
        ValueError: if halving does not end on a base of 4 to 7 pixels after one halving or more.
    """
    return resolution >> stages(resolution)


def shrunk_with_area(width: int, resolution: int) -> int:
    """`width` from 32 pixels on; below, in proportion to the area, rounded down to a multiple of `width` / 16.

    Args:
        width: Channels at 32 pixels, a multiple of 16.
        resolution: Side of the images in pixels, 8 or more.
    """
    return width // 16 * (min(resolution, 32) ** 2 // 64)
