"""What engines do not read of what we can write: engine, version, reason.

The tests try each refusal, and fail on one that never holds in files to which it applies, and where
the engine that runs is of another version. docs/readers.md shows these tables;
`python3 tests/interop/refusals.py` prints them as they have to stand there.
"""

import typing

import description as d

VERSIONS = {
    "pyarrow": "26.0.1",
    "duckdb": "2.0.0",
    "polars": "2.1.0",
    "parquet-java": "1.18.1",
    "fastparquet": "2026.9.0",
    "spark": "4.3.0",
    "clickhouse": "26.9.2.1",
    "datafusion": "55.0.0",
    "arrow-rs": "60.1.0",
    "parquet-go": "0.32.0",
}
FASTPARQUET_KINDS = {"boolean", "int32", "int64", "float", "double", "bytes", "string"}

# Encodings that an engine cannot read of a physical type, or of a key of description.KINDS: the
# writer's own choice is never one of them.
ENCODINGS = {
    "duckdb": {(d.FIXED, d.BYTE_STREAM_SPLIT), ("decimal20", d.DELTA_LENGTH_BYTE_ARRAY),
               ("unknown_text", d.DELTA_LENGTH_BYTE_ARRAY)},
    "polars": {(d.FIXED, d.DELTA_BYTE_ARRAY), (d.FIXED, d.BYTE_STREAM_SPLIT)},
}


class Refusal(typing.NamedTuple):
    reason: str
    applies: typing.Callable  # to a description.File


def has_kind(*kinds):
    return lambda file: any(leaf.node["of"] in kinds for leaf in d.leaves_of(file.schema))


def has_codec(codec):
    """Of chunks that there are: a file without rows has none."""
    return lambda file: file.rows and any(
        file.column_options(leaf.path)["compression"] == codec for leaf in d.leaves_of(file.schema))


def was_written(*pairs):
    return lambda file: bool(set(pairs) & file.written)


def has_encoded_kind(kind, encoding):
    return lambda file: any(
        leaf.node["of"] == kind and file.column_options(leaf.path)["encoding"] == encoding
        for leaf in d.leaves_of(file.schema))


def is_nested(file):
    """What is more than columns, and lists and maps of values."""
    inner = [each for node in file.schema
             for each in (node["children"] if node["kind"] in ("list", "map") else [node])]
    return any(node["kind"] != "leaf" or node["repetition"] == d.REPEATED for node in inner)


NOT_PLAIN = {d.DELTA_BINARY_PACKED, d.DELTA_LENGTH_BYTE_ARRAY, d.DELTA_BYTE_ARRAY,
             d.BYTE_STREAM_SPLIT}


def required_in_optional(nodes, inside=False, path=()):
    """Paths of REQUIRED leaves whose nearest ancestor that is not REQUIRED is an OPTIONAL group."""
    for node in nodes:
        within = inside if node["repetition"] == d.REQUIRED else node["repetition"] == d.OPTIONAL
        here = path + (node["name"],)
        if node["kind"] == "group":
            yield from required_in_optional(node["children"], within, here)
        elif node["kind"] == "leaf":
            if inside and node["repetition"] == d.REQUIRED:
                yield ".".join(here)
        else:
            here += ("list",) if node["kind"] == "list" else ("key_value",)
            yield from required_in_optional(node["children"], False, here)


def is_mixed_in_optional(file):
    mixed = {path for path, encoding in file.mixed if encoding in NOT_PLAIN}
    return not mixed.isdisjoint(required_in_optional(file.schema))


def has_nested_unknown(encoding):
    return lambda file: any(
        leaf.node["of"] == "unknown_text" and "." in leaf.path
        and file.column_options(leaf.path)["encoding"] == encoding
        for leaf in d.leaves_of(file.schema))


def has_delta_unknown(where_known):
    """UNKNOWN in an encoding of deltas; `where_known`: also in columns that statistics show to be
    NULL."""
    def is_one(file, leaf):
        options = file.column_options(leaf.path)
        return (leaf.node["of"] == "unknown_text"
                and options["encoding"] in (d.DELTA_LENGTH_BYTE_ARRAY, d.DELTA_BYTE_ARRAY)
                and (where_known or "." in leaf.path or not options["statistics"]))
    return lambda file: bool(file.rows) and any(is_one(file, leaf)
                                                for leaf in d.leaves_of(file.schema))


def has_nan_beside_one_value(file):
    """In statistics that say so: the bounds of a zero are both zeros, but in IEEE's total order."""
    for node in file.schema:
        if (node.get("of") not in ("float", "double", "float16")
                or node["repetition"] == d.REPEATED
                or not file.column_options(node["name"])["statistics"]):
            continue
        values = [row[node["name"]] for row in file.rows]
        distinct = {str(value) for value in values}
        if "nan" in distinct and "None" not in distinct and len(distinct) == 2 and (
                any(value == value and value != 0 for value in values)
                or file.options["total_order"]):
            return True
    return False


def is_of_arrow(*names):
    """An Arrow type of which this is a part, as pyarrow writes it."""
    return lambda file: any(name in kind for kind in file.arrow_types for name in names)


REFUSALS = {
    "pyarrow": [
        Refusal("loses all pages but one of UNKNOWN of other types than INT32",
                lambda file: file.unknown_pages),
    ],
    "duckdb": [
        Refusal("shows DECIMAL of more than 38 digits as DOUBLE", has_kind("decimal76")),
        Refusal("has no BSON", has_kind("bson")),
        Refusal("does not decode BYTE_STREAM_SPLIT of FIXED_LEN_BYTE_ARRAY",
                was_written((d.FIXED, d.BYTE_STREAM_SPLIT))),
        Refusal("decodes DELTA_LENGTH_BYTE_ARRAY of text and blobs, not of decimals",
                has_encoded_kind("decimal20", d.DELTA_LENGTH_BYTE_ARRAY)),
        Refusal("decodes DELTA_LENGTH_BYTE_ARRAY of UNKNOWN in columns, not below lists, maps and "
                "structs", has_nested_unknown(d.DELTA_LENGTH_BYTE_ARRAY)),
    ],
    "polars": [
        Refusal("has no DECIMAL of more than 38 digits", has_kind("decimal76")),
        Refusal("panics at Arrow's list views", is_of_arrow("list_view")),
        Refusal("keeps the last of equal keys of a map", lambda file: file.equal_keys),
        Refusal("reads INTERVAL as no type of its own", has_kind("interval")),
        Refusal("refuses UNKNOWN of other types than INT32", has_kind("unknown_text")),
        Refusal("does not decode DELTA_BYTE_ARRAY of FIXED_LEN_BYTE_ARRAY",
                was_written((d.FIXED, d.DELTA_BYTE_ARRAY))),
        Refusal("does not decode BYTE_STREAM_SPLIT of FIXED_LEN_BYTE_ARRAY",
                was_written((d.FIXED, d.BYTE_STREAM_SPLIT))),
        Refusal("panics at DELTA encodings and BYTE_STREAM_SPLIT of a required member of an "
                "optional struct, where some pages have NULLs and some have none",
                is_mixed_in_optional),  # in pyarrow's files too
    ],
    "fastparquet": [
        Refusal("loses what is nested deeper than lists and maps of values", is_nested),
        Refusal("shows most logical types as something else",
                has_kind(*(d.KINDS.keys() - FASTPARQUET_KINDS))),
        Refusal("decodes no DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY and BYTE_STREAM_SPLIT",
                lambda file: bool({d.DELTA_LENGTH_BYTE_ARRAY, d.DELTA_BYTE_ARRAY,
                                   d.BYTE_STREAM_SPLIT}
                                  & {encoding for _, encoding in file.written})),
    ],
    "spark": [
        Refusal("has no TIME of Parquet's milliseconds, of UTC, or of nanoseconds",
                has_kind("time_ms", "time_us", "time_ns")),
        Refusal("has no UUID", has_kind("uuid")),
        Refusal("has no DECIMAL of more than 38 digits", has_kind("decimal76")),
        Refusal("has no FLOAT16", has_kind("float16")),
        Refusal("has no INTERVAL of Parquet's", has_kind("interval")),
        Refusal("does not decode BYTE_STREAM_SPLIT of UINT_32 and UINT_64",
                lambda file: has_kind("uint32", "uint64")(file) and was_written(
                    (d.INT32, d.BYTE_STREAM_SPLIT), (d.INT64, d.BYTE_STREAM_SPLIT))(file)),
        Refusal("comes without the BROTLI codec", has_codec(d.BROTLI)),
    ],
    "clickhouse": [Refusal("shows JSON with spaces of its own", has_kind("json"))],
    "datafusion": [
        Refusal("reads INTERVAL as days and milliseconds, without its months",
                has_kind("interval")),
        Refusal("does not decode DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY of UNKNOWN, unless "
                "statistics show that a column is NULL", has_delta_unknown(False)),
        Refusal("reads no Arrow dictionaries of views and of fixed-size binary", is_of_arrow(
            "dictionary<values=string_view", "dictionary<values=binary_view",
            "dictionary<values=fixed_size_binary")),
        Refusal("takes a column for constant where statistics show one value, NaN beside it",
                has_nan_beside_one_value),
    ],
    "arrow-rs": [
        Refusal("reads INTERVAL as days and milliseconds, without its months",
                has_kind("interval")),
        # Of parquet-java's files too.
        Refusal("does not decode DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY of UNKNOWN",
                has_delta_unknown(True)),
    ],
    # Of pyarrow's files too.
    "parquet-go": [
        Refusal("reads garbage from LZ4_RAW pages that are stored in more than a third of the "
                "buffer that it takes for them, of 4 KiB at least",
                lambda file: file.dense_lz4),
        Refusal("misreads RLE of BOOLEAN where the values mix", was_written((d.BOOLEAN, d.RLE))),
    ],
}

# What comes as something else, and is expected so.
DIFFERENCES = {
    "pyarrow": ["required fixed-size lists in optional structs come as lists; where such a struct "
                "is NULL, it does not read its own files"],
    "fastparquet": ["floats that are NULL come as NaN, as pandas has them",
                    "differences of more than 28 bits in DELTA_BINARY_PACKED come wrong, of "
                    "pyarrow's files too"],
    "spark": ["nanoseconds need `spark.sql.legacy.parquet.nanosAsLong`, and come as integers",
              "predicates on 0.0 and -0.0 lose rows with the other one, by dictionaries"],
    "parquet-go": ["column indexes come empty where the first column has none, unless each is read "
                   "by itself (`SkipPageIndex`)"],
    "polars": ["date64 of Arrow's comes as a timestamp"],
    "clickhouse": ["row groups need `input_format_parquet_preserve_order` to come in order",
                   "a NULL list or map comes as an empty one",
                   "a NULL struct may come as one of NULLs"],
}


def reason(engine, file):
    """Why the engine cannot read the file; None where it can."""
    for refusal in REFUSALS.get(engine, []):
        if refusal.applies(file):
            return refusal.reason
    return None


def check_version(engine):
    """`engine`: a readers.Reader; the tables speak of one version."""
    wanted = VERSIONS[engine.engine]
    assert engine.version == wanted, f"{engine.name}: refusals.py speaks of {wanted}"


def table():
    lines = ["| engine | version | does not read | comes as something else |", "|---|---|---|---|"]
    for engine, version in VERSIONS.items():
        refused = "; ".join(refusal.reason for refusal in REFUSALS.get(engine, []))
        differs = "; ".join(DIFFERENCES.get(engine, []))
        lines.append(f"| {engine} | {version} | {refused or '–'} | {differs or '–'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
