"""Goal: what the reader hands over as Arrow data is what pyarrow reads from the same file: every
value, and every type that it can say.

Method: ctypes calls the shared library; pyarrow imports the stream that it exports, validates it in
full and compares it with its own read. Files of the parquet-testing corpus, files that pyarrow,
DuckDB, Polars and fastparquet write of every type they have, and random nested tables; in batches
of several sizes, from a path, a mapping, memory and callbacks; ranges of rows, projections, string
views.

Usage: reader_test.py LIBPARQUET_FLOW CORPUS [--seed N] [--random N]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import pathlib
import random
import sys
import tempfile
import unittest

try:
    import duckdb
    import fastparquet
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

import arrow_random
import our_reader

PARSER = argparse.ArgumentParser()
PARSER.add_argument("library")
PARSER.add_argument("corpus", type=pathlib.Path)
PARSER.add_argument("--seed", type=int, default=20261126)
PARSER.add_argument("--random", type=int, default=60)
ARGUMENTS = PARSER.parse_args()
open_file = our_reader.Library(ARGUMENTS.library).open
DATA = ARGUMENTS.corpus / "parquet-testing" / "data"

def leaves_types_open(kind):
    t = pa.types
    return t.is_list_view(kind) or t.is_large_list_view(kind) or t.is_dictionary(kind)


class ReaderTest(unittest.TestCase):
    def check(self, path, where, types=True):
        theirs = pq.read_table(path)
        r = random.Random(str(where))
        for how in ("path", "mapping", "memory", "callbacks"):
            with open_file(path, how) as reader:
                batch_rows = r.choice([1, 7, 100, 1 << 16]) if theirs.num_rows < 2000 else 65536
                our_reader.check_same(reader.table(batch_rows=batch_rows), theirs,
                                      f"{where} {how}", types)
        if theirs.num_rows == 0:
            return
        with open_file(path, "memory") as reader:
            first = r.randrange(theirs.num_rows)
            count = r.randrange(theirs.num_rows - first + 1)
            part = reader.table(first_row=first, row_count=count, batch_rows=r.randrange(1, 500))
            our_reader.check_same(part, theirs.slice(first, count), f"{where} rows", types)
            name = r.choice(theirs.column_names)
            if "." not in name:
                our_reader.check_same(reader.table([name]), theirs.select([name]),
                                      f"{where} {name}", types)


# Why pyarrow is not asked about these files of the corpus, or not about their types.
NOT_COMPARED = {
    "datapage_v1-corrupt-checksum.parquet": "refused: see refused_files",
    "rle-dict-uncompressed-corrupt-checksum.parquet": "refused: see refused_files",
    "nation.dict-malformed.parquet": "refused: a chunk is longer than its metadata says",
    "large_string_map.brotli.parquet": "pages of 1 GiB, above the limit",
    "incorrect_map_schema.parquet": "pyarrow wants keys that are REQUIRED; DuckDB is asked",
}
# What README.md of bad_data says is wrong: the words that our sentence has for it.
BAD_DATA = {
    "ARROW-GH-41317.parquet": "pages of type 1",
    "ARROW-GH-41321.parquet": "column 'int64': page at offset 1313",
    "ARROW-GH-45185.parquet": "does not begin a row",
    "ARROW-GH-47662.parquet": "of PLAIN values do not hold",
    "ARROW-RS-GH-6229-DICTHEADER.parquet": "are outside of the file's pages",
    "ARROW-RS-GH-6229-LEVELS.parquet": "where its chunk has",
    "PARQUET-1481.parquet": "physical type -7 is not known",
}


class CorpusTest(ReaderTest):
    def setUp(self):
        if not DATA.is_dir():
            self.skipTest(f"{DATA} is not there")

    def test_files_are_what_pyarrow_reads(self):
        for path in sorted(DATA.glob("*.parquet")) + sorted(DATA.glob("geospatial/*.parquet")):
            if path.name in NOT_COMPARED:
                continue
            with self.subTest(path.name):
                self.check(path, path.name)

    def test_keys_of_a_map_that_are_optional(self):
        path = DATA / "incorrect_map_schema.parquet"
        with open_file(path) as reader:
            ours = reader.table()
        theirs = duckdb.sql(f"select * from read_parquet('{path}')").fetchall()
        mine = [tuple(dict(each) for each in row.values()) for row in ours.to_pylist()]
        self.assertEqual(mine, theirs)

    def test_checksums_are_looked_at_unless_told_otherwise(self):
        for name in ("datapage_v1-corrupt-checksum.parquet",
                     "rle-dict-uncompressed-corrupt-checksum.parquet"):
            with open_file(DATA / name) as reader, self.assertRaisesRegex(Exception, "CRC-32"):
                reader.table()
            with open_file(DATA / name, no_crc=1) as reader:
                our_reader.check_same(reader.table(), pq.read_table(DATA / name), name)

    def test_pages_above_the_limit_are_read_where_it_is_raised(self):
        path = DATA / "large_string_map.brotli.parquet"
        with open_file(path) as reader, self.assertRaisesRegex(Exception, "above the limit"):
            reader.table()
        path = DATA / "alltypes_tiny_pages.parquet"
        with open_file(path, page_bytes_max=16) as reader:
            with self.assertRaisesRegex(Exception, "above the limit"):
                reader.table()
        with open_file(path, page_bytes_max=1 << 17) as reader:
            our_reader.check_same(reader.table(), pq.read_table(path), path.name, False)

    def test_names_that_are_empty_or_there_twice(self):
        columns = [pa.array([1, 2]), pa.array(["a", None]), pa.array([3.5, 4.5])]
        table = pa.Table.from_arrays(columns, names=["x", "x", ""])
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.parquet"
            pq.write_table(table, path)
            with open_file(path) as reader:
                ours = reader.table()
                self.assertEqual(ours.column_names, ["x", "x", ""])
                self.assertTrue(ours.cast(table.schema).equals(table))
                with self.assertRaisesRegex(our_reader.Refused, "path of more than one column"):
                    reader.stream(["x"])

    def test_bad_files_are_refused_with_and_without_checksums(self):
        for path in sorted((DATA.parent / "bad_data").glob("*.parquet")):
            if path.name == "ARROW-GH-43605.parquet":  # which its README wants to be read
                with open_file(path) as reader:
                    self.assertEqual(reader.table().num_rows, 21186)
                continue
            for no_crc in (0, 1):
                with self.subTest(f"{path.name} {no_crc}"):
                    with self.assertRaisesRegex(Exception, BAD_DATA[path.name]):
                        with open_file(path, no_crc=no_crc) as reader:
                            reader.table()


class WritersTest(ReaderTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "t.parquet"

    def test_random_tables_of_pyarrow(self):
        for number in range(ARGUMENTS.random):
            r = random.Random(ARGUMENTS.seed + number)
            table = arrow_random.table(r)
            options = {"data_page_version": r.choice(["1.0", "2.0"]),
                       "compression": r.choice(["none", "snappy", "gzip", "zstd", "lz4"]),
                       "use_dictionary": r.choice([True, False]),
                       "data_page_size": r.choice([100, 5000, 1 << 20]),
                       "write_page_checksum": r.choice([True, False]),
                       "row_group_size": r.choice([100, 1 << 20]),
                       "store_schema": r.choice([True, False])}
            with self.subTest(f"seed {ARGUMENTS.seed + number} {options}"):
                try:
                    pq.write_table(table, self.path, **options)
                except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
                    continue  # a type that pyarrow does not write
                # In these pyarrow does not bring back what types their values had.
                types = not any(arrow_random.any_type(kind, leaves_types_open)
                                for kind in table.schema.types)
                self.check(self.path, f"seed {ARGUMENTS.seed + number}", types)

    def test_every_encoding_of_pyarrow(self):
        r = random.Random(ARGUMENTS.seed)
        rows = 5000
        sparse = lambda make: [None if r.random() < 0.1 else make() for _ in range(rows)]
        columns = {"i32": (pa.int32(), lambda: r.randrange(-9, 2**31)),
                   "i64": (pa.int64(), lambda: r.randrange(-2**63, 2**63)),
                   "f": (pa.float32(), r.random), "d": (pa.float64(), r.random),
                   "s": (pa.string(), lambda: "x" * r.randrange(40) + str(r.random())),
                   "fixed": (pa.binary(5), lambda: r.randbytes(5)),
                   "b": (pa.bool_(), lambda: r.random() < 0.5)}
        full = pa.table({name: pa.array([make() for _ in range(rows)], kind)
                         for name, (kind, make) in columns.items()})
        nulls = pa.table({name: pa.array(sparse(make), kind)
                          for name, (kind, make) in columns.items()})
        encodings = {"PLAIN": list(columns), "DELTA_BINARY_PACKED": ["i32", "i64"],
                     "DELTA_LENGTH_BYTE_ARRAY": ["s"], "DELTA_BYTE_ARRAY": ["s", "fixed"],
                     "BYTE_STREAM_SPLIT": ["i32", "i64", "f", "d", "fixed"], "RLE": ["b"]}
        for table in (full, nulls):
            for encoding, names in encodings.items():
                for version in ("1.0", "2.0"):
                    with self.subTest(f"{encoding} {version}"):
                        pq.write_table(table.select(names), self.path, use_dictionary=False,
                                       column_encoding={name: encoding for name in names},
                                       data_page_version=version, data_page_size=3000)
                        self.check(self.path, f"{encoding} {version}")

    def test_files_of_duckdb_and_polars(self):
        duckdb.sql("""copy (select (i %% 100)::tinyint a, i::usmallint b,
            i::hugeint::decimal(30, 3) c,
            ('2020-01-01'::date + i::int) d, make_timestamp(i * 1000003) e, i %% 3 = 0 f,
            case when i %% 7 = 0 then null else 'text ' || i end g, [i, null, i + 1] h,
            {'x': i, 'y': [i %% 5]} k, map {'a': i} m, uuid() u, i / 7.0::double v
            from range(4000) t(i)) to '%s' (format parquet, row_group_size 2048)""" % self.path)
        self.check(self.path, "duckdb")
        frame = pl.DataFrame({"i": range(3000)}).with_columns(
            pl.col("i").cast(pl.Utf8).alias("s"), (pl.col("i") % 9).cast(pl.Int8).alias("n"),
            pl.when(pl.col("i") % 4 == 0).then(None).otherwise(pl.col("i") / 3).alias("f"),
            pl.concat_list("i", "i").alias("l"), pl.struct("i").alias("t"),
            pl.col("i").cast(pl.Datetime("ns")).alias("time"))
        frame.write_parquet(self.path)
        self.check(self.path, "polars")

    def test_files_of_fastparquet(self):
        rows = 1000
        numbers = [None if i % 5 == 0 else i for i in range(rows)]
        texts = [f"x{i % 7}" for i in range(rows)]
        columns = {
            "i64": (pd.Series(range(rows)), list(range(rows))),
            "i8": (pd.Series([i % 100 for i in range(rows)], dtype="int8"),
                   [i % 100 for i in range(rows)]),
            "u32": (pd.Series([2**32 - 1 - i for i in range(rows)], dtype="uint32"),
                    [2**32 - 1 - i for i in range(rows)]),
            "null": (pd.Series(numbers, dtype="Int64"), numbers),
            "f64": (pd.Series([i * 1.5 for i in range(rows)]), [i * 1.5 for i in range(rows)]),
            "bool": (pd.Series([i % 2 == 0 for i in range(rows)]),
                     [i % 2 == 0 for i in range(rows)]),
            "text": (pd.Series(texts), texts),
            "few": (pd.Series(texts, dtype="category"), texts),
            "some": (pd.Series([None if i % 5 == 0 else t for i, t in enumerate(texts)]),
                     [None if i % 5 == 0 else t for i, t in enumerate(texts)]),
            "time": (pd.Series(pd.date_range("2020-01-01", periods=rows, freq="h")),
                     pd.date_range("2020-01-01", periods=rows, freq="h").to_pydatetime().tolist()),
        }
        frame = pd.DataFrame({name: series for name, (series, _) in columns.items()})
        for codec in (None, "SNAPPY", "GZIP", "ZSTD"):
            for groups in ([0], [0, 300, 650]):
                with self.subTest(f"{codec} {groups}"):
                    fastparquet.write(str(self.path), frame, compression=codec,
                                      row_group_offsets=groups)
                    self.check(self.path, f"fastparquet {codec}", types=False)
                    with open_file(self.path) as reader:
                        ours = reader.table()
                    for name, (_, values) in columns.items():
                        mine = [v.decode() if isinstance(v, bytes) else v
                                for v in ours[name].to_pylist()]
                        self.assertEqual(mine, values, name)

    def test_strings_as_views_and_int96_as_it_is(self):
        table = pa.table({"s": ["", None, "twelve bytes", "thirteen bytes", "x" * 99],
                          "b": pa.array([b"1", b"", None, b"22", b"3" * 20], pa.large_binary()),
                          "t": pa.array([0, 1, None, -1, 10**18], pa.timestamp("ns"))})
        pq.write_table(table, self.path, use_deprecated_int96_timestamps=True)
        with open_file(self.path) as reader:
            views = reader.table(strings=2)
            self.assertEqual(views.schema.types[:2], [pa.string_view(), pa.binary_view()])
            our_reader.check_same(views, table, "views", types=False)
            offsets = reader.table(strings=1)
            self.assertEqual(offsets.schema.types[:2], [pa.string(), pa.binary()])
            our_reader.check_same(offsets, table, "offsets", types=False)
            raw = reader.table(["t"], raw_int96=1)
            self.assertEqual(raw.schema.types, [pa.binary(12)])
            days = (2440588).to_bytes(4, "little")
            self.assertEqual(raw["t"].to_pylist()[0], bytes(8) + days)
            our_reader.check_same(reader.table(["t"]), table.select(["t"]), "timestamps")

    def test_columns_are_named_by_paths(self):
        table = pa.table({"a": [{"x": 1, "y": [1, 2]}, None], "b": [[{"p": 1, "q": "r"}], []],
                          "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int32()))})
        pq.write_table(table, self.path)
        with open_file(self.path) as reader:
            self.assertEqual(reader.table(["a.y"]).to_pylist(), [{"a": {"y": [1, 2]}}, {"a": None}])
            self.assertEqual(reader.table(["b.list.element.q", "a.x"]).to_pylist(),
                             [{"a": {"x": 1}, "b": [{"q": "r"}]}, {"a": None, "b": []}])
            self.assertEqual(reader.table(["m.key_value.value"]).to_pylist(),
                             [{"m": [{"value": 1}]}, {"m": None}])
            with self.assertRaisesRegex(our_reader.Refused, "there is no column 'a.z'"):
                reader.stream(["a.z"])

    def test_types_that_arrow_schema_keeps(self):
        table = pa.table({
            "s": pa.array([1, None], pa.timestamp("us", "Europe/Berlin")),
            "d": pa.array([5, None], pa.duration("ms")),
            "l": pa.array([[1], None], pa.large_list(pa.int8())),
            "t": pa.array(["a", None], pa.large_string()),
            "v": pa.array(["a", None], pa.string_view()),
            "w": pa.array([7, None], pa.decimal128(30, 6)),
            "x": pa.array([7, None], pa.decimal256(20, 6))})
        pq.write_table(table, self.path)
        with open_file(self.path) as reader:
            self.assertEqual(reader.table().schema.types, pq.read_table(self.path).schema.types)
            plain = reader.table(ignore_arrow_schema=1)
            self.assertEqual(plain.schema.field("s").type, pa.timestamp("us", "UTC"))
            self.assertEqual(plain.schema.field("d").type, pa.int64())
            self.assertEqual(plain.schema.field("t").type, pa.string())

    def test_arrays_outlive_their_reader_and_can_be_taken_apart(self):
        table = pa.table({"a": range(100_000), "s": [str(i) for i in range(100_000)]})
        pq.write_table(table, self.path, use_dictionary=False, compression="none")
        with open_file(self.path, "mapping") as reader:
            batches = reader.stream(batch_rows=1000)
            kept = [next(batches).column(1) for _ in range(5)]
        rest = batches.read_all()
        self.assertEqual(pa.chunked_array(kept).to_pylist(), table["s"][:5000].to_pylist())
        self.assertEqual(rest.num_rows, 95_000)
        self.assertEqual(rest["a"].to_pylist(), list(range(5000, 100_000)))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
