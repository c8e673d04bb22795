"""What parquet-java gives back and makes of the metadata, held against the rows and against ours.

Its statistics are compared with the file's own bytes, which page_checks.py has held against the
rows: what is missing here, parquet-java does not trust.
"""

import description as d
import metadata as m
import readers
from page_checks import expect

CODECS = {d.UNCOMPRESSED: "UNCOMPRESSED", d.SNAPPY: "SNAPPY", d.GZIP: "GZIP", d.BROTLI: "BROTLI",
          d.ZSTD: "ZSTD", d.LZ4_RAW: "LZ4_RAW"}
ENCODINGS = {
    m.PLAIN: "PLAIN", m.PLAIN_DICTIONARY: "PLAIN_DICTIONARY", m.RLE: "RLE",
    m.DELTA_BINARY_PACKED: "DELTA_BINARY_PACKED",
    m.DELTA_LENGTH_BYTE_ARRAY: "DELTA_LENGTH_BYTE_ARRAY", m.DELTA_BYTE_ARRAY: "DELTA_BYTE_ARRAY",
    m.RLE_DICTIONARY: "RLE_DICTIONARY", m.BYTE_STREAM_SPLIT: "BYTE_STREAM_SPLIT",
}
ORDERS = ["UNORDERED", "ASCENDING", "DESCENDING"]


def hexes(values):
    return [value.hex() for value in values]


def check_statistics(where, leaf, found, statistics):
    if leaf.node["of"] in ("int96", "interval"):
        return  # no order, and what parquet-java has instead of statistics is its own affair
    if statistics is None:
        expect(f"{where}: statistics", found, {})
        return
    expect(f"{where}: null count", found.get("nulls"), statistics["null_count"])
    expect(f"{where}: NaN count", found.get("nans"), statistics["nan_count"])
    for name, bound in (("min", "min_value"), ("max", "max_value")):
        wanted = statistics[bound]
        expect(f"{where}: {name}", found.get(name), None if wanted is None else wanted.hex())


def check_encodings(where, found, chunk):
    facts = chunk.facts
    expect(f"{where}: encodings", set(found["encodings"]),
           {ENCODINGS[encoding] for encoding in facts["encodings"]})
    stats = {"dictionary": {}, "data": {}, "v2": False}
    for entry in facts["encoding_stats"]:
        kind = "dictionary" if entry["page_type"] == m.DICTIONARY_PAGE else "data"
        stats[kind][ENCODINGS[entry["encoding"]]] = entry["count"]
        stats["v2"] |= entry["page_type"] == m.DATA_PAGE_V2
    expect(f"{where}: encoding stats", found["encoding_stats"], stats)


def check_page_index(where, found, chunk):
    index = chunk.column_index
    if index is None:
        expect(f"{where}: column index", found["column_index"], None)
    else:
        wanted = {
            "order": ORDERS[index["boundary_order"]], "nulls": index["null_counts"],
            "null_pages": index["null_pages"], "min": hexes(index["min_values"]),
            "max": hexes(index["max_values"]),
        }
        expect(f"{where}: column index", {k: found["column_index"][k] for k in wanted}, wanted)
    if chunk.offset_index is None:
        expect(f"{where}: offset index", found["offset_index"], None)
        return
    sizes = chunk.offset_index["unencoded_byte_array_data_bytes"]
    wanted = [
        {"offset": page["offset"], "size": page["compressed_page_size"],
         "first_row": page["first_row_index"]} | ({"bytes": sizes[i]} if sizes else {})
        for i, page in enumerate(chunk.offset_index["page_locations"])
    ]
    expect(f"{where}: offset index", found["offset_index"], wanted)


def check_sizes(where, found, sizes):
    if sizes is None:
        return
    wanted = {"bytes": sizes["unencoded_byte_array_data_bytes"],
              "repetition": sizes["repetition_level_histogram"] or [],
              "definition": sizes["definition_level_histogram"] or []}
    found = {"bytes": None, "repetition": [], "definition": []} | found.get("size", {})
    expect(f"{where}: size statistics", found, wanted)


def check_bloom(where, found, chunk, asked):
    """Every value that is there is found."""
    if chunk.bloom_filter is None:
        expect(f"{where}: bloom filter", found, None)
        return
    lost = [value for value, there in zip(asked, found) if not there]
    assert not lost, f"{where}: bloom filter lost {lost[:5]}"
    expect(f"{where}: bloom filter's answers", len(found), len(asked))


def values_by_row_group(file):
    """Each leaf's distinct values, a list for each row group."""
    asked = {}
    for rows in file.row_groups():
        for leaf in d.shred(file.schema, rows):
            distinct = {str(v): v for v in (d.physical(leaf.node, v) for v in leaf.values)}
            asked.setdefault(leaf.path, []).append(list(distinct.values()))
    return asked


def check_predicates(file, chosen, found):
    for predicate, answer in zip(chosen, found):
        expect(f"{predicate}: rows", answer["rows"], answer["without_skipping"])
        assert answer["looked_at"] >= len(answer["rows"])
        if predicate.op != "!=" and predicate.node["of"] not in ("float", "double", "float16"):
            expect(f"{predicate}: rows", answer["rows"], predicate.expected(file.rows))


def check(java, file, path, parquet, chosen):
    asked = values_by_row_group(file)
    bloomed = {leaf: values for leaf, values in asked.items()
               if file.column_options(leaf)["bloom_filter"]}
    answer = java.ask(path, bloomed, [predicate.for_java() for predicate in chosen])
    found, wanted = answer["rows"], file.physical_rows()
    expect("number of rows", len(found), len(wanted))
    for i, (a, b) in enumerate(zip(found, wanted)):
        assert readers.same(a, b), f"row {i}: {a} instead of {b}"
    for i, (group, chunks) in enumerate(zip(answer["footer"]["row_groups"], parquet.row_groups)):
        for leaf, column, chunk in zip(d.leaves_of(file.schema), group["columns"], chunks):
            where = f"row group {i}, {leaf.path}"
            expect(f"{where}: codec", column["codec"], CODECS[chunk.facts["codec"]])
            check_statistics(where, leaf, column["statistics"], chunk.facts["statistics"])
            check_encodings(where, column, chunk)
            check_page_index(where, column, chunk)
            check_sizes(where, column, chunk.facts["size_statistics"])
            values = bloomed.get(leaf.path)
            check_bloom(where, column["bloom"], chunk, values[i] if values else [])
    check_predicates(file, chosen, answer["predicates"])
