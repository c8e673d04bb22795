"""Goal: Arrow data of any type, handed over through its C interface, is what other readers read
back: every value, and in Arrow's readers every type.

Method: pyarrow, DuckDB and Polars make data; ctypes calls the shared library with the structs that
they export. One table of each type by hand, with nulls; seeded random nested tables, whole, in
slices and in streams of batches; arrays that pyarrow's constructors do not make (nulls that own
elements, list views out of order). The files are read by pyarrow and compared value by value, by
DuckDB and Polars as they read pyarrow's own file of the same data; pyarrow's schema is held against
the one that this file gives.

Usage: arrow_test.py LIBPARQUET_FLOW [--seed N] [--random N]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import base64
import ctypes
import datetime
import decimal
import io
import math
import random
import sys
import unittest
import uuid

try:
    import duckdb
    import polars as pl
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

import arrow_calls
import arrow_random
from arrow_types import MOMENT, OURS_ALONE, TYPES, D, array_of
from arrow_calls import (OwnSchema, OwnStream, Refused, Writer, batch_of, plain, rows_of,
                         schema_said, write, write_pipeline)

PARSER = argparse.ArgumentParser()
PARSER.add_argument("library")
PARSER.add_argument("--seed", type=int, default=20261125)
PARSER.add_argument("--random", type=int, default=40)
ARGUMENTS = PARSER.parse_args()
arrow_calls.load(ARGUMENTS.library)


class ArrowTest(arrow_calls.FileTest):
    def check_values(self, expected, name=""):
        """pyarrow reads the rows, and their types are whole."""
        read = pq.read_table(self.path)
        read.validate(full=True)
        self.assertEqual(rows_of(read), expected, name)
        return read

    def assert_same_schema(self, ours, table):
        """The schema that pyarrow reads, but for the metadata, is that of its own file."""
        theirs = io.BytesIO()
        pq.write_table(table, theirs)
        theirs.seek(0)
        self.assertEqual(str(ours.schema.remove_metadata()),
                         str(pq.read_schema(theirs).remove_metadata()))

    def test_each_type_reads_back_with_its_type(self):
        for name, (kind, values) in TYPES.items():
            with self.subTest(name):
                table = pa.table({"before": [1, 2, 3], name: array_of(kind, values)})
                write(self.path, table)
                read = self.check_values(rows_of(table), name)
                self.assert_same_schema(read, table)

    def test_types_that_pyarrow_does_not_write(self):
        for name, (kind, values) in OURS_ALONE.items():
            with self.subTest(name):
                table = pa.table({name: array_of(kind, values)})
                write(self.path, table)
                self.assertEqual(rows_of(pq.read_table(self.path)),
                                 [{name: plain(each)} for each in values])

    def check_as_others_read_theirs(self, table):
        """DuckDB and Polars read the same of our file as of pyarrow's of the same table."""
        reference = self.path.with_name("reference.parquet")
        pq.write_table(table, reference)
        with self.subTest(reader="duckdb"):
            ours, theirs = (plain(duckdb.sql(f"from read_parquet('{path}')").fetchall())
                            for path in (self.path, reference))
            self.assertEqual(ours, theirs)
        # Polars 2.1: "precision must be between 1 and 38"; a panic, "not yet implemented", at the
        # type of list views in ARROW:schema, in pyarrow's files too.
        if "decimal256" in str(table.schema) or "list_view" in str(table.schema):
            return
        with self.subTest(reader="polars"):
            self.assertEqual(plain(pl.read_parquet(self.path).rows()),
                             plain(pl.read_parquet(reference).rows()))

    def test_duckdb_and_polars_read_each_type(self):
        for name, (kind, values) in TYPES.items():
            if isinstance(kind, pa.BaseExtensionType):
                continue
            with self.subTest(name):
                table = pa.table({name: array_of(kind, values)})
                write(self.path, table)
                self.check_as_others_read_theirs(table)

    def test_intervals(self):
        kind = pa.month_day_nano_interval()
        table = pa.table({"x": pa.array([(1, 2, 3_000_000), None, (0, 0, 0)], kind)})
        write(self.path, table)
        self.assertEqual(duckdb.sql(f"select x from read_parquet('{self.path}')").fetchall(),
                         [(datetime.timedelta(days=32, milliseconds=3),), (None,),
                          (datetime.timedelta(0),)])
        # arrow-rs does not read a file whose ARROW:schema has such intervals.
        self.assertEqual(schema_said(self.path).field("x").type, pa.binary(12))
        for refused in [(-1, 0, 0), (0, -1, 0), (0, 0, -1_000_000), (0, 0, 1)]:
            with self.assertRaisesRegex(Refused, "column 'x': row 1: the interval"):
                write(self.path, pa.table({"x": pa.array([(0, 0, 0), refused], kind)}))

    def test_runs_are_read_by_all_as_what_they_are_of(self):
        """Polars 2.1 panics at a file whose ARROW:schema says run-end encoded."""
        values = ["a", "a", None, "b", "b", "b"]
        runs = pa.compute.run_end_encode(pa.array(values))
        words = pa.RunEndEncodedArray.from_arrays(
            pa.array([2, 3, 6], pa.int32()), pa.array(["a", None, "b"]).dictionary_encode())
        lists = pa.ListArray.from_arrays(pa.array([0, 2, 2, 3, 4, 5, 6], pa.int32()), runs)
        of_runs = pa.RunEndEncodedArray.from_arrays(
            pa.array([2, 3, 4, 6], pa.int32()),
            pa.RunEndEncodedArray.from_arrays(pa.array([1, 2, 4], pa.int16()),
                                              pa.array(["a", None, "b"])))
        write(self.path, pa.table({"x": runs, "w": words, "l": lists, "r": of_runs}))
        self.assertEqual(schema_said(self.path).types,
                         [pa.string(), pa.string(), pa.list_(pa.field("item", pa.string())),
                          pa.string()])
        expected = [["a", "a"], [], [None], ["b"], ["b"], ["b"]]
        for frame in (pl.read_parquet(self.path).to_arrow(), pq.read_table(self.path),
                      duckdb.sql(f"from read_parquet('{self.path}')").to_arrow_table()):
            self.assertEqual(frame["x"].to_pylist(), values)
            self.assertEqual(frame["w"].to_pylist(), values)
            self.assertEqual(frame["r"].to_pylist(), values)
            self.assertEqual(frame["l"].to_pylist(), expected)

    def test_random_tables_whole_in_slices_and_in_streams(self):
        for seed in range(ARGUMENTS.seed, ARGUMENTS.seed + ARGUMENTS.random):
            r = random.Random(seed)
            with self.subTest(seed=seed):
                table = arrow_random.table(r)
                expected = rows_of(table)
                write(self.path, table)
                read = self.check_values(expected, f"whole {seed}")
                if not arrow_random.refused_by_pyarrow(table.schema):
                    self.assert_same_schema(read, table)
                    self.check_as_others_read_theirs(table)

                begin = r.randrange(table.num_rows + 1)
                length = r.randrange(table.num_rows - begin + 1)
                batch = batch_of(table).slice(begin, length)
                with Writer(table.schema, self.path) as writer:
                    writer.write(batch)
                    writer.write(batch_of(table))
                self.check_values(expected[begin:begin + length] + expected, f"slice {seed}")

                batches = arrow_random.batches(r, table)
                with Writer(table.schema, self.path,
                            raw=arrow_random.bounds(r)) as writer:
                    writer.write_stream(pa.RecordBatchReader.from_batches(table.schema, batches))
                self.check_values(expected, f"stream {seed}")

                write_pipeline(self.path, table.schema, arrow_random.batches(r, table),
                               threads=r.choice((1, 3)), raw=arrow_random.bounds(r))
                self.check_values(expected, f"pipeline {seed}")

    def test_large_columns_that_several_threads_encode(self):
        rows = 300_000
        r = random.Random(ARGUMENTS.seed)

        def some(row, make):
            if row % 7 == 0:
                return None
            return [None if r.random() < 0.1 else make() for _ in range(row % 4)]

        table = pa.table({
            "number": pa.array([r.randrange(-2**62, 2**62) for _ in range(rows)], pa.int64()),
            "real": pa.array([None if row % 5 == 0 else r.random() for row in range(rows)]),
            "text": pa.array([None if row % 9 == 0 else f"{r.random()} of {row}"
                              for row in range(rows)]),
            "numbers": pa.array([some(row, lambda: r.randrange(-2**31, 2**31))
                                 for row in range(rows)], pa.list_(pa.int32())),
            "texts": pa.array([some(row, lambda: f"text {r.random()}") for row in range(rows)],
                              pa.list_(pa.string())),
        })
        batches = table.to_batches(max_chunksize=70_000)
        # compression, page_bytes, page_rows, bloom_filter of pf_writer_options_t
        uncompressed = ()
        gzip = ((4, 2, ctypes.c_int32), (24, 1 << 16, ctypes.c_uint64),
                (108, 1, ctypes.c_uint32))
        short = ((4, 2, ctypes.c_int32), (32, 5000, ctypes.c_uint64))
        for raw in (uncompressed, gzip, short):
            with self.subTest(raw=raw):
                files = []
                for threads in (1, 3):
                    write_pipeline(self.path, table.schema, batches, threads, raw)
                    files.append(self.path.read_bytes())
                self.assertEqual(files[0], files[1])
                self.check_large(table)

    def check_large(self, table):
        self.assertTrue(pq.read_table(self.path).equals(table))
        group = pq.ParquetFile(self.path).metadata.row_group(0)
        self.assertEqual(group.num_rows, table.num_rows)
        for index, name in enumerate(("number", "real", "text")):
            statistics = group.column(index).statistics
            ends = pc.min_max(table[name]).as_py()
            self.assertEqual((statistics.min, statistics.max), (ends["min"], ends["max"]))
            self.assertEqual(statistics.null_count, table[name].null_count)
        lists = table["numbers"]
        got = duckdb.sql(
            f"SELECT count(*), min(number), max(number), sum(number), count(real), max(real), "
            f"count(text), min(text), count(numbers), sum(len(numbers)), sum(list_sum(numbers)), "
            f"sum(len(texts)) FROM '{self.path}'").fetchall()[0]
        elements = pc.list_flatten(lists)
        self.assertEqual(got, (
            table.num_rows, pc.min(table["number"]).as_py(), pc.max(table["number"]).as_py(),
            sum(table["number"].to_pylist()), pc.count(table["real"]).as_py(),
            pc.max(table["real"]).as_py(), pc.count(table["text"]).as_py(),
            pc.min(table["text"]).as_py(), pc.count(lists).as_py(), len(elements),
            pc.sum(pc.cast(elements, pa.int64())).as_py(),
            len(pc.list_flatten(table["texts"]))))
        # Through bounds, page index and bloom filters.
        for row in (0, 131_071, 131_072, 262_145, 299_999):
            number = table["number"][row].as_py()
            found = duckdb.sql(f"SELECT text FROM '{self.path}' WHERE number = {number}").fetchall()
            self.assertEqual(found, [(table["text"][row].as_py(),)])

    def test_nulls_that_own_elements(self):
        values = pa.array([1, 2, 3, 4, 5, 6], pa.int64())
        mask = pa.array([False, True, False])
        arrays = {
            "list": pa.ListArray.from_arrays(pa.array([0, 2, 4, 6], pa.int32()), values, mask=mask),
            "fixed": pa.FixedSizeListArray.from_arrays(values, 2, mask=mask),
            "struct": pa.StructArray.from_arrays([pa.array([1, 2, 3])], ["a"], mask=mask),
            "struct_of_list": pa.StructArray.from_arrays(
                [pa.array([[1], [2, 3], []])], ["a"], mask=mask),
            "list_of_struct": pa.ListArray.from_arrays(
                pa.array([0, 2, 4, 6], pa.int32()),
                pa.StructArray.from_arrays([values], ["a"], mask=pa.array([True] + [False] * 5)),
                mask=mask),
        }
        table = pa.table(arrays)
        write(self.path, table)
        self.check_values(rows_of(table))
        with Writer(table.schema, self.path) as writer:
            writer.write(batch_of(table).slice(1))
        self.check_values(rows_of(table)[1:])

    def test_list_views_out_of_order_and_shared(self):
        view = pa.ListViewArray.from_arrays(pa.array([4, 0, 0, 2], pa.int32()),
                                            pa.array([2, 2, 0, 4], pa.int32()),
                                            pa.array(["a", "b", None, "d", "e", "f"]))
        nested = pa.ListArray.from_arrays(pa.array([0, 1, 1, 3, 4], pa.int32()), view)
        table = pa.table({"view": view, "nested": nested})
        write(self.path, table)
        self.check_values(rows_of(table))

    def check_batches(self, schema, batches, expected):
        """Written in each way that there is, and read by each of three readers."""
        def one_by_one():
            with Writer(schema, self.path) as writer:
                for batch in batches:
                    writer.write(batch)

        def as_stream():
            with Writer(schema, self.path) as writer:
                writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches))

        def in_pipeline():
            write_pipeline(self.path, schema, batches, threads=3)

        for write_all in (one_by_one, as_stream, in_pipeline):
            with self.subTest(write_all.__name__):
                write_all()
                self.check_values(expected)
                rows = [list(row.values()) for row in expected]
                sql = f"from read_parquet('{self.path}')"
                self.assertEqual(plain(duckdb.sql(sql).fetchall()), rows)
                self.assertEqual(plain(pl.read_parquet(self.path).rows()), rows)

    def test_dictionaries_that_differ_between_batches(self):
        # As many as a dictionary page, in another order, with entries that are null, that are twice
        # there, that no row has, and none at all.
        dictionaries = {
            pa.string(): (["a", "b", "c"], ["c", "b", "a"], [None, "d", "a"], ["e", "e", "f"],
                          [None, None, None], ["never", "used", None]),
            pa.int64(): ([1, 2, 3], [3, 2, 1], [None, 4, 1], [5, 5, 6], [None, None, None],
                         [-1, -2, None]),
        }
        for kind, entries in dictionaries.items():
            schema = pa.schema([("x", pa.dictionary(pa.int8(), kind))])
            batches = [pa.record_batch([pa.DictionaryArray.from_arrays(
                pa.array([0, 1, None, 2, 1], pa.int8()), pa.array(each, kind))], schema=schema)
                for each in entries]
            batches[-1:] = [pa.record_batch([pa.DictionaryArray.from_arrays(
                pa.array(indices, pa.int8()), pa.array(each, kind))], schema=schema)
                for indices, each in (([2, None], entries[-1]), ([None, None], []))]
            expected = [row for batch in batches for row in rows_of(pa.table(batch))]
            with self.subTest(kind):
                self.check_batches(schema, batches, expected)
                with Writer(schema, self.path) as writer:
                    writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches))
                self.assertEqual(pq.ParquetFile(self.path).num_row_groups, 1)

    def test_dictionaries_where_an_encoding_is_asked_that_texts_do_not_have(self):
        """pyarrow reads no dictionary out of the encodings that would be chosen for them."""
        words = [f"order-{i:08d}" for i in range(3000)]
        table = pa.table({"x": pa.array(words).dictionary_encode(), "n": range(3000)})
        for encoding in (3, 5, 100):  # RLE, DELTA_BINARY_PACKED, AUTO
            with self.subTest(encoding=encoding):
                write(self.path, table, raw=((80, encoding, ctypes.c_int32),))
                read = self.check_values(rows_of(table))
                self.assertEqual(read.schema.field("x").type, table.schema.field("x").type)

    def test_slices_of_dictionaries_and_of_their_indices(self):
        kinds = {
            pa.string(): ["no", "a", None, "ccc", "no"],
            pa.large_string(): ["no", "a", None, "ccc", "no"],
            pa.string_view(): ["no", "a", None, "a text of more than twelve bytes", "no"],
            pa.int64(): [-1, 10, None, 30, -1],
            pa.int8(): [-1, 10, None, 30, -1],
            pa.bool_(): [False, True, None, True, False],
            pa.decimal128(20, 2): [D(-1), D("1.25"), None, D(3), D(-1)],
            pa.binary(2): [b"no", b"ab", None, b"cd", b"no"],
        }
        indices = pa.array([2, 0, 2, 1, None, 2, 0, 0], pa.int16())
        for kind, entries in kinds.items():
            dictionary = pa.array(entries, kind).slice(1, 3)
            self.assertEqual(dictionary.offset, 1)
            whole = pa.DictionaryArray.from_arrays(indices.slice(1), dictionary)
            values = [None if i is None else entries[1 + i] for i in indices.slice(1).to_pylist()]
            for first, length in ((0, 7), (1, 6), (2, 3), (3, 1)):
                part = whole.slice(first, length)
                batch = pa.record_batch([part], names=["x"])
                with self.subTest(f"{kind} {first} {length}"):
                    self.check_batches(batch.schema, [batch], [
                        {"x": plain(value)} for value in values[first:first + length]])

    def test_dictionaries_that_readers_fail_at_are_said_to_be_their_values(self):
        """arrow-rs panics at the first and refuses the second; Arrow C++ reads values of both."""
        for kind, entries in ((pa.bool_(), [True, False]),
                              (pa.decimal128(19, 2), [D("1.25"), D(3)]),
                              (pa.decimal128(18, 2), [D("1.25"), D(3)]), (pa.int64(), [7, -1])):
            whole = pa.DictionaryArray.from_arrays(pa.array([1, 0, None, 1], pa.int32()),
                                                   pa.array(entries, kind))
            stays = kind in (pa.decimal128(18, 2), pa.int64())
            with self.subTest(str(kind)):
                table = pa.table({"x": whole})
                write(self.path, table)
                said = schema_said(self.path).field("x").type
                self.assertEqual(said, whole.type if stays else kind)
                self.check_values(rows_of(table))

    def test_slices_of_runs_of_their_ends_and_of_their_values(self):
        for end, kind, values in ((pa.int16(), pa.string(), ["no", "a", None, "ccc", "no"]),
                                  (pa.int32(), pa.int64(), [-1, 10, None, 30, -1]),
                                  (pa.int64(), pa.bool_(), [False, True, None, True, False])):
            ends = pa.array([1, 2, 5, 9, 100], end).slice(1, 3)
            runs = pa.array(values, kind).slice(1, 3)
            whole = pa.RunEndEncodedArray.from_arrays(ends, runs)
            self.assertEqual((whole.run_ends.offset, whole.values.offset), (1, 1))
            rows = [values[1]] * 2 + [values[2]] * 3 + [values[3]] * 4
            for first, length in ((0, 9), (1, 8), (2, 3), (4, 2), (8, 1)):
                batch = pa.record_batch([whole.slice(first, length)], names=["x"])
                with self.subTest(f"{end} {kind} {first} {length}"):
                    self.check_batches(batch.schema, [batch], [
                        {"x": plain(value)} for value in rows[first:first + length]])

    def test_narrow_indices_of_many_dictionaries(self):
        """A row group of several batches has more entries than the index of each holds."""
        for index in (pa.int8(), pa.uint8(), pa.int16()):
            with self.subTest(index=index):
                fits = 2 ** (index.bit_width - (not pa.types.is_unsigned_integer(index)))
                words = fits // 2 + 1
                schema = pa.schema([("x", pa.dictionary(index, pa.string())),
                                    ("l", pa.list_(pa.dictionary(index, pa.string())))])
                batches = []
                for number in range(3):
                    column = pa.DictionaryArray.from_arrays(
                        pa.array(range(words), index),
                        pa.array([f"{number}-{i}" for i in range(words)]))
                    lists = pa.ListArray.from_arrays(pa.array(range(words + 1), pa.int32()), column)
                    batches.append(pa.record_batch([column, lists], schema=schema))
                expected = [row for batch in batches for row in rows_of(pa.table(batch))]
                with Writer(schema, self.path) as writer:
                    writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches))
                read = self.check_values(expected)
                self.assertEqual(pq.ParquetFile(self.path).num_row_groups, 1)
                self.assertEqual(read.schema.field("x").type,
                                 pa.dictionary(pa.int32(), pa.string()))
                self.assertEqual(pl.read_parquet(self.path)["x"].cast(pl.String).to_list(),
                                 [row["x"] for row in expected])
                # A row group for each has what its index holds.
                with Writer(schema, self.path) as writer:
                    for batch in batches:
                        writer.write(batch)
                read = self.check_values(expected)
                self.assertEqual(read.schema.field("x").type, schema.field("x").type)

    def test_narrow_indices_stay_where_they_suffice(self):
        table = pa.table({"x": pa.DictionaryArray.from_arrays(
            pa.array([i % 3 for i in range(1000)], pa.int8()), pa.array(["a", "b", "c"]))})
        for profile in (0, 1):  # the baseline's pages are called PLAIN_DICTIONARY
            with self.subTest(profile=profile):
                write(self.path, table, raw=((84, profile, ctypes.c_int32),))
                read = self.check_values(rows_of(table))
                self.assertEqual(read.schema.field("x").type, table.schema.field("x").type)

    def test_narrow_indices_stay_beside_pages_of_nulls_alone(self):
        """Such pages are PLAIN in a row group without values, and of the dictionary in one that has
        any, in front of the first too: Spark reads past its memory where those are PLAIN."""
        words = pa.array([f"word {i}" for i in range(100)])
        numbers = pa.array([i * 10**15 for i in range(100)], pa.int64())
        for values in (words, numbers):
            schema = pa.schema([("x", pa.dictionary(pa.int8(), values.type))])
            nulls, mixed, full = ([None] * 2000, [None] * 1000 + [i % 100 for i in range(3000)],
                                  [i % 100 for i in range(2000)])
            batches = [pa.record_batch([pa.DictionaryArray.from_arrays(
                pa.array(each, pa.int8()), values)], schema=schema)
                for each in (nulls, mixed, full)]
            with self.subTest(values.type):
                raw = ((32, 500, ctypes.c_uint64),)  # page_rows
                with Writer(schema, self.path, raw=raw) as writer:
                    for batch in batches:
                        writer.write(batch)
                chunks = [pq.read_metadata(self.path).row_group(i).column(0) for i in range(3)]
                self.assertEqual([chunk.has_dictionary_page for chunk in chunks],
                                 [False, True, True])
                self.assertEqual(schema_said(self.path).field("x").type, schema.field("x").type)
                read = pq.read_table(self.path)
                read.validate(full=True)
                self.assertEqual(rows_of(read), rows_of(pa.Table.from_batches(batches)))

    def test_narrow_indices_where_values_stand_beside_dictionaries(self):
        """As many as fit, and one more; row groups of PLAIN pages are read as one."""
        for count, type_said in ((64, pa.int8()), (65, pa.int32())):
            values = [f"word {i}" for i in range(2 * count)]
            schema = pa.schema([("x", pa.dictionary(pa.int8(), pa.string()))])
            with self.subTest(count), Writer(
                    schema, self.path, raw=((80, 0, ctypes.c_int32),)) as writer:  # PLAIN
                for first in (0, count):
                    writer.write(pa.record_batch([pa.DictionaryArray.from_arrays(
                        pa.array(range(count), pa.int8()),
                        pa.array(values[first:first + count]))], schema=schema))
            read = self.check_values([{"x": value} for value in values])
            self.assertEqual(read.schema.field("x").type, pa.dictionary(type_said, pa.string()))

    def test_an_arrow_schema_that_is_set_stays(self):
        """What is said of dictionaries that grew is not said over the caller's own."""
        schema = pa.schema([("x", pa.dictionary(pa.int8(), pa.string()))])
        batches = [pa.record_batch([pa.DictionaryArray.from_arrays(
            pa.array(range(100), pa.int8()), pa.array([f"{number}-{i}" for i in range(100)]))],
            schema=schema) for number in range(3)]
        own = base64.b64encode(pa.schema([("x", pa.large_string())]).serialize()).decode()
        for said in (None, own):
            with self.subTest(said=said), Writer(schema, self.path) as writer:
                if said is not None:
                    writer.set_key_value("ARROW:schema", said)
                writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches))
            kept = schema_said(self.path).field("x").type
            self.assertEqual(kept, pa.dictionary(pa.int32(), pa.string()) if said is None
                             else pa.large_string())

    def test_narrow_indices_where_a_dictionary_is_given_up(self):
        schema = pa.schema([("x", pa.dictionary(pa.int16(), pa.string()))])
        words = [f"{i:0100}" for i in range(20_000)]  # 2 MB: above dictionary_bytes
        batch = pa.record_batch([pa.DictionaryArray.from_arrays(
            pa.array(range(20_000), pa.int16()), pa.array(words))], schema=schema)
        other = pa.record_batch([pa.DictionaryArray.from_arrays(
            pa.array(range(20_000), pa.int16()), pa.array([f"-{word}" for word in words]))],
            schema=schema)
        with Writer(schema, self.path) as writer:
            writer.write_stream(pa.RecordBatchReader.from_batches(schema, [batch, other]))
        self.assertIn("PLAIN", pq.read_metadata(self.path).row_group(0).column(0).encodings)
        self.check_values([{"x": word} for word in words] + [{"x": f"-{word}"} for word in words])

    def test_a_batch_above_a_row_group_is_cut_evenly(self):
        batch = pa.record_batch([pa.array(range(1_100_000), pa.int32())], names=["x"])
        with Writer(batch.schema, self.path) as writer:
            writer.write_stream(pa.RecordBatchReader.from_batches(batch.schema, [batch]))
        metadata = pq.read_metadata(self.path)
        self.assertEqual([metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)],
                         [550_016, 549_984])  # where the first ends, a bitmap's word does too
        self.assertEqual(pq.read_table(self.path)["x"], pa.table(batch)["x"])

    def test_metadata_extension_names_and_field_ids(self):
        field = pa.field("x", pa.int32(), metadata={"k": "v", "PARQUET:field_id": "7"})
        unknown = pa.field("y", pa.binary(3), metadata={
            "ARROW:extension:name": "example.three", "ARROW:extension:metadata": "m",
            "PARQUET:field_id": "8"})
        bytes_too = field.with_metadata({**field.metadata, b"bytes": b"\xff", b"\xfe": b"text"})
        schema = pa.schema([bytes_too, unknown], metadata={"origin": "here", "bytes": b"\xff"})
        write(self.path, pa.table([[1], [b"abc"]], schema=schema))
        self.assertEqual(pl.read_parquet(self.path).rows(), [(1, b"abc")])
        read = pq.read_schema(self.path)
        self.assertEqual(read.metadata[b"origin"], b"here")
        self.assertEqual(read.field("x").metadata, field.metadata)
        self.assertEqual(read.field("y").metadata, unknown.metadata)
        file = pq.ParquetFile(self.path)
        self.assertIn("field_id=7 x", str(file.schema))
        self.assertIn("field_id=8 y", str(file.schema))

    def test_data_of_duckdb(self):
        query = duckdb.sql("""
            select i as id, i % 3 = 0 as flag,
                   case when i % 7 > 0 then 'name ' || i % 5 end as name,
                   i::decimal(18, 3) / 8 as price, date '2026-11-20' + i::int as day,
                   timestamp '2026-11-20 01:02:03' + interval (i) second as moment,
                   [j for j in range(i % 4)] as numbers, {'a': i, 'b': 'x' || i} as pair,
                   map {'k' || i: i} as entries,
                   uuid '00000000-0000-0000-0000-000000000001'::varchar as key,
                   ['red', 'green', 'blue'][i % 3 + 1]::enum('red', 'green', 'blue') as colour
            from (select range::int as i from range(250))""")
        expected = plain(query.fetchall())
        arrow = query.to_arrow_table() if hasattr(query, "to_arrow_table") else query.arrow()
        if isinstance(arrow, pa.RecordBatchReader):
            arrow = arrow.read_all()
        with Writer(OwnSchema(query), self.path) as writer:
            writer.write_stream(OwnStream(query))
        self.assertEqual(plain(duckdb.sql(f"from read_parquet('{self.path}')").fetchall()),
                         expected)
        self.check_values(rows_of(arrow))

    def test_types_that_duckdb_hands_over_in_a_way_of_its_own(self):
        """A null array without buffers, DECIMAL with its bits, intervals of months, days and ns."""
        query = duckdb.sql("""
            select null as nothing, i::hugeint as large, interval (i) day as span,
                   i::decimal(18, 3) as price from (select range::int as i from range(250))""")
        with Writer(OwnSchema(query), self.path) as writer:
            writer.write_stream(OwnStream(query))
        self.assertEqual(duckdb.sql(f"from read_parquet('{self.path}')").fetchall(),
                         query.fetchall())

    def test_data_of_polars(self):
        frame = pl.DataFrame({
            "id": range(300),
            "name": [None if i % 7 == 0 else f"a name that is long {i % 11}" for i in range(300)],
            "kind": pl.Series([["x", "y", None][i % 3] for i in range(300)], dtype=pl.Categorical),
            "level": pl.Series([["lo", "hi"][i % 2] for i in range(300)],
                               dtype=pl.Enum(["lo", "mid", "hi"])),
            "numbers": [None if i % 5 == 0 else list(range(i % 4)) for i in range(300)],
            "pair": [{"a": i, "b": None if i % 2 else str(i)} for i in range(300)],
            "fixed": pl.Series([[i, i + 1] for i in range(300)], dtype=pl.Array(pl.Int16, 2)),
            "moment": [MOMENT + datetime.timedelta(seconds=i) for i in range(300)],
            "span": [datetime.timedelta(milliseconds=i) for i in range(300)],
            # INT64 and FIXED_LEN_BYTE_ARRAY; the writer chooses no encoding of these that Polars
            # does not read.
            "price": pl.Series([D(i) / 8 for i in range(300)], dtype=pl.Decimal(18, 3)),
            "amount": pl.Series([D(i) / 8 for i in range(300)], dtype=pl.Decimal(38, 3)),
            "flag": [i % 2 == 0 for i in range(300)],
            "nothing": pl.Series([None] * 300, dtype=pl.Null),
        })
        with Writer(OwnSchema(frame[10:]), self.path) as writer:
            writer.write_stream(OwnStream(frame[10:]))
        read = pl.read_parquet(self.path)
        self.assertEqual(plain(read.rows()), plain(frame[10:].rows()))
        self.assertEqual(plain(duckdb.sql(
            f"select id, name, numbers, flag from read_parquet('{self.path}')").fetchall()),
            plain(frame[10:].select("id", "name", "numbers", "flag").rows()))

    def test_a_stream_that_fails_leaves_the_writer_usable(self):
        schema = pa.schema([("x", pa.int64())])

        def batches():
            yield pa.record_batch([[1, 2]], schema=schema)
            raise ValueError("no more of this")

        with Writer(schema, self.path) as writer:
            with self.assertRaisesRegex(Refused, "the Arrow stream: get_next: .*no more of this"):
                writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches()))
            writer.write(pa.record_batch([[3]], schema=schema))
        self.check_values([{"x": 3}])

    def test_what_cannot_be_written_is_refused_by_its_column(self):
        union = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])
        cases = (
            ("column s.u: a union", pa.StructArray.from_arrays([union], ["u"]), "s"),
            ("column e: a struct without fields", pa.array([{}], pa.struct([])), "e"),
            ("column d: a decimal with 5 digits, -2", pa.array([D(100)], pa.decimal128(5, -2)),
             "d"),
            ("column w: values of 0 bytes", pa.array([b""], pa.binary(0)), "w"),
        )
        for sentence, array, name in cases:
            with self.subTest(name), self.assertRaisesRegex(Refused, sentence):
                write(self.path, pa.table({name: array}))
        required = pa.schema([pa.field("r", pa.int32(), nullable=False)])
        with Writer(required, self.path) as writer:
            with self.assertRaisesRegex(Refused, "column 'r': row 1: a null where none is allowed"):
                writer.write(pa.record_batch([pa.array([1, None, 3], pa.int32())],
                                             schema=pa.schema([("r", pa.int32())])))
        over = pa.table({"c": pa.array([10**5], pa.int64()).cast(pa.decimal128(38, 0))})
        over = pa.Array.from_buffers(pa.decimal128(5, 0), 1, over["c"].chunk(0).buffers())
        large = pa.Array.from_buffers(
            pa.decimal128(5, 0), 1, pa.array([D(10**20)], pa.decimal128(38, 0)).buffers())
        write(self.path, pa.table({"c": over}))
        with self.assertRaisesRegex(Refused, "column 'c': row 0: the decimal has more digits"):
            write(self.path, pa.table({"c": large}))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
