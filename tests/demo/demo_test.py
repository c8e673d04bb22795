"""Goal: the demo shows what is: its counts agree with the files, two readers see the same, and what
is wrong is said.

Method: pf_demo runs at a small size; show.py reads its files through DuckDB and through pyarrow;
files are taken away or cut, and both must notice.

Usage: demo_test.py PF_DEMO SHOW_PY
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import duckdb
    import pyarrow  # noqa: F401
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = pathlib.Path(os.environ.get("PF_CORPUS", ROOT.parent / "shared" / "corpus"))
SAMPLE = CORPUS / "itch" / "ex20101224.TEST_ITCH_50"
QUICK = ["--itch-messages", "20000", "--itch-rate", "400000", "--contact-seconds", "0.2",
         "--order-seconds", "0.1", "--overload-seconds", "0.1"]


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False)


def show(folder, reader):
    return run(sys.executable, SHOW, folder, "--reader", reader)


def counts(text, name):
    """The number behind `name` in each section of pf_demo's output."""
    return [int(found.replace(" ", "")) for found in
            re.findall(rf"^  {name} +((?:\d| (?=\d))+)", text, re.M)]


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="pf-demo-")
        cls.folder = pathlib.Path(cls.temporary.name) / "demo-output"
        cls.demo = run(DEMO, "--output", cls.folder, *QUICK)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def copied(self):
        target = pathlib.Path(self.temporary.name) / self.id()
        shutil.copytree(self.folder, target)
        self.addCleanup(shutil.rmtree, target, ignore_errors=True)
        return target

    def test_every_attempt_is_accounted_for(self):
        self.assertEqual(self.demo.returncode, 0, self.demo.stdout + self.demo.stderr)
        text = self.demo.stdout
        attempted, accepted = counts(text, "attempted"), counts(text, "accepted")
        refused, written = counts(text, "refused"), counts(text, "written")
        self.assertEqual(len(attempted), 4)
        self.assertEqual(written, accepted)
        self.assertEqual([a + r for a, r in zip(accepted, refused)], attempted)
        self.assertEqual(attempted[0], 20_000)
        self.assertEqual(attempted[1], 40_000)  # 200 000 a second for 0.2 s
        self.assertEqual(attempted[2], 50_000)  # 500 000 a second for 0.1 s
        self.assertGreater(refused[3], 0)
        self.assertIn(" full", text)

    def test_times_of_calls_stand_beside_the_bracket_alone(self):
        number = r" +((?:\d| (?=\d))+)"
        for name in ("pf_try_record, bracketed", "the bracket alone"):
            rows = re.findall(rf"^  {name}{number * 5}$", self.demo.stdout, re.M)
            self.assertEqual(len(rows), 4, name)
            for row in rows:
                times = [int(time.replace(" ", "")) for time in row]
                self.assertEqual(times, sorted(times))
                self.assertGreater(times[-1], 0)

    def test_orders_have_the_fields_of_their_structs(self):
        files = str(self.folder / "orders/date=*/*.parquet")
        rows, misplaced, market, events, wrong = duckdb.sql(f"""
            select count(*), count(*) filter (sequence + 1 <> attempt),
                   count(*) filter (price is null), list_sort(list(distinct event)),
                   count(*) filter (filled > quantity or symbol = '' or side not in ('B', 'S'))
            from read_parquet('{files}')""").fetchall()[0]
        self.assertEqual(rows, counts(self.demo.stdout, "written")[2])
        self.assertEqual((misplaced, wrong), (0, 0))
        self.assertTrue(0 < market < rows / 2, market)
        self.assertEqual(events, ["C", "F", "N", "R"])

    def test_it_says_that_messages_are_generated(self):
        self.assertIn("generated", self.demo.stdout)
        self.assertNotIn("replayed", self.demo.stdout)

    def test_it_lists_the_files_that_are_there(self):
        listed = sorted(re.findall(r"^  (\S+\.parquet) ", self.demo.stdout, re.M))
        found = sorted(str(path) for path in self.folder.glob("*/date=*/*.parquet"))
        self.assertEqual(listed, found)
        self.assertGreaterEqual(sum("/itch-" in path for path in found), 3, "no rotation")

    def test_two_readers_show_the_same(self):
        shown = {reader: show(self.folder, reader) for reader in ("duckdb", "pyarrow")}
        for reader, done in shown.items():
            self.assertEqual(done.returncode, 0, f"{reader}: {done.stdout}{done.stderr}")
            self.assertIn("rows + refused + other losses = attempts", done.stdout)
            # Feeds have their first rows, from the first attempt on, and messages their total.
            self.assertEqual(done.stdout.count("First rows"), 3, done.stdout)
            self.assertRegex(done.stdout, r"(?m)^  \d\d:\d\d:\d\d\.\d{9} +1  S ")
            by_type = re.search(r"Messages by type:\n\n.*\n.*\n((?:  \w .*\n)+)", done.stdout)[1]
            counted = [int(re.match(r"  \w +((?:\d| (?=\d))+)", line)[1].replace(" ", ""))
                       for line in by_type.splitlines()]
            self.assertEqual(sum(counted), counts(self.demo.stdout, "written")[0])
        texts = [re.sub(r"read by .*", "", done.stdout) for done in shown.values()]
        self.assertEqual(*texts)

    def test_a_missing_file_is_noticed(self):
        for reader in ("duckdb", "pyarrow"):
            folder = self.copied()
            sorted(folder.glob("itch/date=*/*.parquet"))[1].unlink()
            done = show(folder, reader)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("begin behind", done.stderr)
            shutil.rmtree(folder)

    def test_rows_that_a_ledger_does_not_know_are_noticed(self):
        folder = self.copied()
        first = sorted(folder.glob("contacts/date=*/*.parquet"))[0]
        import pyarrow.parquet as pq

        table = pq.ParquetFile(first).read()  # with its metadata
        pq.write_table(table.slice(0, table.num_rows - 7), first)
        done = show(folder, "duckdb")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, r"contacts-\d: \d+ rows, \d+ in the ledger")

    def test_no_files_are_not_a_success(self):
        done = show(pathlib.Path(self.temporary.name), "duckdb")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no files", done.stderr)

    @unittest.skipUnless(SAMPLE.exists(), f"no {SAMPLE}; $PF_CORPUS may name another place")
    def test_a_recorded_file_is_replayed_once(self):
        folder = pathlib.Path(self.temporary.name) / "replay"
        done = run(DEMO, "--output", folder, "--itch", SAMPLE, "--contact-seconds", "0.01",
                   "--order-seconds", "0.01", "--overload-seconds", "0.01")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("replayed from", done.stdout)
        self.assertEqual(counts(done.stdout, "written")[0], 12_012)

    def test_what_is_not_an_itch_file_is_refused(self):
        done = run(DEMO, "--output", self.folder / "none", "--itch", SHOW)
        self.assertEqual(done.returncode, 1)
        self.assertIn("show.py", done.stderr)


if __name__ == "__main__":
    DEMO, SHOW = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main(verbosity=2)
