"""Files of fastparquet: a column of each type that its writer has, with what a reader should give
of it; and what the writer cannot do, or does to values.

A file has every kind of KINDS, each optional or not, as categories or not, in a codec of its own;
page versions, pages, row groups, parts and statistics are the file's.
"""

import datetime
import decimal
import json
import math
import pathlib
import typing
import uuid
from unittest import mock

import fastparquet
import numpy as np
import pandas as pd
import pyarrow as pa

import description as d
import readers

# What its dict of a codec takes, or its name alone.
CODECS_ALONE = ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4", "LZ4_RAW"]
CODECS = [*CODECS_ALONE, {"type": "GZIP", "args": {"compresslevel": 1}},
          {"type": "ZSTD", "args": {"level": 9}},
          {"type": "BROTLI", "args": {"level": 2}},
          {"type": "LZ4_RAW", "args": {"mode": "high_compression", "compression": 9}}]
NAT = -2**63  # what is left of a NaT where no level says that it is NULL


class Kind(typing.NamedTuple):
    type: pa.DataType  # that our reader gives
    draw: typing.Callable
    series: typing.Callable  # of values and None
    expected: typing.Callable = lambda value: value  # as readers.plain has it
    encoding: str = "infer"  # of objects
    fixed: int = 0
    categories: bool = True  # whether the values can be categories
    required: bool = True  # whether columns can be REQUIRED
    required_null: typing.Any = None  # what None becomes there, where it can be


def typed(dtype):
    return lambda values: pd.Series(values, dtype=dtype)


def exact(dtype):
    """Of integers: pandas takes lists of those above 2^63 by way of floats."""
    return lambda values: pd.Series(np.array(values, object), dtype=dtype)


def finite(width):
    """Nullable columns take NaN for NULL."""
    draw = d.floating(width)
    return lambda r: value if not math.isnan(value := draw(r)) else 0.5


def numbers():
    for signs, draw in (("int", d.signed), ("uint", d.unsigned)):
        for bits in (8, 16, 32, 64):
            name = f"{signs}{bits}"
            kind = getattr(pa, name)()
            yield name, Kind(kind, draw(bits), exact(name))
            nullable = name.replace("uint", "UInt").replace("int", "Int")
            yield nullable, Kind(kind, draw(bits), exact(nullable))


def floats():
    # Indexes, and so categories, are of no half floats.
    yield "float16", Kind(pa.float32(), d.half, typed("float16"), categories=False,
                          required_null=math.nan)
    for name, width, kind in (("32", "f", pa.float32()), ("64", "d", pa.float64())):
        yield f"float{name}", Kind(kind, d.floating(width), typed(f"float{name}"),
                                   required_null=math.nan)
        yield f"Float{name}", Kind(kind, finite(width), typed(f"Float{name}"))


def json_value(r):
    return r.choice([{"a": r.randrange(100), "b": None}, [1.5, "zürich", []], {}, "text"])


def json_bytes(value):
    return json.dumps(value, separators=(",", ":")).encode()


def padded(width):
    return lambda value: value[:width].ljust(width, b"\0")


def decimals(r):
    return decimal.Decimal(r.randrange(-10**9, 10**9)).scaleb(-3)


def objects():
    text = lambda r: d.text(r).decode()
    of = typed(object)
    yield "utf8", Kind(pa.string(), text, of, str.encode, "utf8")
    yield "bytes", Kind(pa.binary(), d.raw, of, encoding="bytes")
    yield "json", Kind(pa.json_(), json_value, of, json_bytes, "json", categories=False)
    yield "bool_object", Kind(pa.bool_(), lambda r: r.random() < 0.5, of, encoding="bool",
                              categories=False, required=False)
    yield "int_object", Kind(pa.int64(), d.signed(64), of, encoding="int")
    yield "int32_object", Kind(pa.int32(), d.signed(32), of, encoding="int32", categories=False)
    yield "float_object", Kind(pa.float64(), d.floating("d"), of, encoding="float",
                               required_null=math.nan)
    yield "decimal", Kind(pa.float64(), decimals, of, float, "decimal")
    for storage in ("python", "pyarrow"):
        yield f"string_{storage}", Kind(pa.string(), text, typed(f"string[{storage}]"), str.encode)
    yield "string_arrow", Kind(pa.string(), text, typed(pd.ArrowDtype(pa.large_string())),
                               str.encode)
    # UTF8 and JSON of FIXED_LEN_BYTE_ARRAY are no types of the format: bytes, then.
    fixed = padded(9)
    yield "fixed_bytes", Kind(pa.binary(9), d.raw, of, fixed, "bytes", 9)
    yield "fixed_utf8", Kind(pa.binary(9), text, of, lambda v: fixed(v.encode()), "utf8", 9)
    yield "fixed_json", Kind(pa.binary(9), json_value, of, lambda v: fixed(json_bytes(v)), "json",
                             9, categories=False)


def moments(unit, zone):
    def series(values):
        count = [NAT if value is None else value for value in values]
        column = pd.Series(np.array(count, "int64").view(f"datetime64[{unit}]"))
        return column.dt.tz_localize("UTC").dt.tz_convert(zone) if zone else column
    return series


def spans(unit):
    def series(values):
        count = [NAT if value is None else value for value in values]
        return pd.Series(np.array(count, "int64").view(f"timedelta64[{unit}]"))
    return series


def times():
    for unit, scale in (("ms", 10**6), ("us", 10**3), ("ns", 1)):
        in_ns = lambda value, scale=scale: value * scale
        for zone, suffix in ((None, ""), ("America/New_York", "_zone")):
            yield f"datetime_{unit}{suffix}", Kind(
                pa.timestamp(unit, zone and "UTC"),
                lambda r, scale=scale: r.randrange(-2 * 10**18, 4 * 10**18) // scale,
                moments(unit, zone), in_ns, categories=unit != "ms", required_null=NAT * scale)
        # Durations are written as times of the day, in microseconds.
        yield f"timedelta_{unit}", Kind(
            pa.time64("us"), lambda r, scale=scale: r.randrange(86400 * 10**9 // scale),
            spans(unit), lambda value, scale=scale: value * scale // 1000 * 1000)


KINDS = {
    "bool": Kind(pa.bool_(), lambda r: r.random() < 0.5, typed("bool")),
    "boolean": Kind(pa.bool_(), lambda r: r.random() < 0.5, typed("boolean")),
    **dict(numbers()), **dict(floats()), **dict(objects()), **dict(times())}
# Of what numpy has no NULL for.
FULL = {"bool", *(name for name in KINDS if name.startswith(("int", "uint"))
                  and not name.endswith("object"))}


class Column(typing.NamedTuple):
    series: pd.Series
    type: pa.DataType
    expected: list


def column_of(r, name, rows, optional, categories, int96):
    kind = KINDS[name]
    share = 0
    if (optional or kind.required_null is not None and not categories) and name not in FULL:
        share = r.choice([0, 0.1, 0.5, 1])
    values = [None if r.random() < share else kind.draw(r) for _ in range(rows)]
    if categories:
        pool = [kind.draw(r) for _ in range(r.choice([1, 5, 300]))]
        if kind.type in (pa.float32(), pa.float64()) and kind.encoding != "decimal":
            # Equal values are one category, and a NaN is none.
            pool = [0.5 if math.isnan(value) else value + 0.0 for value in pool]
        values = [value if value is None else r.choice(pool) for value in values]
    null = None if optional else kind.required_null
    expected = [null if value is None or optional and value != value else kind.expected(value)
                for value in values]
    is_int96 = int96 and name.startswith("datetime") and not categories
    series = kind.series(values)
    return Column(series.astype("category") if categories else series,
                  pa.timestamp("ns") if is_int96 else kind.type, expected)


class File:
    """Drawn: its columns, and what it is written with."""

    def __init__(self, r, rows):
        self.int96 = r.random() < 0.3
        self.pages = {"DATAPAGE_VERSION": r.choice([1, 2]),
                      "MAX_PAGE_SIZE": r.choice([600, 5000, 500 << 20])}
        self.columns, self.options = {}, {
            "compression": {}, "object_encoding": {}, "has_nulls": [], "fixed_text": {},
            "times": "int96" if self.int96 else "int64",
            "stats": r.choice([True, False, "auto"]),
            "row_group_offsets": r.choice([None, 130, [0, 1, rows // 2]] if rows > 4 else [None])}
        for name, kind in KINDS.items():
            if self.int96 and name.startswith(("datetime_ms", "datetime_us")):
                continue  # see FAULTS
            optional = not kind.required or r.random() < 0.6
            categories = kind.categories and r.random() < 0.3
            self.columns[name] = column_of(r, name, rows, optional, categories, self.int96)
            self.options["compression"][name] = r.choice(
                CODECS_ALONE if categories else CODECS)
            self.options["object_encoding"][name] = kind.encoding
            if optional:
                self.options["has_nulls"].append(name)
            if kind.fixed:
                self.options["fixed_text"][name] = kind.fixed
        self.frame = pd.DataFrame({name: each.series for name, each in self.columns.items()})
        self.way = r.choice(["one", "append", "parts"]) if rows > 4 else "one"
        if self.way != "append" and r.random() < 0.3:
            self.frame.index = pd.Index(list(range(7, 7 + rows)), dtype="int64")
            self.columns["index"] = Column(None, pa.int64(), list(self.frame.index))

    def write(self, path):
        """The files that came of it, in the order of their rows."""
        with mock.patch.multiple(fastparquet.writer, **self.pages):
            if self.way == "append":
                half = len(self.frame) // 2
                write(path, self.frame[:half], **self.options | {"row_group_offsets": None})
                write(path, self.frame[half:].reset_index(drop=True), append=True,
                      **self.options | {"row_group_offsets": None})
            elif self.way == "parts":
                write(path, self.frame, file_scheme="hive", **self.options)
                return sorted(pathlib.Path(path).glob("part.*.parquet"),
                              key=lambda part: int(part.name.split(".")[1]))
            else:
                write(path, self.frame, **self.options)
        return [path]


def write(path, frame, **options):
    fastparquet.write(str(path), frame, **options)


def check(ours, columns, paths):
    """That our reader gives what the columns were drawn as."""
    tables = [ours.read(path) for path in paths]
    for name, column in columns.items():
        found = [value for table in tables for value in readers.plain(table[name])]
        for table in tables:
            assert table[name].type == column.type, f"{name}: {table[name].type}"
        assert len(found) == len(column.expected), f"{name}: {len(found)} rows"
        for row, (a, b) in enumerate(zip(found, column.expected)):
            assert readers.same(a, b), f"{name} row {row}: {a!r} instead of {b!r}"


def wide_categories(path):
    """Whose indices take 32 bits, which are of no column of a few hundred rows; its columns."""
    texts = [f"text {n}" for n in range(40_000)]
    column = Column(pd.Series(texts).astype("category"), pa.string(), list(map(str.encode, texts)))
    write(path, pd.DataFrame({"a": column.series}))
    return {"a": column}


class Fault(typing.NamedTuple):
    """What the writer refuses, or makes something else of."""
    reason: str
    series: typing.Callable
    expected: list
    options: dict = {}


def arrow(kind):
    return typed(pd.ArrowDtype(kind))


DAY_US = 86400 * 10**6
FAULTS = [
    Fault("has no BSON without pymongo's bson", lambda: pd.Series([{"a": 1}]),
          [b"\x0c\0\0\0\x10a\0\1\0\0\0\0"], {"object_encoding": "bson"}),
    Fault("has no LZO without python-lzo", lambda: pd.Series([1]), [1], {"compression": "LZO"}),
    Fault("has no DECIMAL: numbers of many digits are rounded to DOUBLE",
          lambda: pd.Series([decimal.Decimal(2**53 + 1)]), [2**53 + 1]),
    Fault("has no DATE", lambda: pd.Series([datetime.date(2026, 11, 27)]), [20784]),
    Fault("has no TIME of datetime.time", lambda: pd.Series([datetime.time(1)]), [3600 * 10**9]),
    Fault("has no UUID", lambda: pd.Series([uuid.UUID(int=1)]), [bytes(15) + b"\1"]),
    Fault("has no complex numbers", lambda: pd.Series([1j]), [1j]),
    Fault("has no long double", lambda: pd.Series(np.array([1], "longdouble")), [1.0]),
    Fault("has no periods", lambda: pd.Series(pd.period_range("2026-11", periods=1, freq="M")),
          [682]),
    Fault("has no intervals", lambda: pd.Series(pd.interval_range(0, 1)),
          [{"left": 0, "right": 1}]),
    Fault("has no sparse columns", lambda: pd.Series(pd.arrays.SparseArray([1])), [1]),
    Fault("has no lists but as JSON", lambda: pd.Series([[1, 2]]), [[1, 2]]),
    Fault("has no structs but as JSON", lambda: pd.Series([{"a": 1}]), [{"a": 1}]),
    Fault("has no numpy arrays as values", lambda: pd.Series([np.array([1, 2])]), [[1, 2]]),
    Fault("has no columns whose values are of several types", lambda: pd.Series(["a", 1]),
          [b"a", b"1"]),
    Fault("has no bytearray", lambda: pd.Series([bytearray(b"a")]), [b"a"],
          {"object_encoding": "bytes"}),
    *(Fault(f"has no pandas column of Arrow's {kind}",
            lambda values=values, kind=kind: arrow(kind)(values), expected)
      for kind, values, expected in (
          (pa.int64(), [1], [1]), (pa.float64(), [1.5], [1.5]), (pa.bool_(), [True], [True]),
          (pa.binary(), [b"a"], [b"a"]), (pa.decimal128(9, 2), [decimal.Decimal(1)], [100]),
          (pa.date32(), [datetime.date(2026, 11, 27)], [20784]),
          (pa.timestamp("us"), [datetime.datetime(1970, 1, 2)], [DAY_US * 1000]),
          (pa.list_(pa.int64()), [[1]], [[1]]))),
    Fault("writes seconds of datetime64[s] as so many thousandths of them, in milliseconds",
          lambda: moments("s", None)([10**9]), [10**18]),
    Fault("writes seconds of timedelta64[s] as microseconds", lambda: spans("s")([3600]),
          [3600 * 10**9]),
    *(Fault(f"takes datetime64[{unit}] for nanoseconds in INT96",
            lambda unit=unit, count=count: moments(unit, None)([count]), [10**18],
            {"times": "int96"})
      for unit, count in (("ms", 10**12), ("us", 10**15))),
    *(Fault(f"writes durations {which}, as TIME, which has none", lambda n=n: spans("us")([n]),
            [n * 1000]) for which, n in (("below zero", -1), ("of a day and more", DAY_US))),
    Fault("writes no object of bool that is REQUIRED", lambda: pd.Series([True], dtype=object),
          [True], {"object_encoding": "bool", "has_nulls": False}),
    Fault("writes INT64 for categories of object_encoding int32",
          lambda: pd.Series([1], dtype=object).astype("category"), [pa.int32(), 1],
          {"object_encoding": "int32"}),
    Fault("fails at statistics of categories of datetime64[ms]",
          lambda: moments("ms", None)([1]).astype("category"), [10**6], {"stats": True}),
    Fault("fails at options of a codec for categories",
          lambda: pd.Series(["a"], dtype="category"), [b"a"],
          {"compression": {"a": {"type": "GZIP", "args": None}}}),
    Fault("writes index 255 for NULL in REQUIRED categories",
          lambda: pd.Series(["a", None], dtype="category"), [b"a", None], {"has_nulls": False}),
    Fault("writes no valid repetition of objects where has_nulls is 'infer'",
          lambda: pd.Series(["a", None]), [b"a", None], {"has_nulls": "infer"}),
    Fault("cuts texts of fixed_text off at its bytes", lambda: pd.Series(["zürich"]),
          ["zü".encode()], {"fixed_text": {"a": 2}}),
]


def try_fault(ours, fault, path):
    """Ends well where the file has what was given to the writer."""
    write(path, pd.DataFrame({"a": fault.series()}), **fault.options)
    found = ours.read(path)["a"]
    values = readers.plain(found)
    if isinstance(fault.expected[0], pa.DataType):
        values = [found.type, *values]
    assert len(values) == len(fault.expected) and all(map(readers.same, values, fault.expected)), (
        f"{values} instead of {fault.expected}")
