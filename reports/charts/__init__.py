"""The page's interactive charts, one a file: Vega-Lite specifications and the data that they share."""

from collections.abc import Sequence

import pandas as pd

from reports.charts.budget import budget_by_seconds, budget_by_trials
from reports.charts.chart import Chart
from reports.charts.cost import cost_chart, size_chart
from reports.charts.importance import importance_chart
from reports.charts.pairs import pairs_chart
from reports.charts.parallel import parallel_chart
from reports.charts.training import training_chart
from reports.charts.trials import trials_chart
from reports.records.load import StudyRecords

CHARTS = (
    pairs_chart,
    cost_chart,
    size_chart,
    training_chart,
    budget_by_seconds,
    budget_by_trials,
    trials_chart,
    parallel_chart,
    importance_chart,
)


def draw_charts(records: StudyRecords, board: pd.DataFrame) -> Sequence[Chart]:
    """Every chart that has something to show.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`, whose order the charts keep.
    """
    charts = [chart(records, board) for chart in CHARTS]
    return [chart for chart in charts if len(chart.data)]
