"""Other engines' files: the rows of a description.File, written again by each engine that writes,
with all that it can switch drawn at random.

Each has `engine`, `keeps` (whether the file's own values and types come back from it, as far as
readers.py has them), `changes`, and `write(r, file, path, to)`, which raises where it does not
write such a file.
"""

import polars as pl
import pyarrow as pa
import pyarrow.parquet

import description as d
import harness
import java_reader
import more_readers

ENCODINGS = {
    d.BOOLEAN: ["PLAIN", "RLE"],
    d.INT32: ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
    d.INT64: ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
    d.FLOAT: ["PLAIN", "BYTE_STREAM_SPLIT"],
    d.DOUBLE: ["PLAIN", "BYTE_STREAM_SPLIT"],
    d.BYTE_ARRAY: ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"],
    d.FIXED: ["PLAIN", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT"],
}
# Those of parquet-java that run on Java alone and that we read: LZO is none of ours, and its BROTLI
# wants a library of the machine.
JAVA_CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4", "LZ4_RAW"]


def table_of(path):
    return pa.parquet.read_table(path, coerce_int96_timestamp_unit="ns")


def encoding_of(r, leaf, decimals):
    """One that the physical type has which Arrow's writers give a leaf; None: theirs to choose.

    `decimals`: whether those of few digits are integers.
    """
    kind = leaf.node["of"]
    if kind == "int96":
        physical = d.INT64
    elif kind.startswith("decimal") and (not decimals or kind == "decimal20"):
        physical = d.FIXED
    else:
        physical = leaf.node["type"]
    return r.choice([None, *ENCODINGS[physical]])


class Rewriter:
    keeps = True
    changes = set()  # kinds of description.py whose literals are others then

    def close(self):
        pass


class PyArrow(Rewriter):
    engine = "pyarrow"
    changes = {"enum"}  # raw bytes

    def write(self, r, file, path, to):
        leaves = d.leaves_of(file.schema)
        decimals = r.random() < 0.5
        encodings = {leaf.path: encoding_of(r, leaf, decimals) for leaf in leaves}
        # It takes encodings of columns without dictionaries alone.
        encodings = {path: encoding for path, encoding in encodings.items() if encoding}
        if r.random() < 0.5:
            dictionaries = {"use_dictionary": r.choice([True, False])}
        else:
            dictionaries = {"column_encoding": encodings,
                            "use_dictionary": [leaf.path for leaf in leaves
                                               if leaf.path not in encodings]}
        pa.parquet.write_table(
            table_of(path), to, version="2.6", store_decimal_as_integer=decimals,
            row_group_size=r.choice([50, 130, 1000]),
            write_statistics=r.choice([True, False]),
            compression={leaf.path: r.choice(["none", "snappy", "gzip", "zstd", "brotli", "lz4"])
                         for leaf in leaves},
            data_page_version=r.choice(["1.0", "2.0"]), write_page_index=r.choice([True, False]),
            write_page_checksum=r.choice([True, False]),
            data_page_size=r.choice([64, 512, 1 << 20]),
            dictionary_pagesize_limit=r.choice([64, 1024, 1 << 20]),
            write_batch_size=r.choice([10, 1024]), store_schema=r.choice([True, False]),
            **dictionaries)


class DuckDb(Rewriter):
    engine = "DuckDB"
    keeps = False

    def __init__(self, connection):
        self.connection = connection

    def write(self, r, file, path, to):
        version = r.choice(["V1", "V2"])
        codec = r.choice(["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"])
        self.connection.execute(
            f"copy (select * from read_parquet('{path}')) to '{to}' (format parquet, "
            f"row_group_size 2048, parquet_version {version}, codec '{codec}', "
            f"dictionary_size_limit {r.choice([1, 20, 10000])})")


class Polars(Rewriter):
    engine = "Polars"
    keeps = False
    changes = {"enum", "uuid"}

    def write(self, r, file, path, to):
        pl.read_parquet(path, glob=False).write_parquet(
            to, compression=r.choice(["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4"]),
            statistics=r.choice([True, False, "full"]),
            row_group_size=r.choice([50, 130, 1000]), data_page_size=r.choice([64, 512, 1 << 20]))


class ParquetJava(Rewriter):
    engine = "parquet-java"

    def __init__(self, java):
        self.java = java
        self.close = java.close

    def write(self, r, file, path, to):
        leaves = d.leaves_of(file.schema)
        if any(leaf.node["of"] == "interval" for leaf in leaves):
            raise ValueError("INTERVAL, which becomes UNKNOWN")
        self.java.rewrite(path, to, self.options(r, {leaf.path: {
            "codec": r.choice(JAVA_CODECS), "dictionary": r.random() < 0.5,
            "split": r.random() < 0.3, "statistics": r.random() < 0.8} for leaf in leaves}))

    def write_large_pages(self, r, columns, codec, path, to):
        """One page each, of so many bytes that Hadoop's codecs take it apart."""
        options = self.options(r, {column: {"codec": codec, "dictionary": False, "split": False,
                                            "statistics": True} for column in columns})
        self.java.rewrite(path, to, options | {
            "row_group_rows": 1 << 20, "page_rows": 1 << 20, "page_bytes": 1 << 24})

    @staticmethod
    def options(r, columns):
        return {
            "version": r.choice(["PARQUET_1_0", "PARQUET_2_0"]),
            "row_group_rows": r.choice([50, 130, 1000]), "page_rows": r.choice([3, 20, 1000]),
            "page_bytes": r.choice([64, 512, 1 << 20]),
            "dictionary_bytes": r.choice([64, 1024, 1 << 20]),
            "truncate_bytes": r.choice([1, 4, 64]), "crc": r.random() < 0.5,
            "bloom_filter": r.random() < 0.3, "size_statistics": r.random() < 0.5,
            "columns": columns}


class ArrowRs(Rewriter):
    engine = "arrow-rs"
    changes = {"enum", "uuid"}

    def __init__(self):
        self.arrow_rs = more_readers.ArrowRs()
        self.close = self.arrow_rs.close

    def write(self, r, file, path, to):
        self.write_table(r, table_of(path), to, [
            (leaf.path, encoding_of(r, leaf, True)) for leaf in d.leaves_of(file.schema)])

    def write_table(self, r, table, to, columns):
        """`columns`: (path of a leaf, its encoding or None)."""
        options = {"version": r.choice([1, 2]), "row_group_rows": r.choice([50, 130, 1000]),
                   "page_rows": r.choice([3, 20, 1000]), "page_bytes": r.choice([64, 512, 1 << 20]),
                   "batch_rows": r.choice([1, 10, 1024]),
                   "dictionary_bytes": r.choice([64, 1024, 1 << 20]),
                   "truncate_bytes": r.choice([1, 4, 64]),
                   "bloom_filter": r.choice(["true", "false", "false"]),
                   "page_statistics": r.choice(["true", "false"]),
                   "offset_index": r.choice(["true", "true", "false"])}
        words = [f"{name}={value}" for name, value in options.items()]
        for path, encoding in columns:
            codec = r.choice(["UNCOMPRESSED", "SNAPPY", "GZIP(6)", "BROTLI(1)", "ZSTD(1)", "LZ4",
                              "LZ4_RAW"])
            words.append(f"column={path};{encoding or ''};{r.choice(['true', 'false'])};{codec};"
                         f"{r.choice(['none', 'chunk', 'page', 'page'])}")
        self.arrow_rs.write(table, to, words)


def available(tally, connection, read_files_class):
    """Those that are here; the others are said to be skipped."""
    engines = [PyArrow(), DuckDb(connection), Polars()]
    engines += [ParquetJava(java) for java in harness.java(tally, read_files_class)]
    try:
        engines.append(ArrowRs())
    except more_readers.Unavailable as reason:
        tally.skip(f"arrow-rs: {reason}")
    return engines


def rewritten(tally, engines, r, file, path):
    """What each engine makes of the file, as (engine, path)."""
    for engine in engines:
        to = f"{path[:-8]}.{engine.engine}.parquet"
        error = harness.outcome(lambda e=engine, t=to: e.write(r, file, path, t))
        if error is None:
            yield engine, to
        else:
            tally.left_out[f"{engine.engine} does not write: {str(error)[:70]}"] += 1
