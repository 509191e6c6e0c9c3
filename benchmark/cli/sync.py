"""`ganbench sync`: what MLflow has not got of a study yet."""

from collections.abc import Sequence
from dataclasses import asdict

from benchmark.cli.console import answer, print_document, say
from benchmark.cli.options import SetOption, StudyOption
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.plain_text import counted
from benchmark.study.existing import existing_spec
from benchmark.typed_commands import typed_command


def sync(study: StudyOption = "digits", overrides: SetOption = None) -> None:
    """Send MLflow what it has not got of a study yet, in the order in which it came; a second call sends nothing."""
    from benchmark.commands.sync import send

    paths = Paths.here()
    delivery = send(existing_spec(study, overrides or (), paths), paths, None, say)
    if delivery.left:
        raise UserError(
            f"MLflow has not got {counted(delivery.left, 'record')} yet "
            f"({delivery.sent} of {delivery.runs} runs' were sent now); they stay on disk, and "
            f"the same command sends them: {sync_command(study, overrides)}"
        )
    answer(f"MLflow has the records of all {delivery.runs} runs; {delivery.sent} of them were sent now")
    print_document(asdict(delivery))


def sync_command(study: str, overrides: Sequence[str] | None) -> str:
    """The command that sends what is left of a study."""
    return typed_command("sync", study, overrides)
