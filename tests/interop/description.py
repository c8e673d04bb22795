"""What a test file is to hold: schemas, rows, and their levels, made in Python alone.

A node is a dict as write_file.cpp reads it. A value is: None; a bool; an int (every integer, date,
time, timestamp and unscaled decimal); a float; bytes; a list for LIST, MAP (of pairs) and REPEATED;
a dict for a group.
"""

import math
import struct

BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED = range(8)
REQUIRED, OPTIONAL, REPEATED = range(3)
(
    NONE,
    STRING,
    ENUM,
    JSON,
    BSON,
    UUID,
    DECIMAL,
    DATE,
    TIME,
    TIMESTAMP,
    INTEGER,
    FLOAT16,
    INTERVAL,
    UNKNOWN,
) = range(14)
MILLIS, MICROS, NANOS = range(3)
UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD, LZ4_RAW = 0, 1, 2, 4, 6, 7
PLAIN, RLE, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY = 0, 3, 5, 6, 7
RLE_DICTIONARY, BYTE_STREAM_SPLIT = 8, 9


def leaf(name, kind, repetition=REQUIRED):
    """`kind` is a key of KINDS."""
    physical, length, logical, _ = KINDS[kind]
    return {
        "name": name,
        "kind": "leaf",
        "repetition": repetition,
        "type": physical,
        "length": length,
        "logical": list(logical),
        "of": kind,
    }


def group(name, children, repetition=REQUIRED):
    return {"name": name, "kind": "group", "repetition": repetition, "children": children}


def list_of(name, element, repetition=OPTIONAL):
    return {"name": name, "kind": "list", "repetition": repetition, "children": [element]}


def map_of(name, key, value, repetition=OPTIONAL):
    return {"name": name, "kind": "map", "repetition": repetition, "children": [key, value]}


def signed(bits):
    return lambda r: r.choice(
        [
            0,
            1,
            -1,
            -(1 << (bits - 1)),
            (1 << (bits - 1)) - 1,
            r.getrandbits(bits) - (1 << (bits - 1)),
            r.randrange(100),
        ]
    )


def unsigned(bits):
    return lambda r: r.choice([0, 1, (1 << bits) - 1, 1 << (bits - 1), r.getrandbits(bits)])


def decimal(digits):
    return lambda r: r.choice(
        [0, 1, -1, 10**digits - 1, 1 - 10**digits, r.randrange(-(10**digits) + 1, 10**digits)]
    )


def floating(width):
    def value(r):
        number = r.choice(
            [0.0, -0.0, 1.5, -2.25, math.inf, -math.inf, math.nan, r.uniform(-1e6, 1e6)]
        )
        return struct.unpack("<" + width, struct.pack("<" + width, number))[0]

    return value


def half(r):
    number = r.choice([0.0, -0.0, 1.5, -2.25, 65504.0, 2.0**-24, r.uniform(-100, 100)])
    return struct.unpack("<e", struct.pack("<e", number))[0]


WORDS = ["", "a", "NASDAQ", "zürich", "東京", "🙂", "x" * 70, "ÿ" * 40, "AAPL", "MSFT"]


def text(r):
    return (r.choice(WORDS) + r.choice(WORDS)).encode()


def raw(r):
    return bytes(r.getrandbits(8) for _ in range(r.choice([0, 1, 3, 8, 9, 40, 90])))


def of_length(n):
    return lambda r: bytes(r.getrandbits(8) for _ in range(n))


def int96(r):
    """A whole microsecond between 2000 and 2030."""
    return r.randrange(946684800 * 10**6, 1893456000 * 10**6) * 1000


def interval(r):
    return struct.pack("<III", r.randrange(24), r.randrange(40), r.randrange(10**6))


# kind: physical type, length, (logical, a, b), value of a random generator
KINDS = {
    "boolean": (BOOLEAN, 0, (NONE, 0, 0), lambda r: r.random() < 0.5),
    "int32": (INT32, 0, (NONE, 0, 0), signed(32)),
    "int64": (INT64, 0, (NONE, 0, 0), signed(64)),
    "float": (FLOAT, 0, (NONE, 0, 0), floating("f")),
    "double": (DOUBLE, 0, (NONE, 0, 0), floating("d")),
    "bytes": (BYTE_ARRAY, 0, (NONE, 0, 0), raw),
    "fixed5": (FIXED, 5, (NONE, 0, 0), of_length(5)),
    "string": (BYTE_ARRAY, 0, (STRING, 0, 0), text),
    "enum": (BYTE_ARRAY, 0, (ENUM, 0, 0), text),
    "json": (BYTE_ARRAY, 0, (JSON, 0, 0), lambda r: b'{"a": %d}' % r.randrange(100)),
    "bson": (BYTE_ARRAY, 0, (BSON, 0, 0), lambda r: b"\x05\0\0\0\0"),
    "uuid": (FIXED, 16, (UUID, 0, 0), of_length(16)),
    "decimal9": (INT32, 0, (DECIMAL, 9, 2), decimal(9)),
    "decimal18": (INT64, 0, (DECIMAL, 18, 4), decimal(18)),
    "decimal38": (FIXED, 16, (DECIMAL, 38, 10), decimal(38)),
    "decimal20": (BYTE_ARRAY, 0, (DECIMAL, 20, 3), decimal(20)),
    "date": (INT32, 0, (DATE, 0, 0), lambda r: r.randrange(-20000, 40000)),
    "time_ms": (INT32, 0, (TIME, MILLIS, 1), lambda r: r.randrange(86_400_000)),
    "time_us": (INT64, 0, (TIME, MICROS, 1), lambda r: r.randrange(86_400_000_000)),
    "time_ns": (INT64, 0, (TIME, NANOS, 0), lambda r: r.randrange(86_400_000_000_000)),
    "timestamp_ms": (
        INT64,
        0,
        (TIMESTAMP, MILLIS, 1),
        lambda r: r.randrange(-(10**12), 2 * 10**12),
    ),
    "timestamp_us": (
        INT64,
        0,
        (TIMESTAMP, MICROS, 0),
        lambda r: r.randrange(-(10**15), 2 * 10**15),
    ),
    "timestamp_ns": (
        INT64,
        0,
        (TIMESTAMP, NANOS, 1),
        lambda r: r.randrange(-(10**17), 2 * 10**18),
    ),
    "timestamp_ns_local": (INT64, 0, (TIMESTAMP, NANOS, 0), lambda r: r.randrange(2 * 10**18)),
    "int8": (INT32, 0, (INTEGER, 8, 1), signed(8)),
    "int16": (INT32, 0, (INTEGER, 16, 1), signed(16)),
    "uint8": (INT32, 0, (INTEGER, 8, 0), unsigned(8)),
    "uint16": (INT32, 0, (INTEGER, 16, 0), unsigned(16)),
    "uint32": (INT32, 0, (INTEGER, 32, 0), unsigned(32)),
    "uint64": (INT64, 0, (INTEGER, 64, 0), unsigned(64)),
    "int32_logical": (INT32, 0, (INTEGER, 32, 1), signed(32)),
    "int64_logical": (INT64, 0, (INTEGER, 64, 1), signed(64)),
    "float16": (FIXED, 2, (FLOAT16, 0, 0), half),
    "int96": (INT96, 0, (NONE, 0, 0), int96),
    "interval": (FIXED, 12, (INTERVAL, 0, 0), interval),
    "unknown": (INT32, 0, (UNKNOWN, 0, 0), lambda r: None),
    "unknown_text": (BYTE_ARRAY, 0, (UNKNOWN, 0, 0), lambda r: None),
}
# All of whose values are NULL.
NULL_KINDS = {"unknown", "unknown_text"}


def physical(node, value):
    """The value as write_file.cpp takes it."""
    kind = node["of"]
    if kind == "int96":
        days, rest = divmod(value, 86400 * 10**9)
        return struct.pack("<qi", rest, days + 2440588).hex()
    if kind == "float16":
        return struct.pack("<e", value).hex()
    if kind in ("decimal38", "decimal76"):
        return value.to_bytes(node["length"], "big", signed=True).hex()
    if kind == "decimal20":
        # As short as it goes, and a byte longer for every third: lengths differ within a column.
        size = (value.bit_length() + 8) // 8 + (1 if value % 3 == 0 else 0)
        return value.to_bytes(size, "big", signed=True).hex()
    if isinstance(value, bytes):
        return value.hex()
    if node["type"] == FLOAT:
        return struct.unpack("<I", struct.pack("<f", value))[0]
    if node["type"] == DOUBLE:
        return struct.unpack("<Q", struct.pack("<d", value))[0]
    width = {INT32: 32, INT64: 64}.get(node["type"])
    if width is not None and value >= 1 << (width - 1):
        return value - (1 << width)
    return value


def physical_rows(node, value):
    """The same for a whole tree of values."""
    if value is None:
        return None
    if node["repetition"] == REPEATED:
        once = dict(node, repetition=REQUIRED)
        return [physical_rows(once, element) for element in value]
    if node["kind"] == "leaf":
        return physical(node, value)
    children = node["children"]
    if node["kind"] == "group":
        return {child["name"]: physical_rows(child, value[child["name"]]) for child in children}
    if node["kind"] == "list":
        return [physical_rows(children[0], element) for element in value]
    return [[physical_rows(children[0], k), physical_rows(children[1], v)] for k, v in value]


# --- random ---------------------------------------------------------------------------------

PLAIN_KINDS = [
    "boolean",
    "int32",
    "int64",
    "float",
    "double",
    "bytes",
    "fixed5",
    "string",
    "decimal9",
    "decimal18",
    "decimal38",
    "date",
    "timestamp_us",
    "uint32",
    "uint64",
    "int8",
]
KEY_KINDS = ["int32", "string"]


def random_schema(r, depth=3):
    return [random_node(r, f"c{i}", depth) for i in range(r.randrange(1, 5))]


def random_node(r, name, depth, kind_of=None, key_kind_of=None):
    """`kind_of`, `key_kind_of`: draw the kinds of leaves, and of keys, from a random generator."""
    kind_of = kind_of or (lambda r: r.choice(PLAIN_KINDS))
    key_kind_of = key_kind_of or (lambda r: r.choice(KEY_KINDS))

    def inner(name):
        return random_node(r, name, depth - 1, kind_of, key_kind_of)

    what = r.random() if depth > 0 else 0
    repetition = r.choice([REQUIRED, OPTIONAL])
    if what < 0.45:
        kind = kind_of(r)
        return leaf(name, kind, OPTIONAL if kind in NULL_KINDS else repetition)
    if what < 0.65:
        return group(name, [inner(f"g{i}") for i in range(r.randrange(1, 4))], repetition)
    if what < 0.9:
        return list_of(name, inner("element"), repetition)
    return map_of(name, leaf("key", key_kind_of(r)), inner("value"), repetition)


def random_value(r, node, null_share=0.2):
    if node["repetition"] == REPEATED:
        once = dict(node, repetition=REQUIRED)
        return [random_value(r, once, null_share) for _ in range(r.choice([0, 1, 2, 5]))]
    if node["repetition"] == OPTIONAL and r.random() < null_share:
        return None
    if node["kind"] == "leaf":
        return KINDS[node["of"]][3](r)
    children = node["children"]
    if node["kind"] == "group":
        return {child["name"]: random_value(r, child, null_share) for child in children}
    count = r.choice([0, 1, 2, 3, 7])
    if node["kind"] == "list":
        return [random_value(r, children[0], null_share) for _ in range(count)]
    keys = {}
    for _ in range(count):
        key = random_value(r, children[0])
        keys[math.nan if key != key else key] = random_value(r, children[1], null_share)
    return list(keys.items())


def random_rows(r, schema, count, null_share=0.2):
    return [
        {node["name"]: random_value(r, node, null_share) for node in schema} for _ in range(count)
    ]


# --- levels ---------------------------------------------------------------------------------


class Levels:
    """One leaf's column: levels of its entries and the values that are present."""

    def __init__(self, node, max_definition, max_repetition, element, path):
        self.node = node
        self.element_definition = element  # from here on an entry is more than an empty list
        self.max_definition = max_definition
        self.max_repetition = max_repetition
        self.path = path
        self.definition = []
        self.repetition = []
        self.values = []


def leaves_of(schema):
    found = []

    def walk(node, definition, repetition, element, path):
        definition += node["repetition"] != REQUIRED
        if node["repetition"] == REPEATED:
            repetition, element = repetition + 1, definition
        path = path + [node["name"]]
        if node["kind"] == "leaf":
            found.append(Levels(node, definition, repetition, element, ".".join(path)))
            return
        if node["kind"] in ("list", "map"):
            definition, repetition = definition + 1, repetition + 1
            element, path = definition, path + ["list" if node["kind"] == "list" else "key_value"]
        for child in node["children"]:
            walk(child, definition, repetition, element, path)

    for node in schema:
        walk(node, 0, 0, 0, [])
    return found


def shred(schema, rows):
    """Dremel's record shredding (Melnik et al. 2010, section 4), written from the paper."""
    leaves = leaves_of(schema)

    def leaf_count(node):
        return 1 if node["kind"] == "leaf" else sum(leaf_count(c) for c in node["children"])

    def absent(node, at, definition, repetition):
        for column in leaves[at : at + leaf_count(node)]:
            column.definition.append(definition)
            column.repetition.append(repetition)

    def children_of(nodes, values, at, definition, repetition, depth):
        for node, value in zip(nodes, values):
            walk(node, value, at, definition, repetition, depth)
            at += leaf_count(node)

    def repeated(node, elements, at, definition, repetition, depth, take):
        if not elements:
            absent(node, at, definition, repetition)
        for i, element in enumerate(elements):
            take(element, definition + 1, repetition if i == 0 else depth + 1, depth + 1)

    def present(node, value, at, definition, repetition, depth):
        if node["kind"] == "leaf":
            leaves[at].definition.append(definition)
            leaves[at].repetition.append(repetition)
            leaves[at].values.append(value)
        elif node["kind"] == "group":
            values = [value[child["name"]] for child in node["children"]]
            children_of(node["children"], values, at, definition, repetition, depth)
        elif node["kind"] == "list":
            repeated(
                node,
                value,
                at,
                definition,
                repetition,
                depth,
                lambda e, d, r, k: children_of(node["children"], [e], at, d, r, k),
            )
        else:
            repeated(
                node,
                value,
                at,
                definition,
                repetition,
                depth,
                lambda e, d, r, k: children_of(node["children"], e, at, d, r, k),
            )

    def walk(node, value, at, definition, repetition, depth):
        if node["repetition"] == REPEATED:
            once = dict(node, repetition=REQUIRED)
            repeated(
                node,
                value,
                at,
                definition,
                repetition,
                depth,
                lambda e, d, r, k: present(once, e, at, d, r, k),
            )
        elif value is None:
            absent(node, at, definition, repetition)
        else:
            definition += node["repetition"] == OPTIONAL
            present(node, value, at, definition, repetition, depth)

    for row in rows:
        children_of(schema, [row[node["name"]] for node in schema], 0, 0, 0, 0)
    return leaves


# What a file is written with, unless it says otherwise; those of COLUMN can differ by column.
OPTIONS = {
    "page_bytes": 1 << 20,
    "page_rows": 1 << 20,
    "truncate_bytes": 64,
    "key_values": {},
    "crc": True,
    "baseline": False,
    "data_page_version": 1,
    "page_index": True,
    "size_statistics": True,
    "total_order": False,
    "dictionary_bytes": 1 << 20,
    "sorting_columns": [],  # (path, descending, nulls first)
}
COLUMN = {
    "compression": UNCOMPRESSED,
    "level": None,
    "statistics": True,
    "encoding": None,  # the writer's choice
    "bloom_filter": False,
    "chunk_key_values": {},
}


class File:
    """A file to be written, and what it must hold. `columns`: options by the leaf's path."""

    def __init__(
        self, name, schema, rows, mode="rows", row_group_rows=1 << 20, columns=None, **options
    ):
        self.name = name
        self.schema = schema
        self.rows = rows
        self.mode = mode
        self.row_group_rows = row_group_rows
        unknown = options.keys() - OPTIONS.keys() - COLUMN.keys()
        assert not unknown, f"no such options: {unknown}"
        self.options = OPTIONS | COLUMN | options
        self.columns = columns or {}
        # What the writer came to, once it is known: (physical type, encoding) of all pages, and
        # (path, encoding) of chunks where some pages have nulls, beside empty lists, and
        # some have none.
        self.written = set()
        self.mixed = set()
        # And whether an LZ4_RAW page takes a large share of parquet-go's buffer for it.
        self.dense_lz4 = False
        # And whether a chunk of UNKNOWN of BYTE_ARRAY has several pages.
        self.unknown_pages = False
        # And of what Arrow types it was written, by name, and whether a map has a key twice.
        self.arrow_types = []
        self.equal_keys = False

    def column_options(self, path):
        return self.options | self.columns.get(path, {})

    def row_groups(self):
        return [
            self.rows[i : i + self.row_group_rows]
            for i in range(0, len(self.rows), self.row_group_rows)
        ]

    def physical_rows(self):
        """The rows as write_file.cpp takes them, and as ReadFiles.java gives them back."""
        return [
            {node["name"]: physical_rows(node, row[node["name"]]) for node in self.schema}
            for row in self.rows
        ]

    def described(self, path):
        json = {
            "path": path,
            "mode": self.mode,
            "row_group_rows": self.row_group_rows,
            "schema": self.schema,
            "options": self.options,
            "columns": self.columns,
        }
        if self.mode == "rows":
            json["rows"] = self.physical_rows()
        else:
            json["row_groups"] = [self._columns(rows) for rows in self.row_groups()]
        return json

    def _columns(self, rows):
        columns = []
        for column in shred(self.schema, rows):
            columns.append(
                {
                    "values": [physical(column.node, value) for value in column.values],
                    "definition": (
                        bytes(column.definition).hex() if column.max_definition else None
                    ),
                    "repetition": (
                        bytes(column.repetition).hex() if column.max_repetition else None
                    ),
                }
            )
        return {"rows": len(rows), "columns": columns}
