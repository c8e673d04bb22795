"""Random files, seeded: schemas x types x encodings x codecs x page versions x nulls x everything
that can be switched.

What is drawn from stands in tables; the draw of one file depends on the seed and its number alone,
so that a file that failed is made again by itself.
"""

import random

import bounds
import description as d
import sorting_checks

# Levels that each codec takes; None is its default.
LEVELS = {
    d.UNCOMPRESSED: [None],
    d.SNAPPY: [None],
    d.GZIP: [None, 0, 1, 6, 9],
    d.BROTLI: [None, 0, 5, 9],
    d.ZSTD: [None, 1, 3, 19],
    d.LZ4_RAW: [None],
}
# All of the format's, by physical type, in the order of their numbers.
AUTO = 100  # pf_encoding_t's
ENCODINGS = {
    d.BOOLEAN: [d.PLAIN, d.RLE, AUTO],
    d.INT32: [d.PLAIN, d.DELTA_BINARY_PACKED, d.RLE_DICTIONARY, d.BYTE_STREAM_SPLIT, AUTO],
    d.INT64: [d.PLAIN, d.DELTA_BINARY_PACKED, d.RLE_DICTIONARY, d.BYTE_STREAM_SPLIT, AUTO],
    d.INT96: [d.PLAIN, d.RLE_DICTIONARY, AUTO],
    d.FLOAT: [d.PLAIN, d.RLE_DICTIONARY, d.BYTE_STREAM_SPLIT, AUTO],
    d.DOUBLE: [d.PLAIN, d.RLE_DICTIONARY, d.BYTE_STREAM_SPLIT, AUTO],
    d.BYTE_ARRAY: [
        d.PLAIN, d.DELTA_LENGTH_BYTE_ARRAY, d.DELTA_BYTE_ARRAY, d.RLE_DICTIONARY, AUTO
    ],
    d.FIXED: [d.PLAIN, d.DELTA_BYTE_ARRAY, d.RLE_DICTIONARY, d.BYTE_STREAM_SPLIT, AUTO],
}
# Kinds that some engine cannot read: in few files, so that the others are read by all.
RARE = ["int96", "interval", "float16", "bson", "unknown_text"]
FREQUENT = [kind for kind in d.KINDS if kind not in RARE]

# What encodings and statistics tell apart.
SHAPES = ["random", "few", "constant", "sorted", "reversed", "runs"]


def number_of_nulls(r, count):
    return r.choice([0, 0, count // 10, count // 2, count])


def with_nulls(r, values):
    """Nulls strewn about, or in one run."""
    count = number_of_nulls(r, len(values))
    if r.random() < 0.5:
        first = r.randrange(len(values) - count + 1)
        places = range(first, first + count)
    else:
        places = r.sample(range(len(values)), count)
    for i in places:
        values[i] = None
    return values


def shaped(r, node, count, shape):
    """Values of a flat column in a shape of SHAPES."""
    draw = d.KINDS[node["of"]][3]
    if shape in ("few", "runs", "constant"):
        pool = [draw(r) for _ in range(1 if shape == "constant" else r.randrange(2, 20))]
        run = r.randrange(2, 40) if shape == "runs" else 1
        values = [value for _ in range(count // run + 1) for value in [r.choice(pool)] * run]
        return values[:count]
    values = [draw(r) for _ in range(count)]
    if shape != "random":
        values.sort(key=lambda v: (v != v, bounds.order_key(node, v) if v == v else 0),
                    reverse=shape == "reversed")
    return values


def columns_of(r, schema, count):
    for node in schema:
        if node["kind"] == "leaf" and node["repetition"] != d.REPEATED:
            values = shaped(r, node, count, r.choice(SHAPES))
            yield with_nulls(r, values) if node["repetition"] == d.OPTIONAL else values
        else:
            share = r.choice([0.0, 0.1, 0.5])
            yield [d.random_value(r, node, share) for _ in range(count)]


def kind_of(r):
    return r.choice(RARE if r.random() < 0.03 else FREQUENT)


def key_kind_of(r):
    """A key is never NULL."""
    return r.choice([kind for kind in FREQUENT if kind not in d.NULL_KINDS])


def schema_of(r):
    schema = [d.leaf("row", "int64")]
    for i in range(r.randrange(1, 6)):
        if r.random() < 0.7:
            kind = kind_of(r)
            repetition = r.choice([d.REQUIRED, d.OPTIONAL, d.OPTIONAL])
            repetition = d.OPTIONAL if kind in d.NULL_KINDS else repetition
            schema.append(d.leaf(f"c{i}", kind, repetition))
        else:
            schema.append(d.random_node(r, f"c{i}", 2, kind_of, key_kind_of))
    return schema


BASELINE_CODECS = (d.UNCOMPRESSED, d.SNAPPY, d.GZIP)


def column_options(r, leaf, codecs, baseline):
    codec = r.choice([c for c in codecs if c in BASELINE_CODECS] if baseline else codecs)
    encodings = [e for e in ENCODINGS[leaf.node["type"]]
                 if not baseline or e in (d.PLAIN, d.RLE_DICTIONARY, AUTO)]
    encoding = r.choice(encodings)
    options = {
        "compression": codec,
        "level": r.choice(LEVELS[codec]),
        "encoding": None if encoding == AUTO else encoding,
        "statistics": r.random() < 0.9,
        # A decimal of BYTE_ARRAY has none: it has as many forms as it may have bytes.
        "bloom_filter": (leaf.node["type"] != d.BOOLEAN and r.random() < 0.3
                         and leaf.node["of"] != "decimal20"),
    }
    if r.random() < 0.1:
        options["chunk_key_values"] = {"origin": "test", "empty": ""}
    return options


def sorting_columns(r, leaves):
    """Columns that may be sorted, or may not: the writer has to look."""
    flat = [leaf.path for leaf in leaves if leaf.max_repetition == 0]
    chosen = r.sample(flat, min(len(flat), r.choice([0, 0, 1, 1, 2])))
    return [(path, r.random() < 0.5, r.random() < 0.5) for path in chosen]


def sort_by(schema, rows, columns):
    """Sorts by the columns' values; a NaN goes anywhere."""
    nodes = {leaf.path: leaf.node for leaf in d.leaves_of(schema)}
    for path, descending, nulls_first in reversed(columns):
        def key(row, node=nodes[path], path=path):
            return bounds.order_key(node, sorting_checks.value_at(path, row))

        null = [row for row in rows if sorting_checks.value_at(path, row) is None]
        there = [row for row in rows if sorting_checks.value_at(path, row) is not None]
        there.sort(key=key, reverse=descending)
        rows[:] = null + there if nulls_first else there + null


def file_of(seed, number, codecs):
    """The file of this number in the series of this seed, by the codecs of the build."""
    r = random.Random(f"{seed}/{number}")
    schema = schema_of(r)
    count = r.choice([0, 1, 2, 9, 64, 65, 150, 300, 300, 700])
    columns = [list(range(count)), *columns_of(r, schema[1:], count)]
    rows = [dict(zip([node["name"] for node in schema], row)) for row in zip(*columns)]
    leaves = d.leaves_of(schema)
    sorting = sorting_columns(r, leaves)
    if r.random() < 0.6:
        sort_by(schema, rows, sorting)
        rows = [row | {"row": i} for i, row in enumerate(rows)]
    baseline = r.random() < 0.1
    return d.File(
        f"combination_{number}",
        schema,
        rows,
        r.choice(["rows", "levels"]),
        row_group_rows=r.choice([40, 130, 1000]),
        page_rows=r.choice([3, 20, 150, 1 << 20]),
        page_bytes=r.choice([1024, 4096, 1 << 20]),
        truncate_bytes=r.choice([1, 4, 64]),
        dictionary_bytes=r.choice([1024, 1 << 20]),
        crc=r.random() < 0.9,
        baseline=baseline,
        data_page_version=1 if baseline else r.choice([1, 2]),
        page_index=r.random() < 0.7,
        size_statistics=r.random() < 0.7,
        total_order=r.random() < 0.3,
        sorting_columns=sorting,
        columns={leaf.path: column_options(r, leaf, codecs, baseline)
                 for leaf in leaves if r.random() < 0.9},
    )
