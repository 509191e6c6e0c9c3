"""The ways of all variants through their searches, as far as the race wants searches of them, and the race itself."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from optuna.storages import BaseStorage

from benchmark.race.race import Race
from benchmark.race.searches import FIRST_SEARCHES, search_of
from benchmark.records import TrialConfig, TrialRecord, paper_entrant
from benchmark.spec import Spec
from benchmark.study.final_race import FinalRace
from benchmark.study.outage import Outage
from benchmark.study.search import Search
from benchmark.study.variant_study import VariantStudy
from ganzoo.variant import Variant


class VariantStudies:
    """A way for each search of each variant that was begun.

    Args:
        spec: The study.
        variants: The variants.
        storage: From `benchmark.study.storage.open_storage`, and what waits for it while it is away.
        work: The study's folder of runs.

    Attributes:
        variants: By name.
    """

    def __init__(
        self, spec: Spec, variants: Sequence[Variant], storage: tuple[BaseStorage, Outage], work: Path
    ) -> None:
        self.variants = {variant.name: variant for variant in variants}
        self._spec = spec
        self._storage, self._outage = storage
        self._work = work
        self._begun: dict[tuple[str, int], VariantStudy] = {}
        for repetition in range(min(FIRST_SEARCHES, spec.budget.searches)):
            for variant in variants:
                self._begin(variant, repetition)

    def __iter__(self) -> Iterator[VariantStudy]:
        return iter([*self._begun.values()])

    def __len__(self) -> int:
        return len(self._begun)

    def of(self, config: TrialConfig) -> VariantStudy:
        """That which a run is of."""
        return self._begun[config.variant, search_of(config.number)]

    def of_variant(self, name: str) -> list[VariantStudy]:
        """Those of a variant, in the order of its searches."""
        return [study for study in self if study.variant.name == name]

    def note(self, record: TrialRecord) -> bool:
        """Remember a run of an earlier sitting; whether it is of a search that this study has."""
        name, repetition = record.config.variant, search_of(record.config.number)
        if name not in self.variants or repetition >= self._spec.budget.searches:
            return False
        if study := self._begun.get((name, repetition)):
            study.note(record)
        return True

    def race(self) -> Race | None:
        """The race as far as it has come; None while nobody is in it."""
        race = FinalRace.of(self._spec)
        for study in self:
            race.take(study.raced)
            if self._spec.budget.searches > 1 and study.is_fruitless:
                race.pass_over(study.variant.name, study.search.repetition)
        return race.result()

    def want(self, needed: Mapping[str, int]) -> None:
        """Take in how many seeds, or searches, the race wants of each entrant, and begin the searches it wants."""
        if self._spec.budget.searches > 1:
            for name, variant in self.variants.items():
                entrants = [needed.get(entrant, 0) for entrant in (name, paper_entrant(name))]
                for repetition in range(len(self.of_variant(name)), max(entrants)):
                    self._begin(variant, repetition)
        for study in self:
            study.want(needed)

    def _begin(self, variant: Variant, repetition: int) -> None:
        search = Search(self._spec, variant, self._storage, repetition, self._outage)
        repeated = self._spec.budget.searches > 1
        self._begun[variant.name, repetition] = VariantStudy(
            variant, search, self._work, self._spec.final, repeated=repeated
        )
