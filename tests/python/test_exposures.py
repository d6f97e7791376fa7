"""Exposures name what the scripts read, and gold has all its tables published."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from clustr.feeds import PROJECT

SCRIPTS = PROJECT / "scripts"
MODELS = PROJECT / "models"
READ = re.compile(r"(?:\b(?:from|join)\s+|^)(?:gold|audit)\.(\w+)")
REF = re.compile(r"ref\('(\w+)'\)")
EXPOSURES: dict[str, dict[str, Any]] = {
    exposure["name"]: exposure
    for exposure in yaml.safe_load((MODELS / "_clustr__exposures.yml").read_text())[
        "exposures"
    ]
}
NAMES = {path.stem for path in MODELS.rglob("*.sql")}
GOLD = {path.stem for path in (MODELS / "gold").rglob("*.sql")}


def needed(exposure: dict[str, Any]) -> set[str]:
    """Models that an exposure depends on."""
    return {name for text in exposure["depends_on"] for name in REF.findall(text)}


def modules(script: Path) -> set[Path]:
    """A script and all of the project that it imports."""
    found, waiting = set(), [script]
    while waiting:
        path = waiting.pop()
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                module = SCRIPTS / (name.replace(".", "/") + ".py")
                if module.exists() and module not in found:
                    waiting.append(module)
    return found


def tables_read(script: Path) -> set[str]:
    """Models of gold and audit that the SQL of a script reads."""
    texts = [
        node.value
        for path in modules(script)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {name for text in texts for name in READ.findall(text)} & NAMES


@pytest.mark.parametrize("name", sorted(EXPOSURES.keys() - {"published_gold"}))
def test_an_exposure_needs_what_its_script_reads(name: str) -> None:
    script = PROJECT / EXPOSURES[name]["config"]["meta"]["script"]
    assert needed(EXPOSURES[name]) == tables_read(script)


def test_all_of_gold_is_published() -> None:
    assert needed(EXPOSURES["published_gold"]) == GOLD


def test_every_folder_of_gold_has_an_owner() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    groups = yaml.safe_load((MODELS / "_clustr__groups.yml").read_text())["groups"]
    folders = {path.name for path in (MODELS / "gold").iterdir()} - {"quality"}
    gold = project["models"]["clustr"]["gold"]
    owners = {folder: gold[folder]["+group"] for folder in folders}
    assert set(owners.values()) <= {group["name"] for group in groups}
    assert owners.keys() == set(owners.values())
