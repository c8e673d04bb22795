"""Goal: every kind of file that pf_bench writes is a file to a reader that nobody here wrote.

Method: pf_bench writes each combination of its writer flags at a small size; the command
parquet-tools inspects and shows it. Schema, row count, row groups and each eighth row's null are
asserted. `csv` stands in for `show` on repeated files: the table printer of parquet-tools fails on
a first column of lists.

Usage: parquet_tools_test.py PF_BENCH PYTHON
Exit code 77, which the test runner shows as skipped, where PYTHON has no parquet-tools.
"""

import csv
import io
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

ROWS = 1000
ROW_GROUP_ROWS = 96  # the last row group is a short one
ROW_SIZE = 16
NULL_EVERY = 8


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}"
    return done.stdout


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
    lines = run(*tools, "inspect", path).splitlines()
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
    rows = list(csv.reader(io.StringIO(run(*tools, "csv", path))))
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
        shown = run(*tools, "show", path)
        assert "| payload" in shown and "| b" in shown, f"{case.name}: show printed {shown[:200]}"


def check(case, pf_bench, tools, folder):
    path = str(folder / "bench.parquet")
    report = case.write(pf_bench, path)
    assert report["output_size_bytes"] == pathlib.Path(path).stat().st_size, report
    check_schema(case, inspected(tools, path))
    check_rows(case, tools, path)


def main():
    pf_bench, python = sys.argv[1:]
    tools = [python, "-m", "parquet_tools.cli"]
    if subprocess.run([*tools, "--help"], capture_output=True, check=False).returncode != 0:
        print(f"SKIPPED: {python} has no parquet-tools (./dev deps installs it)")
        return 77
    cases = [
        Case(*kind)
        for kind in itertools.product(
            ["required", "optional"],
            ["uncompressed", "gzip", "gzip:6"],
            ["random", "market", "mixed"],
        )
    ]
    cases += [
        Case("repeated", compression, "market", values)
        for compression in ["uncompressed", "gzip"]
        for values in [0, 1, 3]
    ]
    failed = 0
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(case, pf_bench, tools, pathlib.Path(folder))
            except AssertionError as error:
                failed += 1
                print(f"FAILED {case.name}: {error}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
