"""Goal: `pf verify` finds nothing wrong in what the library writes: by its benchmark in every kind,
by its demo's captures, by a rotated session; and sees when a session's files are not all there.

Usage: verify_test.py PF [pf_bench=PATH] [pf_demo=PATH] [rotate=PATH]
A program that is not built is skipped visibly.
"""

import json
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import fastparquet
    import pandas
except ImportError:
    fastparquet = None


def run(*command, code=0):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, timeout=200)
    assert done.returncode == code, (command, done.returncode, done.stdout, done.stderr)
    return done


def verdicts(*paths, code=0):
    return [json.loads(line)
            for line in run(PF, "verify", "--json", *paths, code=code).stdout.splitlines()]


class VerifyTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="pf-verify-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def program(self, name):
        if name not in PROGRAMS:
            self.skipTest(f"{name} is not built")
        return PROGRAMS[name]

    def expect_good(self, files):
        found = verdicts(self.folder)
        self.assertEqual(len(found), files)
        for verdict in found:
            self.assertEqual(verdict["findings"], [], verdict["file"])
            # The last file of a session may have its ledger alone.
            self.assertEqual(verdict["pages"] > 0, verdict["rows"] > 0)

    def test_every_kind_of_the_benchmark_is_good(self):
        bench = self.program("pf_bench")
        kinds = [(repetition, payload, "gzip:1" if repetition != "optional" else "uncompressed")
                 for repetition in ("required", "optional", "repeated")
                 for payload in ("random", "market", "mixed")]
        for repetition, payload, codec in kinds:
            run(bench, "--rows", 2500, "--row-size", 64, "--row-group-rows", 1000, "--repetition",
                repetition, "--null-every", 7, "--payload", payload, "--compression", codec,
                "--output", self.folder / f"{repetition}-{payload}.parquet")
        run(bench, "--mode", "sink", "--rows", 3000, "--row-size", 64, "--output",
            self.folder / "sink.parquet")
        self.expect_good(len(kinds) + 1)

    def test_progress_is_shown_on_a_terminal_alone(self):
        path = self.folder / "four.parquet"
        run(self.program("pf_bench"), "--rows", 4000, "--row-size", 8, "--row-group-rows", 1000,
            "--output", path)
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        done = subprocess.run([PF, "verify", path], stdout=subprocess.PIPE, stderr=theirs,
                              check=True, timeout=200)
        os.close(theirs)
        shown = b""
        while not shown.endswith(b"\r\033[K"):  # what was written comes in pieces
            try:
                shown += os.read(ours, 4096)
            except OSError:  # no more
                break
        shown = shown.decode()
        self.assertIn(f"{path}: row group 1 of 4", shown)
        self.assertTrue(shown.endswith("\r\033[K"), shown)  # and is taken away again
        self.assertIn("good; 4 000 rows", done.stdout.decode())
        self.assertEqual(run(PF, "verify", path).stderr, "")

    def test_captures_of_the_demo_are_good(self):
        run(self.program("pf_demo"), "--output", self.folder / "demo", "--itch-messages", "20000",
            "--itch-rate", "400000", "--contact-seconds", "0.2", "--overload-seconds", "0.1")
        files = len(list(self.folder.glob("demo/**/*.parquet")))
        self.assertGreater(files, 2)
        self.expect_good(files)

    def test_bytes_behind_the_values_of_fastparquet_are_a_habit(self):
        if fastparquet is None:
            self.skipTest("fastparquet is not installed")
        path = self.folder / "fast.parquet"
        fastparquet.write(str(path), pandas.DataFrame({"a": range(100), "b": ["x"] * 100}))
        found, = verdicts(path)
        self.assertEqual((found["errors"], found["values"]), (0, 200), found)
        habit, = [each for each in found["findings"] if each["kind"] == "page"]
        self.assertEqual((habit["severity"], habit["repeats"]), ("warning", 1))
        self.assertIn("bytes behind its last value, 8", habit["message"])

    def test_files_of_a_session_follow_one_another(self):
        run(self.program("rotate"), self.folder / "ticks")
        files = sorted(self.folder.glob("ticks/date=*/ticks-*.parquet"))
        self.assertGreater(len(files), 2)
        self.expect_good(len(files))
        # Together all are needed, one by itself is good.
        self.assertEqual(verdicts(files[0])[0]["errors"], 0)
        found = verdicts(files[0], files[2], code=4)
        self.assertEqual([line["file"] for line in found[2:]], [str(files[2])])
        self.assertEqual([line["errors"] for line in found], [0, 0, 1])
        # One way to read all lines: keys are the same, and what is counted is counted once.
        self.assertEqual({tuple(line) for line in found}, {tuple(found[0])})
        self.assertEqual([found[2][key] for key in ("warnings", "rows", "row_groups", "chunks",
                                                    "pages", "values")], [0] * 6)
        finding = found[2]["findings"][0]
        self.assertEqual((len(found[2]["findings"]), finding["severity"], finding["kind"]),
                         (1, "error", "ledger"))
        self.assertRegex(finding["message"],
                         "it is file 3 of session .*, and the one before it is file 1")
        self.assertRegex(run(PF, "verify", files[0], files[2], code=4).stdout,
                         rf"\n{files[2]}: error \(ledger\): it is file 3 of session [^\n]*\n$")
        shutil.copy(files[1], self.folder / "again.parquet")
        found = verdicts(files[1], self.folder / "again.parquet", code=4)
        self.assertIn("and so is another", found[2]["findings"][0]["message"])


if __name__ == "__main__":
    PF = pathlib.Path(sys.argv.pop(1)).resolve()
    PROGRAMS = {}
    while len(sys.argv) > 1 and "=" in sys.argv[1]:
        name, path = sys.argv.pop(1).split("=", 1)
        PROGRAMS[name] = pathlib.Path(path).resolve()
    unittest.main(verbosity=2)
