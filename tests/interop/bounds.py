"""Statistics held against the values: what pyarrow reads of a footer beside what the rows say."""

import math

import description as d

FLOATS = {"float", "double", "float16"}
WITHOUT_ORDER = {"int96", "interval"}
CUT = {"string", "enum", "json", "bytes"}


def order_key(node, value):
    """What the leaf's order compares: text and bytes bytewise, everything else by value."""
    return (0 if value == 0 else value) if node["of"] in FLOATS else value


def in_footer(node, value):
    """A bound as pyarrow's raw statistics show it, as a value of description.py."""
    kind = node["of"]
    if kind in ("decimal38", "decimal20"):
        return int.from_bytes(value, "big", signed=True)
    if kind == "float16" and isinstance(value, bytes):
        import struct

        return struct.unpack("<e", value)[0]
    bits = {d.INT32: 32, d.INT64: 64}.get(node["type"])
    if bits and kind.startswith("uint") and value < 0:
        return value + (1 << bits)
    if isinstance(value, str):
        return value.encode()
    return value


def check_zero(value, negative):
    if value == 0:
        assert (math.copysign(1, value) < 0) == negative, f"zero bound {value!r}"


def check_cut(where, true_min, true_max, low, high, truncate_bytes, utf8):
    assert low <= true_min and true_min.startswith(low), f"{where}: min {low} of {true_min}"
    assert high >= true_max, f"{where}: max {high} of {true_max}"
    if len(true_min) <= truncate_bytes:
        assert low == true_min, f"{where}: min {low} cut, of {true_min}"
    if len(true_max) <= truncate_bytes:
        assert high == true_max, f"{where}: max {high} cut, of {true_max}"
    elif high != true_max:  # a bound that cannot be incremented stays whole
        assert len(high) <= truncate_bytes, f"{where}: max {high} of {truncate_bytes} bytes"
    if utf8:
        low.decode()
        high.decode()


def check_column(file, leaf, chunk):
    """`chunk`: pyarrow's ColumnChunkMetaData; `leaf`: the Levels of the same row group."""
    node, where = leaf.node, f"{leaf.path}"
    assert chunk.num_values == len(leaf.definition), f"{where}: num_values {chunk.num_values}"
    statistics = chunk.statistics
    assert statistics is not None, f"{where}: no statistics"
    nulls = len(leaf.definition) - len(leaf.values)
    assert (
        statistics.has_null_count and statistics.null_count == nulls
    ), f"{where}: null_count {statistics.null_count}, not {nulls}"
    values = [v for v in leaf.values if not (isinstance(v, float) and math.isnan(v))]
    if not values or node["of"] in WITHOUT_ORDER:
        assert not statistics.has_min_max, f"{where}: bounds of nothing"
        return
    assert statistics.has_min_max, f"{where}: no bounds"
    low, high = in_footer(node, statistics.min_raw), in_footer(node, statistics.max_raw)
    true_min = min(values, key=lambda v: order_key(node, v))
    true_max = max(values, key=lambda v: order_key(node, v))
    if node["of"] in CUT:
        cut = file.options["truncate_bytes"]
        check_cut(where, true_min, true_max, low, high, cut, node["of"] != "bytes")
        return
    assert (
        low == true_min and high == true_max
    ), f"{where}: bounds {low!r} .. {high!r}, not {true_min!r} .. {true_max!r}"
    if node["of"] in FLOATS:
        check_zero(low, True)
        check_zero(high, False)


def check_statistics(file, metadata):
    groups = file.row_groups()
    assert metadata.num_rows == len(file.rows)
    assert metadata.num_row_groups == len(groups), f"{metadata.num_row_groups} row groups"
    for i, rows in enumerate(groups):
        row_group = metadata.row_group(i)
        assert row_group.num_rows == len(rows)
        for j, leaf in enumerate(d.shred(file.schema, rows)):
            chunk = row_group.column(j)
            assert chunk.path_in_schema == leaf.path, f"{chunk.path_in_schema} for {leaf.path}"
            check_column(file, leaf, chunk)
