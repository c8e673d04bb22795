"""Predicates pushed into the readers of the longer command, as predicates.py does it.

Each view gives the rows with everything on that rules rows out, and with all of it off.
"""

import uuid

import bounds
import description as d
import more_readers
from predicates import MOMENTS, View, as_decimal

SPARK_TYPES = {"boolean": "boolean", "int8": "tinyint", "int16": "smallint", "int32": "int",
               "int32_logical": "int", "uint8": "smallint", "uint16": "int",
               "uint32": "bigint", "uint64": "decimal(20, 0)"}


class InSpark(View):
    """Spark's reader is parquet-hadoop, with all of its filters where it hands a predicate on."""

    most = 1  # a query takes tenths of a second

    def __init__(self, session, path):
        self.session = session
        self.path = path

    def rows(self, predicate, skipping):
        self.session.conf.set("spark.sql.parquet.filterPushdown", str(skipping).lower())
        column = ".".join(f"`{name}`" for name in predicate.names)
        literal = self.literal(predicate.node, predicate.value)
        found = self.session.read.parquet(self.path).filter(f"{column} {predicate.op} {literal}")
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


def view_of(engine, path):
    """What answers predicates by this engine; None where it is none of these."""
    if isinstance(engine, more_readers.Spark):
        return InSpark(engine.session, path)
    return InClickHouse(engine.chdb, path) if isinstance(engine, more_readers.ClickHouse) else None
