"""The door of the room."""

from .actions import (
    PUBLISHED,
    LoadReport,
    RejectedLine,
    load_indicators,
    load_projects,
    publishers,
)
from .models import Indicator, Project
from .queries import (
    Figure,
    JudgedClaim,
    ProjectSummary,
    StageCount,
    figure_for,
    indicator_series,
    indicators,
    judged_claims,
    latest_figure,
    project_count,
    project_page,
    project_summary,
    projects,
    yearly_increase,
    yearly_series,
)

__all__ = [
    "PUBLISHED",
    "Figure",
    "Indicator",
    "JudgedClaim",
    "LoadReport",
    "Project",
    "ProjectSummary",
    "RejectedLine",
    "StageCount",
    "figure_for",
    "indicator_series",
    "indicators",
    "judged_claims",
    "latest_figure",
    "load_indicators",
    "load_projects",
    "project_count",
    "project_page",
    "project_summary",
    "projects",
    "publishers",
    "yearly_increase",
    "yearly_series",
]
