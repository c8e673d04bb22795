"""pf merge beside others that put the same files together, each with its own defaults.

    copy     files of 1 M rows, whose row groups are copied, beside cp of the same bytes
    small    files of 100 rows, beside DuckDB's COPY (SELECT * FROM read_parquet(list))
    sorted   16 captures of orders by their time, beside DuckDB's COPY ... ORDER BY

Rounds alternate between the two; outputs are removed before each, and not synced. The clock of a
process runs from its start to its end, that of DuckDB, which is loaded already, around the query.
Before the first round the two outputs are compared by DuckDB. Of small files every thousandth is
written, the others are links to these: each is opened and read by itself.

    work=copy files=... rows=... bytes=... pf_s=... cp_s=... ratio=... pf_spread=... cp_spread=...
    work=small files=... pf_s=... pf_files_per_sec=... pf_mib=... duckdb_s=... ratio=... ...

Usage: merge_works.py PF FOLDER [--work WORK] [--rounds N] [--files N] [--rows N] [--threads N]
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb
import pyarrow.compute
import pyarrow.parquet


def sql(text):
    return duckdb.sql(text).fetchall()


# A process that is started from this one would seem to take as much memory as this one has.
TIMED = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def timed(*words):
    """Seconds, and the most memory in MiB."""
    command = [sys.executable, "-I", "-S", "-c", TIMED, *[str(word) for word in words]]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{words[0]} ended with {done.returncode}")
    seconds, mib = done.stdout.split()
    return float(seconds), float(mib)


def rounds(count, ours, other):
    """Medians of both, and how far the rounds are apart: (largest - smallest) / median."""
    seconds = ([], [])
    memory = 0
    for _ in range(count):
        one, mib = ours()
        seconds[0].append(one)
        seconds[1].append(other())
        memory = max(memory, mib)
    medians = [statistics.median(all_) for all_ in seconds]
    spreads = [(max(all_) - min(all_)) / middle for all_, middle in zip(seconds, medians)]
    return medians, spreads, memory


def fresh(path):
    path.unlink(missing_ok=True)
    return path


def content(path, columns="*"):
    return sql(f"select count(*), sum(hash(r::varchar)::hugeint) from "
               f"(select {columns} from read_parquet({path!r})) r")


def copy(options, folder):
    paths = []
    for number in range(options.files or 8):
        path = folder / f"{number}.parquet"
        sql(f"""copy (select range + {number} a, random() b, random() c, range % 1000 d
                from range({options.rows or 1_000_000})) to '{path}'
                (format parquet, compression uncompressed)""")
        paths.append(path)
    out, other = folder / "out.parquet", folder / "cp"
    other.mkdir()
    command = [options.pf, "merge", *paths, "--output", out]

    def cp():
        shutil.rmtree(other)
        other.mkdir()
        return timed("cp", *paths, other)[0]

    timed(*command)
    assert content(str(out)) == content([str(path) for path in paths])
    medians, spreads, _ = rounds(options.rounds, lambda: timed(*command[:-1], fresh(out)), cp)
    size = sum(path.stat().st_size for path in paths)
    print(f"work=copy files={len(paths)} bytes={size} pf_s={medians[0]:.3f} cp_s={medians[1]:.3f} "
          f"ratio={medians[1] / medians[0]:.2f} pf_spread={spreads[0]:.2f} "
          f"cp_spread={spreads[1]:.2f}")


def small(options, folder):
    count = options.files or 100_000
    written = max(count // 1000, 1)
    for number in range(written):
        sql(f"""copy (select (range + {number * 100})::uinteger a, (random() * 1000)::uinteger b,
                random() c, 's' || (random() * 10000)::int d from range({options.rows or 100}))
                to '{folder}/w{number}.parquet' (format parquet)""")
    paths = []
    for number in range(count):
        path = folder / f"{number:06}.parquet"
        os.link(folder / f"w{number % written}.parquet", path)
        paths.append(path)
    list_ = folder / "list.txt"
    list_.write_text("".join(f"{path}\n" for path in paths))
    out, other = folder / "out.parquet", folder / "duckdb.parquet"
    command = [options.pf, "merge", list_, "--output", out, "--threads", options.threads]
    names = [str(path) for path in paths]

    def ours():
        fresh(out)
        return timed(*command)

    def theirs():
        fresh(other)
        start = time.perf_counter()
        sql(f"copy (select * from read_parquet({names!r})) to '{other}' (format parquet)")
        return time.perf_counter() - start

    ours()
    theirs()
    assert content(str(out)) == content(str(other))
    medians, spreads, memory = rounds(options.rounds, ours, theirs)
    print(f"work=small files={count} pf_s={medians[0]:.3f} "
          f"pf_files_per_sec={count / medians[0]:.0f} pf_mib={memory:.0f} "
          f"duckdb_s={medians[1]:.3f} ratio={medians[1] / medians[0]:.2f} "
          f"pf_spread={spreads[0]:.2f} duckdb_spread={spreads[1]:.2f}")


def is_sorted(path, column):
    """DuckDB's own threads see a file's rows in any order; pyarrow has them in the file's."""
    values = pyarrow.parquet.read_table(path, columns=[column])[column].combine_chunks()
    return pyarrow.compute.all(pyarrow.compute.less_equal(values[:-1], values[1:])).as_py()


def sorted_(options, folder):
    paths = []
    count, rows = options.files or 16, options.rows or 1_000_000
    for number in range(count):
        path = folder / f"{number}.parquet"
        sql(f"""copy (select 1700000000000000000 + range * 1000 + (random() * 1000)::bigint
                       capture_time, {number}::int producer, range + 1 attempt,
                       chr(65 + (random() * 20)::int) kind, (random() * 8000)::int locate,
                       (random() * 1e9)::bigint reference, (random() * 1000)::uinteger * 100 shares,
                       'STK' || (random() * 8000)::int stock, (random() * 1000000)::uinteger price
                from range({rows}) order by capture_time) to '{path}' (format parquet)""")
        paths.append(path)
    names = [str(path) for path in paths]
    out, other = folder / "out.parquet", folder / "duckdb.parquet"
    command = [options.pf, "merge", *paths, "--output", out, "--sort-by", "capture_time",
               "--threads", options.threads]

    def ours():
        fresh(out)
        return timed(*command)

    def theirs():
        fresh(other)
        start = time.perf_counter()
        sql(f"""copy (select * from read_parquet({names!r}) order by capture_time)
                to '{other}' (format parquet)""")
        return time.perf_counter() - start

    ours()
    theirs()
    assert content(str(out)) == content(str(other))
    assert is_sorted(out, "capture_time")
    medians, spreads, memory = rounds(options.rounds, ours, theirs)
    print(f"work=sorted files={count} rows={count * rows} pf_s={medians[0]:.3f} "
          f"pf_mib={memory:.0f} duckdb_s={medians[1]:.3f} ratio={medians[1] / medians[0]:.2f} "
          f"pf_spread={spreads[0]:.2f} duckdb_spread={spreads[1]:.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pf", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--work", choices=("copy", "small", "sorted"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    duckdb.sql(f"set threads = {options.threads}")
    for name, work in (("copy", copy), ("small", small), ("sorted", sorted_)):
        if options.work in (None, name):
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                work(options, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
