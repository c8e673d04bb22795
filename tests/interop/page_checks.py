"""A file's metadata held against the rows: chunks, pages, statistics, page index, size statistics.

Everything is read by metadata.py and counted from levels that description.py shredded itself; the
rules are parquet-format's.
"""

import functools
import math
import struct
import zlib

import bounds
import description as d
import hybrid
import metadata as m
import refusals
import sorting_checks


class Entries:
    """A stretch of a leaf's column: the levels of one page, or of a whole row group."""

    def __init__(self, leaf, first=0, count=None):
        end = len(leaf.definition) if count is None else first + count
        self.leaf = leaf
        self.definition = leaf.definition[first:end]
        self.repetition = leaf.repetition[first:end]
        before = leaf.definition[:first].count(leaf.max_definition)
        present = self.definition.count(leaf.max_definition)
        self.values = leaf.values[before : before + present]
        self.rows = self.repetition.count(0)
        self.nulls = len(self.definition) - present

    def numbers(self):
        """The values that bounds are made of: all but NaN."""
        return [v for v in self.values if not (isinstance(v, float) and math.isnan(v))]

    def byte_array_bytes(self):
        node = self.leaf.node
        return sum(len(d.physical(node, value)) // 2 for value in self.values)


def plain_bytes(entries):
    """The distinct values as a dictionary page holds them."""
    sizes = {d.BOOLEAN: 1, d.INT32: 4, d.INT64: 8, d.INT96: 12, d.FLOAT: 4, d.DOUBLE: 8}
    node = entries.leaf.node
    distinct = {d.physical(node, value) for value in entries.values}
    if node["type"] in sizes:
        return len(distinct) * sizes[node["type"]]
    length = 4 if node["type"] == d.BYTE_ARRAY else 0
    return sum(len(value) // 2 + length for value in distinct)


def expect(what, found, wanted):
    assert found == wanted, f"{what} is {found!r}, not {wanted!r}"


def check_all(checks):
    """Makes each of the checks, whatever others find, and fails by all that they found."""
    finds = []
    for check in checks:
        try:
            check()
        except AssertionError as error:
            finds.append(str(error))
        except Exception as error:  # what a false fact led to
            finds.append(f"{type(error).__name__}: {error}")
    assert not finds, "; ".join(finds)


def bound_value(node, data):
    """A bound's bytes (PLAIN, without a length) as a value of description.py."""
    kind = node["of"]
    formats = {d.INT32: "<i", d.INT64: "<q", d.FLOAT: "<f", d.DOUBLE: "<d", d.BOOLEAN: "<?"}
    if node["type"] in formats:
        value = struct.unpack(formats[node["type"]], data)[0]
        return value % (1 << 8 * len(data)) if kind.startswith("uint") else value
    if kind == "float16":
        return struct.unpack("<e", data)[0]
    return int.from_bytes(data, "big", signed=True) if kind.startswith("decimal") else data


def is_total(file, node):
    """Whether the leaf's order is that of IEEE 754, with NaN at its ends."""
    return file.options["total_order"] and node["of"] in bounds.FLOATS


def total_order_key(node, value):
    """IEEE 754-2008, 5.10: as integers of sign and magnitude."""
    size = {d.FLOAT: "<i f", d.DOUBLE: "<q d"}.get(node["type"], "<h e").split()
    number = struct.unpack(size[0], struct.pack("<" + size[1], value))[0]
    magnitude = (1 << (struct.calcsize(size[0]) * 8 - 1)) - 1
    return number if number >= 0 else number ^ magnitude


def has_bounds(file, entries):
    node = entries.leaf.node
    if node["of"] in bounds.WITHOUT_ORDER or not entries.values:
        return False
    return bool(entries.numbers()) or is_total(file, node)


def check_bounds(file, where, entries, low, high):
    """The bytes of a minimum and a maximum; (whether each is a value itself) comes back."""
    node = entries.leaf.node
    return check_bound_values(file, where, entries, bound_value(node, low), bound_value(node, high))


def check_bound_values(file, where, entries, low, high):
    """The same of the values that the bytes are."""
    node = entries.leaf.node
    if is_total(file, node):
        values = entries.numbers() or entries.values
        keys = [total_order_key(node, value) for value in values]
        found = [total_order_key(node, bound) for bound in (low, high)]
        expect(f"{where}: bounds in total order", found, [min(keys), max(keys)])
        return True, True
    values = entries.numbers()
    true_min = min(values, key=lambda v: bounds.order_key(node, v))
    true_max = max(values, key=lambda v: bounds.order_key(node, v))
    if node["of"] in bounds.CUT:
        text = node["of"] != "bytes"
        cut = file.options["truncate_bytes"]
        bounds.check_cut(where, true_min, true_max, low, high, cut, text)
        return low == true_min, high == true_max
    expect(f"{where}: bounds", (low, high), (true_min, true_max))
    if node["of"] in bounds.FLOATS:
        bounds.check_zero(low, True)
        bounds.check_zero(high, False)
    return True, True


def check_statistics(file, where, entries, statistics):
    node = entries.leaf.node
    assert statistics is not None, f"{where}: no statistics"
    expect(f"{where}: deprecated bounds", (statistics["min"], statistics["max"]), (None, None))
    expect(f"{where}: null_count", statistics["null_count"], entries.nulls)
    nans = len(entries.values) - len(entries.numbers()) if node["of"] in bounds.FLOATS else None
    expect(f"{where}: nan_count", statistics["nan_count"], nans)
    distinct = statistics["distinct_count"]
    if distinct is not None:
        expect(f"{where}: distinct_count", distinct,
               len(distinct_values([entries])))
    low, high = statistics["min_value"], statistics["max_value"]
    exact = (statistics["is_min_value_exact"], statistics["is_max_value_exact"])
    if not has_bounds(file, entries):
        expect(f"{where}: bounds of nothing", (low, high) + exact, (None,) * 4)
        return
    assert low is not None and high is not None, f"{where}: no bounds"
    expect(f"{where}: exactness", exact, check_bounds(file, where, entries, low, high))


def histogram(levels, maximum):
    return [levels.count(level) for level in range(maximum + 1)]


def check_histogram(where, found, parts, maximum, omissible):
    """`parts`: the levels of each stretch; `omissible`: the maxima that need no histogram."""
    if not found and maximum in omissible:
        return
    expect(where, found, [n for levels in parts for n in histogram(levels, maximum)])


def check_sizes(where, leaf, parts, repetition, definition):
    check_histogram(f"{where}: repetition levels", repetition,
                    [part.repetition for part in parts], leaf.max_repetition, (0,))
    check_histogram(f"{where}: definition levels", definition,
                    [part.definition for part in parts], leaf.max_definition, (0, 1))


def check_page(where, entries, page, options):
    if options["crc"]:
        expect(f"{where}: crc", page.header["crc"] % (1 << 32), zlib.crc32(page.stored))
    else:
        expect(f"{where}: crc", page.header["crc"], None)
    if page.type == m.DICTIONARY_PAGE:
        return
    expect(f"{where}: type", page.type,
           m.DATA_PAGE_V2 if options["data_page_version"] == 2 else m.DATA_PAGE)
    expect(f"{where}: first repetition level", entries.repetition[0], 0)
    if page.type == m.DATA_PAGE_V2:
        expect(f"{where}: num_nulls", page.data["num_nulls"], entries.nulls)
        expect(f"{where}: num_rows", page.data["num_rows"], entries.rows)
        check_version_2(where, entries, page, options)
    else:
        levels = (page.data["definition_level_encoding"], page.data["repetition_level_encoding"])
        expect(f"{where}: encodings of levels", levels, (m.RLE, m.RLE))


def check_version_2(where, entries, page, options):
    """The parts of a page of version 2: its levels are never compressed."""
    leaf, at = entries.leaf, 0
    for name, maximum in (("repetition", leaf.max_repetition), ("definition", leaf.max_definition)):
        size = page.data[f"{name}_levels_byte_length"]
        levels = getattr(entries, name)
        if maximum == 0:
            expect(f"{where}: bytes of {name} levels", size, 0)
            continue
        expect(f"{where}: {name} levels",
               hybrid.decode(page.stored[at : at + size], maximum, len(levels)), levels)
        at += size
    shrunk = len(page.stored) < page.header["uncompressed_page_size"]
    expect(f"{where}: is_compressed", page.data["is_compressed"] is not False,
           options["compression"] != d.UNCOMPRESSED and shrunk)


def distinct_values(parts):
    """By their bits, so that NaNs and zeros of different ones are different."""
    return {str(d.physical(part.leaf.node, value)) for part in parts for value in part.values}


def check_encodings(where, chunk, parts, options):
    """Encodings as asked for, and the two lists of them in the footer."""
    counts = {}
    for page in chunk.pages:
        header = page.data or page.header["dictionary_page_header"]
        key = (page.type, header["encoding"])
        counts[key] = counts.get(key, 0) + 1
    stats = {(s["page_type"], s["encoding"]): s["count"] for s in chunk.facts["encoding_stats"]}
    expect(f"{where}: encoding_stats", stats, counts)
    used = {encoding for _, encoding in counts} | {m.RLE}
    missing = used - set(chunk.facts["encodings"])
    expect(f"{where}: encodings not listed", missing, set())
    dictionaries = [i for i, page in enumerate(chunk.pages) if page.type == m.DICTIONARY_PAGE]
    has_dictionary = chunk.facts["dictionary_page_offset"] is not None
    expect(f"{where}: dictionary pages", dictionaries, [0] if has_dictionary else [])
    expect(f"{where}: data_page_offset", chunk.facts["data_page_offset"],
           chunk.data_pages()[0].offset)
    dictionary = m.PLAIN_DICTIONARY if options["baseline"] else m.RLE_DICTIONARY
    wanted = dictionary if options["encoding"] == m.RLE_DICTIONARY else options["encoding"]
    used = [page.data["encoding"] == dictionary for page in chunk.data_pages()]
    expect(f"{where}: has a dictionary page", bool(dictionaries), any(used))
    for page, part in zip(chunk.data_pages(), parts):
        if part.values:  # the first that has any; a dictionary may not hold those of one page
            full = wanted == dictionary and plain_bytes(part) > options["dictionary_bytes"]
            if wanted is not None and not full:
                expect(f"{where}: encoding", page.data["encoding"], wanted)
            break
    if options["baseline"]:
        new = {encoding for _, encoding in counts} - {m.PLAIN, m.PLAIN_DICTIONARY}
        expect(f"{where}: encodings that are not of 2015", new, set())
    if dictionaries:
        expect(f"{where}: dictionary_page_offset", chunk.facts["dictionary_page_offset"],
               chunk.pages[0].offset)
        by_dictionary = [part for part, uses in zip(parts, used) if uses]
        header = chunk.pages[0].header["dictionary_page_header"]
        # And of a page that found no room for its others.
        least, most = len(distinct_values(by_dictionary)), len(distinct_values(parts))
        found = header["num_values"]
        assert least <= found <= most and (not all(used) or found == least), (
            f"{where}: {found} values in the dictionary, of {least} in its pages")
    if dictionaries and not options["baseline"]:
        header = chunk.pages[0].header["dictionary_page_header"]
        expect(f"{where}: the dictionary's encoding", header["encoding"], m.PLAIN)


def check_index_bounds(file, where, part, low, high):
    if part.values:
        check_bounds(file, where, part, low, high)
    else:
        expect(f"{where}: bounds of a null page", (low, high), (b"", b""))


def check_column_index(file, where, leaf, parts, index):
    order = [bool(part.values) for part in parts]
    expect(f"{where}: null_pages", index["null_pages"], [not present for present in order])
    expect(f"{where}: null_counts", index["null_counts"], [part.nulls for part in parts])
    floats = leaf.node["of"] in bounds.FLOATS
    expect(f"{where}: nan_counts", index["nan_counts"],
           [len(part.values) - len(part.numbers()) for part in parts] if floats else None)
    bounded = list(zip(parts, index["min_values"], index["max_values"]))
    check_all(functools.partial(check_index_bounds, file, f"{where}, page {i}", *page)
              for i, page in enumerate(bounded))
    key = total_order_key if is_total(file, leaf.node) else bounds.order_key
    keys = [[key(leaf.node, bound_value(leaf.node, bound)) for bound in (low, high)]
            for part, low, high in bounded if part.values]
    expect(f"{where}: bounds", [len(index["min_values"]), len(index["max_values"])],
           [len(parts)] * 2)
    check_boundary_order(where, keys, index["boundary_order"])
    histograms = index["repetition_level_histograms"], index["definition_level_histograms"]
    if file.options["size_statistics"]:
        check_sizes(where, leaf, parts, *histograms)
    else:
        expect(f"{where}: histograms", histograms, (None, None))


def check_boundary_order(where, keys, found):
    """`keys`: minimum and maximum of each page that has values. An order that is not claimed is
    lost to binary search, so it has to be where it holds."""
    steps = [(a, b) for before, after in zip(keys, keys[1:]) for a, b in zip(before, after)]
    wanted = m.UNORDERED
    if all(a <= b for a, b in steps):
        wanted = m.ASCENDING  # where all are equal too
    elif all(a >= b for a, b in steps):
        wanted = m.DESCENDING
    expect(f"{where}: boundary_order of {keys}", found, wanted)


def check_offset_index(where, leaf, parts, pages, index, sized):
    rows, wanted = 0, []
    for part, page in zip(parts, pages):
        wanted.append((page.offset, page.size, rows))
        rows += part.rows
    check_all(functools.partial(
        expect, f"{where}: location of page {i}",
        (location["offset"], location["compressed_page_size"], location["first_row_index"]), place)
        for i, (location, place) in enumerate(zip(index["page_locations"], wanted)))
    expect(f"{where}: page locations", len(index["page_locations"]), len(pages))
    counted = sized and leaf.node["type"] == d.BYTE_ARRAY
    expect(f"{where}: bytes of pages", index["unencoded_byte_array_data_bytes"],
           [part.byte_array_bytes() for part in parts] if counted else None)


def check_page_index(file, where, leaf, parts, chunk, options):
    if not options["page_index"]:
        expect(f"{where}: page index", (chunk.column_index, chunk.offset_index), (None, None))
        return
    assert chunk.offset_index is not None, f"{where}: no offset index"
    check_offset_index(where, leaf, parts, chunk.data_pages(), chunk.offset_index,
                       options["size_statistics"])
    wanted = options["statistics"] and leaf.node["of"] not in bounds.WITHOUT_ORDER and all(
        has_bounds(file, part) for part in parts if part.values)
    expect(f"{where}: has a column index", chunk.column_index is not None, wanted)
    if wanted:
        check_column_index(file, where, leaf, parts, chunk.column_index)


def check_size_statistics(where, leaf, sizes, wanted):
    if not wanted:
        expect(f"{where}: size statistics", sizes, None)
        return
    byte_arrays = leaf.node["type"] == d.BYTE_ARRAY
    if sizes is None:  # where there is nothing that has to be said
        needless = not byte_arrays and leaf.max_repetition == 0 and leaf.max_definition <= 1
        assert needless, f"{where}: no size statistics"
        return
    check_sizes(where, leaf, [Entries(leaf)], sizes["repetition_level_histogram"],
                sizes["definition_level_histogram"])
    expect(f"{where}: bytes", sizes["unencoded_byte_array_data_bytes"],
           Entries(leaf).byte_array_bytes() if byte_arrays else None)


def key_values(pairs):
    return {pair["key"].decode(): pair["value"].decode() for pair in pairs or []}


def check_choices(file, parquet):
    """The writer's own choice is no encoding that DuckDB, Polars or pyarrow cannot read."""
    unreadable = set().union(*refusals.ENCODINGS.values())
    panicking = set(refusals.required_in_optional(file.schema))
    for chunks in parquet.row_groups:
        for leaf, chunk in zip(d.leaves_of(file.schema), chunks):
            if file.column_options(leaf.path)["encoding"] is None:
                encodings = {page.data["encoding"] for page in chunk.data_pages()}
                chosen = {(what, encoding) for encoding in encodings
                          for what in (leaf.node["type"], leaf.node["of"])}
                expect(f"{leaf.path}: chosen, and not read by all", chosen & unreadable, set())
                if leaf.path in panicking:
                    expect(f"{leaf.path}: chosen, and Polars may panic",
                           encodings & refusals.NOT_PLAIN, set())


def check_chunk_facts(where, leaf, chunk, options):
    facts = chunk.facts
    expect(f"{where}: path", b".".join(facts["path_in_schema"]).decode(), leaf.path)
    expect(f"{where}: type", facts["type"], leaf.node["type"])
    expect(f"{where}: codec", facts["codec"], options["compression"])
    expect(f"{where}: num_values", facts["num_values"], len(leaf.definition))
    expect(f"{where}: key values", key_values(facts["key_value_metadata"]),
           options["chunk_key_values"])
    expect(f"{where}: file_offset", chunk.column_chunk["file_offset"], 0)
    expect(f"{where}: uncompressed size", facts["total_uncompressed_size"],
           sum(page.header_size + page.header["uncompressed_page_size"] for page in chunk.pages))
    expect(f"{where}: has a bloom filter", chunk.bloom_filter is not None, options["bloom_filter"])


def check_page_statistics(file, where, entries, page, options):
    if options["statistics"] and not options["page_index"]:
        check_statistics(file, where, entries, page.data["statistics"])
    else:  # the page index has them
        expect(f"{where}: statistics", page.data["statistics"], None)


def check_chunk_statistics(file, where, leaf, chunk, options):
    if options["statistics"]:
        check_statistics(file, where, Entries(leaf), chunk.facts["statistics"])
    else:
        expect(f"{where}: statistics", chunk.facts["statistics"], None)


def checks_of_chunk(file, where, leaf, chunk):
    """Of the chunk, and of each of its pages."""
    options, check = file.column_options(leaf.path), functools.partial
    parts, first = [], 0
    for page in chunk.data_pages():
        parts.append(Entries(leaf, first, page.data["num_values"]))
        first += page.data["num_values"]
    yield check(expect, f"{where}: values of all pages", first, len(leaf.definition))
    yield check(check_chunk_facts, where, leaf, chunk, options)
    yield check(check_encodings, where, chunk, parts, options)
    following = iter(parts)
    for i, page in enumerate(chunk.pages):
        entries = None if page.type == m.DICTIONARY_PAGE else next(following)
        yield check(check_page, f"{where}, page {i}", entries, page, options)
        if entries:
            yield check(check_page_statistics, file, f"{where}, page {i}", entries, page, options)
    yield check(check_chunk_statistics, file, where, leaf, chunk, options)
    yield check(check_size_statistics, where, leaf, chunk.facts["size_statistics"],
                options["size_statistics"])
    yield check(check_page_index, file, where, leaf, parts, chunk, options)


def outgrows_buffer(page):
    """Whether parquet-go's LZ4 wants a larger buffer than the one that its page comes to be in: it
    takes three times what is stored, and what it puts there is lost."""
    v2, stored = page.header["data_page_header_v2"], len(page.stored)
    if v2 and not v2["is_compressed"]:
        return False
    if v2:
        stored -= v2["definition_levels_byte_length"] + v2["repetition_levels_byte_length"]
    buffer = 1 << 12
    while buffer < page.header["uncompressed_page_size"]:
        buffer += buffer if buffer < 1 << 18 else buffer // 2
    return 3 * stored > buffer


def note_written(file, parquet):
    """Tells the file which encodings it came to, for what engines refuse."""
    file.written = parquet.encodings()
    for rows, chunks in zip(file.row_groups(), parquet.row_groups):
        for leaf, chunk in zip(d.shred(file.schema, rows), chunks):
            if chunk.facts["codec"] == d.LZ4_RAW:
                file.dense_lz4 |= any(map(outgrows_buffer, chunk.pages))
            file.unknown_pages |= (leaf.node["of"] == "unknown_text"
                                   and len(chunk.data_pages()) > 1)
            first, with_nulls = 0, set()
            for page in chunk.data_pages():
                part = leaf.definition[first : first + page.data["num_values"]]
                with_nulls.add(any(leaf.element_definition <= level < leaf.max_definition
                                   for level in part))
                first += len(part)
            if len(with_nulls) == 2:
                file.mixed |= {(leaf.path, page.data["encoding"]) for page in chunk.data_pages()}


def check_row_group(file, i, rows, parquet):
    facts, chunks = parquet.footer["row_groups"][i], parquet.row_groups[i]
    leaves = d.shred(file.schema, rows)

    def check_facts():
        expect(f"row group {i}", (facts["num_rows"], facts["ordinal"]), (len(rows), i))
        expect(f"row group {i}: file_offset", facts["file_offset"], chunks[0].start)
        for total, part in (("total_byte_size", "total_uncompressed_size"),
                            ("total_compressed_size", "total_compressed_size")):
            expect(f"row group {i}: {total}", facts[total], sum(c.facts[part] for c in chunks))
        sorting_checks.check(file, f"row group {i}", rows, facts["sorting_columns"])
        expect(f"row group {i}: columns", len(chunks), len(leaves))

    checks = [check_facts]
    for leaf, chunk in zip(leaves, chunks):
        checks.extend(checks_of_chunk(file, f"row group {i}, {leaf.path}", leaf, chunk))
    check_all(checks)


def check_file(file, parquet):
    """`file`: description.File; `parquet`: the metadata.ParquetFile that was made of it. Every page
    is looked at, and all that is false is told at once."""
    groups = file.row_groups()
    expect("num_rows", parquet.footer["num_rows"], len(file.rows))
    expect("key values", key_values(parquet.footer["key_value_metadata"]),
           file.options["key_values"])
    expect("row groups", len(parquet.row_groups), len(groups))
    check_all(functools.partial(check_row_group, file, i, rows, parquet)
              for i, rows in enumerate(groups))
