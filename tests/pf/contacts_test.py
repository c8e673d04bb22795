"""Goal: `pf contacts` writes what it says, or says why not; its files hold the Contacts that the
model promises, as DuckDB and pyarrow read them.

Method: the tool runs at small sizes; files are compared byte by byte, JSON lines against Parquet
row by row, shares by chi-square and numbers by count over ten million rows (or PF_CONTACT_ROWS).

Usage: contacts_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import fcntl
import hashlib
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import duckdb
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

ROWS = int(os.environ.get("PF_CONTACT_ROWS", "10000000"))
DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tool.md"
# What a chi-square variable of so many degrees of freedom passes with a probability of 1e-5.
LIMITS = {2: 23.0, 3: 25.9, 11: 44.5, 99: 172.0, 255: 364.0}


def pf(*words):
    return subprocess.run([PF, *[str(word) for word in words]], capture_output=True, text=True,
                          check=False)


def written(folder, *words):
    """The result of a run that must succeed, as --json has it."""
    done = pf("contacts", "--output", folder, "--json", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())}


def chi_square(counts, shares):
    total = sum(counts)
    return sum((count - total * share) ** 2 / (total * share)
               for count, share in zip(counts, shares, strict=True))


class ContactsTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="pf-contacts-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_files_are_the_same_for_any_number_of_threads(self):
        for words in ([], ["--compression", "gzip"], ["--format", "jsonl"]):
            seen = []
            for threads in (1, 2, 3, 8):
                folder = self.folder / f"{len(words)}-{''.join(words[1:])}-{threads}"
                size = [] if "jsonl" in words else ["--row-group-rows", "5k"]
                written(folder, "--rows", "50011", "--files", "3", "--threads", threads, *size,
                        "--chunk-size", "700", *words)
                seen.append(digests(folder))
            self.assertEqual(len(seen[0]), 3)
            for other in seen[1:]:
                self.assertEqual(other, seen[0], words)

    def test_odd_rows_are_split_evenly_and_counted(self):
        result = written(self.folder, "--rows", "10007", "--files", "4", "--row-group-rows", "1000")
        rows = [2502, 2502, 2502, 2501]
        self.assertEqual([file["rows"] for file in result["files"]], rows)
        self.assertEqual(result["rows"], 10007)
        for number, expected in enumerate(rows, 1):
            path = self.folder / f"contacts_{number}.parquet"
            self.assertEqual(result["files"][number - 1]["bytes"], path.stat().st_size)
            metadata = pyarrow.parquet.ParquetFile(path).metadata
            self.assertEqual(metadata.num_rows, expected)
            self.assertEqual(metadata.num_row_groups, 3)

    def test_one_file_has_no_number(self):
        written(self.folder, "--rows", "1k")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["contacts.parquet"])

    def test_more_files_than_rows_leave_some_empty(self):
        written(self.folder, "--rows", "2", "--files", "3")
        rows = [pyarrow.parquet.read_table(path).num_rows
                for path in sorted(self.folder.iterdir())]
        self.assertEqual(rows, [1, 1, 0])

    def test_json_lines_are_the_rows_of_the_parquet_files(self):
        for seed in ("1", "77"):
            folder = self.folder / seed
            written(folder, "--rows", "30011", "--seed", seed)
            written(folder, "--rows", "30011", "--seed", seed, "--format", "jsonl")
            lines = (folder / "contacts.jsonl").read_text(encoding="utf-8").splitlines()
            rows = pyarrow.parquet.read_table(folder / "contacts.parquet").to_pylist()
            self.assertEqual([json.loads(line) for line in lines], rows)
            self.assertIn('{"name":null,"phones":null}', lines)
            kinds = {key for line in lines for key in re.findall(r'"\w+":null', line)}
            self.assertEqual(kinds, {'"name":null', '"phones":null', '"number":null',
                                     '"phone_type":null'})
            columns = ("{name: 'VARCHAR', phones: 'STRUCT(number VARCHAR, phone_type VARCHAR)[]'}")
            different = duckdb.sql(
                f"SELECT count(*) FROM (SELECT * FROM read_parquet('{folder}/contacts.parquet') "
                f"EXCEPT ALL SELECT * FROM read_json('{folder}/contacts.jsonl', "
                f"format = 'newline_delimited', columns = {columns}))").fetchall()[0]
            self.assertEqual(different, (0,))

    def test_shares_are_kept_and_numbers_unique_as_duckdb_reads_them(self):
        written(self.folder, "--rows", ROWS, "--files", "2")
        table = f"read_parquet('{self.folder}/contacts_*.parquet')"
        counts = dict(duckdb.sql(
            f"SELECT (name IS NOT NULL)::INT * 6 + coalesce(len(phones), 0), count(*) "
            f"FROM {table} GROUP BY 1").fetchall())
        phones = [0.40, 0.45, 0.10, 0.05 / 3, 0.05 / 3, 0.05 / 3]
        shares = [named * share for named in (0.2, 0.8) for share in phones]
        self.assertLess(chi_square([counts[i] for i in range(12)], shares), LIMITS[11])
        empty = duckdb.sql(f"SELECT count(*) FROM {table} WHERE len(phones) = 0").fetchall()[0]
        self.assertEqual(empty, (0,))

        each = f"(SELECT unnest(phones, recursive := true) FROM {table})"
        fields = dict(duckdb.sql(
            f"SELECT (number IS NULL)::INT * 2 + (phone_type IS NULL)::INT, count(*) "
            f"FROM {each} GROUP BY 1").fetchall())
        self.assertLess(chi_square([fields[i] for i in range(4)], [0.90, 0.05, 0.04, 0.01]),
                        LIMITS[3])
        types = dict(duckdb.sql(f"SELECT phone_type, count(*) FROM {each} "
                                "WHERE phone_type IS NOT NULL GROUP BY 1").fetchall())
        self.assertEqual(set(types), {"Mobile", "Work", "Home"})
        self.assertLess(chi_square([types["Mobile"], types["Work"], types["Home"]],
                                   [0.55, 0.35, 0.10]), LIMITS[2])

        numbers = duckdb.sql(
            f"SELECT count(number), count(DISTINCT number), "
            f"count(*) FILTER (NOT regexp_full_match(number, '\\+91-99-\\d{{8,}}')) "
            f"FROM {each}").fetchall()[0]
        self.assertEqual(numbers[0], numbers[1])
        self.assertEqual(numbers[2], 0)
        self.assertGreater(numbers[0], 0.8 * ROWS)
        # The first and the last of eight digits.
        digits = dict(duckdb.sql(f"SELECT number[8] || number[15], count(*) FROM {each} "
                                 "WHERE len(number) = 15 GROUP BY 1").fetchall())
        counts = [digits[f"{number:02}"] for number in range(100)]
        self.assertLess(chi_square(counts, [0.01] * 100), LIMITS[99])

    def test_names_are_as_common_as_they_should_be_as_duckdb_reads_them(self):
        written(self.folder, "--rows", ROWS)
        table = f"read_parquet('{self.folder}/contacts.parquet')"
        source = (DOCUMENT.parents[1] / "src" / "contact" / "names.cpp").read_text(encoding="utf-8")
        first = re.findall(r'"(.+?)"', re.search(r"kFirstNames = \{\{(.*?)\}\}", source, re.S)[1])
        self.assertEqual(len(first), 256)
        counts = dict(duckdb.sql(f"SELECT split_part(name, ' ', 1), count(*) FROM {table} "
                                 "WHERE name IS NOT NULL GROUP BY 1").fetchall())
        self.assertEqual(set(counts), set(first))
        # The share of the first k is the square root of k / 256, by draws of 16 bits.
        draws = [0] * 256
        for draw in range(65536):
            draws[draw * draw * 256 >> 32] += 1
        self.assertLess(chi_square([counts[name] for name in first],
                                   [count / 65536 for count in draws]), LIMITS[255])
        names, distinct = duckdb.sql(f"SELECT count(name), count(DISTINCT name) FROM {table}"
                                     ).fetchall()[0]
        self.assertAlmostEqual(names / ROWS, 0.8, delta=0.01)
        self.assertGreaterEqual(distinct / names, 0.25)
        self.assertLess(distinct, names)  # names also repeat, as names do

    def test_what_is_counted_is_what_arrow_and_the_clock_say(self):
        arrow_bytes = 0
        for words in (["--seed", "1"], ["--seed", "5", "--threads", "2"],
                      ["--seed", "5", "--format", "jsonl"]):
            began = time.monotonic()
            result = written(self.folder, "--rows", "300k", "--force", *words)
            passed = time.monotonic() - began
            if "jsonl" not in words:  # whose rows are those of the run before
                table = pyarrow.parquet.read_table(self.folder / "contacts.parquet")
                arrow_bytes = table.nbytes
            # But for one offset more of each column, and bits of validity up to the next byte.
            self.assertAlmostEqual(result["in_memory_bytes"] / arrow_bytes, 1, delta=1e-4)
            self.assertLess(result["wall_s"], passed)
            for key, rate, count in (("wall_s", "rows_per_s", 300_000),
                                     ("cpu_s", "rows_per_cpu_s", 300_000),
                                     ("wall_s", "in_memory_gb_per_s",
                                      result["in_memory_bytes"] / 10**9)):
                self.assertAlmostEqual(result[rate] * result[key] / count, 1, places=6)
            self.assertEqual(list(result["busy_s"]), ["generate", "encode", "write"])
            for seconds in result["busy_s"].values():
                self.assertGreater(seconds, 0)
            busy = sum(result["busy_s"].values()) + result["waiting_s"]
            self.assertLess(busy, result["threads"] * passed)

    def test_what_is_there_is_not_written_over(self):
        written(self.folder, "--rows", "100", "--files", "2")
        before = digests(self.folder)
        refused = pf("contacts", "--rows", "200", "--files", "2", "--output", self.folder)
        self.assertEqual(refused.returncode, 3, refused.stderr)
        self.assertIn("contacts_1.parquet", refused.stderr)
        self.assertIn("--force", refused.stderr)
        self.assertEqual(digests(self.folder), before)
        written(self.folder, "--rows", "200", "--files", "2", "--force")
        self.assertNotEqual(digests(self.folder), before)

    def test_force_leaves_no_files_of_a_run_of_more_or_fewer(self):
        others = ["contacts_03.parquet", "contacts_x.parquet", "contacts_3.jsonl",
                  "contacts_.parquet", "contacts_20241127.parquet"]
        for name in others:
            (self.folder / name).write_text("mine")
        for files, names in ((4, [f"contacts_{k}.parquet" for k in range(1, 5)]),
                             (2, ["contacts_1.parquet", "contacts_2.parquet"]),
                             (1, ["contacts.parquet"]),
                             (2, ["contacts_1.parquet", "contacts_2.parquet"])):
            written(self.folder, "--rows", "200", "--files", files, "--force")
            self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                             sorted(names + others))

    def test_a_wrong_command_line_ends_with_2_and_names_what_is_wrong(self):
        cases = (
            ((), "subcommand"),
            (("contact",), "subcommand"),
            (("contacts",), "--rows"),
            (("contacts", "--rows", "ten"), "ten"),
            (("contacts", "--rows", "1X"), "1X"),
            (("contacts", "--rows", "-1"), "-1"),
            (("contacts", "--rows", "0"), "rows 0"),
            (("contacts", "--rows", "20000000000G"), "20000000000G"),
            (("contacts", "--rows", "10", "--files", "0"), "files 0"),
            (("contacts", "--rows", "10", "--threads", "0"), "threads 0"),
            (("contacts", "--rows", "10", "--chunk-size", "0"), "chunk size 0"),
            (("contacts", "--rows", "1M", "--row-group-rows", "1"), "row groups"),
            (("contacts", "--rows", "10", "--compression", "lzo"), "lzo"),
            (("contacts", "--rows", "10", "--compression", "gzip:x"), "gzip:x"),
            (("contacts", "--rows", "10", "--compression", "gzip:99"), "99"),
            (("contacts", "--rows", "10", "--compression", "lz4"), "gzip"),
            (("contacts", "--rows", "10", "--seed", "-1"), "-1"),
            (("contacts", "--rows", "10", "--seed", "9" * 23), "not a number"),
            (("contacts", "--rows", "10", "--threads", "5G"), "too large: 5G"),
            (("contacts", "--rows", "10", "--threads", "0x8"), "0x8"),
            (("contacts", "--rows", "10", "--format", "csv"), "csv"),
            (("contacts", "--rows", "10", "--format", "jsonl", "--compression", "gzip"), "jsonl"),
            (("contacts", "--compression", "gzip", "--format", "jsonl", "--rows", "1"), "jsonl"),
        )
        for words, text in cases:
            with self.subTest(words=words):
                done = subprocess.run([PF, *words], capture_output=True, text=True, check=False,
                                      cwd=self.folder)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(text, done.stderr + done.stdout)
                self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_directory_that_cannot_be_ends_with_1(self):
        (self.folder / "file").write_text("")
        done = pf("contacts", "--rows", "10", "--output", self.folder / "file" / "below")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("below", done.stderr)

    def test_a_name_is_printed_without_its_control_characters(self):
        file = self.folder / "\x1b[31mfile"
        file.write_text("")
        done = pf("contacts", "--rows", "10", "--output", file / "below")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("[31mfile", done.stderr)
        self.assertNotIn("\x1b", done.stderr)

    def test_a_full_disk_ends_with_1_and_without_files(self):
        limited = subprocess.run(
            ["bash", "-c", f"ulimit -f 64; trap '' XFSZ; exec '{PF}' contacts --rows 100k "
                           f"--output '{self.folder}'"],
            capture_output=True, text=True, check=False)
        self.assertEqual(limited.returncode, 1, limited.stderr)
        self.assertIn("File too large", limited.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_result_that_cannot_be_printed_is_said_and_the_files_are_there(self):
        # The result of so many files does not fit what stdio keeps until the end.
        for files in (1, 300):
            folder = self.folder / str(files)
            with open("/dev/full", "wb") as full, self.subTest(files=files):
                done = subprocess.run([PF, "contacts", "--rows", "1k", "--files", str(files),
                                       "--json", "--output", str(folder)], stdout=full,
                                      stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("pf contacts: printing the result: No space left", done.stderr)
            self.assertEqual(len(list(folder.glob("contacts*.parquet"))), files)
        help_ = " ".join(pf("contacts", "--help").stdout.split())
        self.assertIn("only the result could not be printed", help_)
        self.assertIn("only the result could not be printed", DOCUMENT.read_text())

    def test_a_result_that_is_cut_short_is_no_success(self):
        # More than a pipe takes that nobody empties and that does not wait: what is left in stdio's
        # buffer behind the failed part may be nothing, and flushing that works.
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        os.set_blocking(write, False)
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        done = subprocess.run([PF, "contacts", "--rows", "1k", "--files", "300", "--json",
                               "--output", str(self.folder)], stdout=write, stderr=subprocess.PIPE,
                              text=True, check=False)
        os.close(write)
        self.assertRaises(json.JSONDecodeError, json.loads, os.read(read, 1 << 20))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("printing the result", done.stderr)

    def test_nobody_reads_the_result(self):
        for restored in (True, False):  # Python ignores SIGPIPE, as systemd's services do
            folder = self.folder / str(restored)
            read, write = os.pipe()
            os.close(read)
            done = subprocess.run([PF, "contacts", "--rows", "1k", "--output", str(folder)],
                                  stdout=write, stderr=subprocess.PIPE, text=True, check=False,
                                  restore_signals=restored)
            os.close(write)
            self.assertIn(done.returncode, (-signal.SIGPIPE, 141) if restored else (141,))
            self.assertRegex(done.stderr, r"^pf contacts: 1 000 rows into [^\n]*\n$")
            self.assertEqual([path.name for path in folder.iterdir()], ["contacts.parquet"])

    def test_what_is_closed_is_not_what_is_written_to(self):
        # 1: there is nowhere to print the result.
        for closed, code in (((0, 2), 0), ((0, 1), 1), ((1, 2), 1), ((0, 1, 2), 1)):
            folder = self.folder / "".join(str(descriptor) for descriptor in closed)

            def close(closed=closed):
                for descriptor in closed:
                    os.close(descriptor)
            with self.subTest(closed=closed):
                done = subprocess.run([PF, "contacts", "--rows", "1k", "--output", str(folder)],
                                      preexec_fn=close, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, check=False)
                self.assertEqual(done.returncode, code)
                verified = pf("verify", folder)
                self.assertEqual(verified.returncode, 0, verified.stdout)
                written(self.folder / "whole", "--rows", "1k", "--force")
                self.assertEqual(digests(folder), digests(self.folder / "whole"))

    def test_a_signal_stops_with_complete_files(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            folder = self.folder / str(code)
            with subprocess.Popen(
                    [PF, "contacts", "--rows", "1G", "--files", "3", "--row-group-rows", "20k",
                     "--output", str(folder), "--json"],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                deadline = time.monotonic() + 60
                # Until there is something in a file, under its hidden name.
                while not any(path.stat().st_size > 100_000 for path in folder.glob(".*")):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.01)
                process.send_signal(number)
                output, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, code, errors)
            result = json.loads(output)
            self.assertTrue(result["stopped"])
            self.assertGreater(result["rows"], 0)
            self.assertLess(result["rows"], 10**9)
            self.assertEqual(len(list(folder.iterdir())), 3)  # none hidden
            for file in result["files"]:
                table = pyarrow.parquet.read_table(folder / file["name"])
                self.assertEqual(table.num_rows, file["rows"])
                self.assertEqual(file["rows"] % 20_000, 0)

    def running(self, *words):
        """A run without end that has something in a file, under its hidden name."""
        process = subprocess.Popen([PF, "contacts", "--rows", "1G", "--row-group-rows", "20k",
                                    "--output", self.folder, *words],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while not any(path.stat().st_size > 100_000 for path in self.folder.glob(".*")):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return process

    def test_a_name_taken_meanwhile_ends_the_publishing_which_says_what_is_there(self):
        process = self.running("--files", "3")
        (self.folder / "contacts_2.parquet").write_text("mine")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3, errors)
        self.assertIn("behind 1 file, which is published: ", errors)
        self.assertIn("contacts_2.parquet", errors)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["contacts_1.parquet", "contacts_2.parquet"])
        self.assertEqual((self.folder / "contacts_2.parquet").read_text(), "mine")
        rows = pyarrow.parquet.read_table(self.folder / "contacts_1.parquet").num_rows
        self.assertEqual(rows % 20_000, 0)

    def test_a_second_signal_ends_at_once_and_leaves_what_is_hidden(self):
        process = self.running("--files", "2")

        def is_caught():
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            caught = int(re.search(r"(?m)^SigCgt:\s*(\w+)$", status)[1], 16)
            return caught >> (signal.SIGINT - 1) & 1

        self.assertTrue(is_caught())
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGSTOP)  # or it may be done before the second one comes
        while is_caught():
            process.send_signal(signal.SIGCONT)
            time.sleep(0.001)
            process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGINT)
        left = [path.name for path in self.folder.iterdir()]
        self.assertEqual(len(left), 2)
        for name in left:
            self.assertRegex(name, r"^\..*\.pending$")

    def test_progress_is_shown_on_a_terminal_alone(self):
        words = [PF, "contacts", "--rows", "30M", "--progress", "--output"]
        done = subprocess.run([*words, self.folder / "pipe"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertNotIn(b"left", done.stderr)
        ours, theirs = pty.openpty()
        with subprocess.Popen([*words, str(self.folder / "terminal")], stdout=subprocess.DEVNULL,
                              stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    part = os.read(ours, 4096)
                except OSError:  # the other end is closed
                    break
                shown += part
            self.assertEqual(process.wait(timeout=60), 0)
        os.close(ours)
        self.assertRegex(shown.decode(), r"[\d ]+ of 30 000 000 rows, [\d.]+ M rows/s, "
                                         r"\d+ MiB/s, \d+ s left")

    def test_rows_cores_and_chunks_are_said_first(self):
        done = pf("contacts", "--rows", "1M", "--threads", "2", "--files", "2", "--output",
                  self.folder)
        cores = len(os.sched_getaffinity(0))
        self.assertIn(f"1 000 000 rows into 2 files (parquet), 2 of {cores} cores, chunks of "
                      "4 096 rows", done.stderr)
        self.assertRegex(done.stdout, r"contacts_1\.parquet +500 000 rows, [\d ]+ bytes\n")
        self.assertRegex(done.stdout, r"busy: generate [\d.]+ s, encode [\d.]+ s, write [\d.]+ s")

    def test_the_document_has_each_option_and_key(self):
        text = DOCUMENT.read_text(encoding="utf-8")
        options = re.findall(r"^  (?:-h,)?(--[\w-]+)", pf("contacts", "--help").stdout, re.M)
        self.assertIn("--row-group-rows", options)
        for option in options:
            self.assertIn(f"`{option}", text)
        for key in written(self.folder, "--rows", "1k"):
            self.assertIn(f"`{key}`", text)

    def test_the_samples_of_the_documents_run(self):
        seen = 0
        for document in (DOCUMENT, DOCUMENT.parents[1] / "README.md"):
            for line in re.findall(r"^pf (contacts .*)$", document.read_text(), re.M):
                fewer = re.sub(r"--rows \w+", "--rows 1k", line).split()
                seen += 1
                with self.subTest(line=line):
                    done = subprocess.run([PF, *fewer, "--force"], capture_output=True, text=True,
                                          check=False, cwd=self.folder)
                    if "is not part of this build" in done.stderr:
                        self.skipTest(done.stderr.strip())
                    self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreaterEqual(seen, 4)


if __name__ == "__main__":
    PF = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
