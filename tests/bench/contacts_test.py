"""Goal: the figures of `pf_bench --mode contacts` are those of the files that it wrote, and go
together.

Method: short runs, whose keys are held against what was asked for, against the files and against
each other; a sweep, whose cells are all there.

Usage: contacts_test.py PF_BENCH PF
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PF = sys.argv.pop(2)
PF_BENCH = sys.argv.pop(1)
ROWS, FILES, THREADS = 20_011, 3, 2
KEYS = """mode rows files compression seed rounds output chunk_rows row_group_rows cpus threads
    generate_ns_per_row encode_ns_per_row write_ns_per_row bytes_per_row file_bytes peak_mib
    compute_checksum""".split()
SPREADS = """rows_per_cpu_sec rows_per_cpu_sec_threads rows_per_sec rows_per_sec_threads gain
    compute_gain gain_ratio""".split()
KEYS += [key + end for key in SPREADS for end in ("", "_min", "_max")]
STAGES = ["generate_ns_per_row", "encode_ns_per_row", "write_ns_per_row"]
CHUNKS = [512 << i for i in range(8)]
ROW_GROUPS = [30_720, 122_880, 491_520]


class ContactsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pf-bench-contacts-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_bench(self, *flags):
        command = [PF_BENCH, "--mode", "contacts", "--rows", ROWS, "--files", FILES, *flags]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def keys_of(self, *flags):
        """Those of the JSON object, which are those of the lines too."""
        flags = ("--threads", THREADS, *flags)
        lines = self.run_bench(*flags).splitlines()
        keys = json.loads(self.run_bench(*flags, "--json"))
        self.assertEqual([line.split("=", 1)[0] for line in lines], list(keys))
        self.assertEqual(sorted(keys), sorted(KEYS))
        return keys

    def check_spreads(self, keys):
        for key in SPREADS:
            with self.subTest(key=key):
                self.assertGreater(keys[key + "_min"], 0)
                self.assertLessEqual(keys[key + "_min"], keys[key])
                self.assertLessEqual(keys[key], keys[key + "_max"])

    def test_figures_are_those_of_the_files(self):
        keys = self.keys_of("--output", self.folder, "--rounds", 2, "--seed", 7)
        asked = {"mode": "contacts", "rows": ROWS, "files": FILES, "compression": "uncompressed",
                 "seed": 7, "rounds": 2, "output": str(self.folder), "threads": THREADS}
        self.assertEqual({key: keys[key] for key in asked}, asked)
        self.check_spreads(keys)
        files = sorted(self.folder.iterdir())
        self.assertEqual([file.name for file in files],
                         [f"contacts_{i}.parquet" for i in range(1, FILES + 1)])
        self.assertEqual(keys["file_bytes"], sum(file.stat().st_size for file in files))
        self.assertAlmostEqual(keys["bytes_per_row"], keys["file_bytes"] / ROWS, delta=0.001)
        counted = subprocess.run([PF, "count", *map(str, files)], capture_output=True, text=True,
                                 check=True).stdout
        self.assertEqual(counted.splitlines()[-1], f"{ROWS} total")
        self.assertNotEqual(keys["compute_checksum"], 0)

    def test_ratios_are_those_of_the_rates(self):
        keys = self.keys_of("--discard", "--rounds", 1)
        self.assertEqual(keys["output"], "<discard>")
        self.check_spreads(keys)
        for key in SPREADS:
            self.assertEqual(keys[key], keys[key + "_min"])
            self.assertEqual(keys[key], keys[key + "_max"])
        gain = keys["rows_per_sec_threads"] / keys["rows_per_sec"]
        self.assertAlmostEqual(keys["gain"], gain, delta=0.001)
        self.assertAlmostEqual(keys["gain_ratio"], keys["gain"] / keys["compute_gain"],
                               delta=0.002 * keys["gain_ratio"] + 0.001)
        # One thread is at no two stages at once, nor at any for longer than the run.
        self.assertGreater(min(keys[stage] for stage in STAGES[:2]), 0)
        busy = sum(keys[stage] for stage in STAGES)
        self.assertLessEqual(busy, 1e9 / keys["rows_per_sec"] + 0.01)
        self.assertGreater(keys["peak_mib"], 1)

    def test_sweep_has_each_chunk_with_each_row_group(self):
        found = json.loads(self.run_bench("--sweep", "--discard", "--rounds", 1, "--json"))
        self.assertEqual((found["rows"], found["files"]), (ROWS, FILES))
        cells = [(int(row["chunk_rows"]), row["row_group_rows"]) for row in found["chunk_rows"]]
        self.assertEqual(cells, [(chunk, group) for chunk in CHUNKS for group in ROW_GROUPS])
        for row in found["chunk_rows"]:
            self.assertGreater(row["rows_per_cpu_sec_min"], 0)
            self.assertLessEqual(row["rows_per_cpu_sec_min"], row["rows_per_cpu_sec_max"])
            self.assertGreater(row["encode_ns_per_row"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
