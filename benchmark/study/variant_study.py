"""A variant's way through one search: batches of trials, candidates, then final runs as the race asks for them."""

from collections.abc import Mapping
from math import inf
from pathlib import Path
from statistics import mean

from benchmark.race.searches import place_of
from benchmark.records import RECORD_FILE, Kind, TrialConfig, TrialRecord, paper_entrant
from benchmark.spec import Final
from benchmark.study.earlier import record_of
from benchmark.study.search import Search
from benchmark.study.time_left import seconds_of
from ganzoo.variant import Variant

RACED: tuple[Kind, ...] = ("final", "paper")


class VariantStudy:
    """One variant on its way through a search and the final runs of what it found.

    Args:
        variant: The variant.
        search: Its Optuna study.
        work: The study's folder of runs.
        final: How its settings are chosen and raced.
        repeated: Whether the variant has several searches: the race then asks for searches, each with as many final
            runs as the others, where else it asks for final runs.

    Attributes:
        seeds_wanted: Final runs that it is to have, by kind; the race asks for more.
    """

    def __init__(self, variant: Variant, search: Search, work: Path, final: Final, *, repeated: bool = False) -> None:
        self.variant = variant
        self.search = search
        self._final = final
        self._repeated = repeated
        self.seeds_wanted: dict[Kind, int] = {"final": final.seeds}
        if "paper" in final.settings:
            self.seeds_wanted["paper"] = final.seeds
        self._work = work
        self._made_again: set[str] = set()
        self._waiting: dict[str, TrialConfig] = {}
        self._records: dict[Kind, list[TrialRecord]] = {"trial": [], "candidate": [], "final": [], "paper": []}
        self._seconds: dict[tuple[Kind, int], float] = {}

    @property
    def finals(self) -> list[TrialRecord]:
        """Its final runs of the found settings that have ended, in the order of their numbers."""
        return sorted(self._records["final"], key=lambda record: record.config.number)

    @property
    def raced(self) -> list[TrialRecord]:
        """All of its runs that race."""
        return [record for kind in RACED for record in self._records[kind]]

    def next_batch(self) -> list[TrialConfig]:
        """The runs to be made next; none when the variant is done, or waits for what the race wants."""
        while True:
            batch = self._searched() or self._finals()
            self._waiting = {config.label: config for config in batch}
            self._records["trial"] = []
            for config in batch:
                if record := record_of(config, self._work):
                    self.take(record)
            if self._waiting or not batch:
                return list(self._waiting.values())

    def _searched(self) -> list[TrialConfig]:
        """What the search lacks; nothing where the race wants only the paper's settings."""
        if not self.seeds_wanted["final"]:
            return []
        return self._lost() or self.search.batch() or self._candidates()

    def _lost(self) -> list[TrialConfig]:
        """Trials that the search was told of and whose records were set aside since: they are made again, once."""
        aside = {
            path.parent.name
            for path in self._work.glob(f"*/{RECORD_FILE}.damaged")
            if not path.with_name(RECORD_FILE).exists() and path.parent.name not in self._made_again
        }
        lost = [config for config in self.search.told() if config.label in aside] if aside else []
        self._made_again |= {config.label for config in lost}
        return lost

    def _candidates(self) -> list[TrialConfig]:
        return [] if self._records["candidate"] else self.search.candidates()

    def _finals(self) -> list[TrialConfig]:
        """Those of the wanted final runs that have not ended; of found settings none if no trial was completed."""
        chosen = self.chosen()
        wanted = [] if chosen is None else self.search.finals(chosen, self._places("final"))
        # The paper's settings are trial 0; whether one search found them says nothing of the next.
        if self._repeated or (chosen is not None and place_of(chosen) != 0):
            wanted += self.search.paper_finals(self._places("paper"))
        ended = {record.config.label for record in self.raced}
        return [config for config in wanted if config.label not in ended]

    def _places(self, kind: Kind) -> list[int]:
        """Of the runs that the race wants, and of those that earlier sittings made, whatever they were asked for."""
        known = {place_of(number) for other, number in self._seconds if other == kind}
        return sorted({*range(self.seeds_wanted.get(kind, 0)), *known})

    def want(self, seeds: Mapping[str, int]) -> None:
        """Take in how many seeds the race wants, by entrant; how many searches, where they are repeated."""
        entrants: dict[Kind, str] = {"final": self.variant.name, "paper": paper_entrant(self.variant.name)}
        if not self._repeated:
            self.seeds_wanted |= {kind: seeds[entrant] for kind, entrant in entrants.items() if entrant in seeds}
            return
        for kind in self.seeds_wanted:
            is_wanted = self.search.repetition < seeds.get(entrants[kind], 0)
            self.seeds_wanted[kind] = self._final.seeds if is_wanted else 0

    @property
    def is_fruitless(self) -> bool:
        """Whether its search, all of whose runs have ended, completed no trial."""
        return self.seeds_wanted["final"] > 0 and not self._waiting and self.chosen() is None

    def chosen(self) -> int | None:
        """The number of the trial whose settings go into the race; None if no trial was completed."""
        return self.search.choose(self._records["candidate"])

    def waits_for(self, config: TrialConfig) -> bool:
        """Whether a run of the current batch has left no record yet."""
        return config.label in self._waiting

    def take(self, record: TrialRecord) -> bool:
        """Take in a record; True when it was the last of its batch, and the search has been told."""
        del self._waiting[record.config.label]
        self.note(record)
        self._records[record.config.kind].append(record)
        if self._waiting:
            return False
        if record.config.kind == "trial":
            self.search.tell(self._records["trial"])
        return True

    def note(self, record: TrialRecord) -> None:
        """Remember that a run has ended, and how long it took."""
        run = record.config
        self._seconds[run.kind, run.number] = seconds_of(record)

    def seconds_left(self, runs: int) -> float:
        """How long the rest of its `runs` will take if they go on as before; infinite before the first has ended."""
        if not self._seconds:
            return inf
        return mean(self._seconds.values()) * (runs - len(self._seconds))

    def best(self) -> TrialRecord | None:
        """The record of the trial whose settings go into the race."""
        number = self.chosen()
        if number is None:
            return None
        return TrialRecord.read(self._work / TrialConfig(self.variant.name, "trial", number, 0, {}).label)
