"""Goal: what `pf merge` says and leaves behind is what its documentation promises, of mistakes of
the command line, of files that fail, of names with anything in them, and of a disk that is full.

Method: small files of pyarrow; exit codes, what stands in the folder after, and what was printed.

Usage: merge_command_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import json
import os
import pathlib
import random
import re
import signal
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

from command import PF, peak_kib, pf

ROOT = pathlib.Path(__file__).resolve().parents[2]


class MergeCommandTest(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)

    def write(self, name, table=None, **options):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(table or pyarrow.table({"k": [1, 2]}), path, **options)
        return path

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_what_is_refused_leaves_nothing_and_can_be_tried_again(self):
        path = self.write("1.parquet")
        taken = self.write("taken.parquet")
        before = self.names()
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        for code, words in ((2, ["--sort-by", "none"]), (2, ["--row-group-rows", "0"]),
                            (2, ["--file-size", "9"])):
            done = pf("merge", path, "--output", out, "--errors", errors, *words)
            self.assertEqual((done.returncode, self.names()), (code, before), done.stderr)
        done = pf("merge", path, "--output", taken, "--errors", errors)
        self.assertEqual((done.returncode, self.names()), (3, before), done.stderr)
        done = pf("merge", path, "--output", out, "--errors", errors)
        self.assertEqual((done.returncode, errors.read_text()), (0, ""))

    def test_a_file_of_errors_that_is_there_is_not_overwritten_without_force(self):
        path, bad = self.write("1.parquet"), self.folder / "missing.parquet"
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        errors.write_text("mine")
        done = pf("merge", path, bad, "--output", out, "--errors", errors)
        self.assertEqual((done.returncode, errors.read_text()), (3, "mine"))
        self.assertIn("--force", done.stderr)
        self.assertEqual(self.names(), ["1.parquet", "errors"])
        done = pf("merge", path, bad, "--output", out, "--errors", errors, "--force")
        self.assertEqual(done.returncode, 5)
        self.assertTrue(errors.read_text().startswith(f"{bad}\t"))
        done = pf("merge", path, "--output", out, "--force", "--errors", self.folder / "no/errors")
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_the_file_of_errors_is_none_of_the_others(self):
        path = self.write("1.parquet")
        inputs = self.folder / "list.txt"
        inputs.write_text(f"{path}\n")
        out = self.folder / "out.parquet"
        os.symlink(inputs, self.folder / "link")
        for errors in (inputs, self.folder / "link", out):
            done = pf("merge", inputs, "--output", out, "--errors", errors, "--force")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(inputs.read_text(), f"{path}\n")

    def test_the_file_of_errors_is_no_parquet_file_by_any_name(self):
        path, before = self.write("1.parquet"), (self.folder / "1.parquet").read_bytes()
        (self.folder / "list.txt").write_text(f"{path}\n")
        (self.folder / "out").mkdir()
        os.symlink("1.parquet", self.folder / "link")
        os.symlink(".", self.folder / "here")
        names = self.names()
        # Of what the output would be called, and of what the list has in it, nothing may be there.
        for output, errors in (("x", "./x"), ("x", "here/x"), ("here/x", "x"),
                               ("x", self.folder / "x"), ("x.parquet", "./x.parquet"),
                               ("out", "out/merged-000001.parquet"),
                               ("new/", "new/merged-000002.parquet"),
                               ("x", "1.parquet"), ("x", "link"), ("x", "other.parquet")):
            for words in ([], ["--force"]):
                with self.subTest(output=output, errors=errors, words=words):
                    done = pf("merge", "list.txt", "--output", output, "--errors", errors, *words,
                              cwd=self.folder)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn("--errors", done.stderr)
                    self.assertEqual((self.names(), path.read_bytes()), (names, before))
        done = pf("merge", "list.txt", "--output", "x", "--errors", "out/x", cwd=self.folder)
        self.assertEqual((done.returncode, (self.folder / "out" / "x").read_text()), (0, ""))

    def test_help_says_of_a_failure_what_the_document_says(self):
        document = (ROOT / "docs" / "merge.md").read_text(encoding="utf-8")
        self.assertIn("| 1 | failed: there is no output, but for files that had replaced", document)
        self.assertIn("exit statuses are those of `pf merge`", " ".join(document.split()))
        for command in ("merge", "import"):
            help_ = " ".join(pf(command, "--help").stdout.split())
            self.assertRegex(help_, "1 failed, and there is no output, but for .* had replaced")

    def test_the_most_that_is_sorted_at_a_time_is_said(self):
        options = (ROOT / "src" / "merge" / "options.hpp").read_text(encoding="utf-8")
        base, shift = re.search(r"kSortBytesMax = (\d+)ULL << (\d+);", options).groups()
        most = str(int(base) << int(shift))
        self.assertIn(most, pf("merge", "--help").stdout)
        self.assertIn(most, (ROOT / "docs" / "merge.md").read_text(encoding="utf-8"))

    def test_standard_output_is_no_file(self):
        path = self.write("1.parquet")
        for words in (["merge", path, "--output", "-"],
                      ["merge", path, "--output", self.folder / "o.parquet", "--errors", "-"]):
            done = pf(*words, cwd=self.folder)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("standard output", done.stderr)
        self.assertEqual(self.names(), ["1.parquet"])
        self.assertEqual(pf("merge", path, "--output", "./-", cwd=self.folder).returncode, 0)
        self.assertEqual(self.names(), ["-", "1.parquet"])

    def test_names_with_anything_in_them_stay_on_their_line(self):
        good = self.write("1.parquet")
        odd = self.folder / "a\n\tb\x1b[31m.parquet"
        odd.write_bytes(b"none")
        column = self.write("2.parquet", pyarrow.table({"\x1b[31mred\n": [1]}))
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        done = pf("merge", good, odd, column, "--output", out, "--errors", errors)
        self.assertEqual(done.returncode, 5, done.stderr)
        lines = errors.read_text().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertEqual([line.count("\t") for line in lines], [1, 1])
        self.assertTrue(lines[0].startswith(f"{self.folder}/a\\n\\tb\\u001b[31m.parquet\t"))
        self.assertIn("\\u001b[31mred\\n", lines[1])
        dry = pf("merge", good, odd, column, "--output", out, "--dry-run")
        strict = pf("merge", good, column, "--output", out, "--force", "--strict")
        named = pf("merge", good, "--output", self.folder / "o\x1b[31m.parquet")
        for text in (done.stderr, dry.stdout, strict.stderr, named.stdout):
            self.assertNotIn("\x1b", text)
            self.assertIn("\\u001b[31m", text)
        self.assertEqual(strict.returncode, 1)

    def test_what_files_are_is_no_mistake_of_the_command_line(self):
        good = self.write("1.parquet")
        other = self.write("2.parquet", pyarrow.table({"k": ["text"]}))
        out = self.folder / "out.parquet"
        errors = self.folder / "errors"
        for words in (["--strict"], ["--strict", "--sort-by", "k"]):
            done = pf("merge", good, other, "--output", out, "--errors", errors, *words)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("column 'k'", done.stderr)
            self.assertFalse(out.exists())
            self.assertRegex(errors.read_text(), rf"^{other}\t.*column 'k'.*\n$")
            errors.unlink()

    def test_a_group_is_not_sorted_by_and_is_called_one(self):
        path = self.write("1.parquet", pyarrow.table({"st": [{"a": 1}], "s": [1]}))
        done = pf("merge", path, "--output", self.folder / "out.parquet", "--sort-by", "st")
        self.assertEqual(done.returncode, 2)
        self.assertIn("column 'st' is a group", done.stderr)

    def test_where_no_file_can_be_read_each_reason_is_said_once(self):
        paths = [self.folder / f"{n}.parquet" for n in range(3)]
        for path in paths[:2]:
            path.write_bytes(b"none")
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        for words in ([], ["--sort-by", "k"], ["--strict"]):
            with self.subTest(words=words):
                some = paths[:1] if "--strict" in words else paths
                done = pf("merge", *paths, "--output", out, "--errors", errors, *words)
                self.assertEqual(done.returncode, 1)
                lines = errors.read_text().splitlines()
                self.assertEqual([line.split("\t")[0] for line in lines], list(map(str, some)))
                self.assertEqual(len(done.stderr.splitlines()), len(some) + 1, done.stderr)
                self.assertTrue(done.stderr.endswith("pf merge: there is no output\n"))
                self.assertFalse(out.exists())
                errors.unlink()
        good = self.write("good.parquet")
        done = pf("merge", good, *paths, "--output", out, "--strict")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 2), done.stderr)
        done = pf("merge", *paths, "--output", out, "--dry-run")
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (1, 3), done.stdout)

    def test_a_dry_run_that_is_stopped_says_so(self):
        path = self.write("1.parquet")
        inputs = self.folder / "list"
        inputs.write_text(f"{path}\n" * 500_000)
        with subprocess.Popen([PF, "merge", inputs, "--output", self.folder / "out.parquet",
                               "--dry-run", "--json"], stdout=subprocess.PIPE,
                              text=True) as process:
            self.assertTrue(process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            *lines, last = process.stdout.read().splitlines()
        self.assertEqual(process.returncode, 143)
        result = json.loads(last)
        self.assertEqual(result["stopped_before"], str(path))
        self.assertEqual(result["files"], len(lines) + 1)

    def test_sigterm_ends_with_a_correct_file(self):
        path = self.write("1.parquet")
        inputs = self.folder / "list"
        inputs.write_text(f"{path}\n" * 1_000_000)
        out = self.folder / "out.parquet"
        with subprocess.Popen([PF, "merge", inputs, "--output", out, "--json", "--progress"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            self.assertIn("1 000 files", process.stderr.readline())
            process.send_signal(signal.SIGTERM)
            result = json.loads(process.communicate()[0])
        self.assertEqual(process.returncode, 143)
        self.assertEqual(pf("verify", out).returncode, 0)
        self.assertEqual(pyarrow.parquet.read_metadata(out).num_rows, 2 * result["files"])

    def test_progress_is_a_line_for_each_thousand_files(self):
        path = self.write("1.parquet")
        inputs = self.folder / "list"
        inputs.write_text(f"{path}\n" * 3000)
        for words in ([], ["--sort-by", "k"]):
            done = pf("merge", inputs, "--output", self.folder / "out.parquet", "--force",
                      "--progress", "--sync", *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = done.stderr.splitlines()
            self.assertEqual(len(lines), 3)
            for number, line in enumerate(lines, 1):
                self.assertRegex(line, rf"^pf merge: {number} 000 files, [\d ]+ rows, [\d.]+ s: "
                                       r"[\d ]+ files/s, [\d ]+ rows/s$")
        quiet = pf("merge", inputs, "--output", self.folder / "out.parquet", "--force")
        self.assertEqual(quiet.stderr, "")
        self.assertRegex(quiet.stdout, r"[\d ]+ rows/s, [\d ]+ files/s")

    def test_each_of_several_outputs_has_the_key_values_of_its_files(self):
        def table(rows, **pairs):
            numbers = [k * 2**40 % 999_999_999_989 for k in range(rows)]
            return pyarrow.table({"k": numbers}).replace_schema_metadata(pairs)

        small = self.write("1.parquet", table(10, venue="XNAS", part="1"))
        large = self.write("2.parquet", table(100_000, venue="XNAS", part="2"),
                           row_group_size=10_000)
        for words in ([], ["--recode"]):
            out = self.folder / f"out{len(words)}"
            done = pf("merge", small, large, "--output", f"{out}/", "--file-size", "20k",
                      "--row-group-rows", "10k", "--batch-rows", "10k", "--workers", "1", *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            outputs = sorted(out.iterdir())
            self.assertGreater(len(outputs), 1)
            for number, path in enumerate(outputs):
                metadata = pyarrow.parquet.read_metadata(path).metadata
                self.assertEqual(metadata[b"venue"], b"XNAS", path)
                self.assertEqual(metadata.get(b"part"), None if number == 0 else b"2", path)

    def test_a_merge_over_an_output_among_its_inputs_is_told_whether_it_has_its_rows(self):
        for n in range(3):
            self.write(f"{n}.parquet", pyarrow.table({"k": [n]}))
        out = self.folder / "all.parquet"
        self.assertEqual(pf("merge", self.folder, "--output", out).returncode, 0)
        before = out.read_bytes()
        self.assertEqual(pf("merge", self.folder, "--output", out).returncode, 3)
        first = self.write("first/1.parquet")
        errors = self.folder / "errors"
        errors.write_text("of the last one\n")
        for words in ([], ["--sort-by", "k"]):
            done = pf("merge", first.parent, self.folder, "--output", out, "--force", "--errors",
                      errors, *words)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{out} is what the output is called", done.stderr)
            self.assertEqual(out.read_bytes(), before)
            self.assertEqual(errors.read_text(), "of the last one\n")
        first.unlink()
        # More of them have come, and those that are in it are gone.
        for n in range(3):
            (self.folder / f"{n}.parquet").unlink()
        self.write("3.parquet", pyarrow.table({"k": [3]}))
        done = pf("merge", out, self.folder, "--output", out, "--force", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["outputs_passed"], 1)
        self.assertEqual(pyarrow.parquet.read_table(out)["k"].to_pylist(), [0, 1, 2, 3])

    def test_an_input_that_is_left_out_is_not_replaced(self):
        self.write("d/1.parquet")
        out = self.write("d/all.parquet", pyarrow.table({"k": [3], "other": [4]}))
        before = out.read_bytes()
        for words in ([], ["--dry-run"], ["--sort-by", "k"]):
            with self.subTest(words):
                done = pf("merge", out.parent, out, "--output", out, "--force", *words)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"there is no output, as it would replace or remove {out} without",
                              done.stderr)
                self.assertIn("column 'other'", done.stderr)
                self.assertEqual(out.read_bytes(), before)
                self.assertEqual(sorted(path.name for path in out.parent.iterdir()),
                                 ["1.parquet", "all.parquet"])
        # As the refusal of the directory alone says.
        done = pf("merge", out, out.parent, "--output", out, "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(pyarrow.parquet.read_table(out)["k"].to_pylist(), [3, 1, 2])

    def test_a_merge_into_a_directory_leaves_none_of_the_files_of_the_one_before(self):
        tables = [pyarrow.table({"k": range(n * 70_000, (n + 1) * 70_000)}) for n in range(3)]
        for n, table in enumerate(tables):
            self.write(f"in/{n}.parquet", table)
        out = self.folder / "out"
        words = ["merge", self.folder / "in", "--output", f"{out}/", "--file-size"]
        self.assertEqual(pf(*words, "1").returncode, 0)
        self.assertEqual(len(list(out.iterdir())), 3)
        (out / "merged-000001.parquet").unlink()
        done = pf(*words, "1G")
        self.assertEqual(done.returncode, 3)
        self.assertIn("merged-000002.parquet exists already", done.stderr)
        self.assertEqual(len(list(out.iterdir())), 2)
        self.assertEqual(pf(*words, "1G", "--force").returncode, 0)
        self.assertEqual([path.name for path in out.iterdir()], ["merged-000001.parquet"])
        self.assertEqual(pyarrow.parquet.read_table(out)["k"].to_pylist(), list(range(210_000)))

    def test_an_output_may_be_one_of_the_inputs(self):
        path, other = self.write("1.parquet"), self.write("2.parquet")
        done = pf("merge", path, other, "--output", path, "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(pyarrow.parquet.read_table(path)["k"].to_pylist(), [1, 2, 1, 2])
        self.assertEqual(self.names(), ["1.parquet", "2.parquet"])

    def test_more_row_groups_than_a_file_may_have_are_put_together(self):
        rows = 10_000
        path = self.write("1.parquet", pyarrow.table({"k": list(range(rows))}), row_group_size=2)
        out = self.folder / "out.parquet"
        words = ["merge", *[path] * 7, "--output", out, "--row-group-rows", "16", "--json"]
        done = pf(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        copied = json.loads(done.stdout)["row_groups_copied"]
        self.assertEqual(copied, 32_767 // 4)
        table = pyarrow.parquet.read_table(out)
        self.assertEqual(table["k"].to_pylist(), list(range(rows)) * 7)
        dry = json.loads(pf(*words, "--dry-run").stdout.splitlines()[-1])
        self.assertEqual(dry["row_groups_copied"], copied)

    @unittest.skipIf({"ASAN_OPTIONS", "TSAN_OPTIONS"} & set(os.environ),
                     "what a sanitizer keeps of freed memory counts too")
    def test_memory_does_not_grow_with_the_number_of_outputs(self):
        rows = 500_000
        path = self.write("1.parquet", pyarrow.table({"k": [(k * 7919) ** 3 % 2**62
                                                            for k in range(rows)]}),
                          row_group_size=50_000, use_dictionary=False, compression="none")
        peak = {}
        for copies in (4, 32):
            inputs = self.folder / f"list{copies}"
            inputs.write_text(f"{path}\n" * copies)
            out = self.folder / f"out{copies}"
            peak[copies] = peak_kib("merge", inputs, "--output", f"{out}/", "--recode",
                                    "--file-size", "2M", "--row-group-rows", "250000", "--workers",
                                    "1", "--queue", "10,2", "--threads", "1")
            self.assertGreaterEqual(len(list(out.iterdir())), copies)
        self.assertLess(peak[32], peak[4] + 40_000)  # of the rows 128 MB

    def test_a_result_that_cannot_be_printed_is_said_and_the_output_is_there(self):
        path, out = self.write("1.parquet"), self.folder / "out.parquet"
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PF, "merge", path, "--output", out], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("pf merge: printing the result: No space left", done.stderr)
        self.assertEqual(pyarrow.parquet.read_table(out).to_pydict(), {"k": [1, 2]})
        for command in ("merge", "import"):
            help_ = " ".join(pf(command, "--help").stdout.split())
            self.assertRegex(help_, "only the result .*could not be (printed|written)")
            self.assertIn("141 nobody reads", help_)
        document = (ROOT / "docs" / "merge.md").read_text(encoding="utf-8")
        self.assertIn("only the result or `--errors` could not be written", document)

    def test_nobody_reads_the_result(self):
        path = self.write("1.parquet")
        for words in ([], ["--dry-run"]):
            read, write = os.pipe()
            os.close(read)
            done = subprocess.run([PF, "merge", path, "--output", self.folder / "out.parquet",
                                   "--force", *words], stdout=write, stderr=subprocess.PIPE,
                                  check=False)
            self.assertIn(done.returncode, (-signal.SIGPIPE, 141))
            self.assertEqual(done.stderr, b"")
            # Python ignores SIGPIPE: then the write fails instead.
            done = subprocess.run([PF, "merge", path, "--output", self.folder / "out.parquet",
                                   "--force", *words], stdout=write, stderr=subprocess.PIPE,
                                  check=False, restore_signals=False)
            os.close(write)
            self.assertEqual((done.returncode, done.stderr), (141, b""))

    def test_what_is_closed_is_not_what_is_written_to(self):
        path, missing = self.write("1.parquet"), self.folder / "missing.parquet"
        out = self.folder / "out.parquet"
        # 1: there is nowhere to print the result.
        for closed, code in (((0, 2), 5), ((1, 2), 1), ((0, 1, 2), 1)):
            def close(closed=closed):
                for descriptor in closed:
                    os.close(descriptor)
            with self.subTest(closed=closed):
                done = subprocess.run([PF, "merge", path, missing, "--output", out, "--force",
                                       "--progress"], preexec_fn=close, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, check=False)
                self.assertEqual(done.returncode, code)
                self.assertEqual(pyarrow.parquet.read_table(out).to_pydict(), {"k": [1, 2]})
                verified = pf("verify", out)
                self.assertEqual(verified.returncode, 0, verified.stdout)
        # A list that cannot be read is no empty one, and rows that nobody gets are not printed.
        done = pf("merge", "-", "--output", out, "--force", preexec_fn=lambda: os.close(0))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("Bad file descriptor", done.stderr)
        done = pf("cat", path, preexec_fn=lambda: os.close(1))
        self.assertIn("descriptor 1 is not open", done.stderr)

    def test_pages_above_the_limit_say_which_option_raises_it(self):
        # Of each way that rows come by; a run of 1 MB has pages of more than the limit itself.
        wide = [random.Random(k).randbytes(2500).hex() for k in range(150)]
        keys = list(range(150))
        small = self.write("small.parquet", pyarrow.table({"k": [1], "s": ["x" * 5000]}))
        orders = {name: self.write(f"{name}.parquet", pyarrow.table({"k": order, "s": wide}),
                                   use_dictionary=False, data_page_size=1000, write_batch_size=1)
                  for name, order in (("sorted", keys), ("other", keys[::-1]))}
        sorting = ["--sort-by", "k", "--sort-memory", "1M", "--threads", "1"]
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        for paths, words in (([small], []), ([orders["other"]], ["--batch-rows", "10"]),
                             ([orders["other"]], ["--recode"]), ([small], sorting),
                             ([orders["sorted"]], sorting), ([orders["other"]] * 3, sorting)):
            with self.subTest(paths=paths, words=words):
                words = ["merge", *paths, "--output", out, *words, "--errors", errors, "--json",
                         "--force", "--page-bytes-max"]
                done = pf(*words, "4k")
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, "limit (of|is) 4000, which --page-bytes-max raises")
                self.assertIn("4000, which --page-bytes-max raises", errors.read_text())
                self.assertFalse(out.exists())
                done = pf(*words, "8k")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["spilled_runs"] > 0, len(paths) == 3)
                rows = sum(pyarrow.parquet.read_metadata(path).num_rows for path in paths)
                self.assertEqual(pyarrow.parquet.read_metadata(out).num_rows, rows)
                out.unlink()
        # Copied pages are not decoded.
        done = pf("merge", orders["other"], "--output", out, "--row-group-rows", "100",
                  "--page-bytes-max", "4k", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["row_groups_copied"], 1)

    def test_help_names_each_option_of_the_documentation(self):
        page = (pathlib.Path(__file__).parents[2] / "docs" / "merge.md").read_text()
        options = set(re.findall(r"^\| (`--.*?) \|", page, re.MULTILINE))
        documented = {word for cell in options for word in re.findall(r"--[a-z-]+", cell)}
        text = pf("merge", "--help").stdout
        offered = set(re.findall(r"^ *(--[a-z-]+)", text, re.MULTILINE)) - {"--help"}
        self.assertEqual(documented, offered)
        for code in re.findall(r"^\| (\d[\d, ]*) \|", page, re.MULTILINE):
            for number in code.split(", "):
                self.assertRegex(text, rf"\b{number}\b")


if __name__ == "__main__":
    unittest.main()
