"""Goal: fixed-size lists of Arrow, which Parquet does not tell from other lists, are read by
Arrow's readers wherever they stand and whatever is null.

Method: as arrow_test.py. Where pyarrow does not read its own file either, the footer is to say
less, and that pyarrow still does not is part of the test.

Usage: arrow_fixed_lists_test.py LIBPARQUET_FLOW
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import ctypes
import io
import math
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
from arrow_calls import Writer, plain, rows_of, schema_said, write, write_pipeline

PARSER = argparse.ArgumentParser()
PARSER.add_argument("library")
arrow_calls.load(PARSER.parse_args().library)

ROWS = 4
NULLS = pa.array([False, True, False, True])


def numbers(count):
    return pa.array(range(count), pa.int64())


def fixed(values, size, *, required=False, mask=None):
    """`required`: the elements."""
    kind = pa.list_(pa.field("item", values.type, nullable=not required), size)
    return pa.FixedSizeListArray.from_arrays(values, type=kind, mask=mask)


def lists(values, offsets, *, required=False):
    kind = pa.list_(pa.field("item", values.type, nullable=not required))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, type=kind)


def struct(values, *, required=True, mask=None, **others):
    """Of a field f, `required` or not, and `others` behind it, which are as it is."""
    arrays = {"f": values, **others}
    return pa.StructArray.from_arrays(
        list(arrays.values()), mask=mask,
        fields=[pa.field(name, each.type, nullable=not required) for name, each in arrays.items()])


def cases():
    """Arrays, each with the type that ARROW:schema has to say, and whether pyarrow reads its own
    file of it."""
    pairs = fixed(numbers(2 * ROWS), 2)
    pairs_of_pairs = fixed(fixed(numbers(4 * ROWS), 2, required=True), 2, required=True)
    elements = fixed(numbers(6), 2)  # of the lists below: three
    some, offsets = NULLS.slice(0, 3), [0, None, 1, 1, 3]
    no_pairs = pa.array([[]] * ROWS, pa.list_(pa.int64(), 0))
    keys = pa.array(["a", "b", "c"])
    tensors = pa.ExtensionArray.from_storage(
        pa.fixed_shape_tensor(pa.int64(), [2]), fixed(numbers(2 * ROWS), 2))

    def of(kind, required=True):
        return pa.struct([pa.field("f", kind, nullable=not required)])

    same = [
        ("a column", fixed(numbers(2 * ROWS), 2, mask=NULLS)),
        ("its own nulls", struct(fixed(numbers(2 * ROWS), 2, mask=pa.array([True] + [False] * 3)),
                                 required=False, mask=NULLS)),
        ("lists that are null or empty, of structs",
         lists(struct(elements), offsets, required=True)),
        ("lists that are null or empty", lists(elements, offsets, required=True)),
        ("fixed-size lists that are null",
         fixed(struct(fixed(numbers(4 * ROWS), 2)), 2, required=True, mask=NULLS)),
        ("a tensor", tensors),
    ]
    free = pa.list_(pa.int64())
    without_nulls = [
        ("no nulls", struct(pairs), of(free)),
        ("no nulls in lists", lists(struct(elements), offsets), pa.list_(of(free))),
        ("no nulls in maps",
         pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys, struct(elements)),
         pa.map_(pa.string(), of(free))),
        ("a tensor without nulls", struct(tensors), of(free)),
    ]
    mixed = struct(pa.array(["a", "b", "c", "d"]), mask=NULLS,
                   pairs=fixed(struct(numbers(2 * ROWS), g=numbers(2 * ROWS)), 2),
                   deep=struct(pairs, required=False))
    with_nulls = [
        ("a struct that is null", struct(pairs, mask=NULLS), of(free)),
        ("no elements", struct(no_pairs, mask=NULLS), of(no_pairs.type)),
        ("a tensor in a struct that is null", struct(tensors, mask=NULLS), of(free)),
        ("of structs the outer one", struct(struct(pairs), mask=NULLS), of(of(free))),
        ("of structs that may be null the outer one",
         struct(struct(pairs), required=False, mask=NULLS), of(of(free), False)),
        ("of structs that may be null the inner one",
         struct(struct(pairs, mask=NULLS), required=False), of(of(free), False)),
        ("a struct in a list", lists(struct(elements, mask=some), offsets), pa.list_(of(free))),
        ("a struct in a map", pa.MapArray.from_arrays(
            pa.array(offsets, pa.int32()), keys, struct(elements, mask=some)),
         pa.map_(pa.string(), of(free))),
        ("lists in lists", struct(pairs_of_pairs, mask=NULLS),
         of(pa.list_(pa.field("item", pairs_of_pairs.type.value_type, nullable=False)))),
        ("one of several", mixed, pa.struct([
            pa.field("f", pa.string(), nullable=False),
            pa.field("pairs", pa.list_(mixed.type.field("pairs").type.value_type), nullable=False),
            mixed.type.field("deep")])),
    ]
    return [*((name, array, array.type, True) for name, array in same),
            *((*case, True) for case in without_nulls), *((*case, False) for case in with_nulls)]


class FixedListsTest(arrow_calls.FileTest):
    def write_each_way(self, table):
        """The first way as one batch, the others in batches of a row."""
        batches = table.to_batches(max_chunksize=1)
        yield "at once", lambda: write(self.path, table)

        def row_groups():
            with Writer(table.schema, self.path) as writer:
                for batch in batches:
                    writer.write(batch)

        def stream():
            with Writer(table.schema, self.path) as writer:
                writer.write_stream(pa.RecordBatchReader.from_batches(table.schema, batches))

        yield "row groups", row_groups
        yield "a stream", stream
        yield "a pipeline", lambda: write_pipeline(self.path, table.schema, batches, threads=3)

    def test_lists_in_structs_that_are_null(self):
        for name, array, said, _ in cases():
            table = pa.table({"before": fixed(numbers(2 * ROWS), 2), "x": array})
            for way, write_all in self.write_each_way(table):
                with self.subTest(name, way=way):
                    write_all()
                    self.assertEqual(schema_said(self.path),
                                     pa.schema([table.schema.field("before"), ("x", said)]))
                    read = pq.read_table(self.path)
                    read.validate(full=True)
                    self.assertEqual(rows_of(read), rows_of(table))
                    self.assertEqual(
                        rows_of(duckdb.sql(f"from read_parquet('{self.path}')").to_arrow_table()),
                        rows_of(table))
                    self.assertEqual(pl.read_parquet(self.path).to_dicts(),
                                     table.to_pylist(maps_as_pydicts="strict"))

    def test_pyarrow_does_not_read_its_own(self):
        """Where it does, the footer can say more."""
        for name, array, _, is_read in cases():
            file = io.BytesIO()
            pq.write_table(pa.table({"x": array}), file)
            with self.subTest(name):
                if is_read:
                    self.assertEqual(pq.read_table(file)["x"].to_pylist(), array.to_pylist())
                    continue
                with self.assertRaisesRegex(pa.ArrowInvalid, "Expected all lists to be of size="):
                    pq.read_table(file)

    def test_required_elements(self):
        """Polars 2.1 panics at DELTA encodings and BYTE_STREAM_SPLIT of these where some pages have
        nulls and some have none; not so where a list of any length is between."""
        rows = 6000
        nulls = pa.array([i < rows // 2 and i % 7 == 0 for i in range(rows)])

        def pairs(of, mask=nulls):
            return fixed(of, 2, required=True, mask=mask)

        for values, raw, splits in (
                (pa.array(range(2 * rows), pa.int64()), (), "DELTA_BINARY_PACKED"),
                (pa.array([f"order {i:09d}" for i in range(2 * rows)]), (), "DELTA_BYTE_ARRAY"),
                (pa.array([math.sin(i) for i in range(2 * rows)], pa.float32()),
                 ((4, 2, ctypes.c_int32),), "BYTE_STREAM_SPLIT")):  # GZIP
            table = pa.table({
                "list": pairs(values),
                "struct_in_list": pairs(struct(values)),
                "list_in_list": pairs(fixed(values, 1, required=True)),
                "list_in_struct": struct(pairs(values, None), mask=nulls),
                "in_list": lists(pairs(values), range(rows + 1)),
                "around_list": pairs(lists(values, range(2 * rows + 1), required=True)),
            })
            with self.subTest(splits):
                write(self.path, table, raw=((32, 1000, ctypes.c_uint64), *raw))  # page_rows
                self.assertEqual(rows_of(pq.read_table(self.path)), rows_of(table))
                self.assertEqual(plain(pl.read_parquet(self.path).rows()),
                                 plain(pl.from_arrow(table).rows()))
                chunk = pq.read_metadata(self.path).row_group(0)
                encodings = {chunk.column(i).path_in_schema.split(".")[0]: chunk.column(i).encodings
                             for i in range(chunk.num_columns)}
                self.assertIn(splits, encodings.pop("around_list"))
                for name, used in encodings.items():
                    self.assertLessEqual(set(used), {"PLAIN", "RLE", "RLE_DICTIONARY"}, name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
