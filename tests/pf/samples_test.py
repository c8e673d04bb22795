"""Goal: the `pf` commands that README and docs/ show do what they say, as they stand there.

Method: each block of shell lines runs in a folder of its own with files of the names and columns
that the samples are about. Numbers of generated rows are made small; nothing else is changed.

Usage: samples_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import datetime
import decimal
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from colf_file import INT32, STRING, colf
from command import PF

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROWS = 1000


def trades(first):
    """Rows as a feed of orders has them, the later ones of a day first."""
    numbers = range(first + ROWS, first, -1)
    day = datetime.datetime(2026, 11, 20, 9, 30)
    return pyarrow.table({
        "capture_time": pyarrow.array(
            [day + datetime.timedelta(milliseconds=number) for number in numbers],
            pyarrow.timestamp("ns", "UTC")),
        "type": ["P" if number % 3 else "A" for number in numbers],
        "stock": ["AAPL" if number % 2 else "MSFT" for number in numbers],
        "side": ["B" if number % 5 else "S" for number in numbers],
        "shares": pyarrow.array(numbers, pyarrow.int32()),
        "price": pyarrow.array([decimal.Decimal(1_010_000 + number) / 10_000 for number in numbers],
                               pyarrow.decimal128(12, 4)),
    })


def blocks():
    """(document, lines) of each block of shell lines with a `pf` command."""
    for document in DOCUMENTS:
        for body in re.findall(r"^```sh\n(.*?)^```$", document.read_text(), re.M | re.S):
            lines = body.splitlines()
            if any(line.startswith("pf ") for line in lines):
                yield document.name, lines


class SamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        (cls.folder / "bin").mkdir()
        (cls.folder / "bin" / "pf").symlink_to(PF)
        files = cls.folder / "files"
        names = ["feed.parquet", "trades.parquet", "more.parquet", "feed/a.parquet",
                 "feed/b.parquet", "files/a.parquet", "files/b.parquet",
                 "date=2026-11-19/feed-1.parquet", "date=2026-11-20/feed-1.parquet",
                 "captures/feed/date=2026-11-19/a.parquet",
                 "captures/feed/date=2026-11-20/a.parquet"]
        for index, name in enumerate(names):
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            pyarrow.parquet.write_table(trades(index * ROWS), files / name)
        (files / "list.txt").write_text("feed.parquet\ntrades.parquet\n")
        (files / "table.colf").write_bytes(
            colf([("id", INT32, False, [1, 2]), ("name", STRING, True, ["a", None])], 2))
        cls.environment = {**os.environ, "PATH": f"{cls.folder / 'bin'}:{os.environ['PATH']}"}

    def run_line(self, line, folder):
        line = re.sub(r"--rows \S+", "--rows 1k", line)
        # Its reader need not be there; what it gets has to be what it asks for.
        line, pipe, _ = line.partition(" | jq '.findings[]'")
        done = subprocess.run(["bash", "-c", line], cwd=folder, env=self.environment,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        if pipe:
            self.assertEqual(json.loads(done.stdout)["findings"], [])
        elif line.startswith(("pf head", "pf query")):
            self.assertRegex(done.stdout, "[0-9]")
        return done

    def test_each_sample_runs(self):
        count = 0
        for index, (document, lines) in enumerate(blocks()):
            folder = self.folder / str(index)
            shutil.copytree(self.folder / "files", folder)
            for line in lines:
                with self.subTest(document=document, line=line):
                    self.run_line(line, folder)
                    count += 1
            for made, rows in (("day.parquet", 2 * ROWS), ("all.parquet", 2 * ROWS),
                               ("table.parquet", 2)):
                if (folder / made).exists():
                    self.assertEqual(pyarrow.parquet.read_metadata(folder / made).num_rows, rows)
                elif any(f"--output {made}" in line for line in lines):
                    self.fail(f"{document}: no {made}")
        self.assertGreaterEqual(count, 15)


if __name__ == "__main__":
    unittest.main(verbosity=2)
