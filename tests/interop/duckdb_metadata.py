"""What DuckDB's parquet_metadata() prints of each column chunk, held against the rows and the file.

Bounds come as text: they are read as values again, and have to be those of the values.
"""

import datetime
import math
import re
import struct
import uuid

import bounds
import description as d
import metadata as m
import refusals
from java_checks import CODECS, ENCODINGS
from page_checks import (Entries, bound_value, check_bound_values, distinct_values, expect,
                         has_bounds, key_values)

TYPES = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY",
         "FIXED_LEN_BYTE_ARRAY"]
PAGES = {m.DATA_PAGE: "DATA_PAGE", m.DICTIONARY_PAGE: "DICTIONARY_PAGE",
         m.DATA_PAGE_V2: "DATA_PAGE_V2"}
EPOCH = datetime.date(1970, 1, 1).toordinal()
UNITS = {d.MILLIS: 3, d.MICROS: 6, d.NANOS: 9}  # digits of a second


def of_day(text, digits):
    """HH:MM:SS, a fraction of a second, and UTC's offset of nothing."""
    hours, minutes, seconds, fraction = re.fullmatch(
        r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:\+00)?", text).groups("")
    assert len(fraction) <= digits, f"{text} of {digits} digits"
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 10**digits + int(fraction.ljust(digits, "0"))


def days(text):
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


def moment(text, digits):
    day, time = text.split(" ")
    return days(day) * 86400 * 10**digits + of_day(time, digits)


def blob(text):
    """Bytes that are no plain ASCII come as \\xHH."""
    return re.sub(rb"\\x([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())


def bound(node, text):
    """A bound as DuckDB prints it, as a value of description.py."""
    kind, (logical, unit, _) = node["of"], node["logical"]
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind in ("bytes", "fixed5"):
        return blob(text)
    if kind in bounds.CUT:
        return text.encode()
    if kind == "uuid":
        return uuid.UUID(text).bytes
    if kind in bounds.FLOATS:
        width = {"double": "<d", "float": "<f", "float16": "<e"}[kind]
        return struct.unpack(width, struct.pack(width, float(text)))[0]
    if logical == d.DECIMAL:
        whole, _, fraction = text.partition(".")
        expect(f"the scale of {text}", len(fraction), node["logical"][2])
        return int(whole + fraction)
    if logical == d.DATE:
        return days(text)
    if logical == d.TIME:
        return of_day(text, UNITS[unit])
    return moment(text, UNITS[unit]) if logical == d.TIMESTAMP else int(text)


def bound_of(where, leaf, text, data):
    """The bound that is printed; DuckDB prints none that is infinite or NaN: those of `data`, the
    file's bytes."""
    if text is not None:
        return bound(leaf.node, text)
    assert leaf.node["of"] in bounds.FLOATS and data is not None, f"{where}: no bound"
    value = bound_value(leaf.node, data)
    assert not math.isfinite(value), f"{where}: no bound {value}"
    return value


def check_statistics(file, where, leaf, found, in_file):
    node, entries = leaf.node, Entries(leaf)
    expect(f"{where}: null count", found["stats_null_count"], entries.nulls)
    nans = len(entries.values) - len(entries.numbers()) if node["of"] in bounds.FLOATS else None
    expect(f"{where}: NaN count", found["stats_nan_count"], nans)
    if found["stats_distinct_count"] is not None:
        expect(f"{where}: distinct count", found["stats_distinct_count"],
               len(distinct_values([entries])))
    printed = found["stats_min_value"], found["stats_max_value"]
    exact = found["min_is_exact"], found["max_is_exact"]
    if not has_bounds(file, entries):
        expect(f"{where}: bounds of nothing", printed + exact, (None,) * 4)
        return
    low = bound_of(f"{where}: min", leaf, printed[0], in_file["min_value"])
    high = bound_of(f"{where}: max", leaf, printed[1], in_file["max_value"])
    expect(f"{where}: exactness", exact, check_bound_values(file, where, entries, low, high))


def check_facts(file, where, leaf, found, chunk):
    """Names, sizes and places, which page_checks.py has held against the file."""
    facts = chunk.facts
    wanted = {
        "path_in_schema": ", ".join(leaf.path.split(".")),
        "type": TYPES[leaf.node["type"]],
        "num_values": len(leaf.definition),
        "compression": CODECS[file.column_options(leaf.path)["compression"]],
        "stats_min": None, "stats_max": None,  # the deprecated ones
        "stats_distinct_count": (facts["statistics"] or {}).get("distinct_count"),
        "file_offset": 0,
    }
    for name in ("index_page_offset", "dictionary_page_offset", "data_page_offset",
                 "total_compressed_size", "total_uncompressed_size", "bloom_filter_offset",
                 "bloom_filter_length"):
        wanted[name] = facts[name]
    for name, value in wanted.items():
        expect(f"{where}: {name}", found[name], value)
    expect(f"{where}: encodings", set(found["encodings"].split(", ")),
           {ENCODINGS[encoding] for encoding in facts["encodings"]})
    stats = {(entry["page_type"], entry["encoding"], entry["count"])
             for entry in found["encoding_stats"]}
    expect(f"{where}: encoding stats", stats,
           {(PAGES[entry["page_type"]], ENCODINGS[entry["encoding"]], entry["count"])
            for entry in facts["encoding_stats"]})
    expect(f"{where}: key values", {key.decode(): value.decode() for key, value
                                    in found["key_value_metadata"].items()},
           key_values(facts["key_value_metadata"]))


def chunks_of(connection, path):
    """What DuckDB prints: a dict for each chunk, in the order of the file."""
    found = connection.execute("select * from parquet_metadata($1)", [path])
    names = [column[0] for column in found.description]
    return [dict(zip(names, values)) for values in found.fetchall()]


def refuses(file):
    """Why DuckDB opens no such file; what it cannot decode has metadata all the same."""
    return "has no BSON" if refusals.has_kind("bson")(file) else None


def check(file, parquet, printed):
    """`printed`: what chunks_of gives; `parquet`: the metadata.ParquetFile."""
    printed = iter(printed)
    for i, (rows, chunks) in enumerate(zip(file.row_groups(), parquet.row_groups)):
        facts = parquet.footer["row_groups"][i]
        for j, (leaf, chunk) in enumerate(zip(d.shred(file.schema, rows), chunks)):
            found, where = next(printed), f"row group {i}, {leaf.path}"
            expect(f"{where}: place and sizes", [found[name] for name in (
                "row_group_id", "column_id", "row_group_num_rows", "row_group_num_columns",
                "row_group_bytes", "row_group_compressed_bytes")],
                [i, j, len(rows), len(chunks), facts["total_byte_size"],
                 facts["total_compressed_size"]])
            check_facts(file, where, leaf, found, chunk)
            if file.column_options(leaf.path)["statistics"]:
                check_statistics(file, where, leaf, found, chunk.facts["statistics"])
                continue
            expect(f"{where}: statistics", {name: value for name, value in found.items() if
                                            name.startswith("stats_") and value is not None}, {})
    assert next(printed, None) is None, "chunks that are not there"
