"""Goal: what ARROW:schema says of a file's columns is what Arrow's readers can read of them, and
no more than the file has, whatever the options make of the columns.

Method: as arrow_test.py, with options that the Arrow schema does not know of: encodings that are
asked for dictionaries, and field ids.

Usage: arrow_said_test.py LIBPARQUET_FLOW
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import ctypes
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
from arrow_calls import Writer, rows_of, schema_said, write

PARSER = argparse.ArgumentParser()
PARSER.add_argument("library")
arrow_calls.load(PARSER.parse_args().library)

PLAIN, DELTA_BINARY_PACKED, DELTA_LENGTH, DELTA_BYTE_ARRAY = 0, 5, 6, 7
RLE_DICTIONARY, BYTE_STREAM_SPLIT, AUTO = 8, 9, 100


PQ_NAMES = {PLAIN: "PLAIN", DELTA_LENGTH: "DELTA_LENGTH_BYTE_ARRAY",
            DELTA_BYTE_ARRAY: "DELTA_BYTE_ARRAY", RLE_DICTIONARY: "RLE_DICTIONARY"}


def encoding_of_all(encoding):
    return ((80, encoding, ctypes.c_int32),)


class ArrowSaidTest(arrow_calls.FileTest):
    def check_all_read(self, table):
        expected = rows_of(table)
        read = pq.read_table(self.path)
        read.validate(full=True)
        self.assertEqual(rows_of(read), expected)
        self.assertEqual(rows_of(pl.read_parquet(self.path).to_arrow()), expected)
        self.assertEqual(
            rows_of(duckdb.sql(f"from read_parquet('{self.path}')").to_arrow_table()), expected)

    def encodings_of(self, index=0):
        return pq.read_metadata(self.path).row_group(0).column(index).encodings


class DictionariesTest(ArrowSaidTest):
    def check_said(self, table, of_x, **options):
        write(self.path, table, **options)
        self.check_all_read(table)
        said = schema_said(self.path)
        self.assertEqual([said.field("x").type, said.field("l").type.value_type,
                          said.field("s").type.field(1).type], [of_x] * 3)

    def test_texts_in_an_encoding_that_arrow_reads_no_dictionary_of(self):
        """pyarrow 26 refuses such a file, its own too: "DecodeArrow of DictAccumulator"."""
        words = [f"{i * 7919 % 1000:04d} of many" if i % 5 else None for i in range(1000)]
        leaves = ("x", "l.list.element", "s.w")
        for kind in (pa.string(), pa.large_string(), pa.binary()):
            column = pa.array(words).cast(kind).dictionary_encode()
            table = pa.table({
                "x": column,
                "l": pa.ListArray.from_arrays(pa.array(range(1001), pa.int32()), column),
                "s": pa.StructArray.from_arrays([pa.array(range(1000)), column], ["n", "w"]),
            })
            for encoding in (DELTA_LENGTH, DELTA_BYTE_ARRAY, PLAIN, RLE_DICTIONARY, AUTO):
                said = kind if encoding in (DELTA_LENGTH, DELTA_BYTE_ARRAY) else column.type
                columns = dict.fromkeys(leaves, encoding)
                with self.subTest(kind=kind, encoding=encoding):
                    self.check_said(table, said, raw=encoding_of_all(encoding))
                    if encoding != AUTO:
                        self.assertIn(PQ_NAMES[encoding], self.encodings_of())
                for others in (PLAIN, DELTA_LENGTH, AUTO):
                    with self.subTest(kind=kind, encoding=encoding, others=others):
                        self.check_said(table, said, raw=encoding_of_all(others),
                                        encodings=columns)

    def test_one_column_of_two(self):
        words = pa.array(["a", "b", None, "a"] * 50).dictionary_encode()
        table = pa.table({"x": words, "y": words})
        write(self.path, table, encodings={"y": DELTA_BYTE_ARRAY})
        self.check_all_read(table)
        self.assertEqual(schema_said(self.path).types, [words.type, pa.string()])

    def test_indices_that_were_too_narrow_beside_such_a_column(self):
        """The schema that is said at the end begins with what was said."""
        kind = pa.dictionary(pa.int8(), pa.string())
        schema = pa.schema([("x", kind), ("y", kind)])
        batches = []
        for number in range(3):
            column = pa.DictionaryArray.from_arrays(
                pa.array(range(100), pa.int8()), pa.array([f"{number}-{i}" for i in range(100)]))
            batches.append(pa.record_batch([column, column], schema=schema))
        with Writer(schema, self.path, encodings={"y": DELTA_LENGTH}) as writer:
            writer.write_stream(pa.RecordBatchReader.from_batches(schema, batches))
        self.assertEqual(schema_said(self.path).types,
                         [pa.dictionary(pa.int32(), pa.string()), pa.string()])
        self.check_all_read(pa.table({name: pa.array(
            [word for batch in batches for word in batch.column(0).to_pylist()])
            for name in ("x", "y")}))

    def test_numbers_stay_dictionaries(self):
        """Arrow C++ reads them as their values whatever the encoding."""
        for kind, encodings in ((pa.int8(), (DELTA_BINARY_PACKED, BYTE_STREAM_SPLIT)),
                                (pa.int64(), (DELTA_BINARY_PACKED, BYTE_STREAM_SPLIT)),
                                (pa.timestamp("us"), (DELTA_BINARY_PACKED, BYTE_STREAM_SPLIT)),
                                (pa.float64(), (BYTE_STREAM_SPLIT,))):
            column = pa.array([1, 2, None, 1] * 50).cast(kind).dictionary_encode()
            table = pa.table({"x": column})
            for encoding in encodings:
                with self.subTest(kind=kind, encoding=encoding):
                    write(self.path, table, raw=encoding_of_all(encoding))
                    self.check_all_read(table)
                    self.assertEqual(schema_said(self.path).field("x").type, column.type)

    def test_the_name_of_an_extension_goes_with_its_storage(self):
        names = {"ARROW:extension:name": "example.word", "k": "v"}
        column = pa.array(["a", "b", "a"]).dictionary_encode()
        inner = pa.field("x", column.type, metadata=names)
        outer = pa.field("s", pa.struct([inner]), metadata=names)
        table = pa.table([column, pa.StructArray.from_arrays([column], fields=[inner])],
                         schema=pa.schema([inner, outer]))
        for encoding, metadata in ((DELTA_LENGTH, {b"k": b"v"}), (PLAIN, inner.metadata)):
            with self.subTest(encoding=encoding):
                write(self.path, table, raw=encoding_of_all(encoding))
                said = schema_said(self.path)
                self.assertEqual([said.field("x").metadata, said.field("s").metadata,
                                  said.field("s").type.field(0).metadata], [metadata] * 3)
                self.assertEqual(rows_of(pq.read_table(self.path)), rows_of(table))


SCHEMAS_IDS, NO_IDS, ASSIGNED_IDS = 0, 1, 2


def field_ids(choice):
    return ((104, choice, ctypes.c_int32),)


def with_id(name, kind, number, **more):
    return pa.field(name, kind, metadata={"PARQUET:field_id": str(number), **more})


def ids_of(fields):
    """Of fields and what is in them, as the metadata of each says them, depth first."""
    found = []
    for field in fields:
        found.append((field.metadata or {}).get(b"PARQUET:field_id"))
        kind = field.type
        if pa.types.is_map(kind):
            found += ids_of((kind.key_field, kind.item_field))
        elif pa.types.is_nested(kind):
            found += ids_of(kind.field(i) for i in range(kind.num_fields))
    return found


class FieldIdsTest(ArrowSaidTest):
    def tree(self, numbers):
        """Of nine fields."""
        n = iter(numbers)
        struct = with_id("s", pa.struct([with_id("a", pa.int32(), next(n)), with_id(
            "b", pa.string(), next(n))]), next(n), k="v")
        of_list = with_id("l", pa.list_(with_id("element", pa.int64(), next(n))), next(n))
        of_map = with_id("m", pa.map_(with_id("key", pa.string(), next(n)).with_nullable(False),
                                      with_id("value", pa.int8(), next(n))), next(n))
        return pa.schema([struct, of_list, of_map, with_id("x", pa.int32(), next(n))])

    def write_tree(self, schema, choice):
        rows = [{"s": {"a": 1, "b": "t"}, "l": [1, 2], "m": [("k", 1)], "x": 4}]
        table = pa.Table.from_pylist(rows, schema=schema)
        write(self.path, table, raw=field_ids(choice))
        self.assertEqual(rows_of(pq.read_table(self.path)), rows_of(table))
        elements = [part.split()[0] for part in str(pq.ParquetFile(self.path).schema).split(
            "field_id=")[2:]]
        # The groups list and key_value stand between.
        self.assertEqual(len(elements), 11)
        return ids_of(schema_said(self.path)), ids_of(pq.read_schema(self.path)), elements

    def test_ids_that_the_columns_have_are_said(self):
        schema = self.tree(range(11, 20))
        said, read, elements = self.write_tree(schema, SCHEMAS_IDS)
        self.assertEqual(said, ids_of(schema))
        self.assertEqual(read, ids_of(schema))
        self.assertEqual(sorted(elements), sorted(["-1", "-1", *(str(i) for i in range(11, 20))]))

    def test_ids_that_are_left_out_are_not_said(self):
        said, read, elements = self.write_tree(self.tree(range(11, 20)), NO_IDS)
        self.assertEqual(said, [None] * 9)
        self.assertEqual(read, [None] * 9)
        self.assertEqual(elements, ["-1"] * 11)
        self.assertEqual(schema_said(self.path).field("s").metadata, {b"k": b"v"})

    def test_ids_that_were_assigned_are_those_that_readers_see(self):
        # A field that happens to have the one that it is assigned keeps it.
        said, read, elements = self.write_tree(self.tree([20, 3, 21, *range(22, 28)]), ASSIGNED_IDS)
        self.assertEqual(elements, [str(i) for i in range(1, 12)])
        self.assertEqual(said, [None, None, b"3", *[None] * 6])
        self.assertEqual([int(each) for each in read], [1, 2, 3, 4, 6, 7, 9, 10, 11])

    def test_ids_that_were_not_taken_are_not_said(self):
        for wrong in ("x", "-7", "", "007", "2147483648", " 5"):
            schema = self.tree([*range(11, 19), wrong])
            with self.subTest(wrong):
                said, read, elements = self.write_tree(schema, SCHEMAS_IDS)
                taken = elements[-1] != "-1"  # 007 is a number
                self.assertEqual(taken, wrong == "007")
                self.assertEqual(said[:-1], ids_of(schema)[:-1] if taken else [None] * 8)
                self.assertIsNone(said[-1])
                self.assertEqual(read[-1], b"7" if taken else None)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
