"""Goal: `pf merge` puts files together without losing, adding or changing a row, whoever wrote
them, and says what it could not take.

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
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
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

SEED = int(os.environ.get("PF_TEST_SEED", "20261125"))


def merged(*words):
    """The result of a merge of all its files, as --json has it; its files are good."""
    done = pf("merge", "--json", *words)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    verified = pf("verify", *[output["path"] for output in result["outputs"]])
    assert verified.returncode == 0, verified.stdout
    return result


def content(paths, columns="*"):
    """Rows, and the sum of their hashes: the same for any order of the rows."""
    names = [str(path) for path in paths]
    return duckdb.sql(f"""
        select count(*), sum(hash(row::varchar)::hugeint)
        from (select {columns} from read_parquet({names!r})) row""").fetchall()[0]


def rows_of(path, columns="*"):
    return duckdb.sql(f"select {columns} from read_parquet('{path}')").fetchall()


def maybe(random_, value, share=0.2):
    return None if random_.random() < share else value


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


class MergeTest(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)
        self.random = random.Random(SEED)

    def write(self, name, table, **options):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(table, path, **options)
        return path

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

    def test_large_row_groups_are_copied_with_indexes_and_filters(self):
        schema = pyarrow.schema([pyarrow.field("k", pyarrow.int64(), nullable=False),
                                 pyarrow.field("s", pyarrow.string(), nullable=False)])
        table = pyarrow.table({"k": list(range(200_000)),
                               "s": [f"v{k % 7}" for k in range(200_000)]}, schema)
        first = self.write("1.parquet", table, row_group_size=100_000, write_page_index=True)
        second = self.folder / "2.parquet"
        duckdb.sql(f"copy (from '{first}') to '{second}' (format parquet, row_group_size 122880)")
        out = self.folder / "out.parquet"
        result = merged(first, second, "--output", out)
        self.assertEqual(result["row_groups_copied"], 4)
        self.assertEqual(content([first, second]), content([out]))
        meta = pyarrow.parquet.ParquetFile(out).metadata
        column = meta.row_group(1).column(0)
        self.assertTrue(column.has_offset_index and column.has_column_index)
        self.assertEqual((column.statistics.min, column.statistics.max), (100_000, 199_999))
        self.assertEqual(rows_of(out, "count(*) filter (k = 150000)"), [(2,)])
        self.assertEqual(duckdb.sql(f"select count(*) from '{out}' where k = 150000").fetchall(),
                         [(2,)])
        filters = duckdb.sql(f"""select count(*) from parquet_metadata('{out}')
                                 where bloom_filter_offset is not null""").fetchall()
        wanted = duckdb.sql(f"""select count(*) from parquet_metadata('{second}')
                                where bloom_filter_offset is not null
                                and row_group_num_rows >= 65537""").fetchall()
        self.assertEqual(filters, wanted)
        found, wanted = (
            duckdb.sql(f"select count(*) from '{path}' where s = 'v3'").fetchall()[0][0]
            for path in (out, first))
        self.assertEqual(found, 2 * wanted)

    def test_statistics_of_what_is_copied_are_the_same(self):
        rows = 70_000
        table = pyarrow.table({
            "i": pyarrow.array([maybe(self.random, k) for k in range(rows)], pyarrow.int32()),
            "u": pyarrow.array([2**31 + k for k in range(rows)], pyarrow.uint32()),
            "d": [float("nan") if k % 3 == 0 else maybe(self.random, k * 0.5 - 99.0)
                  for k in range(rows)],
            "z": [-0.0 if k % 2 else 0.0 for k in range(rows)],
            "s": [f"{k:07} " + "long" * 40 for k in range(rows)],
            "m": pyarrow.array([decimal.Decimal(k - 900).scaleb(-2) for k in range(rows)],
                               pyarrow.decimal128(20, 2)),
            "n": pyarrow.array([None] * rows, pyarrow.string()),
            "l": [[k, None] for k in range(rows)]})
        paths = [self.write("1.parquet", table, write_page_index=True),
                 self.folder / "2.parquet"]
        source = table
        duckdb.sql(f"copy (from source) to '{paths[1]}' (format parquet)")
        out, ours = self.folder / "out.parquet", self.folder / "ours.parquet"
        merged(paths[0], "--output", ours, "--recode")
        for path in [*paths, ours]:
            with self.subTest(path.name):
                self.assertEqual(merged(path, "--output", out, "--force")["failures"], 0)
                before, after = (pyarrow.parquet.read_metadata(each) for each in (path, out))
                self.assertEqual(after.num_row_groups, before.num_row_groups)
                for column in range(before.num_columns):
                    was, is_ = (each.row_group(0).column(column) for each in (before, after))
                    self.assertEqual(was.has_column_index, is_.has_column_index)
                    # repr, as a NaN is not equal to itself.
                    self.assertEqual(repr(was.statistics and was.statistics.to_dict()),
                                     repr(is_.statistics and is_.statistics.to_dict()),
                                     was.path_in_schema)

    def test_who_wrote_what_was_copied_is_listed(self):
        def copied_from(path):
            metadata = pyarrow.parquet.ParquetFile(path).metadata.metadata or {}
            return json.loads(metadata.get(b"parquet_flow.copied_from", b"[]"))

        rows = 70_000
        paths = [self.folder / f"{name}.parquet" for name in ("duckdb", "polars", "pyarrow")]
        # DuckDB's total_byte_size is not that of its columns; lists, all null, floats: habits.
        table = pyarrow.table({
            "k": list(range(rows)), "s": [f"v{k % 7}" for k in range(rows)],
            "n": pyarrow.array([None] * rows, pyarrow.int32()),
            "f": [float("nan") if k % 5 == 0 else k / 3 for k in range(rows)],
            "l": [[None, "a" * 90] if k % 3 else [] if k % 2 else None for k in range(rows)]})
        source = table
        duckdb.sql(f"copy (from source) to '{paths[0]}' (format parquet)")
        polars.from_arrow(table).write_parquet(paths[1])
        pyarrow.parquet.write_table(table, paths[2], write_page_index=True)
        each = [self.folder / f"{name}.out.parquet" for name in ("duckdb", "polars", "pyarrow")]
        names = []
        for path, out in zip(paths, each):
            self.assertGreater(merged(path, "--output", out)["row_groups_copied"], 0)
            names.append(pyarrow.parquet.ParquetFile(path).metadata.created_by)
            self.assertEqual(copied_from(out), names[-1:])
            self.assertEqual(content([path]), content([out]))
        both, again, ours = (self.folder / f"{name}.parquet" for name in ("both", "again", "ours"))
        merged(each[0], each[2], "--output", both)
        self.assertEqual(copied_from(both), sorted([names[0], names[2]]))
        merged(both, "--output", again)
        self.assertEqual(copied_from(again), copied_from(both))
        # Decoded and encoded it is this library's own.
        merged(both, "--output", ours, "--recode")
        self.assertEqual(copied_from(ours), [])
        merged(ours, "--output", again, "--force")
        self.assertEqual(copied_from(again), [])

    def test_dictionaries_of_many_files_are_read_as_dictionaries(self):
        """A row group of several files has more entries than the index type of each holds, and
        Arrow C++ reads what ARROW:schema calls a dictionary from PLAIN and dictionary pages."""
        paths = []
        for number in range(3):
            words = [f"{number}-{i:04}" for i in range(100)]
            few = pyarrow.DictionaryArray.from_arrays(
                pyarrow.array([i % 100 for i in range(1000)], pyarrow.int8()), words)
            many = pyarrow.array([f"{number} {i:06} of many" for i in range(1000)])
            table = pyarrow.table({
                "few": few, "many": many.dictionary_encode(),
                "lists": pyarrow.ListArray.from_arrays(list(range(1001)), few)})
            paths.append(self.folder / f"{number}.parquet")
            pyarrow.parquet.write_table(table, paths[-1])
        out = self.folder / "out.parquet"
        merged(*paths, "--output", out)
        self.assertEqual(pyarrow.parquet.ParquetFile(out).num_row_groups, 1)
        read = pyarrow.parquet.read_table(out)
        expected = [row for path in paths for row in pyarrow.parquet.read_table(path).to_pylist()]
        self.assertEqual(read.to_pylist(), expected)
        self.assertEqual(read.schema.field("few").type,
                         pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))
        self.assertEqual(polars.read_parquet(out)["many"].cast(polars.String).to_list(),
                         [row["many"] for row in expected])

    def test_what_is_said_of_dictionaries_goes_where_a_file_does_not_say_it(self):
        said, silent, out = (self.folder / f"{name}.parquet" for name in ("said", "silent", "out"))
        words = [f"word {i:06}" for i in range(5000)]
        pyarrow.parquet.write_table(
            pyarrow.table({"s": pyarrow.array(words).dictionary_encode()}), said)
        source = pyarrow.table({"s": words[::-1]})
        duckdb.sql(f"copy (from source) to '{silent}' (format parquet)")
        for files, is_kept in (((said, silent), False), ((silent, said), False),
                               ((said, said), True)):
            with self.subTest(files=[path.stem for path in files]):
                merged(*files, "--output", out, "--force")
                metadata = pyarrow.parquet.read_metadata(out).metadata or {}
                self.assertEqual(b"ARROW:schema" in metadata, is_kept)
                self.assertEqual(len(pyarrow.parquet.read_table(out)), 10_000)

    def test_what_is_said_of_dictionaries_is_of_the_file_that_the_target_is_of(self):
        """Which columns are encoded as dictionaries is decided by the first file that is read: an
        output that it is not in says no more than that."""
        words = pyarrow.array([f"word {i:06}" for i in range(5000)])
        said = words.dictionary_encode()
        tables = {"silent": {"a": words, "b": words}, "both": {"a": said, "b": said},
                  "a": {"a": said, "b": words}, "b": {"a": words, "b": said}}
        paths = {}
        for name, table in tables.items():
            paths[name] = self.folder / f"{name}.parquet"
            pyarrow.parquet.write_table(pyarrow.table(table), paths[name],
                                        store_schema=name != "silent")
        split = ("--recode", "--file-size", "1", "--row-group-rows", "5000", "--batch-rows", "5000")
        for first, others, is_kept in (("silent", "both", False), ("a", "b", False),
                                       ("both", "a", True)):
            with self.subTest(first=first, others=others):
                out = self.folder / f"{first}-{others}"
                merged(paths[first], paths[others], paths[others], "--output", f"{out}/", *split)
                files = sorted(out.iterdir())
                self.assertEqual(len(files), 3)
                for file in files[1:]:
                    metadata = pyarrow.parquet.read_metadata(file).metadata or {}
                    self.assertEqual(b"ARROW:schema" in metadata, is_kept)
                    self.assertEqual(pyarrow.parquet.read_table(file)["b"].to_pylist(),
                                     words.to_pylist())

    def test_fixed_size_lists_with_nulls_are_read_where_their_elements_are_required(self):
        """Polars 2.1 panics at DELTA encodings and BYTE_STREAM_SPLIT of these where some pages have
        nulls and some have none, and ARROW:schema alone tells them from other lists."""
        rows = 60_000  # of which a page has 1 MiB
        columns = {}
        for name, values in (("i", pyarrow.array(range(4 * rows), pyarrow.int64())),
                             ("s", pyarrow.array([f"order {i:09d}" for i in range(4 * rows)])),
                             ("d", pyarrow.array([i / 7 for i in range(4 * rows)]))):
            kind = pyarrow.list_(pyarrow.field("item", values.type, nullable=False), 4)
            nulls = pyarrow.array([i < 1000 and i % 7 == 0 for i in range(rows)])
            columns[name] = pyarrow.FixedSizeListArray.from_arrays(values, type=kind, mask=nulls)
        table = pyarrow.table(columns)
        path, out = self.write("1.parquet", table, row_group_size=5000), self.folder / "out.parquet"
        for words in ([], ["--recode", "--compression", "zstd"]):
            with self.subTest(words):
                merged(path, "--output", out, "--force", *words)
                self.assertTrue(pyarrow.parquet.read_table(out).equals(table))
                read = polars.read_parquet(out)
                self.assertEqual(read["i"].dtype, polars.Array(polars.Int64, 4))
                self.assertTrue(read.equals(polars.from_arrow(table)))

    def test_lists_are_said_to_be_of_one_length_where_all_files_say_it(self):
        """To Parquet they are lists of any length."""
        fixed, silent, out = (self.folder / f"{name}.parquet" for name in ("fixed", "any", "out"))
        pair = polars.Array(polars.Int64, 2)
        polars.DataFrame({"v": polars.Series([[1, 2], None], dtype=pair)}).write_parquet(fixed)
        source = pyarrow.table({"v": pyarrow.array([[3, 4, 5], None, []])})
        pyarrow.parquet.write_table(source, silent, store_schema=False)
        rows = {fixed: [[1, 2], None], silent: [[3, 4, 5], None, []]}
        for files, is_kept in (((fixed, silent), False), ((silent, fixed), False),
                               ((fixed, fixed), True)):
            with self.subTest(files=[path.stem for path in files]):
                merged(*files, "--output", out, "--force")
                read = polars.read_parquet(out)["v"]
                self.assertEqual(read.dtype, pair if is_kept else polars.List(polars.Int64))
                expected = [row for path in files for row in rows[path]]
                self.assertEqual(read.to_list(), expected)
                self.assertEqual(pyarrow.parquet.read_table(out)["v"].to_pylist(), expected)

    def test_statistics_of_writers_without_a_version_are_not_carried(self):
        table = pyarrow.table({"k": list(range(100_000))})
        path = self.folder / "1.parquet"
        polars.from_arrow(table).write_parquet(path, row_group_size=100_000)
        out = self.folder / "out.parquet"
        self.assertEqual(merged(path, "--output", out)["row_groups_copied"], 1)
        column = pyarrow.parquet.ParquetFile(out).metadata.row_group(0).column(0)
        self.assertFalse(column.is_stats_set)
        self.assertEqual(content([path]), content([out]))

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

    def test_types_of_arrow_are_those_of_the_columns_whatever_their_order(self):
        count = 100_000  # so many are copied
        columns = {"a": pyarrow.array(range(count)),
                   "b": pyarrow.array(range(count), pyarrow.duration("s"))}
        paths = [self.write(f"{n}.parquet", pyarrow.table({name: columns[name] for name in names}))
                 for n, names in enumerate(("ab", "ba"))]
        out = self.folder / "out"
        merged(*paths, "--output", f"{out}/", "--file-size", "1")
        types = [pyarrow.parquet.read_schema(path).types for path in sorted(out.iterdir())]
        self.assertEqual(types, [[pyarrow.int64(), pyarrow.duration("s")],
                                 [pyarrow.int64(), pyarrow.int64()]])
        one = self.folder / "one.parquet"
        for words in ([], ["--sort-by", "a"]):
            with self.subTest(words=words):
                merged(*paths, "--output", one, "--force", *words)
                self.assertEqual(pyarrow.parquet.read_schema(one).types, types[0])
                merged(*reversed(paths), "--output", one, "--force", *words)
                self.assertEqual(pyarrow.parquet.read_schema(one).types, types[0][::-1])

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
