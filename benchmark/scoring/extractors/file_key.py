"""A key of an extractor's weights as they lie on disk, found without loading them."""

from pathlib import Path

from benchmark.datasets.content_key import file_digests
from benchmark.scoring.extractors.catalog import code_key_of, find_extractor


def file_key(name: str, data: Path) -> str:
    """16 hex digits that change with any byte of the weights of the extractor called `name`; "" if it has none.

    Those of the code of the package that adds it follow, if one does.

    Raises:
        UserError: if the name is unknown or the weights cannot be had.
    """
    file = find_extractor(name).weights(data)
    return (file_digests([file])[0][:16] if file else "") + code_key_of(name)
