"""Which buffers lie inside of others: parts of a whole, and results that take the place of what they are made of."""

from dataclasses import replace

from benchmark.training.programs.buffers import ALIGNMENT
from benchmark.training.programs.instructions import Instruction, Name
from benchmark.training.programs.lowered import Lowered


def place_parts(lowered: Lowered) -> None:
    """Have what is copied into a whole written there in the first place, where that is possible; in place."""
    lowered.each[:] = [instruction for instruction in lowered.each if not _moved(lowered, instruction)]


def _moved(lowered: Lowered, instruction: Instruction) -> bool:
    """Whether what an instruction copies lies where it would be copied to, from now on."""
    part, source = (*instruction.names(), "", "")[:2]
    if part not in lowered.parts or Name(part) != instruction.arguments[0] or source not in lowered.wholes:
        return False
    base, (whole, offset) = lowered.bases[source], lowered.parts[part]
    if not _is_free(lowered, base) or base == whole or offset % ALIGNMENT:
        return False
    lowered.buffers[base] = replace(lowered.buffers[base], inside=whole, offset=offset)
    return True


def _is_free(lowered: Lowered, name: str) -> bool:
    """Whether a buffer has no place yet, keeps nothing, and has no parts."""
    buffer = lowered.buffers[name]
    return not buffer.lasts and buffer.inside is None and name not in _wholes(lowered)


def _wholes(lowered: Lowered) -> set[str]:
    return {whole for whole, _ in lowered.parts.values()}


def overwrite(lowered: Lowered) -> None:
    """Have results written over what they are computed from, number by number, where nobody reads that again."""
    last = dict(lowered.uses())
    for number, instruction in enumerate(lowered.each):
        bases = [lowered.bases.get(name) for name in instruction.names()]
        for result in {*instruction.names()} & lowered.overwritable.keys():
            if Name(result) in instruction.keywords.values() and _is_free(lowered, result):
                for read in lowered.overwritable[result]:
                    base = lowered.bases.get(read, "")
                    if last.get(base) == number and bases.count(base) == 1 and _may_be_overwritten(lowered, read):
                        lowered.buffers[result] = replace(lowered.buffers[result], inside=base, offset=0)
                        break


def _may_be_overwritten(lowered: Lowered, read: str) -> bool:
    base = lowered.bases[read]
    root = base
    while inside := lowered.buffers[root].inside:
        root = inside
    lasts = lowered.buffers[base].lasts or lowered.buffers[root].lasts
    return read in lowered.wholes and not lasts and _wholes(lowered).isdisjoint((base, root))
