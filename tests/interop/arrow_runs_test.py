"""Goal: run-end encoded lists, structs and maps are written as if each row had its own.

Method: as arrow_test.py. Random runs of nested types, in slices, in and under other types, in
streams: the file is, byte by byte, that of the same rows written out, which pyarrow, Polars and
DuckDB read. By hand: nulls of each level, ends and values that are slices, ids, what is refused.

Usage: arrow_runs_test.py LIBPARQUET_FLOW [--seed N] [--random N]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import ctypes
import random
import sys
import unittest

try:
    import duckdb
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

import arrow_calls
import arrow_random
from arrow_calls import Refused, Writer, batch_of, rows_of, schema_said, write

PARSER = argparse.ArgumentParser()
PARSER.add_argument("library")
PARSER.add_argument("--seed", type=int, default=20261127)
PARSER.add_argument("--random", type=int, default=60)
ARGUMENTS = PARSER.parse_args()
arrow_calls.load(ARGUMENTS.library)


def runs(lengths, values, ends=pa.int32()):
    at = [sum(lengths[:i + 1]) for i in range(len(lengths))]
    return pa.RunEndEncodedArray.from_arrays(pa.array(at, ends), values)


def written_out(lengths, values):
    return values.take(pa.array([i for i, length in enumerate(lengths) for _ in range(length)],
                                pa.int64()))


LENGTHS = [2, 1, 3, 1, 1]
NESTED = {
    "list": pa.array([[1, None], None, [], [3], [4, 5, 6]], pa.list_(pa.int64())),
    "fixed list": pa.array([[1, None], None, [3, 4], [5, 6], None], pa.list_(pa.int32(), 2)),
    "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 3, "b": None},
                        {"a": 4, "b": "z"}], pa.struct([("a", pa.int32()), ("b", pa.string())])),
    "map": pa.array([[("k", 1)], None, [], [("l", None), ("m", 3)], [("k", 4)]],
                    pa.map_(pa.string(), pa.int16())),
    "struct of list": pa.array([{"l": [1]}, {"l": None}, None, {"l": []}, {"l": [2, None]}],
                               pa.struct([("l", pa.list_(pa.int8()))])),
    "list of struct": pa.array([[{"a": 1}, None], [], None, [{"a": None}], [{"a": 2}]],
                               pa.list_(pa.struct([("a", pa.int64())]))),
}


class ArrowRunsTest(arrow_calls.FileTest):
    def bytes_of(self, batches, **options):
        schema = batches[0].schema
        with Writer(schema, self.path, **options) as writer:
            writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches))
        streamed = self.path.read_bytes()
        with Writer(schema, self.path, **options) as writer:
            for batch in batches:
                writer.write(batch)
        return streamed, self.path.read_bytes()

    def check_same(self, encoded, decoded):
        """The files of two arrays, as they are and in slices; rows are read last."""
        for first, length in ((0, len(encoded)), (1, len(encoded) - 1), (2, 3)):
            files = [self.bytes_of([pa.record_batch([part.slice(first, length)], names=["x"])])
                     for part in (decoded, encoded)]
            self.assertEqual(files[0], files[1])
        write(self.path, pa.table({"x": encoded}))
        expected = rows_of(pa.table({"x": decoded}))
        self.assertEqual(rows_of(pq.read_table(self.path)), expected)
        self.assertEqual(schema_said(self.path).field("x").type, decoded.type)
        return expected

    def test_nulls_of_each_level(self):
        for name, values in NESTED.items():
            for ends in (pa.int16(), pa.int32(), pa.int64()):
                with self.subTest(name, ends=ends):
                    expected = self.check_same(runs(LENGTHS, values, ends),
                                               written_out(LENGTHS, values))
                    self.assertEqual(rows_of(pl.read_parquet(self.path).to_arrow()), expected)
                    self.assertEqual(rows_of(duckdb.sql(
                        f"from read_parquet('{self.path}')").to_arrow_table()), expected)

    def test_runs_in_other_nested_types(self):
        mask = pa.array([False, True, False, False])
        offsets = pa.array([0, 2, 4, 4, 8], pa.int32())
        begins, sizes = pa.array([4, 0, 1, 3], pa.int32()), pa.array([3, 2, 3, 0], pa.int32())
        keys = pa.array(list("abcdefgh"))
        third = pa.array([i == 3 for i in range(8)])

        def struct(array):
            return pa.StructArray.from_arrays([array, keys], ["r", "n"], mask=third)

        around = {
            "list": lambda array: pa.ListArray.from_arrays(offsets, array, mask=mask),
            "list view": lambda array: pa.ListViewArray.from_arrays(begins, sizes, array,
                                                                    mask=mask),
            "fixed list": lambda array: pa.FixedSizeListArray.from_arrays(array, 2, mask=mask),
            "map": lambda array: pa.MapArray.from_arrays(offsets, keys, array),
            "struct": struct,
            "list of struct": lambda array: pa.ListArray.from_arrays(offsets, struct(array)),
        }
        for name, values in NESTED.items():
            for outer, make in around.items():
                with self.subTest(name, outer=outer):
                    encoded, decoded = (make(part) for part in (
                        runs(LENGTHS, values), written_out(LENGTHS, values)))
                    self.check_same_rows(encoded, decoded)

    def check_same_rows(self, encoded, decoded):
        """Types may differ by how views of lists are read; rows may not."""
        files = [self.bytes_of([pa.record_batch([part.slice(*bounds)], names=["x"])
                                for bounds in ((0, 4), (1, 2), (3,))])
                 for part in (decoded, encoded)]
        self.assertEqual(files[0], files[1])
        write(self.path, pa.table({"x": encoded}))
        self.assertEqual(rows_of(pq.read_table(self.path)), rows_of(pa.table({"x": decoded})))

    def test_runs_of_runs_and_of_what_has_runs(self):
        words = pa.array(["a", None, "b", "c", "d"]).dictionary_encode()
        numbers = pa.array([7, None, 9])
        mask = pa.array([False, False, False, True, False])
        for name, lengths in (("struct", [1, 2, 1, 1]), ("list", [1, 1, 2, 1])):
            values = NESTED[name].slice(1)
            with self.subTest(name):
                self.check_same(runs(LENGTHS, runs(lengths, values)),
                                written_out(LENGTHS, written_out(lengths, values)))
        of_runs, plain = (
            pa.StructArray.from_arrays([each, words], ["n", "w"], mask=mask)
            for each in (runs([1, 3, 1], numbers), written_out([1, 3, 1], numbers)))
        self.check_same(runs(LENGTHS, of_runs), written_out(LENGTHS, plain))

    def test_ends_and_values_that_are_slices(self):
        for name, values in NESTED.items():
            ends = pa.array([-5, 1, 2, 4, 9], pa.int32()).slice(1)
            encoded = pa.RunEndEncodedArray.from_arrays(ends, values.slice(1))
            with self.subTest(name):
                self.check_same(encoded, written_out([1, 1, 2, 5], values.slice(1)))

    def test_what_is_required_stays_so(self):
        """Neither the rows nor the structs are ever null: the leaf has no levels at all."""
        kind = pa.struct([pa.field("a", pa.int64(), nullable=False)])
        values = pa.array([{"a": 1}, {"a": 2}, {"a": 3}], kind)
        encoded = runs([2, 1, 2], values)
        decoded = written_out([2, 1, 2], values)
        written = []
        for part in (decoded, encoded):
            schema = pa.schema([pa.field("x", part.type, nullable=False)])
            written.append(self.bytes_of([pa.record_batch([part], schema=schema)]))
        self.assertEqual(written[0], written[1])
        self.assertEqual([row["x"]["a"] for row in rows_of(pq.read_table(self.path))],
                         [1, 1, 2, 3, 3])
        nulls = runs([2, 1, 2], pa.array([{"a": 1}, None, {"a": 3}], kind))
        schema = pa.schema([pa.field("x", nulls.type, nullable=False)])
        with self.assertRaisesRegex(Refused, "column 'x.a': row 2: a null where none is allowed"):
            write(self.path, pa.table([nulls], schema=schema))

    def test_ends_that_do_not_grow_or_do_not_reach_are_refused(self):
        values = NESTED["list"].slice(0, 3)
        for ends, sentence in (
                ([2, 2, 4], "run ends do not grow: 2 comes behind 2"),
                ([1, 2, 3], "the runs end at 3, before slot 4")):
            array = runs([2, 1, 1], values)
            batch = pa.RecordBatch.from_arrays([array], ["x"])
            # pyarrow makes no wrong ones.
            ctypes.memmove(array.run_ends.buffers()[1].address, (ctypes.c_int32 * 3)(*ends), 12)
            with self.subTest(sentence), Writer(batch.schema, self.path) as writer:
                with self.assertRaisesRegex(Refused, f"column 'x.list.element': {sentence}"):
                    writer.write(batch)

    def test_field_ids_are_those_of_the_runs(self):
        def with_id(name, kind, number):
            return pa.field(name, kind, metadata={"PARQUET:field_id": str(number)})

        kind = pa.struct([with_id("a", pa.int32(), 8), with_id("b", pa.string(), 9)])
        encoded = runs(LENGTHS, NESTED["struct"].cast(kind))
        schema = pa.schema([with_id("x", encoded.type, 7)])
        write(self.path, pa.table([encoded], schema=schema))
        elements = str(pq.ParquetFile(self.path).schema)
        for part in ("field_id=7 x", "field_id=8 a", "field_id=9 b"):
            self.assertIn(part, elements)
        said = schema_said(self.path).field("x")
        self.assertEqual([field.metadata for field in (said, *said.type)],
                         [{b"PARQUET:field_id": str(i).encode()} for i in (7, 8, 9)])

    def test_random_runs(self):
        compared = 0
        for seed in range(ARGUMENTS.seed, ARGUMENTS.seed + ARGUMENTS.random):
            r = random.Random(seed)
            count = r.choice([1, 3, 40, 200])
            lengths = [r.choice([1, 1, 2, 7, 50]) for _ in range(count)]
            values = arrow_random.nested(r, count, r.randrange(1, 4))
            indices = pa.array([i for i, each in enumerate(lengths) for _ in range(each)])
            encoded = runs(lengths, values, r.choice([pa.int32(), pa.int64()]))
            rows = rows_of(pa.table({"x": values}))
            expected = [rows[i.as_py()] for i in indices]
            first = r.randrange(len(encoded))
            length = r.randrange(1, len(encoded) - first + 1)
            part = batch_of(pa.table({"x": encoded.slice(first, length)}))
            with self.subTest(seed=seed):
                self.bytes_of([part.slice(0, length // 2), part.slice(length // 2)],
                              raw=arrow_random.bounds(r))
                self.assertEqual(rows_of(pq.read_table(self.path)),
                                 expected[first:first + length])
                decoded = self.taken(values, indices, first, length)
                if decoded is None or rows_of(decoded) != expected[first:first + length]:
                    continue
                compared += 1
                # Within no bounds: nulls that own elements count for these, and `take` drops them.
                files = [self.bytes_of([each.slice(0, length // 2), each.slice(length // 2)])
                         for each in (part, batch_of(decoded))]
                self.assertEqual(files[0], files[1])
        self.assertGreater(compared, ARGUMENTS.random // 4)

    @staticmethod
    def taken(values, indices, first, length):
        """None: pyarrow 26 cannot. Out of fixed-size lists in slices of such it takes others."""
        try:
            return pa.table({"x": values.take(indices).slice(first, length)})
        except pa.ArrowNotImplementedError:
            return None


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
