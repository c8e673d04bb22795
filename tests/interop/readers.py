"""What other readers give back, in the form of description.py.

Every reader's result is taken as Arrow data and walked by schema; what an engine is known to show
differently is said here, with the engine and the reason.
"""

import datetime
import decimal
import math
import uuid

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

import description as d
import refusals

NS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
DAY_NS = 86400 * 10**9


def plain(array):
    """An Arrow array as Python values: integers for everything temporal (in ns), bytes for text."""
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in plain(chunk)]
    kind = array.type
    if isinstance(array, pa.ExtensionArray):
        return plain(array.storage)
    if pa.types.is_dictionary(kind):
        values = plain(array.dictionary)
        return [None if i is None else values[i] for i in array.indices.to_pylist()]
    if pa.types.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(array))
    if pa.types.is_struct(kind):
        fields = [(field.name, plain(array.field(i))) for i, field in enumerate(kind)]
        return [
            {name: values[i] for name, values in fields} if valid else None
            for i, valid in enumerate(array.is_valid().to_pylist())
        ]
    if pa.types.is_map(kind):
        keys, items = plain(array.keys), plain(array.items)
        return spans(array, list(zip(keys, items)))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return spans(array, plain(array.values))
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        values, sizes = plain(array.values), array.sizes.to_pylist()
        return [values[first : first + size] if valid else None for first, size, valid in zip(
            array.offsets.to_pylist(), sizes, array.is_valid().to_pylist())]
    if pa.types.is_fixed_size_list(kind):
        values, size = plain(array.values), kind.list_size
        firsts = range(array.offset * size, (array.offset + len(array)) * size, size)
        return [values[first : first + size] if valid else None
                for first, valid in zip(firsts, array.is_valid().to_pylist())]
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        width = pa.int32() if kind.bit_width == 32 else pa.int64()
        scale = NS[kind.unit]
        return [None if v is None else v * scale for v in array.view(width).to_pylist()]
    if pa.types.is_date32(kind):
        return array.view(pa.int32()).to_pylist()
    values = array.to_pylist()
    return [v.encode() if isinstance(v, str) else v for v in values]


def spans(array, values):
    offsets = array.offsets.to_pylist()
    return [
        values[offsets[i] : offsets[i + 1]] if valid else None
        for i, valid in enumerate(array.is_valid().to_pylist())
    ]


def to_expected(node, value):
    """An engine's value as description.py would have it."""
    if value is None:
        return None
    if node["repetition"] == d.REPEATED:
        once = dict(node, repetition=d.REQUIRED)
        return [to_expected(once, element) for element in value]
    if node["kind"] == "group":
        return {
            child["name"]: to_expected(child, value[child["name"]]) for child in node["children"]
        }
    if node["kind"] == "list":
        return [to_expected(node["children"][0], element) for element in value]
    if node["kind"] == "map":
        pairs = [(e["key"], e["value"]) if isinstance(e, dict) else e for e in value]
        key, item = node["children"]
        return [(to_expected(key, k), to_expected(item, v)) for k, v in pairs]
    return leaf_value(node, value)


def leaf_value(node, value):
    kind = node["of"]
    if isinstance(value, decimal.Decimal):
        with decimal.localcontext() as context:
            context.prec = 100
            return int(value.scaleb(node["logical"][2]))
    if isinstance(value, datetime.timedelta):
        return value // datetime.timedelta(microseconds=1) * 1000 // node["duration_ns"]
    if isinstance(value, datetime.date):
        return (value - datetime.date(1970, 1, 1)).days
    if kind == "date" and abs(value) >= DAY_NS:
        return value // DAY_NS
    if kind == "uuid" and len(value) == 36:
        return uuid.UUID(value.decode()).bytes
    if kind == "interval" and not isinstance(value, bytes):
        months, days, ns = value
        return (
            months.to_bytes(4, "little")
            + days.to_bytes(4, "little")
            + (ns // 10**6).to_bytes(4, "little")
        )
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return value


UNIT_NS = {d.MILLIS: 10**6, d.MICROS: 10**3, d.NANOS: 1}


def expected_leaf(node, value):
    """What a reader should give for a leaf: times in ns."""
    logical, unit, _ = node["logical"]
    if logical in (d.TIME, d.TIMESTAMP):
        return value * UNIT_NS[unit]
    return value


def expected(node, value):
    if value is None:
        return None
    if node["repetition"] == d.REPEATED:
        once = dict(node, repetition=d.REQUIRED)
        return [expected(once, element) for element in value]
    children = node.get("children")
    if node["kind"] == "group":
        return {c["name"]: expected(c, value[c["name"]]) for c in children}
    if node["kind"] == "list":
        return [expected(children[0], element) for element in value]
    if node["kind"] == "map":
        return [(expected(children[0], k), expected(children[1], v)) for k, v in value]
    return expected_leaf(node, value)


def same(a, b):
    """Equality where NaN is NaN and -0.0 is not 0.0."""
    if isinstance(a, float) and isinstance(b, float):
        return (math.isnan(a) and math.isnan(b)) or (
            a == b and math.copysign(1, a) == math.copysign(1, b)
        )
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) == type(b) and a == b


class Reader:
    """An engine: `engine` names it as refusals.py does, `version` is the one that runs."""

    @property
    def name(self):
        return f"{self.engine} {self.version}"

    def refuses(self, file):
        return refusals.reason(self.engine, file)

    def close(self):
        pass


class ArrowReader(Reader):
    """One whose results are Arrow data, or a dict of lists."""

    null_is_nan = False

    def rows(self, file, path):
        """The rows as the engine gives them, and as it should."""
        found = self.read(path)
        columns = []
        for node in file.schema:
            name = node["name"]
            values = found[name] if isinstance(found, dict) else plain(found.column(name))
            columns.append([to_expected(node, value) for value in values])
        names = [node["name"] for node in file.schema]
        return [dict(zip(names, row)) for row in zip(*columns)], [
            {node["name"]: self.expected(node, row[node["name"]]) for node in file.schema}
            for row in file.rows
        ]

    def expected(self, node, value):
        if value is None and self.null_is_nan and node.get("of") in ("float", "double"):
            return math.nan
        return expected(node, value)


class PyArrow(ArrowReader):
    engine = "pyarrow"
    version = pa.__version__

    def read(self, path):
        return pa.parquet.read_table(
            path, page_checksum_verification=True, coerce_int96_timestamp_unit="ns"
        )


class DuckDb(ArrowReader):
    engine = "duckdb"

    def __init__(self):
        import duckdb

        self.duckdb = duckdb
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        self.version = duckdb.__version__

    def read(self, path):
        return self.connection.execute("select * from read_parquet($1)", [path]).to_arrow_table()

    def count(self, path, column, value):
        query = f'select count(*) from read_parquet($1) where "{column}" = $2'
        return self.connection.execute(query, [path, value]).fetchone()[0]


class Polars(ArrowReader):
    engine = "polars"

    def __init__(self):
        import polars

        self.polars = polars
        self.version = polars.__version__

    def read(self, path):
        return self.polars.read_parquet(path, glob=False).to_arrow()


class FastParquet(ArrowReader):
    engine = "fastparquet"
    null_is_nan = True  # a pandas column of floats knows no other null

    def __init__(self):
        import fastparquet

        self.fastparquet = fastparquet
        self.version = fastparquet.__version__

    def read(self, path):
        frame = self.fastparquet.ParquetFile(path).to_pandas()
        return {name: [self.value(v) for v in frame[name]] for name in frame.columns}

    def value(self, value):
        if isinstance(value, list):
            return [self.value(v) for v in value]
        if isinstance(value, dict):
            return [(self.value(k), self.value(v)) for k, v in value.items()]
        if value is None or type(value).__name__ == "NAType":
            return None
        if hasattr(value, "item"):
            value = value.item()
        return value.encode() if isinstance(value, str) else value
