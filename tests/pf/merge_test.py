"""Goal: `pf merge` puts files together without losing, adding or changing a row, whoever wrote
them, and says what it could not take. merge_sort_test has rows that are sorted, merge_metadata_test
what the outputs say of them.

Method: tables of all kinds are written by pyarrow, DuckDB, Polars and this library; the multiset of
rows, as DuckDB hashes them, is the same before and after, or their sequence is.

Usage: merge_test.py PF PF_DEMO
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import datetime
import decimal
import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

try:
    import duckdb
    import polars
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from command import PF, peak_kib, pf
from merge_files import SEED, MergeTestCase, content, maybe, merged, rows_of


def table_of(random_, rows):
    """All types, nested ones too."""
    def column(kind, make, share=0.2):
        return pyarrow.array([maybe(random_, make(), share) for _ in range(rows)], kind)

    day = datetime.date(2026, 11, 25)
    moment = datetime.datetime(2026, 11, 25, 12, 0, 0)
    floats = [0.0, -0.0, 1.5, float("inf"), -2.25]
    return pyarrow.table({
        "i": column(pyarrow.int32(), lambda: random_.randrange(-100, 100)),
        "u": column(pyarrow.uint32(), lambda: random_.randrange(2**32)),
        "j": column(pyarrow.int64(), lambda: random_.randrange(-2**63, 2**63), 0),
        "b": column(pyarrow.bool_(), lambda: random_.random() < 0.5),
        "f": column(pyarrow.float32(), lambda: random_.choice(floats)),
        "d": column(pyarrow.float64(), lambda: random_.choice(floats)),
        "s": column(pyarrow.string(), lambda: random_.choice("xyz") * random_.randrange(9)),
        "n": column(pyarrow.string(), lambda: "never", 1),
        "t": column(pyarrow.timestamp("us"), lambda: moment + datetime.timedelta(
            microseconds=random_.randrange(10**9))),
        "day": column(pyarrow.date32(), lambda: day + datetime.timedelta(random_.randrange(999))),
        "m": column(pyarrow.decimal128(20, 3), lambda: decimal.Decimal(
            random_.randrange(-10**15, 10**15)).scaleb(-3)),
        "l": column(pyarrow.list_(pyarrow.int32()), lambda: [
            maybe(random_, k) for k in range(random_.randrange(4))]),
        "p": column(pyarrow.struct([("x", pyarrow.int64()),
                                    ("y", pyarrow.list_(pyarrow.string()))]),
                    lambda: {"x": maybe(random_, 7), "y": maybe(random_, ["a", None, "b"])}),
    })


def write_as(writer, table, path, random_):
    codec = random_.choice(["snappy", "zstd", "gzip"])
    if writer == "pyarrow":
        pyarrow.parquet.write_table(
            table, path, compression=codec, row_group_size=random_.choice([50, 1000, 100_000]),
            data_page_version=random_.choice(["1.0", "2.0"]),
            use_dictionary=random_.random() < 0.5, write_page_index=random_.random() < 0.5)
    elif writer == "duckdb":
        source = table
        duckdb.sql(f"copy (from source) to '{path}' (format parquet, compression {codec})")
    elif writer == "polars":
        polars.from_arrow(table).write_parquet(path, compression=codec)
    else:
        inner = path.with_suffix(".in.parquet")
        write_as("pyarrow", table, inner, random_)
        merged(inner, "--output", path, "--recode", "--row-group-rows",
               random_.choice([64, 5000]))
        inner.unlink()


class MergeTest(MergeTestCase):
    def test_the_rows_of_files_of_all_writers_are_the_same_before_and_after(self):
        for turn in range(6):
            with self.subTest(seed=SEED, turn=turn):
                paths = []
                for number in range(self.random.randrange(2, 7)):
                    path = self.folder / f"{turn}-{number}.parquet"
                    writer = self.random.choice(["pyarrow", "duckdb", "polars", "ours"])
                    table = table_of(self.random, self.random.choice([0, 1, 99, 3000]))
                    write_as(writer, table, path, self.random)
                    paths.append(path)
                out = self.folder / f"{turn}.out.parquet"
                copied = self.random.choice([["--row-group-rows", "16"], [], ["--recode"]])
                merged(*paths, "--output", out, *copied)
                self.assertEqual(content(paths), content([out]))
                self.assertEqual(polars.read_parquet(out).height,
                                 pyarrow.parquet.read_table(out).num_rows)

    def test_rows_come_in_the_order_of_the_files(self):
        paths = [self.write(f"{k:03}.parquet", pyarrow.table({"k": [k, k]})) for k in range(300)]
        list_ = self.folder / "list.txt"
        list_.write_text("\n".join(str(path) for path in reversed(paths)))
        for workers in (1, 20):
            out = self.folder / f"{workers}.parquet"
            merged(list_, "--output", out, "--workers", workers, "--queue", "7,3")
            self.assertEqual(rows_of(out), [(k,) for k in reversed(range(300)) for _ in "ab"])

    def test_lists_are_trimmed_and_what_is_no_parquet_is_skipped_and_counted(self):
        path = self.write("1.parquet", pyarrow.table({"k": [1]}))
        list_ = self.folder / "list"
        list_.write_text(f"\n  {path}\t\r\n\n   \n{self.folder}/a.csv\n{path}")
        result = merged(list_, "--output", self.folder / "out.parquet")
        self.assertEqual((result["files"], result["blank_lines"], result["other_names"]), (2, 3, 1))

    def test_directories_are_walked_in_the_order_of_names_without_hidden_ones(self):
        for name, k in (("b.parquet", 1), ("a.parquet", 0), ("sub/c.parquet", 2), (".h.parquet", 9),
                        ("_t/x.parquet", 9), ("note.txt", None)):
            if k is None:
                (self.folder / "in" / name).write_text("x")
            else:
                self.write(f"in/{name}", pyarrow.table({"k": [k]}))
        out = self.folder / "out.parquet"
        result = merged(self.folder / "in", "--output", out)
        self.assertEqual(rows_of(out), [(0,), (1,), (2,)])
        self.assertEqual(result["other_names"], 1)

    def test_a_file_that_cannot_be_read_is_reported_and_the_rest_goes_on(self):
        paths = [self.write(f"{k}.parquet", pyarrow.table({"k": [k]})) for k in range(3)]
        paths[1].write_bytes(paths[1].read_bytes()[:-9])
        missing = self.folder / "missing.parquet"
        other = self.write("other.parquet", pyarrow.table({"k": ["text"]}))
        list_ = self.folder / "list"
        list_.write_text("\n".join(str(path) for path in [*paths, missing, other]))
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        done = pf("merge", list_, "--output", out, "--errors", errors, "--json")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertEqual(json.loads(done.stdout)["failures"], 3)
        self.assertEqual(rows_of(out), [(0,), (2,)])
        lines = [line.split("\t") for line in errors.read_text().splitlines()]
        self.assertEqual([line[0] for line in lines], [str(paths[1]), str(missing), str(other)])
        self.assertIn("column 'k'", lines[2][1])
        self.assertRegex(done.stderr, r"worker \d+: ")
        strict = pf("merge", list_, "--output", self.folder / "strict.parquet", "--strict")
        self.assertEqual(strict.returncode, 1)
        self.assertFalse((self.folder / "strict.parquet").exists())
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name[0] == "."], [])

    def test_a_file_that_fails_in_its_last_page_leaves_no_rows(self):
        good = self.write("1.parquet", pyarrow.table({"k": list(range(10))}))
        bad = self.write("2.parquet", pyarrow.table({"k": list(range(5000))}), row_group_size=500,
                         compression="none", use_dictionary=False, write_page_checksum=True)
        data = bytearray(bad.read_bytes())
        at = pyarrow.parquet.ParquetFile(bad).metadata.row_group(9).column(0)
        data[at.data_page_offset + at.total_compressed_size - 1] ^= 1
        bad.write_bytes(data)
        out = self.folder / "out.parquet"
        done = pf("merge", good, bad, good, "--output", out)
        self.assertEqual(done.returncode, 5)
        self.assertIn("row group 9, column 'k'", done.stderr)
        self.assertEqual(len(rows_of(out)), 20)

    def test_a_damaged_page_is_not_copied(self):
        table = pyarrow.table({"k": [self.random.getrandbits(62) for _ in range(300_000)]})
        first = self.write("1.parquet", table, row_group_size=100_000, use_dictionary=False,
                           write_page_checksum=True)
        second = self.write("2.parquet", table)
        middle = pyarrow.parquet.read_metadata(first).row_group(1).column(0)
        data = bytearray(first.read_bytes())
        data[middle.data_page_offset + middle.total_compressed_size // 2] ^= 1
        first.write_bytes(data)
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        done = pf("merge", first, second, "--output", out, "--errors", errors, "--json")
        self.assertEqual(done.returncode, 5, done.stderr)
        result = json.loads(done.stdout)
        self.assertRegex(errors.read_text(), f"^{first}\t.*{first}: page at offset .*CRC-32.*"
                         "\t100000\n$")
        self.assertEqual(result["partial_files"], [{"path": str(first), "rows": 100_000}])
        self.assertEqual((result["files"], result["failures"]), (1, 1))
        self.assertEqual(pf("verify", out).returncode, 0)
        done = pf("merge", first, second, "--output", out, "--force", "--strict")
        self.assertEqual(done.returncode, 1)
        self.assertIn("CRC-32", done.stderr)

    def test_columns_widen_by_the_stated_rules(self):
        first = self.write("1.parquet", pyarrow.table(
            {"k": pyarrow.array([1], pyarrow.int64()), "f": [0.5], "s": ["a"],
             "l": pyarrow.array([[1]], pyarrow.list_(pyarrow.int32()))}))
        second = self.write("2.parquet", pyarrow.table(
            {"f": pyarrow.array([1.5, None], pyarrow.float32()),
             "k": pyarrow.array([-2, None], pyarrow.int32())}))
        third = self.write("3.parquet", pyarrow.table({"k": pyarrow.array([2**32 - 1],
                                                                         pyarrow.uint32())}))
        out = self.folder / "out.parquet"
        merged(first, second, third, "--output", out)
        self.assertEqual(rows_of(out), [(1, 0.5, "a", [1]), (-2, 1.5, None, None),
                                        (None, None, None, None), (2**32 - 1, None, None, None)])
        for name, table, column in (
                ("extra", pyarrow.table({"k": [1], "z": [1]}), "z"),
                ("text", pyarrow.table({"k": ["1"]}), "k"),
                ("wide", pyarrow.table({"k": pyarrow.array([1], pyarrow.uint64())}), "k"),
                ("list", pyarrow.table({"l": [["a"]]}), "l")):
            path = self.write(f"{name}.parquet", table)
            done = pf("merge", first, path, "--output", out, "--force", "--strict")
            self.assertEqual(done.returncode, 1, name)
            self.assertIn(f"column '{column}'", done.stderr)

    def test_a_required_column_cannot_be_missing_or_null(self):
        required = pyarrow.schema([pyarrow.field("k", pyarrow.int32(), nullable=False)])
        first = self.write("1.parquet", pyarrow.table({"k": pyarrow.array([1], pyarrow.int32())},
                                                      required))
        second = self.write("2.parquet", pyarrow.table({"k": pyarrow.array([1], pyarrow.int32())}))
        out = self.folder / "out.parquet"
        self.assertEqual(pf("merge", first, second, "--output", out).returncode, 5)
        merged(second, first, "--output", self.folder / "other.parquet")

    def test_what_is_there_is_not_overwritten_without_force(self):
        path = self.write("1.parquet", pyarrow.table({"k": [1]}))
        out = self.folder / "out.parquet"
        out.write_text("mine")
        done = pf("merge", path, "--output", out)
        self.assertEqual((done.returncode, out.read_text()), (3, "mine"))
        merged(path, "--output", out, "--force")
        self.assertEqual(rows_of(out), [(1,)])

    def test_files_of_a_directory_have_a_size(self):
        paths = [self.write(f"{k}.parquet", pyarrow.table({"k": list(range(k, k + 1000))}))
                 for k in range(20)]
        out = self.folder / "out"
        result = merged(*paths, "--output", f"{out}/", "--file-size", 200, "--row-group-rows",
                        1000, "--recode", "--workers", 1)
        self.assertGreater(len(result["outputs"]), 2)
        self.assertEqual(content(paths), content(sorted(out.iterdir())))
        self.assertGreaterEqual(min(output["bytes"] for output in result["outputs"][:-1]), 200)

    def test_no_file_of_a_size_is_larger_by_more_than_a_row_group(self):
        rows, size = 800_000, 2_500_000
        path = self.write("1.parquet", pyarrow.table({
            "k": [self.random.getrandbits(40) for _ in range(rows)],
            "s": [f"text {self.random.getrandbits(20)}" for _ in range(rows)]}),
            row_group_size=rows // 2, compression="snappy")
        for words in (["--recode"], ["--sort-by", "s"], ["--batch-rows", 1_000_000], []):
            with self.subTest(words):
                out = self.folder / "out"
                result = merged(path, "--output", f"{out}/", "--file-size", size, "--force", *words)
                self.assertEqual(result["row_groups_copied"], 0)  # they are larger than a file
                self.assertEqual(content([path]), content(sorted(out.iterdir())))
                for output in result["outputs"]:
                    meta = pyarrow.parquet.read_metadata(output["path"])
                    groups = [sum(meta.row_group(at).column(leaf).total_compressed_size
                                  for leaf in range(2)) for at in range(meta.num_row_groups)]
                    data = output["bytes"] - meta.serialized_size
                    self.assertLess(data, size * 1.02 + max(groups))
                    self.assertLess(max(groups), size)
                    if output is not result["outputs"][-1]:
                        self.assertGreater(data, size * 0.95)

    def test_copied_row_groups_end_a_file_of_a_size(self):
        path = self.write("1.parquet", pyarrow.table({
            "k": [self.random.getrandbits(62) for _ in range(200_000)]}), row_group_size=20_000)
        out = self.folder / "out"
        result = merged(path, "--output", f"{out}/", "--file-size", "400k", "--row-group-rows",
                        20_000)
        self.assertEqual(result["row_groups_copied"], 10)
        self.assertEqual([output["row_groups"] for output in result["outputs"]], [3, 3, 3, 1])

    def test_a_dry_run_says_what_would_be_done_and_does_nothing(self):
        big = self.write("1.parquet", pyarrow.table({"k": list(range(100_000))}))
        small = self.write("2.parquet", pyarrow.table({"k": [1]}))
        bad = self.write("3.parquet", pyarrow.table({"z": [1]}))
        out = self.folder / "out.parquet"
        done = pf("merge", big, small, bad, "--output", out, "--dry-run", "--json")
        self.assertEqual(done.returncode, 5)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line.get("row_groups_copied") for line in lines[:3]], [1, 0, None])
        self.assertIn("column 'z'", lines[2]["error"])
        self.assertEqual((lines[3]["files"], lines[3]["rows"]), (2, 100_001))
        self.assertFalse(out.exists())

    def test_an_interrupt_ends_with_a_correct_file_and_says_where(self):
        table = pyarrow.table({"k": list(range(2000)), "s": ["text"] * 2000})
        path = self.write("1.parquet", table)
        list_ = self.folder / "list"
        list_.write_text("".join(f"{self.folder}/{k:05}.parquet\n" for k in range(20_000)))
        for k in range(20_000):
            os.link(path, self.folder / f"{k:05}.parquet")
        out = self.folder / "out.parquet"
        with subprocess.Popen([PF, "merge", str(list_), "--output", str(out), "--json",
                               "--progress"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            self.assertIn("1 000 files", process.stderr.readline())
            process.send_signal(signal.SIGINT)
            result = json.loads(process.communicate()[0])
        self.assertEqual(process.returncode, 130)
        stopped = int(pathlib.Path(result["stopped_before"]).stem)
        self.assertEqual(result["files"], stopped)
        self.assertEqual(len(rows_of(out, "1")), 2000 * stopped)

    def test_a_list_may_come_on_standard_input(self):
        paths = [self.write(f"{n}.parquet", pyarrow.table({"k": [n]})) for n in range(3)]
        out = self.folder / "out.parquet"
        text = "".join(f"{path}\n" for path in paths) + "\nnot one\n"
        done = subprocess.run([PF, "merge", "-", "--json", "--output", str(out)], input=text,
                              capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        self.assertEqual((result["files"], result["blank_lines"], result["other_names"]), (3, 1, 1))
        self.assertEqual(rows_of(out), [(0,), (1,), (2,)])
        twice = subprocess.run([PF, "merge", "-", "-", "--output", str(out)], input=text,
                               capture_output=True, text=True, check=False)
        self.assertNotEqual(twice.returncode, 0)
        self.assertIn("standard input", twice.stderr)

    def test_empty_lists_stay_empty_beside_a_column_that_the_file_does_not_have(self):
        lists = pyarrow.list_(pyarrow.int32())
        first = self.write("1.parquet", pyarrow.table({
            "tags": pyarrow.array([[1], None], lists), "z": pyarrow.array([1, 2])}))
        second = self.write("2.parquet", pyarrow.table({
            "tags": pyarrow.array([[]] * 5, lists)}))
        out = self.folder / "out.parquet"
        for words in ([], ["--sort-by", "z"]):
            with self.subTest(words=words):
                merged(first, second, "--output", out, "--force", *words)
                self.assertEqual(pyarrow.parquet.read_table(out).column("tags").to_pylist(),
                                 [[1], None, *[[]] * 5])

    def test_the_ledgers_of_captures_still_hold_for_the_merged_file(self):
        quick = ["--itch-messages", "20000", "--contact-seconds", "0.2",
                 "--overload-seconds", "0.1"]
        folders = []
        for name in ("a", "b"):
            folders.append(self.folder / name)
            subprocess.run([DEMO, "--output", folders[-1], *quick], check=True,
                           stdout=subprocess.DEVNULL)

        def ledger_of(path):
            file = pyarrow.parquet.ParquetFile(path)
            ledger = json.loads(file.metadata.metadata[b"parquet_flow.ledger"])
            rows = 0
            for session in ledger["sessions"]:
                for line in session["producers"]:
                    self.assertEqual(line["last"] - line["previous"], sum(line[name] for name in (
                        "rows", "refused", "aborted", "rejected", "write_lost")))
                    rows += line["rows"]
            self.assertEqual(rows, file.metadata.num_rows)
            return ledger

        itch = [folder / "itch" for folder in folders]
        one, both, again = (self.folder / f"{name}.parquet" for name in ("one", "both", "again"))
        merged(itch[0], "--output", one, "--sort-by", "capture_time")
        (session,) = ledger_of(one)["sessions"]
        self.assertEqual((session["first_file"], session["last_file"]), (1, True))
        self.assertEqual([line["previous"] for line in session["producers"]],
                         [0] * len(session["producers"]))
        self.assertNotIn("session", pyarrow.parquet.ParquetFile(one).schema.names)
        merged(*itch, "--output", both, "--sort-by", "capture_time")
        sessions = ledger_of(both)["sessions"]
        self.assertEqual(len(sessions), 2)
        counts = duckdb.sql(
            f"select session, count(*) from '{both}' group by 1 order by 1").fetchall()
        self.assertEqual(counts, [(number, sum(line["rows"] for line in session["producers"]))
                                  for number, session in enumerate(sessions)])
        merged(both, "--output", again)
        self.assertEqual(content([both]), content([again]))
        self.assertEqual(ledger_of(again)["sessions"], sessions)
        twice = pf("merge", both, *itch, "--output", again, "--force")
        self.assertEqual(twice.returncode, 5)
        self.assertIn("are there already", twice.stderr)
        self.assertEqual(content([both]), content([again]))
        plain = self.write("plain.parquet", pyarrow.table({"k": [1]}))
        self.assertIn("has no ledger", pf("merge", one, plain, "--output", again, "--force").stderr)

    @unittest.skipIf({"ASAN_OPTIONS", "TSAN_OPTIONS"} & set(os.environ),
                     "what a sanitizer keeps of freed memory counts too")
    def test_memory_does_not_grow_with_the_number_of_files(self):
        path = self.write("1.parquet", pyarrow.table({"k": list(range(10)), "s": ["text"] * 10}))
        peak = {}
        for count in (2000, 20_000):
            list_ = self.folder / f"list{count}"
            list_.write_text(f"{path}\n" * count)
            out = self.folder / f"{count}.parquet"
            peak[count] = peak_kib("merge", list_, "--output", out, "--row-group-rows", 10_000)
        self.assertLess(peak[20_000], peak[2000] * 1.5 + 16_384)


if __name__ == "__main__":
    DEMO = sys.argv.pop(1)
    unittest.main()
