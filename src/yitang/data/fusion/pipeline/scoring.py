"""A fusion's links against a truth, pair by pair."""

# ruff: noqa: S608  (names come from ``Base``)

from __future__ import annotations

import pyarrow as pa

from yitang.data.fusion.rules import Score
from yitang.data.lake.api import engine


def score_links(links: pa.Table, truth: pa.Table, *, id_column: str) -> Score:
    """Pairs found against pairs that are true, over the records of the truth alone.

    A true record that was rejected at the border or has no number stands alone, so it costs
    recall. ``truth``: dataset, record (with ``/party``), entity.
    """
    sql = f"""
        WITH found AS (
            SELECT dataset, CASE WHEN party = '' THEN record ELSE record || '/' || party END
                AS record, {id_column} AS cluster FROM links WHERE {id_column} IS NOT NULL
        ), joined AS (
            SELECT t.entity, f.cluster FROM truth t LEFT JOIN found f USING (dataset, record)
        ), pairs AS (
            SELECT 'true' AS kind, count(*) AS n FROM joined GROUP BY entity
            UNION ALL SELECT 'found', count(*) FROM joined WHERE cluster IS NOT NULL
                GROUP BY cluster
            UNION ALL SELECT 'right', count(*) FROM joined WHERE cluster IS NOT NULL
                GROUP BY entity, cluster
        )
        SELECT kind, sum(n * (n - 1) / 2)::BIGINT AS pairs FROM pairs GROUP BY kind
    """
    with engine(links=links, truth=truth) as connection:
        rows = connection.sql(sql).to_arrow_table().to_pylist()
    pairs = {row["kind"]: int(row["pairs"]) for row in rows}
    return Score(truth.num_rows, pairs.get("true", 0), pairs.get("found", 0), pairs.get("right", 0))
