"""Predicates pushed into the readers of the longer command, as predicates.py does it.

Each view gives the rows with everything on that rules rows out, and with all of it off.
"""

import uuid

import pyarrow as pa

import bounds
import description as d
import more_readers
from predicates import MOMENTS, OPERATORS, InPyArrow, View, as_decimal

EVERYTHING = {"statistics", "page index", "bloom filters"}
SPARK_TYPES = {"boolean": "boolean", "int8": "tinyint", "int16": "smallint", "int32": "int",
               "int32_logical": "int", "uint8": "smallint", "uint16": "int",
               "uint32": "bigint", "uint64": "decimal(20, 0)"}


class InSpark(View):
    """Spark's reader is parquet-hadoop, with all of its filters where it hands a predicate on."""

    most = 1  # a query takes tenths of a second
    skips_by = EVERYTHING

    def __init__(self, session, path):
        self.session = session
        self.path = path

    def rows(self, predicate, skipping):
        self.session.conf.set("spark.sql.parquet.filterPushdown", str(skipping).lower())
        column = ".".join(f"`{name}`" for name in predicate.names)
        literal = self.literal(predicate.node, predicate.value)
        condition = f"{column} {predicate.op} {literal}"
        if predicate.node["of"] in bounds.FLOATS and predicate.value == 0:
            condition += f" and {column} <> 0"  # what refusals.py says of zeros
        found = self.session.read.parquet(self.path).filter(condition)
        return sorted(found.select("row").toArrow().column("row").to_pylist())

    @staticmethod
    def literal(node, value):
        kind = node["of"]
        if kind in ("string", "enum"):
            return f"cast(X'{value.hex()}' as string)"
        if isinstance(value, bytes):
            return f"X'{value.hex()}'"
        if kind == "date":
            return f"date_from_unix_date({value})"
        if kind in ("timestamp_ms", "timestamp_us"):
            micros = value * (1000 if kind == "timestamp_ms" else 1)
            zone = "" if node["logical"][2] else "_ntz"
            return f"cast(timestamp_micros({micros}) as timestamp{zone})"
        if kind.startswith("decimal"):
            precision, scale = node["logical"][1:]
            return f"cast('{as_decimal(node, value)}' as decimal({precision}, {scale}))"
        if kind in bounds.FLOATS:
            return f"cast('{value!r}' as {kind})"
        return f"cast('{value}' as {SPARK_TYPES.get(kind, 'bigint')})"


# What ClickHouse skips by: row groups by statistics, bloom filters and dictionaries, pages by the
# page index.
CLICKHOUSE_SKIPS = {
    "input_format_parquet_filter_push_down": 1,
    "input_format_parquet_bloom_filter_push_down": 1,
    "input_format_parquet_dictionary_filter_push_down": 1 << 20,
    "input_format_parquet_page_filter_push_down": 1,
}


class InClickHouse(View):
    most = 1
    skips_by = EVERYTHING

    def __init__(self, chdb, path):
        self.chdb = chdb
        self.path = path

    def refuses(self, predicate):
        if predicate.node["of"] == "uuid" and predicate.op not in ("=", "!="):
            return "has another order of UUIDs"
        return None

    def rows(self, predicate, skipping):
        column = ".".join(f"`{name}`" for name in predicate.names)
        settings = ", ".join(f"{name} = {value if skipping else 0}"
                             for name, value in CLICKHOUSE_SKIPS.items())
        found = self.chdb.query(
            f"select row from file('{self.path}', Parquet) where {column} {predicate.op} "
            f"{self.literal(predicate.node, predicate.value)} order by row "
            f"settings max_threads = 1, {settings}", "TSV").bytes()
        return [int(line) for line in found.split()]

    @staticmethod
    def literal(node, value):
        kind = node["of"]
        if kind == "uuid":
            return f"toUUID('{uuid.UUID(bytes=value)}')"
        if kind == "fixed5":
            return f"toFixedString(unhex('{value.hex()}'), 5)"
        if isinstance(value, bytes):
            return f"unhex('{value.hex()}')"
        if kind == "date":
            return f"toDate32({value})"
        if kind in MOMENTS:
            unit = {d.MILLIS: "Milli", d.MICROS: "Micro", d.NANOS: "Nano"}[node["logical"][1]]
            return f"fromUnixTimestamp64{unit}(toInt64({value}), 'UTC')"
        if kind.startswith("decimal"):
            precision, scale = node["logical"][1:]
            return f"cast('{as_decimal(node, value)}', 'Decimal({precision}, {scale})')"
        if kind in bounds.FLOATS:
            return f"cast('{value!r}', 'Float{64 if kind == 'double' else 32}')"
        if kind == "boolean":
            return str(value).lower()
        return str(value)


# What DataFusion skips by: files and row groups by statistics, these by bloom filters too, pages by
# the page index; and rows are filtered while they are decoded.
DATAFUSION_SKIPS = ("execution.collect_statistics", "execution.parquet.bloom_filter_on_read",
                    "execution.parquet.enable_page_index", "execution.parquet.pushdown_filters")


class InDataFusion(View):
    skips_by = EVERYTHING

    def __init__(self, engine, path):
        self.module = engine.datafusion
        self.frames = [engine.context(dict.fromkeys(DATAFUSION_SKIPS, skipping))
                       .read_parquet(path, parquet_pruning=skipping) for skipping in (False, True)]

    def refuses(self, predicate):
        return ("takes required members of NULL structs for values" if predicate.has_null_parents
                else None)

    def rows(self, predicate, skipping):
        frame = self.frames[skipping]
        kind = frame.schema().field(predicate.names[0]).type
        column = self.module.col(predicate.names[0])
        for name in predicate.names[1:]:
            column, kind = column[name], kind.field(name).type
        literal = self.module.lit(self.literal(predicate.node, predicate.value, kind))
        found = frame.filter(OPERATORS[predicate.op](column, literal)).select("row")
        return sorted(found.to_arrow_table().column("row").to_pylist())

    @staticmethod
    def literal(node, value, kind):
        if kind == pa.string_view():
            return pa.scalar(value.decode(), kind)
        return InPyArrow.literal(node, value, kind)


class InParquetGo(View):
    """A library that skips nothing by itself: main.go does, by what it shows, and by its orders."""

    skips_by = EVERYTHING

    def __init__(self, engine, path):
        self.engine = engine
        self.path = path

    def refuses(self, predicate):
        if predicate.node["of"] in ("decimal38", "decimal20"):
            return "compares DECIMAL of bytes as bytes without a sign"
        return None

    def rows(self, predicate, skipping):
        asked = {"column": predicate.names, "op": predicate.op,
                 "value": d.physical(predicate.node, predicate.value)}
        answer = self.engine.ask(path=self.path, predicate=asked, skipping=skipping)
        return sorted(answer["rows"])


def view_of(engine, path):
    """What answers predicates by this engine; None where it is none of these."""
    if isinstance(engine, more_readers.Spark):
        return InSpark(engine.session, path)
    if isinstance(engine, more_readers.ClickHouse):
        return InClickHouse(engine.chdb, path)
    if isinstance(engine, more_readers.DataFusion):
        return InDataFusion(engine, path)
    return InParquetGo(engine, path) if isinstance(engine, more_readers.ParquetGo) else None
