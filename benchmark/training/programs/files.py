"""Programs on disk, so that what one process has recorded another need not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch

from benchmark.digests import DamagedFileError
from benchmark.tensor_files import read_tensors, write_tensors
from benchmark.training.programs.buffers import Buffer
from benchmark.training.programs.instructions import Instruction, Name, resolve
from benchmark.training.programs.program import Program

FIELD = "program"
# What stands for a value that JSON has no words for.
WORDS = (torch.dtype, torch.layout, torch.memory_format)


def write_program(path: Path, program: Program) -> None:
    """Write a program: its constants as tensors, the rest as JSON in their file's header."""
    rest = {
        "inputs": program.inputs,
        "buffers": {name: _buffer_to_json(buffer) for name, buffer in program.buffers.items()},
        "size": program.size,
        "once": [_instruction_to_json(each) for each in program.once],
        "each": [_instruction_to_json(each) for each in program.each],
        "outputs": program.outputs,
    }
    # A file without a tensor is none.
    tensors = {"": torch.zeros(1)} | {name: tensor.clone() for name, tensor in program.constants.items()}
    write_tensors(path, tensors, {FIELD: json.dumps(rest)})


def read_program(path: Path) -> Program | None:
    """The program that a file holds; None if there is no such file, or it is damaged or of another version.

    Its instructions call nothing but PyTorch's functions, whoever wrote it.
    """
    try:
        file = read_tensors(path)
        rest = json.loads(file.metadata[FIELD])
        program = Program(
            inputs=tuple(rest["inputs"]),
            constants={name: tensor for name, tensor in file.tensors.items() if name},
            buffers={name: _buffer_of_json(buffer) for name, buffer in rest["buffers"].items()},
            size=rest["size"],
            once=tuple(map(_instruction_of_json, rest["once"])),
            each=tuple(map(_instruction_of_json, rest["each"])),
            outputs=tuple(rest["outputs"]),
        )
        for instruction in (*program.once, *program.each):
            resolve(instruction.target)
    except (OSError, DamagedFileError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return program


def _buffer_to_json(buffer: Buffer) -> dict[str, Any]:
    values = {each.name: getattr(buffer, each.name) for each in fields(buffer)}
    return values | {"dtype": str(buffer.dtype)}


def _buffer_of_json(values: Mapping[str, Any]) -> Buffer:
    made = {"shape": tuple(values["shape"]), "stride": tuple(values["stride"]), "dtype": _word(values["dtype"])}
    return Buffer(**{**values, **made})


def _instruction_to_json(instruction: Instruction) -> list[Any]:
    arguments = [_to_json(each) for each in instruction.arguments]
    keywords = {key: _to_json(each) for key, each in instruction.keywords.items()}
    return [instruction.target, arguments, keywords, instruction.result]


def _instruction_of_json(values: list[Any]) -> Instruction:
    target, arguments, keywords, result = values
    given = tuple(_of_json(each) for each in arguments)
    return Instruction(target, given, {key: _of_json(each) for key, each in keywords.items()}, result)


def _to_json(value: Any) -> Any:
    """A name, a literal or a list of these as JSON has them.

    Raises:
        ValueError: if it is none.
    """
    if isinstance(value, Name):
        return {"name": value.text}
    if isinstance(value, WORDS):
        return {"word": str(value)}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if isinstance(value, list | tuple):
        return [_to_json(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"{value!r} has no literal")


def _of_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_of_json(each) for each in value]
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        makers: dict[str, Callable[[str], Any]] = {"name": Name, "word": _word, "device": torch.device}
        return makers[kind](text)
    return value


def _word(text: str) -> Any:
    """What `torch.float32`, for instance, stands for.

    Raises:
        ValueError: if that is no word of PyTorch's.
    """
    found = getattr(torch, text.removeprefix("torch."), None)
    if not isinstance(found, WORDS):
        raise ValueError(f"{text} is no word of PyTorch's")
    return found
