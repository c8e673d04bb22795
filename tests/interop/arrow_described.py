"""A file that was written from an Arrow table, in the form of description.py: so that every reader
that takes those files takes this one, with what it refuses.

The schema is the one in the footer, the rows are the table's, whatever any reader makes of them.
"""

import datetime
import decimal
import struct
import uuid

import pyarrow as pa

import description as d
import metadata

# SchemaElement: type, type_length, repetition_type, name, num_children, converted_type, logicalType
TYPE, LENGTH, REPETITION, NAME, CHILDREN, CONVERTED, LOGICAL = 1, 2, 3, 4, 5, 6, 10
# LogicalType
(L_STRING, L_MAP, L_LIST, L_ENUM, L_DECIMAL, L_DATE, L_TIME, L_TIMESTAMP, _, L_INTEGER, L_UNKNOWN,
 L_JSON, L_BSON, L_UUID, L_FLOAT16) = range(1, 16)
CONVERTED_INTERVAL = 21
PHYSICAL = {d.BOOLEAN: "boolean", d.INT32: "int32", d.INT64: "int64", d.INT96: "int96",
            d.FLOAT: "float", d.DOUBLE: "double", d.BYTE_ARRAY: "bytes", d.FIXED: "fixed5"}
PLAIN_LOGICAL = {L_STRING: ("string", d.STRING), L_ENUM: ("enum", d.ENUM), L_DATE: ("date", d.DATE),
                 L_JSON: ("json", d.JSON), L_BSON: ("bson", d.BSON), L_UUID: ("uuid", d.UUID),
                 L_FLOAT16: ("float16", d.FLOAT16)}
UNITS = ["ms", "us", "ns"]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)


def kind_of(element):
    """A leaf's key of description.KINDS, or the nearest to one, and its logical type."""
    physical = element[TYPE]
    if element.get(CONVERTED) == CONVERTED_INTERVAL:
        return "interval", (d.INTERVAL, 0, 0)
    if LOGICAL not in element:
        return PHYSICAL[physical], (d.NONE, 0, 0)
    (logical, said), = element[LOGICAL].items()
    if logical in PLAIN_LOGICAL:
        kind, number = PLAIN_LOGICAL[logical]
        return kind, (number, 0, 0)
    if logical == L_UNKNOWN:
        return "unknown" if physical == d.INT32 else "unknown_text", (d.UNKNOWN, 0, 0)
    if logical == L_DECIMAL:
        digits = {d.INT32: 9, d.INT64: 18, d.BYTE_ARRAY: 20, d.FIXED: 38 if said[2] <= 38 else 76}
        return f"decimal{digits[physical]}", (d.DECIMAL, said[2], said[1])
    if logical == L_INTEGER:
        return ("" if said[2] else "u") + f"int{said[1]}", (d.INTEGER, said[1], int(said[2]))
    (unit, _), = said[2].items()
    name = "time" if logical == L_TIME else "timestamp"
    number = d.TIME if logical == L_TIME else d.TIMESTAMP
    return f"{name}_{UNITS[unit - 1]}", (number, unit - 1, int(said[1]))


def schema_of(parquet):
    elements = iter(parquet.footer["schema"])

    def node():
        element = next(elements)
        name, repetition = element[NAME].decode(), element.get(REPETITION, d.REQUIRED)
        if not element.get(CHILDREN):
            kind, logical = kind_of(element)
            return {"name": name, "kind": "leaf", "repetition": repetition, "of": kind,
                    "type": element[TYPE], "length": element.get(LENGTH, 0),
                    "logical": list(logical)}
        children = [node() for _ in range(element[CHILDREN])]
        logical = element.get(LOGICAL, {})
        if L_LIST in logical or L_MAP in logical:
            repeated, = children
            assert repeated["repetition"] == d.REPEATED and repeated["kind"] == "group"
            kind = d.list_of if L_LIST in logical else d.map_of
            return kind(name, *repeated["children"], repetition)
        return d.group(name, children, repetition)

    return node()["children"]


def stored_type(kind):
    """What a dictionary, runs or an extension are of."""
    while True:
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        elif pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
            kind = kind.value_type
        else:
            return kind


def note_durations(node, kind):
    """Tells the leaves of an Arrow type that are durations the nanoseconds of their unit: Parquet
    has no such type, and engines that know Arrow's show durations again."""
    kind = stored_type(kind)
    if node["kind"] == "map":
        types = [kind.key_type, kind.item_type]
    elif node["kind"] == "list":
        types = [kind.value_type]
    elif node["kind"] == "group":
        types = [kind.field(i).type for i in range(kind.num_fields)]
    else:
        if pa.types.is_duration(kind):
            node["duration_ns"] = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[kind.unit]
        return
    for child, each in zip(node["children"], types):
        note_durations(child, each)


def moment_ns(value):
    """Of datetime's types, among them pandas' Timestamp, which alone has nanoseconds."""
    if isinstance(value, datetime.time):
        value = datetime.datetime.combine(EPOCH.date(), value)
    zoned = value if value.tzinfo else value.replace(tzinfo=EPOCH.tzinfo)
    return (zoned - EPOCH) // MICROSECOND * 1000 + getattr(value, "nanosecond", 0)


def leaf_value(node, value):
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, uuid.UUID):
        return value.bytes
    if isinstance(value, decimal.Decimal):
        return int(value.scaleb(node["logical"][2], decimal.Context(prec=100)))
    if isinstance(value, pa.MonthDayNano):
        return struct.pack("<III", value.months, value.days, value.nanoseconds // 10**6)
    if isinstance(value, datetime.timedelta):
        return value // MICROSECOND * 1000 // node["duration_ns"]
    if isinstance(value, datetime.datetime | datetime.time):
        return moment_ns(value) // 10 ** (3 * (2 - node["logical"][1]))
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()).days
    if isinstance(value, bool) and node["type"] != d.BOOLEAN:
        return int(value)
    return value


def value_of(node, value):
    if value is None:
        return None
    if node["kind"] == "leaf":
        return leaf_value(node, value)
    children = node["children"]
    if node["kind"] == "group":
        return {child["name"]: value_of(child, value[child["name"]]) for child in children}
    if node["kind"] == "list":
        return [value_of(children[0], each) for each in value]
    return [(value_of(children[0], k), value_of(children[1], v)) for k, v in value]


def has_equal_keys(node, value):
    if value is None or node["kind"] == "leaf":
        return False
    if node["kind"] == "map":
        keys = [str(key) for key, _ in value]
        return len(set(keys)) < len(keys) or any(
            has_equal_keys(node["children"][1], item) for _, item in value)
    children = node["children"]
    if node["kind"] == "list":
        return any(has_equal_keys(children[0], each) for each in value)
    return any(has_equal_keys(child, value[child["name"]]) for child in children)


class ArrowFile(d.File):
    """The file at `path`, and the tables that it was written from."""

    def __init__(self, name, path, tables):
        parquet = metadata.ParquetFile(path)
        schema = schema_of(parquet)
        for node, kind in zip(schema, tables[0].schema.types):
            note_durations(node, kind)
        rows = [row for table in tables for row in table.to_pylist()]
        super().__init__(name, schema, [
            {node["name"]: value_of(node, row[node["name"]]) for node in schema} for row in rows])
        self.group_rows = [group["num_rows"] for group in parquet.footer["row_groups"]]
        self.arrow_types = [str(kind) for kind in tables[0].schema.types]
        self.equal_keys = any(has_equal_keys(node, row[node["name"]])
                              for node in schema for row in self.rows)
        self.parquet = parquet

    def row_groups(self):
        first = 0
        for count in self.group_rows:
            yield self.rows[first : first + count]
            first += count
