"""Goal: the figures of `pf_bench --mode latency` can be trusted: no attempt is missing, percentiles
are those of the histogram written beside them, and a run with a refusal says that it is void.

Method: a short run, whose lines are held against each other, against what was asked for and against
the .hgrm files; then one whose ring is too small for its bursts.

Usage: latency_test.py PF_BENCH
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PF_BENCH = sys.argv.pop(1)
RATE, SECONDS, ROUNDS = 200_000, 0.5, 2
CALLS = int(RATE * SECONDS / ROUNDS)  # of a round; the first one has no more than 20 000
WARMUP = min(CALLS, 20_000)
BURST = 32
SUBJECTS = ["empty", "clock", "memcpy", "moodycamel", "spdlog"]


def run(*flags, rate=RATE, seconds=SECONDS):
    command = [PF_BENCH, "--mode", "latency", "--rate", rate, "--seconds", seconds]
    command += ["--rounds", ROUNDS, *flags]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def parsed(text):
    """The keys of the lines with one, and those of the others by (who, regime)."""
    keys, rows = {}, {}
    for line in text.splitlines():
        words = dict(re.findall(r"(\S+?)=(.*?)(?= \S+=|$)", line))
        if "regime" in words:
            rows[words.get("baseline") or words["subject"], words["regime"]] = words
        else:
            keys.update(words)
    rows["parquet_flow", "steady"] = keys
    return keys, rows


def table_of(path):
    """(value, percentile from 0 to 1) of each line, and how many values there are."""
    lines = path.read_text(encoding="utf-8").splitlines()
    table = [tuple(map(float, line.split()[:2])) for line in lines
             if re.match(r"\s*[0-9.]+\s+[01]\.[0-9]+\s", line)]
    [count] = re.findall(r"Count\s*=\s*([0-9]+)", "\n".join(lines))
    return table, int(count)


class LatencyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        prefix = pathlib.Path(cls.folder.name) / "latency"
        done = run("--hgrm", prefix)
        assert done.returncode in (0, 2), done.stderr
        cls.keys, cls.rows = parsed(done.stdout)
        cls.is_void = done.returncode == 2
        cls.prefix = prefix

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_all_lines_are_there(self):
        for key in ("clock_step_ns", "empty_p50_ns", "clock_p50_ns", "call_mean_ns"):
            self.assertIn(key, self.keys)
        self.assertGreater(float(self.keys["clock_step_ns"]), 0)
        expected = {(who, regime) for who in ["parquet_flow", *SUBJECTS]
                    for regime in ("steady", "burst32")}
        expected |= {("parquet_flow", "full"), ("moodycamel", "full")}
        self.assertEqual(set(self.rows), expected)

    def test_each_attempt_is_accounted_for(self):
        for (who, regime), row in self.rows.items():
            with self.subTest(who=who, regime=regime):
                attempted, warmup = int(row["attempted"]), int(row["warmup"])
                self.assertEqual(int(row["accepted"]) + int(row["refused"]), attempted)
                calls, first = (CALLS, WARMUP) if regime == "steady" else (CALLS // 4, WARMUP // 4)
                if regime == "full":
                    calls, first = CALLS / ROUNDS, 0
                    self.assertEqual(int(row["accepted"]), 0)
                self.assertEqual(warmup, first)
                self.assertEqual(attempted - warmup, calls * ROUNDS)

    def test_percentiles_are_in_order_and_those_of_the_histograms(self):
        for (who, regime), row in self.rows.items():
            with self.subTest(who=who, regime=regime):
                shares = {"p50_ns": 0.5, "p90_ns": 0.9, "p99_ns": 0.99, "p999_ns": 0.999}
                values = [float(row[key]) for key in (*shares, "max_ns")]
                self.assertEqual(values, sorted(values))
                table, count = table_of(pathlib.Path(f"{self.prefix}-{who}-{regime}.hgrm"))
                self.assertEqual(count, int(row["attempted"]) - int(row["warmup"]))
                for key, share in shares.items():
                    least = max(value for value, percentile in table if percentile <= share)
                    most = min(value for value, percentile in table if percentile >= share)
                    self.assertTrue(least <= float(row[key]) <= most, f"{key} {row[key]}")
                # A line has the largest value of its bucket, which is a thousandth wide.
                self.assertAlmostEqual(table[-1][0], values[-1], delta=0.001 * values[-1] + 0.001)

    def test_means_have_their_spread(self):
        for who in ["empty", "memcpy", "moodycamel"]:
            row = self.rows[who, "steady"]
            if row["call_mean_ns"] == "void":
                continue  # its consumer was held up, and calls were refused
            low, mean, high = (float(row[f"call_mean_ns{end}"]) for end in ("_min", "", "_max"))
            self.assertLessEqual(low, mean)
            self.assertLessEqual(mean, high)
        self.assertNotIn("call_mean_ns", self.rows["clock", "steady"])

    def test_void_is_told_by_the_exit_status_too(self):
        self.assertEqual(self.is_void, self.keys["void"] != "no", self.keys["void"])

    def test_refusals_void_the_mean(self):
        # 64 KiB hold 234 records: those of 12 us, and a worker that parks comes every 50.
        done = run("--ring-bytes", 64 << 10, rate=20_000_000, seconds=0.01)
        keys, _ = parsed(done.stdout)
        self.assertGreater(int(keys["refused"]), 0)
        self.assertEqual(keys["call_mean_ns"], "void")


if __name__ == "__main__":
    unittest.main()
