"""Rules of the house that neither linters nor dbt-bouncer check."""

import ast
import re
import subprocess
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from clustr.feeds import PROJECT, load_feeds

EXCEPTION = "exception: "
LINE_LENGTH = 88
FUNCTION_LINES = 40
MODELS_IN_A_FOLDER = 10
# Longest file, by folder and ending.
FILE_LINES = {
    "models/*.sql": 120,
    "macros/*.sql": 60,
    "python_models/*.py": 200,
    "scripts/*.py": 300,
    "*.yml": 300,
}
ADAPTERS = ("default", "duckdb", "postgres")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(([^)]*)\)")
MATERIALIZATION = re.compile(r"\{%-?\s*materialization\s+(\w+),")
PERSONAL = {"birth_date", "date_of_birth", "dob", "email", "phone"}
# Split, so that this file does not hold what it looks for.
UNWANTED = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "python" + r"hosted\.org",
            "registry" + r"\.npmjs",
            "deb" + r"\.debian\.org",
            "--(extra-)?index" + "-url",
            r"(?<![\w.])/(root|work|opt|Users|home)" + r"/\w",
        ]
    )
)


def committed() -> list[Path]:
    """Files that git knows or would take, relative to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = filter(None, listed.split("\0"))
    return sorted(Path(name) for name in names if (PROJECT / name).is_file())


FILES = committed()
SQL = [path for path in FILES if path.suffix == ".sql"]
YAML = [path for path in FILES if path.suffix == ".yml"]
PYTHON = [path for path in FILES if path.suffix == ".py"]
MACROS = [path for path in SQL if path.parts[0] == "macros"]


def text_of(path: Path) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")


def yaml_of(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(text_of(path))
    assert isinstance(loaded, dict), path
    return loaded


def entries(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    """Entries of a kind (models, macros) in all property files, with their file."""
    folders = {"models", "python_models", "macros", "seeds", "snapshots"}
    return [
        (path, entry)
        for path in YAML
        if path.parts[0] in folders
        for entry in yaml_of(path).get(kind, [])
    ]


def expect_none(found: list[str]) -> None:
    """Fail with everything that was found, one a line."""
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def lines_of(function: ast.FunctionDef) -> int:
    """Lines of a function, those of its docstring not counted."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def test_files_stay_small() -> None:
    too_long = []
    for pattern, limit in FILE_LINES.items():
        for path in FILES:
            if fnmatch(str(path), pattern):
                text = text_of(path)
                lines = len(text.splitlines())
                if lines > limit and EXCEPTION not in text:
                    too_long.append(f"{path}: {lines} lines, limit {limit}")
    expect_none(too_long)


def test_lines_stay_short() -> None:
    too_long = [
        f"{path}, line {number}"
        for path in [*SQL, *YAML, *PYTHON]
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if len(line) > LINE_LENGTH and EXCEPTION not in line
    ]
    expect_none(too_long)


def test_functions_stay_short() -> None:
    too_long = [
        f"{path}: {node.name}, {lines_of(node)} lines"
        for path in PYTHON
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.FunctionDef) and lines_of(node) >= FUNCTION_LINES
    ]
    expect_none(too_long)


def test_folders_hold_at_most_ten_models() -> None:
    models = [path for path in FILES if path.parts[0] in {"models", "python_models"}]
    folders = Counter(path.parent for path in models if path.suffix in {".sql", ".py"})
    assert [f for f, count in folders.items() if count > MODELS_IN_A_FOLDER] == []


@pytest.mark.parametrize("path", MACROS, ids=str)
def test_a_macro_has_its_own_file_and_header(path: Path) -> None:
    text = text_of(path)
    assert text.startswith("{#-\n"), "no header"
    names = [name for name, _ in MACRO.findall(text)] + MATERIALIZATION.findall(text)
    variants = {f"{adapter}__{path.stem}" for adapter in ADAPTERS}
    assert path.stem in names
    assert set(names) - variants == {path.stem}


def test_every_macro_and_its_arguments_are_described() -> None:
    described = {
        entry["name"]: {a["name"] for a in entry.get("arguments", [])}
        for path, entry in entries("macros")
        if path.name == f"_{path.parent.name}__macros.yml" and entry.get("description")
    }
    missing = []
    for path in MACROS:
        for name, arguments in MACRO.findall(text_of(path)):
            if name != path.stem:
                continue
            names = {a.split("=")[0].strip() for a in arguments.split(",")} - {""}
            if described.get(name) != names:
                missing.append(f"{path}: {', '.join(sorted(names)) or 'no arguments'}")
    expect_none(missing)


def test_every_macro_is_used() -> None:
    called_by_dbt = re.compile(
        r"generate_schema_name|get_where_subquery|snapshot_\w+_strategy"
    )
    text = "\n".join(text_of(path) for path in [*SQL, *YAML])
    unused = [
        path.stem
        for path in MACROS
        if not re.search(
            rf"(?<!macro ){path.stem}\(|\+materialized: {path.stem}\b",
            strip_usage(text, path),
        )
    ]
    expect_none([name for name in unused if not called_by_dbt.fullmatch(name)])


def strip_usage(text: str, path: Path) -> str:
    """Text without a macro's own header, whose example is no use of it."""
    return text.replace(text_of(path).split("-#}")[0], "")


def test_property_files_are_named_by_what_they_hold() -> None:
    for path in YAML:
        if path.parts[0] in {"models", "python_models"}:
            kinds = set(yaml_of(path)) - {"version"}
            assert len(kinds) == 1, path
            (kind,) = kinds
            assert path.name == "_sources.yml" or path.stem.endswith(f"__{kind}"), path
            assert path.name.startswith("_"), path


def test_macro_and_seeds_name_the_same_columns() -> None:
    body = text_of(Path("macros/raw/feed_columns.sql"))
    listed = {
        feed: tuple(re.findall(r"'(\w+)'", columns))
        for feed, columns in re.findall(r"'(\w+)': \[(.*?)\]", body, re.DOTALL)
    }
    assert listed == {feed.name: feed.columns for feed in load_feeds().values()}


def test_every_seed_column_is_text() -> None:
    for path, seed in entries("seeds"):
        if path.parent.name == "seeds":
            columns = {column["name"]: "text" for column in seed["columns"]}
            assert seed["config"]["column_types"] == columns, seed["name"]


def test_gold_holds_no_personal_data() -> None:
    for path, model in entries("models"):
        if "gold" in path.parts:
            names = {column["name"] for column in model["columns"]}
            assert not names & PERSONAL, model["name"]


def test_gold_is_made_on_change_or_by_key() -> None:
    allowed = {"table_on_change", "incremental"}
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    assert settings["models"]["clustr"]["gold"]["+materialized"] in allowed
    others = [
        f"{path}: {name}"
        for path in FILES
        if path.match("*models/gold/*/*.*")
        for name in re.findall(r"\bmaterialized\s*=\s*['\"](\w+)", text_of(path))
        if name not in allowed
    ]
    expect_none(others)


def test_no_test_is_muted() -> None:
    muted = [
        str(path)
        for path in [*SQL, *YAML]
        if path.name != "dbt-bouncer.yml"
        and re.search(r"noqa|severity['\"]?\s*[:=]\s*['\"]?warn", text_of(path))
    ]
    expect_none(muted)


def test_singular_tests_state_a_promise() -> None:
    for path in SQL:
        if path.parts[:2] == ("tests", "singular"):
            assert path.name.startswith("assert_"), path
            assert len(path.parts) == len(("tests", "singular", "layer", "file")), path
        assert path.parts[:2] != ("tests", "python"), path


def test_decisions_are_numbered() -> None:
    folder = Path("docs/decisions")
    numbers = [int(path.name[:4]) for path in FILES if path.parent == folder]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in FILES:
        text = (PROJECT / path).read_bytes().decode("utf-8", errors="replace")
        match = UNWANTED.search(text)
        if match:
            found.append(f"{path}: {match[0]}")
    expect_none(found)


def test_profiles_are_not_committed() -> None:
    assert Path("profiles.yml") not in FILES
    assert Path("packages.yml") not in FILES


def pins(name: str) -> dict[str, str]:
    """Package and marker to version, of a lock file; every one must have hashes."""
    found = {}
    requirement = (
        r"^([a-z0-9.-]+)==(\S+)( ; [^\\]+?)? \\\n((?:    --hash=sha256:.+\n)+)"
    )
    text = text_of(Path(name))
    for package, version, marker, _ in re.findall(requirement, text, re.MULTILINE):
        found[package + marker] = version
    lines = [
        x for x in text.splitlines() if x and not x.startswith(("    --hash", "#"))
    ]
    assert len(found) == len(lines)
    return found


def test_what_builds_is_part_of_what_tests() -> None:
    build, test = pins("requirements.txt"), pins("requirements-dev.txt")
    assert build.items() <= test.items()
    assert build["dbt-core"].startswith("1.11.")
