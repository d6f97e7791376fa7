"""What MetricFlow answers for a metric, by its own SQL on a shop's warehouse."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
)
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from shop import Shop

MANIFEST = "semantic_manifest.json"


class DuckDb:
    """All that MetricFlow must know to write SQL for DuckDB."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class Postgres:
    """All that MetricFlow must know to write SQL for PostgreSQL."""

    sql_engine_type = SqlEngine.POSTGRES
    sql_plan_renderer = PostgresSQLSqlPlanRenderer()


class Metrics:
    """Metrics of the semantic manifest that dbt wrote into a folder.

    SQL names tables without their database, so that one manifest serves all shops.
    """

    def __init__(self, folder: Path, engine: type[DuckDb | Postgres]) -> None:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        database = '\\"shop\\".'
        assert database in text
        manifest = parse_manifest_from_dbt_generated_manifest(
            text.replace(database, "")
        )
        self.names = {metric.name for metric in manifest.metrics}
        self.tables = {
            model.node_relation.relation_name for model in manifest.semantic_models
        }
        self.windowed = {
            metric.name
            for metric in manifest.metrics
            if metric.type_params.cumulative_type_params
            and metric.type_params.cumulative_type_params.window
        }
        self.flow = MetricFlowEngine(
            SemanticManifestLookup(manifest), cast("SqlClient", engine())
        )

    def sql(
        self, metrics: Sequence[str], by: Sequence[str] = (), order: Sequence[str] = ()
    ) -> str:
        """SQL of metrics: columns of `by`, then a column for each metric."""
        request = MetricFlowQueryRequest.create(
            metric_names=metrics, group_by_names=by, order_by_names=order
        )
        return self.flow.explain(request).sql_statement.sql

    def figures(self, shop: Shop, metric: str, by: str | None = None) -> dict[Any, Any]:
        """A metric's figures by the values of `by`; of everything by None."""
        rows = shop.rows(self.sql([metric], [by] if by else []))
        return {row[0] if by else None: row[-1] for row in rows}
