"""Goal: the figures of `pf_bench` in its writer mode are those of the file that it wrote, and say
the same in both forms.

Method: short runs, whose keys are held against what was asked for, against the file's size and
against each other.

Usage: writer_test.py PF_BENCH
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PF_BENCH = sys.argv.pop(1)
ROWS, ROW_SIZE, NULL_EVERY = 20_000, 64, 8
MIB = 1 << 20
KEYS = """rows row_size row_group_rows row_groups repetition null_every compression elapsed_s
    rows_per_sec payload_mib_per_sec value_mib_per_sec file_mib_per_sec output_size_bytes
    output_path limit_mib_per_sec limit_ratio""".split()


class WriterTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pf-bench-writer-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "out.parquet"

    def run_bench(self, *flags):
        command = [PF_BENCH, "--rows", ROWS, "--row-size", ROW_SIZE, "--rounds", 3, "--output",
                   self.path, *flags]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def keys_of(self, *flags):
        """Those of the lines, which are those of the JSON object too."""
        lines = dict(line.split("=", 1) for line in self.run_bench(*flags).splitlines())
        self.assertEqual(set(lines), set(json.loads(self.run_bench(*flags, "--json"))))
        return lines

    def check(self, keys, values):
        """`values`: rows that are not null."""
        self.assertLessEqual(set(KEYS), set(keys))
        self.assertEqual(int(keys["rows"]), ROWS)
        self.assertEqual(int(keys["row_groups"]), -(-ROWS // int(keys["row_group_rows"])))
        self.assertEqual(keys["output_path"], str(self.path))
        self.assertEqual(int(keys["output_size_bytes"]), self.path.stat().st_size)
        # elapsed_s is printed to the millisecond, which these files take few of.
        seconds = ROWS / float(keys["rows_per_sec"])
        self.assertAlmostEqual(seconds, float(keys["elapsed_s"]), delta=0.001)
        rates = {"payload": ROWS * ROW_SIZE, "value": values * ROW_SIZE,
                 "file": int(keys["output_size_bytes"])}
        for name, count in rates.items():
            found = float(keys[name + "_mib_per_sec"])
            self.assertAlmostEqual(found, count / MIB / seconds, delta=found * 0.01, msg=name)
        self.assertGreater(float(keys["limit_mib_per_sec"]), 0)
        self.assertGreater(float(keys["limit_ratio"]), 0)
        self.assertLessEqual(float(keys["limit_ratio_min"]), float(keys["limit_ratio"]))
        self.assertLessEqual(float(keys["limit_ratio"]), float(keys["limit_ratio_max"]))

    def test_required(self):
        keys = self.keys_of("--repetition", "required")
        self.check(keys, ROWS)
        self.assertEqual((keys["repetition"], keys["compression"]), ("required", "uncompressed"))

    def test_optional(self):
        keys = self.keys_of("--repetition", "optional", "--null-every", NULL_EVERY)
        self.check(keys, ROWS - ROWS // NULL_EVERY)
        self.assertEqual((keys["repetition"], keys["null_every"]), ("optional", str(NULL_EVERY)))

    def test_gzip_stands_beside_zlib(self):
        for payload, level in (("random", 6), ("market", 1)):
            with self.subTest(payload=payload):
                keys = self.keys_of("--compression", "gzip", "--payload", payload)
                self.check(keys, ROWS)
                self.assertGreater(float(keys[f"zlib{level}_speedup"]), 0)
                self.assertGreater(float(keys[f"zlib{level}_size_ratio"]), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
