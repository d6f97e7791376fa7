"""A full disk, or a death in the middle of a write: nothing landed, nothing broken."""

import contextlib
import hashlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from clustr.feeds import PROJECT
from clustr.warehouse import open_warehouse
from landing import duckdb_target
from shop import WITHOUT_COVERAGE
from test_land_shop import Shop, make_shop

ROWS = "select delivery_id, count(*) from landing.users group by 1 order by 1"
HEADER = "customer_id,email,name\n"
# DuckDB writes a load of more than 122,880 rows before the commit, others with it.
LARGE, SMALL = 150_000, 3_000

LIMITED = """
import resource, signal, sys
scripts, limit, action, *arguments = sys.argv[1:]
sys.path.insert(0, scripts)
import land
signal.signal(signal.SIGXFSZ, getattr(signal, action))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
sys.exit(land.main(arguments))
"""


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    return make_shop(tmp_path, monkeypatch, capsys)


def users(count: int) -> str:
    """A file of app users whose values do not compress."""
    hashes = (hashlib.md5(b"%d" % n).hexdigest() for n in range(count))
    return HEADER + "".join(f"{n},{text},x\n" for n, text in enumerate(hashes))


def land_within(
    shop: Shop, limit: int, action: str = "SIG_IGN"
) -> subprocess.CompletedProcess[str]:
    """Land in a process whose files may have `limit` bytes each.

    What writes past it gets an error, as on a full disk, or with `SIG_DFL` the
    process is killed there and then.
    """
    arguments = [str(PROJECT / "scripts"), str(limit), action, str(shop.folder)]
    command = [sys.executable, "-c", LIMITED, *arguments]
    # coverage would write a file of its own, and past the limit too
    return subprocess.run([*WITHOUT_COVERAGE, *command], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("count", "limit", "where"),
    [
        (LARGE, 3_000_000, "error: users.csv: IO Error: Could not write file"),
        (SMALL, 100_000, "TransactionContext Error: Failed to commit: Could not write"),
    ],
)
def test_a_full_disk_leaves_the_warehouse_as_before(
    shop: Shop, count: int, limit: int, where: str
) -> None:
    shop.land_file(users_csv=users(7))
    before = shop.everything()
    shop.deliver(users_csv=users(count))
    run = land_within(shop, limit)
    assert run.returncode == 2 and run.stdout == ""
    assert where in run.stderr and run.stderr.count("\n") == 1
    assert shop.everything() == before
    assert shop.land() == 0
    assert shop.query(ROWS) == [(1, 7), (2, count)]


@pytest.mark.parametrize(
    ("count", "limit"), [(SMALL, 1_000), (SMALL, 100_000), (LARGE, 3_000_000)]
)
def test_a_full_disk_leaves_no_half_made_warehouse(
    shop: Shop, count: int, limit: int
) -> None:
    """Not even one whose header is cut off, which would never open again."""
    shop.deliver(users_csv=users(count))
    run = land_within(shop, limit)
    assert run.returncode == 2 and run.stderr.count("\n") == 1
    assert list(shop.warehouse.parent.glob(f"{shop.warehouse.name}*")) == []
    assert shop.land() == 0


def test_no_room_for_a_copy_says_where_it_was_wanted(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with broken lines is copied without them before it is loaded."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shop.deliver(users_csv=users(SMALL) + "broken\n")
    run = land_within(shop, 50_000)
    assert run.stderr == (
        "error: users.csv: cannot be copied without its broken lines to"
        f" {tmp_path}: File too large; set TMPDIR to a folder with room\n"
    )
    assert run.returncode == 2 and not shop.warehouse.exists()


@pytest.mark.parametrize(("count", "limit"), [(LARGE, 3_000_000), (SMALL, 100_000)])
def test_a_death_in_the_middle_of_a_write_lands_nothing(
    shop: Shop, count: int, limit: int
) -> None:
    shop.land_file(users_csv=users(7))
    before = shop.everything()
    shop.deliver(users_csv=users(count))
    assert land_within(shop, limit, "SIG_DFL").returncode == -signal.SIGXFSZ
    assert shop.everything() == before
    assert shop.land() == 0
    assert shop.query(ROWS) == [(1, 7), (2, count)]


SMALL_DISK = r"""
mount -t tmpfs -o size=4m none "$1" || exit 77
export CLUSTR_DUCKDB_PATH="$1/shop.duckdb"
"$3" "$4" "$2/few" > /dev/null && "$3" "$4" "$2/many"
echo "exit code $?"
mount -o remount,size=99m "$1"
"$3" "$4" "$2/many"
"$3" -c "import duckdb, sys
with duckdb.connect(sys.argv[1]) as connection:
    print(connection.execute(sys.argv[2]).fetchall())" "$CLUSTR_DUCKDB_PATH" "$5"
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="no file system to fill")
def test_a_disk_that_is_truly_full(tmp_path: Path) -> None:
    """On a file system of 4 MiB, which vanishes with the process that mounts it."""
    for name, count in (("few", 7), ("many", 2 * LARGE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "users.csv").write_text(users(count))
    disk = tmp_path / "disk"
    disk.mkdir()
    land = PROJECT / "scripts" / "land.py"
    own_mounts = ["unshare", "--map-root-user", "--mount"]
    script = ["sh", "-c", SMALL_DISK, "sh", str(disk), str(tmp_path)]
    run = subprocess.run(
        [*own_mounts, *script, sys.executable, str(land), ROWS],
        capture_output=True,
        text=True,
    )
    if run.returncode == 77 or "unshare: " in run.stderr:
        pytest.skip("mounting is not permitted here")
    assert run.stderr == (
        f'error: users.csv: IO Error: Could not write file "{disk}/shop.duckdb": No'
        " space left on device\n"
    )
    first, *report, counts = run.stdout.splitlines()
    assert first == "exit code 2"
    assert report[0].startswith("delivery 2 of ")
    assert counts == f"[(1, 7), (2, {2 * LARGE})]"


def test_a_new_warehouse_of_another_process_is_left_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two first landings at once: the loser must not clear away the winner's file."""
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True)"
    command = [sys.executable, "-c", f"{hold}; input()", str(shop.warehouse)]
    with contextlib.ExitStack() as stack:

        def beaten(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
            pipe = subprocess.PIPE
            holder = subprocess.Popen(command, stdin=pipe, stdout=pipe)
            stack.callback(holder.communicate, b"\n", timeout=60)
            assert holder.stdout and holder.stdout.readline()
            return open_warehouse(path, read_only=read_only)

        monkeypatch.setattr(duckdb_target, "open_warehouse", beaten)
        shop.deliver(users_csv=users(1))
        assert shop.land() == 2
        assert "in use by" in shop.error and shop.warehouse.exists()
