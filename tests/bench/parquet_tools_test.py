"""Goal: every kind of file that pf_bench writes is a file to a reader that nobody here wrote.

Method: pf_bench writes each combination of its writer flags, and its captures, at a small size; the
command parquet-tools inspects and shows them. Schema, row count, row groups and each eighth row's
null are asserted. `csv` stands in for `show` where one of the first two columns has lists: the
table printer of parquet-tools fails on these.

Usage: parquet_tools_test.py PF_BENCH PYTHON CODEC...
CODEC: those that are built beside UNCOMPRESSED and GZIP. PYTHON must have parquet-tools; ./dev deps
installs it.
"""

import concurrent.futures
import csv
import functools
import io
import itertools
import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "interop"))
import metadata

ROWS = 1000
ROW_GROUP_ROWS = 96  # the last row group is a short one
ROW_SIZE = 16
NULL_EVERY = 8


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}"
    return done.stdout


# Run by PYTHON: the command's modules, which take a second or more to load, are loaded once, and
# each line of arguments runs the command in a process of its own from there on.
SERVE = """
import json, os, sys, traceback
from parquet_tools.cli import main
for line in sys.stdin:
    arguments, path = json.loads(line)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for descriptor, name in ((1, path), (2, path + ".err")):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
            sys.argv = ["parquet-tools", *arguments]
            status = main() or 0
        except SystemExit as end:
            status = end.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class ParquetTools:
    """The command parquet-tools. One thread."""

    def __init__(self, python):
        self.server = subprocess.Popen([python, "-c", SERVE], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.folder = tempfile.TemporaryDirectory()
        self.output = pathlib.Path(self.folder.name) / "output"

    def __call__(self, *arguments):
        """What the command prints; its end with another status than 0 is a failure."""
        print(json.dumps([arguments, str(self.output)]), file=self.server.stdin, flush=True)
        status = self.server.stdout.readline().strip()
        errors = pathlib.Path(f"{self.output}.err").read_text()
        assert status == "0", f"parquet-tools {' '.join(arguments)}: {status}: {errors}"
        return self.output.read_text()

    def close(self):
        self.server.stdin.close()
        self.server.wait()
        self.server.stdout.close()
        self.folder.cleanup()


class Case:
    def __init__(self, repetition, compression, payload, values_per_row=0):
        self.repetition = repetition
        self.compression = compression
        self.payload = payload
        self.values_per_row = values_per_row
        self.name = f"{repetition} {compression} {payload} {values_per_row}"

    def write(self, pf_bench, path):
        flags = [
            "--rows",
            ROWS,
            "--row-group-rows",
            ROW_GROUP_ROWS,
            "--row-size",
            ROW_SIZE,
            "--repetition",
            self.repetition,
            "--compression",
            self.compression,
            "--payload",
            self.payload,
            "--rounds",
            1,
            "--output",
            path,
            "--json",
        ]
        if self.repetition == "optional":
            flags += ["--null-every", NULL_EVERY]
        if self.repetition == "repeated":
            flags += ["--values-per-row", self.values_per_row]
        return json.loads(run(pf_bench, *map(str, flags)))


def inspected(tools, path):
    """`key: value` lines of parquet-tools inspect; the one column's override the file's."""
    lines = tools("inspect", path).splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def check_schema(case, found):
    repeated = case.repetition == "repeated"
    expected = {
        "num_columns": "1",
        "num_rows": str(ROWS),
        "num_row_groups": str(-(-ROWS // ROW_GROUP_ROWS)),
        "name": "payload",
        "path": "payload",
        "physical_type": "BYTE_ARRAY",
        "max_definition_level": "0" if case.repetition == "required" else "1",
        "max_repetition_level": "1" if repeated else "0",
    }
    for key, value in expected.items():
        assert found.get(key) == value, f"{case.name}: {key} is {found.get(key)}, not {value}"
    assert found["created_by"].startswith("parquet_flow version "), found["created_by"]


def check_rows(case, tools, path):
    rows = list(csv.reader(io.StringIO(tools("csv", path))))
    assert rows[0] == ["payload"], rows[0]
    # A null is a quoted empty cell; the line without any is the one that the command ends with.
    cells = [row[0] for row in rows[1:] if row]
    assert len(cells) == ROWS, f"{case.name}: {len(cells)} rows"
    for number, cell in enumerate(cells, start=1):
        null = case.repetition == "optional" and number % NULL_EVERY == 0
        if case.repetition == "repeated":
            assert (cell == "[]") == (
                case.values_per_row == 0
            ), f"{case.name}: row {number}: {cell}"
        else:
            assert (cell == "") == null, f"{case.name}: row {number}: {cell!r}"
    if case.repetition != "repeated":
        shown = tools("show", path)
        assert "| payload" in shown and "| b" in shown, f"{case.name}: show printed {shown[:200]}"


def check(case, pf_bench, tools, folder):
    path = str(folder / "bench.parquet")
    report = case.write(pf_bench, path)
    assert report["output_size_bytes"] == pathlib.Path(path).stat().st_size, report
    check_schema(case, inspected(tools, path))
    check_rows(case, tools, path)


class Contacts:
    """What --mode contacts leaves behind: files of nested columns, which `show` cannot print."""

    FILES = 3

    def __init__(self, compression):
        self.compression = compression
        self.name = f"contacts {compression}"

    def check(self, pf_bench, tools, folder):
        flags = ["--mode", "contacts", "--rows", ROWS, "--files", self.FILES, "--rounds", 1]
        flags += ["--compression", self.compression, "--output", folder]
        run(pf_bench, *map(str, flags))
        paths = sorted(map(str, folder.glob("*.parquet")))
        assert len(paths) == self.FILES, paths
        total = 0
        for path in paths:
            found = inspected(tools, path)
            rows = list(csv.reader(io.StringIO(tools("csv", path))))
            assert rows[0] == ["name", "phones"], rows[0]
            cells = [row for row in rows[1:] if row]
            assert str(len(cells)) == found["num_rows"], f"{len(cells)}, {found['num_rows']}"
            total += len(cells)
            names = sum(bool(name) for name, _ in cells)
            assert 0.7 < names / len(cells) < 0.9, f"{names} names in {len(cells)} rows"
            assert sum("+91-99-" in phones for _, phones in cells) > 0.5 * len(cells), path
        assert total == ROWS, total


class MixedPages:
    """Every second page of --payload mixed is one of --payload market, among others that do not
    shrink: it must come to what it comes to where all pages shrink, and they must not grow."""

    ROWS = 15_000  # fewer than are encoded in parts, where other pages begin
    FORCED_MOST = 1.02

    def __init__(self, compression):
        self.compression = compression
        self.name = f"mixed pages {compression}"

    def pages(self, pf_bench, payload, path):
        flags = ["--rows", self.ROWS, "--row-group-rows", self.ROWS, "--row-size", 256]
        flags += ["--rounds", 1, "--output", path]
        flags += ["--compression", self.compression, "--payload", payload]
        run(pf_bench, *map(str, flags))
        [chunk] = [chunk for group in metadata.ParquetFile(path).row_groups for chunk in group]
        headers = [page.header for page in chunk.data_pages()]
        return [(h["uncompressed_page_size"], h["compressed_page_size"]) for h in headers]

    def check(self, pf_bench, _, folder):
        mixed = self.pages(pf_bench, "mixed", str(folder / "mixed.parquet"))
        market = self.pages(pf_bench, "market", str(folder / "market.parquet"))
        assert len(mixed) == len(market) == 4, f"{len(mixed)} and {len(market)} pages"
        forced = max(bytes_ / plain for plain, bytes_ in market)
        assert forced < 0.5, forced
        for number, (plain, bytes_) in enumerate(mixed):
            least, most = (1, 1.001) if number % 2 == 0 else (0, self.FORCED_MOST * forced)
            assert least * plain < bytes_ < most * plain, f"page {number}: {bytes_} of {plain}"


class Capture:
    """What --mode sink and --mode callback leave behind."""

    COLUMNS = {
        "sink": ["capture_time", "producer", "attempt", "payload"],
        "callback": ["capture_time", "producer", "attempt", "name", "phones"],
    }

    def __init__(self, mode, compression):
        self.mode = mode
        self.compression = compression
        self.name = f"{mode} {compression}"

    def check(self, pf_bench, tools, folder):
        path = str(folder / "capture.parquet")
        flags = ["--rows", ROWS, "--rate", 100_000, "--rounds", 1, "--output", path, "--json"]
        flags += ["--mode", self.mode, "--compression", self.compression]
        report = json.loads(run(pf_bench, *map(str, flags)))
        assert report["accepted"] == report["rows_written"], report
        found = inspected(tools, path)
        assert found["num_rows"] == str(report["accepted"]), f"{self.name}: {found['num_rows']}"
        rows = list(csv.reader(io.StringIO(tools("csv", path))))
        assert rows[0] == self.COLUMNS[self.mode], f"{self.name}: {rows[0]}"
        attempts = [int(row[2]) for row in rows[1:] if row]
        assert len(attempts) == report["accepted"], f"{self.name}: {len(attempts)} rows"
        assert attempts == sorted(set(attempts)), f"{self.name}: attempts out of order"
        shown = tools("show", path)
        assert "| capture_time" in shown, f"{self.name}: show printed {shown[:200]}"


def main():
    pf_bench, python, *codecs = sys.argv[1:]
    run(python, "-m", "parquet_tools.cli", "--help")
    workers = [ParquetTools(python) for _ in range(os.cpu_count())]
    free = queue.SimpleQueue()
    for tools in workers:
        free.put(tools)
    checks = [
        (case.name, functools.partial(check, case))
        for case in [
            Case(*kind)
            for kind in itertools.product(
                ["required", "optional"],
                ["uncompressed", "gzip", "gzip:6"],
                ["random", "market", "mixed"],
            )
        ]
        + [
            Case("optional", compression, "market")
            for compression in ["gzip:0", "gzip:9", *codecs]
        ]
        + [
            Case("repeated", compression, "market", values)
            for compression in ["uncompressed", "gzip"]
            for values in [0, 1, 3]
        ]
    ]
    checks += [
        (capture.name, capture.check)
        for capture in [
            Capture(mode, compression)
            for mode in ["sink", "callback"]
            for compression in ["uncompressed", "gzip", *codecs]
        ]
        + [Contacts(compression) for compression in ["uncompressed", "gzip", *codecs]]
        + [MixedPages(compression) for compression in ["gzip", "gzip:6", "gzip:9"]]
    ]

    def failure(named):
        name, run_check = named
        tools = free.get()
        with tempfile.TemporaryDirectory() as folder:
            try:
                run_check(pf_bench, tools, pathlib.Path(folder))
            except AssertionError as error:
                print(f"FAILED {name}: {error}")
                return 1
            finally:
                free.put(tools)
        return 0

    with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
        failed = sum(pool.map(failure, checks))
    for tools in workers:
        tools.close()
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
