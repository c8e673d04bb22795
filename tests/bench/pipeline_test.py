"""Goal: the figures of `pf_bench --mode pipeline` are of the cells that were asked for, go
together, and are the same in both forms.

Method: short runs, whose rates and gains are held against the times that they come from.

Usage: pipeline_test.py PF_BENCH
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PF_BENCH = sys.argv.pop(1)
ROWS = 1000
CELLS = [f"{shape}-{columns}-{ROWS}-uncompressed"
         for shape, columns in (("simple", 10), ("simple", 30), ("complex", 10))]
KEYS = """cell threads ms cpu_ms mib_per_sec gain gain_min gain_max compute_gain of_compute_gain
    arrow_mib file_bytes compute_checksum""".split()
HALF = 0.0005  # figures have three decimals


def run(cells, rounds, threads, *flags):
    command = [PF_BENCH, "--mode", "pipeline", "--rows", ROWS, "--cells", "|".join(cells),
               "--rounds", rounds, "--threads", threads, *flags]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ends(value):
    """The least and the most that a figure may have been before it was printed."""
    return value - HALF, value + HALF


class PipelineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.once = json.loads(run(CELLS, 1, 2, "--json"))
        cls.twice = json.loads(run(CELLS, 2, 2, "--json"))

    def assert_ratio(self, ratio, above, below):
        """`ratio` is above / below, as far as their decimals say."""
        low, high = ends(above)[0] / ends(below)[1], ends(above)[1] / ends(below)[0]
        self.assertGreaterEqual(ratio + HALF, low)
        self.assertLessEqual(ratio - HALF, high)

    def by_cell(self, report):
        cells = {}
        for row in report["cells"]:
            self.assertEqual(list(row), KEYS)
            cells.setdefault(row["cell"], {})[row["threads"]] = row
        return cells

    def test_cells_are_those_asked_for(self):
        for report, rounds in ((self.once, 1), (self.twice, 2)):
            self.assertEqual((report["mode"], report["rounds"]), ("pipeline", rounds))
            self.assertGreaterEqual(report["cpus"], 1)
            cells = self.by_cell(report)
            self.assertEqual(sorted(cells), sorted(CELLS))
            self.assertEqual({tuple(rows) for rows in cells.values()}, {(1, 2)})

    def test_rates_are_those_of_the_times(self):
        for report in (self.once, self.twice):
            for cell, rows in self.by_cell(report).items():
                for threads, row in rows.items():
                    with self.subTest(cell=cell, threads=threads):
                        self.assertGreater(row["ms"], 0)
                        self.assertGreater(row["cpu_ms"], 0)
                        self.assertLessEqual(row["cpu_ms"], 1.1 * threads * row["ms"] + 0.01)
                        self.assert_ratio(row["mib_per_sec"] / 1000, row["arrow_mib"], row["ms"])
                        self.assert_ratio(row["of_compute_gain"], row["gain"],
                                          row["compute_gain"])

    def test_gains_are_those_over_one_thread(self):
        for cell, rows in self.by_cell(self.once).items():
            for threads, row in rows.items():
                with self.subTest(cell=cell, threads=threads):
                    self.assert_ratio(row["gain"], rows[1]["ms"], row["ms"])
                    self.assertEqual(row["gain_min"], row["gain"])
                    self.assertEqual(row["gain_max"], row["gain"])
        for cell, rows in self.by_cell(self.twice).items():
            for threads, row in rows.items():
                with self.subTest(cell=cell, threads=threads):
                    self.assertLessEqual(row["gain_min"], row["gain"])
                    self.assertLessEqual(row["gain"], row["gain_max"])
                    # Of all of these rounds the least thing is that the loop runs.
                    self.assertGreater(row["compute_gain"], 0)
            self.assertEqual([rows[1][key] for key in ("gain", "gain_min", "gain_max",
                                                       "compute_gain", "of_compute_gain")], [1] * 5)

    def test_work_is_the_same_whatever_the_threads(self):
        for report in (self.once, self.twice):
            rows = report["cells"]
            for key in ("arrow_mib", "file_bytes"):
                for cell in CELLS:
                    found = {row[key] for row in rows if row["cell"] == cell}
                    self.assertEqual(len(found), 1, (cell, key))
                    self.assertGreater(found.pop(), 0)
            [checksum] = {row["compute_checksum"] for row in rows}
            self.assertNotEqual(checksum, 0)
        wide, narrow = (next(row["arrow_mib"] for row in self.once["cells"]
                             if row["cell"] == f"simple-{columns}-{ROWS}-uncompressed")
                        for columns in (30, 10))
        self.assert_ratio(3, wide, narrow)

    def test_cells_that_there_are_not_are_an_error(self):
        done = subprocess.run([PF_BENCH, "--mode", "pipeline", "--cells", "nonsense"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("'nonsense'", done.stderr)

    def test_lines_say_what_the_object_says(self):
        with tempfile.TemporaryDirectory() as folder:
            plot = pathlib.Path(folder) / "gain.svg"
            lines = run(CELLS[2:], 1, 3, "--plot", plot).splitlines()
            svg = plot.read_text(encoding="utf-8")
        cells = [re.findall(r"(\S+?)=(\S+)", line) for line in lines if line.startswith("cell=")]
        self.assertEqual([[key for key, _ in cell] for cell in cells], [KEYS] * len(cells))
        self.assertEqual([(dict(cell)["cell"], dict(cell)["threads"]) for cell in cells],
                         [(CELLS[2], threads) for threads in "123"])
        others = dict(line.split("=", 1) for line in lines if not line.startswith("cell="))
        self.assertEqual(set(others), set(self.once) - {"cells"})
        for words in (f"complex, {ROWS} rows", "10 columns, uncompressed", "a loop that computes"):
            self.assertIn(words, svg)


if __name__ == "__main__":
    unittest.main(verbosity=2)
