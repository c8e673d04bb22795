"""Goal: `pf merge --sort-by` gives the rows of its files in the order of their keys, in the memory
that it was told, and none is lost, added or changed.

Method: files of DuckDB and pyarrow, sorted and not, with more rows than are sorted at a time;
DuckDB sorts the same rows. Merges that are stopped, or cannot write, leave what they say.

Usage: merge_sort_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import unittest

try:
    import duckdb
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from command import PF, peak_kib, pf
from merge_files import SEED, MergeTestCase, content, merged, rows_of


class MergeSortTest(MergeTestCase):
    def test_an_interrupted_sorted_merge_has_the_rows_up_to_a_key(self):
        count = 400_000
        paths = []
        for n in range(2):
            path = self.folder / f"{n}.parquet"
            duckdb.sql(f"""copy (select range * 2 + {n} k, md5(range::varchar) t
                           from range({count})) to '{path}' (format parquet)""")
            paths.append(path)
        out = self.folder / "out.parquet"
        words = ["merge", "--json", *paths, "--output", out, "--sort-by", "k", "--compression",
                 "zstd:19", "--row-group-rows", "65536", "--threads", "1"]
        with subprocess.Popen([PF, *map(str, words)], stdout=subprocess.PIPE, text=True) as process:
            while not any(path.stat().st_size > 1000
                          for path in self.folder.glob(".out.parquet.*.pending")):
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            result = json.loads(process.communicate()[0])
        self.assertEqual(process.returncode, 130)
        keys = [k for (k,) in rows_of(out, "k")]
        self.assertEqual(keys, list(range(len(keys))))
        self.assertEqual(result["rows"], len(keys))
        self.assertEqual(result["rows_left"], 2 * count - len(keys))
        self.assertGreater(result["rows_left"], 0)
        self.assertEqual(result["stopped_behind"], {"k": keys[-1]})

    def test_sorted_merges_are_sorted_and_keep_the_rows(self):
        paths = []
        for number in range(5):
            path = self.folder / f"{number}.parquet"
            order = "order by k nulls last" if number % 2 else ""
            rows = self.random.choice([0, 10, 3000, 90_000])
            duckdb.sql(f"""copy (
                select case when random() < 0.1 then null else (random() * 999)::int end k,
                       case when random() < 0.1 then 'nan'::float else random()::float end f,
                       's' || (random() * 50)::int s, (random() * 100)::decimal(9, 2) m,
                       case when random() < 0.2 then null
                            else [1, null, 3][:(random() * 3)::int] end l,
                       {number} n, range r
                from range({rows}) {order}) to '{path}' (format parquet)""")
            paths.append(path)
        out = self.folder / "out.parquet"
        for keys in ("k", "k desc", "s,k desc", "f", "f desc,n", "m desc,s", "n,r"):
            for memory in ("1M", "100M"):
                with self.subTest(keys=keys, memory=memory, seed=SEED):
                    result = merged(*paths, "--output", out, "--force", "--sort-by", keys,
                                    "--sort-memory", memory, "--batch-rows", 2000)
                    order = ", ".join(f"{key} nulls last" for key in keys.split(","))
                    names = ", ".join(key.split()[0] for key in keys.split(","))
                    wanted = duckdb.sql(f"""select ({names})::varchar from read_parquet(
                        {[str(path) for path in paths]!r}) order by {order}""").fetchall()
                    self.assertEqual(rows_of(out, f"({names})::varchar"), wanted)
                    self.assertEqual(content(paths), content([out]))
                    if memory == "1M":
                        self.assertGreater(result["spilled_runs"], 1)
        columns = pyarrow.parquet.ParquetFile(out).metadata.row_group(0).sorting_columns
        self.assertEqual([column.column_index for column in columns], [5, 6])
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name[0] == "."], [])

    def test_pages_of_sorted_outputs_can_be_told_apart(self):
        rows = 200_000
        keys = list(range(2 * rows))
        self.random.shuffle(keys)
        paths = [self.write(f"{n}.parquet", pyarrow.table({
            "k": keys[n * rows:(n + 1) * rows], "s": [f"text {k}" for k in range(rows)]}))
                 for n in range(2)]
        out = self.folder / "out.parquet"
        for order in ("k", "k desc"):
            merged(*paths, "--output", out, "--force", "--sort-by", order)
            done = pf("query", out, "--where", "k = 123456", "--select", "k", "--json", "--explain")
            self.assertEqual(done.stdout, '{"k":123456}\n')
            report = json.loads(done.stderr)
            self.assertEqual(report["rows"], 2 * rows)
            # One page of the column: 1 MiB of its values.
            self.assertEqual((report["rows_tested"], report["rows_by_page_index"]),
                             (131_072, 2 * rows - 131_072))

    def test_special_numbers_and_nested_keys_are_sorted(self):
        numbers = [1.5, float("nan"), None, -0.0, float("inf"), 0.0, float("-inf"), -2.0]
        rising = ["-inf", "-2.0", "-0.0", "0.0", "1.5", "inf", "nan", "None"]
        falling = ["nan", "inf", "1.5", "-0.0", "0.0", "-2.0", "-inf", "None"]
        table = pyarrow.table({
            "d": numbers, "f": pyarrow.array(numbers, pyarrow.float32()),
            "h": pyarrow.array(numbers, pyarrow.float32()).cast(pyarrow.float16()),
            "p": [None if number is None else {"x": number} for number in numbers]})
        paths = [self.write(f"{n}.parquet", table.slice(3 * n, 3)) for n in range(3)]
        out = self.folder / "out.parquet"
        for column in ("d", "f", "h", "p.x"):
            for order, wanted in (("", rising), (" desc", falling)):
                with self.subTest(column=column, order=order):
                    merged(*paths, "--output", out, "--force", "--sort-by", column + order)
                    sorted_ = pyarrow.parquet.read_table(out).flatten()[column].to_pylist()
                    self.assertEqual([str(value) for value in sorted_], wanted)

    def test_rows_that_are_equal_come_in_the_order_of_the_files(self):
        paths = [self.write(f"{n}.parquet", pyarrow.table(
            {"k": [k // 50_000 for k in range(100_000)], "n": [n] * 100_000})) for n in range(3)]
        paths.insert(1, self.write("x.parquet", pyarrow.table({"k": [1, 0], "n": [9, 9]})))
        out = self.folder / "out.parquet"
        merged(*paths, "--output", out, "--sort-by", "k")
        numbers = [n for (n,) in rows_of(out, "n")]
        self.assertEqual(numbers, 2 * ([0] * 50_000 + [9] + [1] * 50_000 + [2] * 50_000))

    def test_a_column_is_sorted_by_once(self):
        path = self.write("1.parquet", pyarrow.table({"a": [2, 1], "b": [1, 2]}))
        done = pf("merge", path, "--output", self.folder / "out.parquet", "--sort-by",
                  "a,b,a desc")
        self.assertEqual(done.returncode, 2)
        self.assertIn("column 'a' is sorted by twice", done.stderr)

    def test_all_files_of_a_sorted_merge_have_the_key_values(self):
        paths = [self.write(f"{n}.parquet", pyarrow.table({"k": [
            self.random.randrange(10**9) for _ in range(100_000)]}).replace_schema_metadata(
                {"venue": "XNAS", "part": str(n)})) for n in range(3)]
        out = self.folder / "out"
        result = merged(*paths, "--output", f"{out}/", "--sort-by", "k", "--file-size", 200_000,
                        "--row-group-rows", 50_000)
        self.assertGreater(len(result["outputs"]), 1)
        for path in out.iterdir():
            metadata = pyarrow.parquet.ParquetFile(path).metadata.metadata
            self.assertEqual(metadata[b"venue"], b"XNAS", path)
            self.assertNotIn(b"part", metadata)
        self.assertEqual(content(paths), content(sorted(out.iterdir())))

    def test_a_run_that_cannot_be_written_ends_the_merge(self):
        # Runs are PLAIN and not compressed: these values are longer there than anywhere else.
        small = [self.write(f"{n}.parquet", pyarrow.table(
            {"k": [n] * 20_000, "s": ["text" * 10] * 20_000})) for n in range(4)]
        sorted_ = self.write("sorted.parquet", pyarrow.table(
            {"k": [9] * 70_000, "s": ["text" * 10] * 70_000}))
        limit = 300_000
        for name, paths in (("small", small), ("sorted", [small[0], sorted_])):
            with self.subTest(name):
                out = self.folder / f"{name}.out.parquet"
                # Python ignores SIGXFSZ: writing more is an error then.
                done = subprocess.run(
                    [PF, "merge", *map(str, paths), "--output", str(out), "--sort-by", "k",
                     "--sort-memory", "2M"], capture_output=True, text=True, check=False,
                    restore_signals=False,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
                self.assertIn("File too large", done.stderr)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertFalse(out.exists())
                self.assertEqual([path for path in self.folder.iterdir() if path.name[0] == "."],
                                 [])
                merged(*paths, "--output", out, "--sort-by", "k", "--sort-memory", "2M")
                self.assertEqual(content(paths), content([out]))

    @unittest.skipIf({"ASAN_OPTIONS", "TSAN_OPTIONS"} & set(os.environ),
                     "what a sanitizer keeps of freed memory counts too")
    def test_memory_of_sorting_wide_rows_is_what_was_asked_for(self):
        paths = []
        for number in range(4):
            texts = [f"{number} {row} " + "x" * 500_000 for row in range(160)]
            table = pyarrow.table({"k": list(range(number, 640 + number, 4)), "s": texts})
            paths.append(self.write(f"{number}.parquet", table, use_dictionary=False,
                                    compression="zstd", write_batch_size=2))
        out = self.folder / "out.parquet"
        words = ["merge", *paths, "--output", out, "--sort-by", "k desc", "--sort-memory", "16M",
                 "--row-group-rows", "16", "--threads", "1"]
        self.assertLess(peak_kib(*words), 600_000)  # of the rows 320 MB
        self.assertEqual(rows_of(out, "k"), [(k,) for k in reversed(range(643)) if k < 640])
        self.assertEqual(content(paths), content([out]))

    @unittest.skipIf({"ASAN_OPTIONS", "TSAN_OPTIONS"} & set(os.environ),
                     "what a sanitizer keeps of freed memory counts too")
    def test_memory_of_sorted_files_is_that_of_their_rows_not_of_their_dictionaries(self):
        rows = 70_000
        texts = [f"{k} " + "x" * 800 for k in range(20)]
        paths = [self.write(f"{n}.parquet", pyarrow.table({
            "k": list(range(n, 6 * rows, 6)), "s": [texts[k % 20] for k in range(rows)]}))
                 for n in range(6)]
        self.assertLess(paths[0].stat().st_size, 1_000_000)
        out = self.folder / "out.parquet"
        words = ["merge", *paths, "--output", out, "--sort-by", "k", "--sort-memory", "16M",
                 "--row-group-rows", "1000", "--threads", "1"]
        self.assertLess(peak_kib(*words), 280_000)  # of a batch of each file alone 330 MB
        self.assertEqual(rows_of(out, "k"), [(k,) for k in range(6 * rows)])


if __name__ == "__main__":
    unittest.main()
