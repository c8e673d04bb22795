"""Predicates pushed into each engine, beside the same ones without anything to skip by.

Every file has a first column "row" that numbers its rows; an engine's answer is the list of these.
"""

import decimal
import operator
import uuid

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet

import bounds
import description as d

OPERATORS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
             ">": operator.gt, ">=": operator.ge}
WHOLE = {"int32", "int64", "int8", "int16", "uint8", "uint16", "uint32", "uint64", "int32_logical",
         "int64_logical"}
MOMENTS = {"timestamp_ms", "timestamp_us", "timestamp_ns", "timestamp_ns_local"}
KINDS = WHOLE | MOMENTS | {"boolean", "float", "double", "string", "enum", "bytes", "fixed5",
                           "uuid", "date", "decimal9", "decimal18", "decimal38", "decimal20"}


class Predicate:
    """`leaf` `op` `value`; the leaf does not repeat."""

    def __init__(self, leaf, op, value):
        self.node = leaf.node
        self.path = leaf.path
        self.names = leaf.path.split(".")
        self.has_null_parents = leaf.node["repetition"] == d.REQUIRED and leaf.max_definition > 0
        self.op = op
        self.value = value

    def __str__(self):
        return f"{self.path} {self.op} {self.value!r}"

    def value_in(self, row):
        for name in self.names:
            row = None if row is None else row[name]
        return row

    def expected(self, rows):
        """The rows as SQL has them: a null is neither equal nor unequal."""
        values = [self.value_in(row) for row in rows]
        return [i for i, v in enumerate(values)
                if v is not None and OPERATORS[self.op](v, self.value)]

    def for_java(self):
        return {"column": self.path, "op": self.op, "value": d.physical(self.node, self.value)}


def as_decimal(node, value):
    with decimal.localcontext() as context:
        context.prec = 50
        return decimal.Decimal(value).scaleb(-node["logical"][2])


class View:
    """A file as one engine filters it."""

    most = 3  # predicates of a file
    skips_by = {"statistics"}

    def refuses(self, predicate):
        """What the engine cannot do, or None."""
        return None


class InPyArrow(View):
    def __init__(self, path):
        self.dataset = pa.dataset.dataset(path, format="parquet")
        self.table = pa.parquet.read_table(path)

    def refuses(self, predicate):
        return "does not compare UUIDs" if predicate.node["of"] == "uuid" else None

    def rows(self, predicate, skipping):
        kind = self.table.schema.field(predicate.names[0]).type
        for name in predicate.names[1:]:
            kind = kind.field(name).type
        literal = self.literal(predicate.node, predicate.value, kind)
        expression = OPERATORS[predicate.op](pc.field(*predicate.names), literal)
        if skipping:
            found = self.dataset.to_table(columns=["row"], filter=expression)
        else:
            found = self.table.filter(expression)
        return sorted(found.column("row").to_pylist())

    @staticmethod
    def literal(node, value, kind):
        if pa.types.is_decimal(kind):
            return pa.scalar(as_decimal(node, value), kind)
        if pa.types.is_timestamp(kind):
            return pa.scalar(value, pa.int64()).cast(kind)
        if pa.types.is_date(kind):
            return pa.scalar(value, pa.int32()).cast(kind)
        if pa.types.is_string(kind):
            return pa.scalar(value.decode(), kind)
        return pa.scalar(value, kind)


class InDuckDb(View):
    skips_by = {"statistics", "bloom filters"}

    def __init__(self, connection, path):
        self.connection = connection
        self.path = path
        connection.execute("create or replace temp table whole as select * from read_parquet($1)",
                           [path])

    def rows(self, predicate, skipping):
        column = ".".join(f'"{name}"' for name in predicate.names)
        where = f"{column} {predicate.op} {self.literal(predicate.node, predicate.value)}"
        source = "read_parquet($1)" if skipping else "whole"
        found = self.connection.execute(f'select "row" from {source} where {where} order by 1',
                                        [self.path] if skipping else [])
        return [row for row, in found.fetchall()]

    @staticmethod
    def literal(node, value):
        kind = node["of"]
        if kind in ("string", "enum"):
            return "'" + value.decode().replace("'", "''") + "'"
        if kind in ("bytes", "fixed5"):
            return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::blob"
        if kind == "uuid":
            return f"'{uuid.UUID(bytes=value)}'::uuid"
        if kind == "date":
            return f"(date '1970-01-01' + {value})"
        if kind == "timestamp_ms":
            return f"make_timestamp({value * 1000})"
        if kind == "timestamp_us":
            return f"make_timestamp({value})"
        if kind in MOMENTS:
            zone = "tz" if node["logical"][2] else ""
            return f"make_timestamp_ns({value})::timestamp{zone}_ns"
        if kind.startswith("decimal"):
            precision, scale = node["logical"][1:]
            return f"'{as_decimal(node, value)}'::decimal({precision}, {scale})"
        if kind in bounds.FLOATS:
            return f"'{value!r}'::{kind}"
        return str(value).lower()


def duckdb_blooms(connection, path, leaf, value):
    """Whether DuckDB rules the value out, for each row group that has a filter of the column."""
    literal = InDuckDb.literal(leaf.node, value)
    found = connection.execute(
        f"select row_group_id, bloom_filter_excludes from parquet_bloom_probe($1, $2, {literal})",
        [path, leaf.path])
    return dict(found.fetchall())


class InPolars(View):
    def __init__(self, polars, path):
        self.polars = polars
        self.lazy = polars.scan_parquet(path, glob=False)
        self.frame = polars.read_parquet(path, glob=False)

    def rows(self, predicate, skipping):
        column, kind = self.polars.col(predicate.names[0]), self.frame.schema[predicate.names[0]]
        for name in predicate.names[1:]:
            column = column.struct.field(name)
            kind = next(field.dtype for field in kind.fields if field.name == name)
        expression = OPERATORS[predicate.op](
            column, self.literal(predicate.node, predicate.value, kind))
        if skipping:
            found = self.lazy.filter(expression).select("row").collect()
        else:
            found = self.frame.filter(expression)
        return sorted(found["row"].to_list())

    def literal(self, node, value, kind):
        pl = self.polars
        if isinstance(kind, pl.Decimal):
            return pl.lit(as_decimal(node, value), dtype=kind)
        if isinstance(kind, pl.Datetime | pl.Date):
            return pl.lit(value).cast(kind)
        if kind == pl.String:
            return pl.lit(value.decode())
        return pl.lit(value, dtype=kind)


def applicable(file):
    return [leaf for leaf in d.leaves_of(file.schema)
            if leaf.max_repetition == 0 and leaf.node["of"] in KINDS and leaf.path != "row"]


def choose(r, file, count):
    """Up to `count` predicates: on values that are there, at both ends, and on ones that are not.

    Of floats, only what no reading of NaN's place decides: equality and being below.
    """
    chosen, leaves = [], applicable(file)
    for leaf in r.sample(leaves, min(count, len(leaves))):
        node, probe = leaf.node, Predicate(leaf, "=", None)
        present = [v for v in map(probe.value_in, file.rows) if v is not None]
        ordered = sorted((v for v in present if v == v), key=lambda v: bounds.order_key(node, v))
        values = [ordered[0], ordered[-1], r.choice(ordered)] if ordered else []
        values.append(d.KINDS[node["of"]][3](r))
        value = r.choice(values)
        if value != value:
            continue
        ops = ["=", "<", "<="] if node["of"] in bounds.FLOATS else list(OPERATORS)
        chosen.append(Predicate(leaf, "=" if node["of"] == "boolean" else r.choice(ops), value))
    return chosen
