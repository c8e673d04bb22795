"""Goal: `pf meta` shows of a footer what is in it: each place, size, count, histogram and bound.

Method: files by pyarrow, DuckDB and this library, held value by value against what pyarrow and
DuckDB read in their footers, and where neither has it, against the table or the file's layout.

Usage: meta_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import collections
import json
import pathlib
import re
import sys
import tempfile
import unittest

try:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from command import pf

ROWS, GROUP = 1000, 600


def printed(*words):
    done = pf(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def small_table():
    lists = [None if i % 5 == 0 else [None if j == 1 else i + j for j in range(i % 3)]
             for i in range(ROWS)]
    return pa.table({"a": list(range(ROWS)), "s": [None if i % 7 == 0 else "é" * (i % 4)
                                                   for i in range(ROWS)], "l": lists})


def footer_begin(path):
    data = path.read_bytes()
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


class MetaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="pf-meta-")
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.table = small_table()
        cls.path = cls.folder / "small.parquet"
        pq.write_table(cls.table, cls.path, row_group_size=GROUP, write_page_index=True,
                       data_page_size=500, write_batch_size=64, compression="zstd",
                       bloom_filter_options={"a": {"ndv": 600, "fpp": 0.01}, "s": True},
                       sorting_columns=[pq.SortingColumn(0, descending=True, nulls_first=True),
                                        pq.SortingColumn(2)])
        cls.cut = cls.folder / "cut.parquet"  # bounds that are too long are shortened
        duckdb.sql("COPY (SELECT range AS a, repeat('y', 300) || range AS s FROM range(5000)) TO "
                   f"'{cls.cut}' (ROW_GROUP_SIZE 2048)")
        printed("contacts", "--rows", "3k", "--row-group-rows", "2k", "--output", cls.folder)
        cls.files = [cls.path, cls.cut, cls.folder / "contacts.parquet"]

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def meta(self, path):
        return json.loads(printed("meta", "--json", path))

    def each_chunk(self, path):
        """Of each chunk, what is shown of it beside what pyarrow and DuckDB read."""
        shown = self.meta(path)
        found = duckdb.sql(f"SELECT * FROM parquet_metadata('{path}')")
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
        ducks = {(row["row_group_id"], row["column_id"]): row for row in rows}
        arrow = pq.ParquetFile(path).metadata
        self.assertEqual(len(shown["row_groups"]), arrow.num_row_groups)
        for group, row_group in enumerate(shown["row_groups"]):
            self.assertEqual(len(row_group["columns"]), arrow.num_columns)
            for column, chunk in enumerate(row_group["columns"]):
                yield chunk, arrow.row_group(group).column(column), ducks[group, column]

    def test_places_are_those_that_pyarrow_and_duckdb_read(self):
        blooms = 0
        for path in self.files:
            for chunk, arrow, duck in self.each_chunk(path):
                self.assertEqual(chunk["data_page_offset"], arrow.data_page_offset)
                self.assertEqual(chunk.get("dictionary_page_offset"), arrow.dictionary_page_offset)
                self.assertEqual("column_index" in chunk, arrow.has_column_index)
                self.assertEqual("offset_index" in chunk, arrow.has_offset_index)
                bloom = chunk.get("bloom_filter", {})
                blooms += len(bloom)
                for place in (arrow.bloom_filter_offset, duck["bloom_filter_offset"]):
                    self.assertEqual(bloom.get("offset"), place)
                for size in (arrow.bloom_filter_length, duck["bloom_filter_length"]):
                    self.assertEqual(bloom.get("bytes"), size)
        self.assertEqual(blooms, 8)  # two keys, row groups, columns

    def test_filters_and_indexes_follow_one_another_up_to_the_footer(self):
        # Neither reader says where indexes are; pyarrow leaves no byte between them.
        groups = self.meta(self.path)["row_groups"]
        places = [chunk[key] for key in ("bloom_filter", "column_index", "offset_index")
                  for group in groups for chunk in group["columns"] if key in chunk]
        self.assertEqual(len(places), 4 + 6 + 6)
        ends = [place["offset"] + place["bytes"] for place in places]
        begins = [place["offset"] for place in places]
        self.assertEqual(ends, [*begins[1:], footer_begin(self.path)])
        last = groups[-1]["columns"][-1]
        self.assertEqual(begins[0], last["dictionary_page_offset"] + last["compressed_bytes"])

    def test_encodings_are_counted_as_duckdb_does(self):
        for path in self.files:
            for chunk, arrow, duck in self.each_chunk(path):
                self.assertEqual(chunk["encodings"], list(arrow.encodings))
                self.assertEqual(chunk["encodings"], duck["encodings"].split(", "))
                stats = [(each["page_type"], each["encoding"], each["pages"])
                         for each in chunk["encoding_stats"]]
                self.assertEqual(stats, [tuple(each.values()) for each in duck["encoding_stats"]])
        # A chunk of several pages is among them.
        chunk = self.meta(self.path)["row_groups"][0]["columns"][0]
        self.assertGreater(chunk["encoding_stats"][-1]["pages"], 1)

    def test_bounds_and_counts_are_those_of_the_readers(self):
        inexact = 0
        for path in self.files:
            for chunk, arrow, duck in self.each_chunk(path):
                shown = chunk["statistics"]
                for key in ("min", "max"):
                    self.assertEqual(shown.get(key), duck[f"stats_{key}_value"])
                    exact = duck[f"{key}_is_exact"]
                    self.assertEqual(shown.get(f"is_{key}_exact"), exact)
                    inexact += exact is False
                if arrow.statistics.has_min_max:
                    self.assertEqual([shown["min"], shown["max"]],
                                     [str(arrow.statistics.min), str(arrow.statistics.max)])
                self.assertEqual(shown.get("null_count"), arrow.statistics.null_count)
                self.assertEqual(shown.get("distinct_count"), arrow.statistics.distinct_count)
                self.assertNotIn("is_deprecated_form", shown)
        self.assertGreater(inexact, 0)

    def test_size_statistics_are_those_of_the_rows(self):
        for group, row_group in enumerate(self.meta(self.path)["row_groups"]):
            rows = self.table.slice(group * GROUP, GROUP)
            texts = rows.column("s").to_pylist()
            lists = rows.column("l").to_pylist()
            # Levels of l: no list, an empty one, a null in it, a value in it.
            definition = collections.Counter()
            repetition = collections.Counter()
            for each in lists:
                levels = [0] if each is None else [2 + (item is not None) for item in each] or [1]
                definition.update(levels)
                repetition.update([0] + [1] * (len(levels) - 1))
            expected = [
                {"repetition_level_histogram": [], "definition_level_histogram": [0, len(texts)]},
                {"unencoded_byte_array_data_bytes": sum(2 * len(text) for text in texts if text),
                 "repetition_level_histogram": [],
                 "definition_level_histogram": [texts.count(None),
                                                len(texts) - texts.count(None)]},
                {"repetition_level_histogram": [repetition[level] for level in range(2)],
                 "definition_level_histogram": [definition[level] for level in range(4)]}]
            self.assertEqual([chunk["size_statistics"] for chunk in row_group["columns"]], expected)

    def test_row_groups_say_what_they_are_sorted_by(self):
        shown = self.meta(self.path)
        arrow = pq.ParquetFile(self.path).metadata
        names = [chunk["path"] for chunk in shown["row_groups"][0]["columns"]]
        for group, row_group in enumerate(shown["row_groups"]):
            self.assertEqual(
                [(each["column"], each["descending"], each["nulls_first"])
                 for each in row_group["sorting_columns"]],
                [(names[each.column_index], each.descending, each.nulls_first)
                 for each in arrow.row_group(group).sorting_columns])
            sizes = [chunk["compressed_bytes"] for chunk in row_group["columns"]]
            self.assertEqual(row_group["compressed_bytes"], sum(sizes))
            self.assertEqual(row_group["file_offset"],
                             row_group["columns"][0]["dictionary_page_offset"])
        self.assertEqual(len(shown["row_groups"][0]["sorting_columns"]), 2)
        self.assertNotIn("sorting_columns", self.meta(self.cut)["row_groups"][0])

    def words_of(self, chunk):
        """What the line of a chunk has, one after the other."""
        dictionary, *pages = chunk["encoding_stats"]
        self.assertEqual((dictionary["page_type"], dictionary["pages"]), ("DICTIONARY_PAGE", 1))
        encodings = [f"dictionary of {dictionary['encoding']} 1"]
        encodings += [f"{page['encoding']} {page['pages']}" for page in pages]
        sizes, bounds = chunk["size_statistics"], chunk["statistics"]
        levels = [f"{letter}{sizes[key]}".replace(" ", "")
                  for letter, key in (("d", "definition_level_histogram"),
                                      ("r", "repetition_level_histogram")) if sizes[key]]
        numbers = [chunk["values"], bounds["null_count"], chunk["compressed_bytes"],
                   chunk["uncompressed_bytes"], sizes.get("unencoded_byte_array_data_bytes")]
        bytes_ = [chunk.get(key, {}).get("bytes")
                  for key in ("column_index", "offset_index", "bloom_filter")]
        grouped = [[f"{number:,}".replace(",", " ") for number in each if number is not None]
                   for each in (numbers, bytes_)]
        words = [chunk["path"], chunk["type"], chunk["codec"], ", ".join(encodings), *grouped[0],
                 " ".join(levels), bounds["min"], bounds["max"], *grouped[1]]
        return [word for word in words if word]  # a bound may be an empty text

    def test_the_text_has_all_that_is_known_of_a_column(self):
        text = printed("meta", self.path)
        self.assertEqual(text.count("; sorted by a descending nulls first, l.list.element\n"), 2)
        expected = [" ".join(self.words_of(chunk)) for group in self.meta(self.path)["row_groups"]
                    for chunk in group["columns"]]
        lines = [" ".join(line.split()) for line in text.splitlines()]
        self.assertEqual([line for line in lines if "ZSTD" in line], expected)

    def test_the_text_says_which_bounds_are_inexact(self):
        lines = printed("meta", self.cut).splitlines()
        for line in lines:
            if re.match(r"  s +BYTE_ARRAY ", line):
                self.assertRegex(line, r" y+ \(inexact\) +y*z \(inexact\)$")
            elif re.match(r"  a +INT64 ", line):
                self.assertNotIn("inexact", line)
        self.assertEqual(sum("(inexact)" in line for line in lines), 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
