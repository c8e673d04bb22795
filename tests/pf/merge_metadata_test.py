"""Goal: what the outputs of `pf merge` say of their rows is true of all the files that went in, and
what one file said is kept where it is: indexes, filters, statistics, writers, the types of Arrow.

Method: files of pyarrow, DuckDB and Polars, copied and encoded again; footers before and after, and
the rows as pyarrow and Polars read them by what is said.

Usage: merge_metadata_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import decimal
import json
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

from merge_files import MergeTestCase, content, maybe, merged, rows_of


class MergeMetadataTest(MergeTestCase):
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

    def test_statistics_of_writers_without_a_version_are_not_carried(self):
        table = pyarrow.table({"k": list(range(100_000))})
        path = self.folder / "1.parquet"
        polars.from_arrow(table).write_parquet(path, row_group_size=100_000)
        out = self.folder / "out.parquet"
        self.assertEqual(merged(path, "--output", out)["row_groups_copied"], 1)
        column = pyarrow.parquet.ParquetFile(out).metadata.row_group(0).column(0)
        self.assertFalse(column.is_stats_set)
        self.assertEqual(content([path]), content([out]))

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

    def test_dictionaries_whose_indices_are_of_different_widths_stay_dictionaries(self):
        """A writer that widens the indices of one file says something else of another, though they
        are files of one schema."""
        def write(name, index, *, ordered=False, values=pyarrow.string()):
            column = pyarrow.DictionaryArray.from_arrays(
                pyarrow.array([0, 1, None, 1], index), pyarrow.array(["a", name], values),
                ordered=ordered)
            other = pyarrow.array(["x", "y", "x", "y"]).dictionary_encode()
            table = pyarrow.table({
                "d": column, "t": pyarrow.array([1, 2, 3, 4], pyarrow.timestamp("us", "UTC")),
                "l": pyarrow.ListArray.from_arrays([0, 1, 1, 3, 4], column), "o": other})
            path = self.folder / f"{name}.parquet"
            pyarrow.parquet.write_table(table, path)
            return path

        out = self.folder / "out.parquet"
        paths = {name: write(name, getattr(pyarrow, name)())
                 for name in ("int8", "uint8", "uint16", "int32", "int64")}
        for names, kept in ((("int8", "int32"), "int32"), (("int32", "int8"), "int32"),
                            (("uint8", "int32"), "uint32"), (("int32", "uint16"), "int32"),
                            (("int8", "uint8"), "int32"), (("int8", "int64", "int32"), "int64")):
            with self.subTest(files=names):
                merged(*(paths[name] for name in names), "--output", out, "--force")
                read = pyarrow.parquet.read_table(out)
                said = pyarrow.dictionary(getattr(pyarrow, kept)(), pyarrow.string())
                self.assertEqual(read.schema.field("d").type, said)
                self.assertEqual(read.schema.field("l").type.value_type, said)
                self.assertEqual(read.schema.field("o").type,
                                 pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))
                self.assertEqual(read["d"].to_pylist(),
                                 [value for name in names for value in ("a", name, None, name)])
        for other in (write("ordered", pyarrow.int32(), ordered=True),
                      write("large", pyarrow.int32(), values=pyarrow.large_string())):
            with self.subTest(other=other.stem):
                merged(paths["int8"], other, "--output", out, "--force")
                metadata = pyarrow.parquet.read_metadata(out).metadata or {}
                self.assertNotIn(b"ARROW:schema", metadata)

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


if __name__ == "__main__":
    unittest.main()
