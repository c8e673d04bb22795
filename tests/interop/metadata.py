"""A Parquet file taken apart by its metadata alone: footer, page headers, page index.

Field numbers and names are those of parquet-format's parquet.thrift (2026-08). A struct becomes a
dict by name; a field that is not there is None. Values are not decoded.
"""

import compact

KEY_VALUE = {1: "key", 2: "value"}
STATISTICS = {
    1: "max", 2: "min", 3: "null_count", 4: "distinct_count", 5: "max_value", 6: "min_value",
    7: "is_max_value_exact", 8: "is_min_value_exact", 9: "nan_count",
}
SIZE_STATISTICS = {
    1: "unencoded_byte_array_data_bytes", 2: "repetition_level_histogram",
    3: "definition_level_histogram",
}
ENCODING_STATS = {1: "page_type", 2: "encoding", 3: "count"}
COLUMN_META_DATA = {
    1: "type", 2: "encodings", 3: "path_in_schema", 4: "codec", 5: "num_values",
    6: "total_uncompressed_size", 7: "total_compressed_size",
    8: ("key_value_metadata", KEY_VALUE), 9: "data_page_offset", 10: "index_page_offset",
    11: "dictionary_page_offset", 12: ("statistics", STATISTICS),
    13: ("encoding_stats", ENCODING_STATS), 14: "bloom_filter_offset", 15: "bloom_filter_length",
    16: ("size_statistics", SIZE_STATISTICS),
}
COLUMN_CHUNK = {
    1: "file_path", 2: "file_offset", 3: ("meta_data", COLUMN_META_DATA), 4: "offset_index_offset",
    5: "offset_index_length", 6: "column_index_offset", 7: "column_index_length",
}
SORTING_COLUMN = {1: "column_idx", 2: "descending", 3: "nulls_first"}
ROW_GROUP = {
    1: ("columns", COLUMN_CHUNK), 2: "total_byte_size", 3: "num_rows",
    4: ("sorting_columns", SORTING_COLUMN), 5: "file_offset", 6: "total_compressed_size",
    7: "ordinal",
}
COLUMN_ORDER = {1: "TYPE_ORDER", 2: "IEEE_754_TOTAL_ORDER", 3: "INT96_TIMESTAMP_ORDER"}
FILE_META_DATA = {
    1: "version", 2: "schema", 3: "num_rows", 4: ("row_groups", ROW_GROUP),
    5: ("key_value_metadata", KEY_VALUE), 6: "created_by", 7: ("column_orders", COLUMN_ORDER),
}
DATA_PAGE_HEADER = {
    1: "num_values", 2: "encoding", 3: "definition_level_encoding", 4: "repetition_level_encoding",
    5: ("statistics", STATISTICS),
}
DICTIONARY_PAGE_HEADER = {1: "num_values", 2: "encoding", 3: "is_sorted"}
DATA_PAGE_HEADER_V2 = {
    1: "num_values", 2: "num_nulls", 3: "num_rows", 4: "encoding",
    5: "definition_levels_byte_length", 6: "repetition_levels_byte_length", 7: "is_compressed",
    8: ("statistics", STATISTICS),
}
PAGE_HEADER = {
    1: "type", 2: "uncompressed_page_size", 3: "compressed_page_size", 4: "crc",
    5: ("data_page_header", DATA_PAGE_HEADER),
    7: ("dictionary_page_header", DICTIONARY_PAGE_HEADER),
    8: ("data_page_header_v2", DATA_PAGE_HEADER_V2),
}
COLUMN_INDEX = {
    1: "null_pages", 2: "min_values", 3: "max_values", 4: "boundary_order", 5: "null_counts",
    6: "repetition_level_histograms", 7: "definition_level_histograms", 8: "nan_counts",
}
PAGE_LOCATION = {1: "offset", 2: "compressed_page_size", 3: "first_row_index"}
OFFSET_INDEX = {1: ("page_locations", PAGE_LOCATION), 2: "unencoded_byte_array_data_bytes"}
BLOOM_FILTER_HEADER = {1: "num_bytes", 2: "algorithm", 3: "hash", 4: "compression"}

DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = range(4)
(PLAIN, _, PLAIN_DICTIONARY, RLE, BIT_PACKED, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY,
 DELTA_BYTE_ARRAY, RLE_DICTIONARY, BYTE_STREAM_SPLIT) = range(10)
UNORDERED, ASCENDING, DESCENDING = range(3)


def named(fields, names):
    """The dict of a struct by field number as one by name. Numbers that have no name are refused:
    nothing of what we write is looked past."""
    found = {name if isinstance(name, str) else name[0]: None for name in names.values()}
    for number, value in fields.items():
        name = names[number]
        if isinstance(name, str):
            found[name] = value
        elif isinstance(value, list):
            found[name[0]] = [named(element, name[1]) for element in value]
        else:
            found[name[0]] = named(value, name[1])
    return found


class Page:
    """A page: its header, where the header begins, and the bytes as they are stored."""

    def __init__(self, data, offset):
        reader = compact.Reader(data, offset)
        self.offset = offset
        self.header = named(reader.struct(), PAGE_HEADER)
        self.stored = data[reader.at : reader.at + self.header["compressed_page_size"]]
        self.header_size = reader.at - offset
        self.size = self.header_size + len(self.stored)  # what OffsetIndex calls compressed
        self.data = self.header["data_page_header"] or self.header["data_page_header_v2"]

    @property
    def type(self):
        return self.header["type"]


class Chunk:
    """A column chunk: its metadata, pages and index."""

    def __init__(self, data, column_chunk):
        self.facts = column_chunk["meta_data"]
        self.column_chunk = column_chunk
        self.start = self.facts["data_page_offset"]
        if self.facts["dictionary_page_offset"] is not None:
            self.start = self.facts["dictionary_page_offset"]
        end = self.start + self.facts["total_compressed_size"]
        self.pages, at = [], self.start
        while at < end:
            self.pages.append(Page(data, at))
            at += self.pages[-1].size
        assert at == end, f"pages end at {at}, the chunk at {end}"
        self.column_index = self._index(data, "column_index", COLUMN_INDEX)
        self.offset_index = self._index(data, "offset_index", OFFSET_INDEX)
        self.bloom_filter = self._bloom_filter(data)

    def data_pages(self):
        return [page for page in self.pages if page.type != DICTIONARY_PAGE]

    def _index(self, data, name, names):
        offset = self.column_chunk[name + "_offset"]
        if offset is None:
            return None
        reader = compact.Reader(data, offset)
        found = named(reader.struct(), names)
        length = self.column_chunk[name + "_length"]
        assert reader.at - offset == length, f"{name}: {reader.at - offset} bytes, not {length}"
        return found

    def _bloom_filter(self, data):
        """The filter's blocks, None where there is none."""
        offset = self.facts["bloom_filter_offset"]
        if offset is None:
            return None
        reader = compact.Reader(data, offset)
        header = named(reader.struct(), BLOOM_FILTER_HEADER)
        # The only algorithm, hash and compression that there are: BLOCK, XXHASH, UNCOMPRESSED.
        assert [header[name] for name in ("algorithm", "hash", "compression")] == [{1: {}}] * 3
        blocks = data[reader.at : reader.at + header["num_bytes"]]
        length = self.facts["bloom_filter_length"]
        assert length in (None, reader.at - offset + len(blocks)), f"bloom filter of {length} bytes"
        return blocks


class ParquetFile:
    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        assert data[:4] == b"PAR1" and data[-4:] == b"PAR1", "no Parquet file"
        size = int.from_bytes(data[-8:-4], "little")
        self.footer_offset = len(data) - 8 - size
        reader = compact.Reader(data, self.footer_offset)
        self.footer = named(reader.struct(), FILE_META_DATA)
        assert reader.at == len(data) - 8, f"footer ends at {reader.at} of {len(data) - 8}"
        self.row_groups = [[Chunk(data, column) for column in group["columns"]]
                           for group in self.footer["row_groups"]]

    def encodings(self):
        """(physical type, encoding) of all data pages."""
        return {(chunk.facts["type"], page.data["encoding"])
                for chunks in self.row_groups for chunk in chunks for page in chunk.data_pages()}
