"""Read which columns each column is made of from what dbt has written of a project.

dbt-colibri follows the compiled SQL, by sqlglot. Its own page is not used: decision 32
says why.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dbt_colibri.lineage_extractor.extractor import DbtColumnLineageExtractor

from clustr.console import ClustrError

Json = dict[str, Any]

KINDS = {"pass-through": "same", "rename": "renamed", "transformation": "computed"}
# What dbt-colibri calls the columns of a where or a join: no column is made of them.
NOT_A_COLUMN = "__colibri_"
# sqlglot underlines what it could not read.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Source:
    """A column that another one is made of."""

    table: str
    """As schema.name."""
    column: str
    kind: str
    """One of KINDS' values."""


@dataclass(frozen=True)
class Column:
    """A column with what it is directly made of: nothing if it is a constant."""

    name: str
    type: str
    description: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Table:
    """A seed, source, model or snapshot with its columns in order."""

    name: str
    """As schema.name."""
    node_id: str
    layer: str
    colour: str
    description: str
    is_followed: bool
    """Whether SQL makes its columns, and not files, hooks or Python."""
    columns: tuple[Column, ...]


def read_lineage(target: Path) -> list[Table]:
    """All tables of a project, sorted by name.

    Parameters
    ----------
    target
        Folder with dbt's manifest.json and catalog.json.

    Raises
    ------
    ClustrError
        If a file is missing or not dbt's, a table is not built or not compiled, or the
        SQL of a column cannot be followed.
    """
    manifest, catalog = load(target / "manifest.json"), load(target / "catalog.json")
    try:
        nodes = tables_of(manifest)
        built = {**catalog["nodes"], **catalog["sources"]}
        check(nodes, built)
        name_audit_tables_in_full(manifest)
        parents = extract(manifest, catalog)
    except KeyError as error:
        raise ClustrError(
            f"{target}: not what dbt writes, {error} is missing"
        ) from None
    names = {key: f"{node['schema']}.{name_of(node)}" for key, node in nodes.items()}
    tables = [
        Table(
            name=names[key],
            node_id=key,
            layer=node["schema"],
            colour=(node.get("docs") or {}).get("node_color") or "",
            description=plain(node["description"]),
            is_followed=is_followed(node),
            columns=columns_of(node, built.get(key, {}), parents.get(key, {}), names),
        )
        for key, node in nodes.items()
    ]
    return sorted(tables, key=lambda table: table.name)


def load(path: Path) -> Json:
    """One of dbt's files."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ClustrError(f"{path}: missing; 'dbt docs generate' writes it") from None
    except (OSError, ValueError) as error:
        raise ClustrError(f"{path}: {error}") from error
    if not isinstance(loaded, dict):
        raise ClustrError(f"{path}: not what dbt writes")
    return loaded


def tables_of(manifest: Json) -> Json:
    """Nodes that have columns, by id."""
    kinds = {"model", "seed", "snapshot", "source"}
    nodes = {**manifest["nodes"], **manifest["sources"]}
    return {key: node for key, node in nodes.items() if node["resource_type"] in kinds}


def name_of(node: Json) -> str:
    """Name of a node's table."""
    return str(node.get("alias") or node.get("identifier") or node["name"])


def is_followed(node: Json) -> bool:
    """Whether the columns of a node are made by SQL."""
    made = node["resource_type"] in {"model", "snapshot"}
    return made and node.get("language") == "sql"


def check(nodes: Json, built: Json) -> None:
    """Refuse a project of which dbt has not seen all tables or not written all SQL."""
    absent = [
        node["name"]
        for key, node in nodes.items()
        if key not in built and node["config"].get("materialized") != "ephemeral"
    ]
    if absent:
        others = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise ClustrError(
            f"catalog.json: {absent[0]}{others} not built; 'make build' builds all"
        )
    for node in filter(is_followed, nodes.values()):
        if not node.get("compiled_code"):
            raise ClustrError(f"manifest.json: {node['name']} is not compiled")


def name_audit_tables_in_full(manifest: Json) -> None:
    """Name sources with their database in compiled SQL, where macros leave it out."""
    full = {
        f"{source['schema']}.{source['identifier']}": source["relation_name"]
        for source in manifest["sources"].values()
    }
    if not full:
        return
    short = re.compile(rf"(?<![\w.\"])({'|'.join(map(re.escape, full))})\b")
    for node in manifest["nodes"].values():
        if node.get("compiled_code"):
            sql = short.sub(lambda match: full[match[1]], node["compiled_code"])
            node["compiled_code"] = sql


def extract(manifest: Json, catalog: Json) -> Json:
    """What each column is made of: by node id and column, as dbt-colibri gives it."""
    with TemporaryDirectory() as folder, complaints() as lines:
        paths = [Path(folder) / name for name in ("manifest.json", "catalog.json")]
        for path, content in zip(paths, (manifest, catalog), strict=True):
            path.write_text(json.dumps(content), encoding="utf-8")
        found = DbtColumnLineageExtractor(*map(str, paths)).extract_project_lineage()
    if lines:
        others = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        raise ClustrError(f"dbt-colibri: {lines[0]}{others}")
    parents: Json = found["lineage"]["parents"]
    return parents


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Lines of what dbt-colibri calls errors and goes on after; the rest is dropped."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR:
                lines.append(COLOURS.sub("", record.getMessage()))

    keeper = Keeper()
    loggers = [logging.getLogger(name) for name in ("colibri", "sqlglot")]
    for logger in loggers:
        logger.addHandler(keeper)
    try:
        yield lines
    finally:
        for logger in loggers:
            logger.removeHandler(keeper)


def columns_of(
    node: Json, built: Json, made_of: Json, names: Json
) -> tuple[Column, ...]:
    """Columns of a table; those of a node that is no table, from its SQL."""
    types = {
        column["name"].lower(): column["type"]
        for column in sorted(
            built.get("columns", {}).values(), key=lambda c: c["index"]
        )
    }
    columns = types or [c for c in made_of if not c.startswith(NOT_A_COLUMN)]
    said = {name.lower(): text for name, text in node["columns"].items()}
    return tuple(
        Column(
            name=column,
            type=types.get(column, ""),
            description=plain(said.get(column, {}).get("description", "")),
            sources=tuple(source_of(s, names) for s in made_of.get(column, [])),
        )
        for column in columns
    )


def source_of(found: Json, names: Json) -> Source:
    """A source as dbt-colibri gives it; it must be of a table that dbt knows."""
    table = names.get(found["dbt_node"])
    if table is None:
        raise ClustrError(f"{found['dbt_node']}.{found['column']}: no table of dbt's")
    return Source(table, found["column"], KINDS[found["lineage_type"]])


def plain(text: str) -> str:
    """A description up to its first heading, in one line, without Markdown's marks."""
    told = re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0]
    return " ".join(re.sub(r"\*\*|`", "", told).split())
