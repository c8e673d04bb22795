"""Goal: what `pf` prints of files is what pyarrow and DuckDB read in them, value by value; and each
way of asking for it works as docs/tool.md says.

Method: files of every type by pyarrow, DuckDB, Polars and this library, and those of the corpus
where it is there; their rows as JSON lines, CSV and a table beside pyarrow's values.

Usage: inspect_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import csv
import datetime
import decimal
import io
import json
import os
import pathlib
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    import duckdb
    import polars
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from expected_text import json_value, loads, same_text

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "tool.md"
SHARED = [pathlib.Path(os.environ["PF_CORPUS"])] if "PF_CORPUS" in os.environ else [
    ROOT.parent / "shared" / "corpus", ROOT / "shared" / "corpus"]
ROWS = 700


def pf(*words, code=0, **options):
    done = subprocess.run([PF, *[str(word) for word in words]], capture_output=True, check=False,
                          timeout=120, **options)
    assert done.returncode == code, (words, done.returncode, done.stderr.decode())
    return done


def printed(*words, **options):
    return pf(*words, **options).stdout.decode()


def maybe(r, value):
    return value if r.random() > 0.15 else None


def all_types():
    """A column of each type, seeded; nulls in most."""
    r = random.Random(11)

    def column(make, kind, nulls=True):
        return pa.array([maybe(r, make()) if nulls else make() for _ in range(ROWS)], kind)

    texts = ["", "plain", "quote\"comma,", "line\nbreak\r\ttab", "naïve 😀", "\\", "null", " pad "]
    reals = [0.0, -0.0, 1.0, 0.1, 1e300, -5e-324, float("nan"), float("inf"), float("-inf")]
    moments = [0, -1, 10**13 + 7, -10**13 - 7]
    return pa.table({
        "bool": column(lambda: r.random() < 0.5, pa.bool_()),
        "i8": column(lambda: r.randrange(-128, 128), pa.int8()),
        "i16": column(lambda: r.randrange(-2**15, 2**15), pa.int16()),
        "i32": column(lambda: r.choice([0, -2**31, 2**31 - 1]), pa.int32()),
        "i64": column(lambda: r.choice([0, -2**63, 2**63 - 1, 2**53 + 1]), pa.int64(), False),
        "u8": column(lambda: r.randrange(256), pa.uint8()),
        "u16": column(lambda: r.randrange(2**16), pa.uint16()),
        "u32": column(lambda: r.choice([0, 2**32 - 1]), pa.uint32()),
        "u64": column(lambda: r.choice([0, 2**64 - 1]), pa.uint64()),
        "f16": column(lambda: r.choice([0.5, -2.0, 65504.0, float("nan")]), pa.float16()),
        "f32": column(lambda: r.choice([0.0, -0.0, 0.5, 3.25, float("inf")]), pa.float32()),
        "f64": column(lambda: r.choice([*reals, r.random()]), pa.float64()),
        "d9": column(lambda: decimal.Decimal(r.randrange(-10**9, 10**9)).scaleb(-2),
                     pa.decimal128(9, 2)),
        "d38": column(lambda: decimal.Decimal(r.randrange(-10**37, 10**37)).scaleb(-20),
                      pa.decimal128(38, 20)),
        "d76": column(lambda: decimal.Decimal(r.randrange(-10**75, 10**75)), pa.decimal256(76, 0)),
        "date": column(lambda: datetime.date(1, 1, 1) + datetime.timedelta(r.randrange(3650000)),
                       pa.date32()),
        "t_ms": column(lambda: r.randrange(86400 * 10**3), pa.time32("ms")),
        "t_us": column(lambda: r.randrange(86400 * 10**6), pa.time64("us")),
        "t_ns": column(lambda: r.randrange(86400 * 10**9), pa.time64("ns")),
        "ts_ms": column(lambda: r.choice(moments), pa.timestamp("ms")),
        "ts_us": column(lambda: r.choice(moments), pa.timestamp("us", "UTC")),
        "ts_ns": column(lambda: r.choice([*moments, 2**62]), pa.timestamp("ns")),
        "text": column(lambda: r.choice(texts), pa.string()),
        "bytes": column(lambda: r.randbytes(r.randrange(5)), pa.binary()),
        "fixed": column(lambda: r.randbytes(3), pa.binary(3)),
        "list": column(lambda: [maybe(r, r.randrange(9)) for _ in range(r.randrange(4))],
                       pa.list_(pa.int32())),
        "struct": column(lambda: {"a": maybe(r, 1), "b": {"c": maybe(r, r.choice(texts))}},
                         pa.struct([("a", pa.int8()),
                                    ("b", pa.struct([("c", pa.string())]))])),
        "map": column(lambda: [("k", maybe(r, 1.5)), ("k", None)][:r.randrange(3)],
                      pa.map_(pa.string(), pa.float64())),
        "deep": column(lambda: [maybe(r, [{"x": maybe(r, True), "y": [r.choice(texts)]}
                                          for _ in range(r.randrange(3))]) for _ in range(2)],
                       pa.list_(pa.list_(pa.struct([("x", pa.bool_()),
                                                    ("y", pa.list_(pa.string()))])))),
        "null": pa.nulls(ROWS),
    })


class InspectTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="pf-inspect-")
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.table = all_types()
        cls.path = cls.folder / "types.parquet"
        pq.write_table(cls.table, cls.path, row_group_size=300, write_page_index=True)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def expect_rows(self, path, table, words=()):
        lines = printed("cat", "--json", *words, path).splitlines()
        self.assertEqual(len(lines), table.num_rows)
        columns = [column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
                   for column in table.columns]
        for row, line in enumerate(lines):
            found = loads(line)
            self.assertEqual(list(found), table.column_names)
            for name, column in zip(table.column_names, columns, strict=True):
                expected = json_value(column[row])
                self.assertTrue(expected == found[name], (path, row, name, expected, found[name]))

    # Rows

    def test_json_lines_are_pyarrows_values(self):
        self.expect_rows(self.path, self.table)

    def test_json_lines_of_each_writer_are_pyarrows_values(self):
        lacking = ["f16", "map", "null", "d76"]  # what DuckDB or Polars have no type for
        data = self.table.drop(lacking)  # noqa: F841, DuckDB finds it by its name
        duck = self.folder / "duck.parquet"
        duckdb.sql(f"COPY (SELECT * FROM data) TO '{duck}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
        bears = self.folder / "polars.parquet"
        polars.from_arrow(data).write_parquet(bears, data_page_size=2000)
        version2 = self.folder / "version2.parquet"
        pq.write_table(self.table, version2, data_page_version="2.0", compression="zstd",
                       use_dictionary=False)
        int96 = self.folder / "int96.parquet"
        pq.write_table(self.table, int96, use_deprecated_int96_timestamps=True)
        for path in (duck, bears, version2):
            with self.subTest(path=path.name):
                self.expect_rows(path, pq.read_table(path))
        words = ["--columns", "ts_ns"]
        self.expect_rows(int96, pq.read_table(int96, columns=["ts_ns"]), words)

    def test_csv_is_pyarrows_values(self):
        text = printed("cat", "--format", "csv", self.path)
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(rows[0], self.table.column_names)
        self.assertEqual(len(rows), ROWS + 1)
        for number, name in enumerate(self.table.column_names):
            column = self.table.column(name)
            for row in range(ROWS):
                expected = json_value(column[row])
                found = rows[row + 1][number]
                if expected is None:
                    self.assertEqual(found, "", (name, row))
                else:
                    self.assertTrue(same_text(found, expected, column.type),
                                    (name, row, expected, found))

    def test_csv_tells_nulls_from_empty_texts_and_duckdb_reads_it(self):
        path = self.folder / "few.parquet"
        pq.write_table(pa.table({"a": ["", None, "x,\"y\"", "two\nlines"], "b": [1, 2, None, 4]}),
                       path)
        text = printed("cat", "--format", "csv", path)
        self.assertEqual(text, 'a,b\n"",1\n,2\n"x,""y""",\n"two\nlines",4\n')
        out = self.folder / "few.csv"
        out.write_text(text, newline="")
        self.assertEqual(duckdb.sql(f"SELECT * FROM read_csv('{out}', header = true, nullstr = '', "
                                    "allow_quoted_nulls = false)").fetchall(),
                         duckdb.sql(f"SELECT * FROM '{path}'").fetchall())

    def test_json_lines_are_what_duckdb_reads_in_the_file(self):
        names = ["bool", "i8", "i64", "u64", "d38", "date", "ts_us", "text", "list", "struct"]
        out = self.folder / "rows.jsonl"
        out.write_text(printed("cat", "--json", "--columns", ",".join(names), self.path))
        types = dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "
                                f"'{self.path}')").fetchall())
        columns = "{" + ", ".join(f"{name}: '{types[name]}'" for name in names) + "}"
        both = [f"SELECT {', '.join(names)} FROM '{self.path}'",
                f"SELECT * FROM read_json('{out}', format = 'newline_delimited', "
                f"columns = {columns})"]
        for one, other in (both, both[::-1]):
            self.assertEqual(duckdb.sql(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})")
                             .fetchall(), [(0,)])

    def test_a_table_has_a_line_a_row_in_columns(self):
        names = ["i64", "text", "list", "f64"]
        lines = printed("cat", "--columns", ",".join(names), self.path).splitlines()
        self.assertEqual(len(lines), ROWS + 2)
        ends = [match.start() for match in re.finditer(r"\|", lines[0])]
        self.assertEqual([word.strip() for word in lines[0].split(" | ")], names)
        self.assertEqual(set(lines[1]), {"-", "+"})
        escaped = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
        for row, line in enumerate(lines[2:]):
            self.assertEqual(line[ends[0]], "|")
            words = line.split(" | ")
            for name, word in zip(names, words, strict=True):
                column = self.table.column(name)
                expected = json_value(column[row])
                if name == "text" and expected is not None:
                    text = "".join(escaped.get(c, c) for c in expected)
                    self.assertEqual(word.rstrip(), text.rstrip())
                elif expected is None:
                    self.assertEqual(word.strip(), "null")
                else:
                    self.assertTrue(same_text(word.strip(), expected, column.type), (name, row))

    def test_no_value_is_a_command_to_a_terminal(self):
        path = self.folder / "escape.parquet"
        pq.write_table(pa.table({"a\033[2J": ["\033[31mred", "\x9b1m", "\x7f"]}), path)
        for words in (["cat"], ["meta"], ["schema"], ["verify"]):
            text = printed(*words, path)
            self.assertNotIn("\033", text)
            self.assertNotIn("\x9b", text)
        self.assertIn("\\u001b[31mred", printed("cat", path))

    def test_columns_are_chosen_and_ordered_by_paths(self):
        line = printed("head", "-n", "1", "--json", "--columns", "struct.b,i64,struct.a", self.path)
        self.assertEqual(list(loads(line)), ["struct", "i64"])
        line = printed("head", "-n", "1", "--json", "--columns", "deep.list.element.list.element.y",
                       self.path)
        self.assertEqual(list(loads(line)), ["deep"])
        failed = pf("cat", "--columns", "i64,nothing", self.path, code=2)
        self.assertIn(b"nothing", failed.stderr)

    def test_columns_are_written_as_in_queries(self):
        odd = self.folder / "odd.parquet"
        names = ["x,y", "a b", "my-column", 'q"', "id"]
        pq.write_table(pa.table([[k] for k in range(5)], names=names), odd)
        for text, expected in ((" id, my-column", ["id", "my-column"]),
                               ('"x,y","a b"', ["x,y", "a b"]), ('"q"""', ['q"'])):
            for words in (["cat", "--columns"], ["head", "--columns"], ["query", "--select"]):
                with self.subTest(text, words=words):
                    line = printed(*words, text, "--json", odd)
                    self.assertEqual(list(loads(line)), expected)
        for text in ("", "id,", "a b"):
            failed = pf("cat", "--columns", text, odd, code=2)
            self.assertIn(b"--columns: at ", failed.stderr)
            self.assertEqual(failed.stdout, b"")

    def test_what_stands_behind_columns_are_files_and_options(self):
        for command in ("cat", "head"):
            for words in (["--columns", "i64,i8", self.path, self.path, "--limit", 1],
                          ["--columns=i64,i8", self.path, self.path, "--limit", 1],
                          [self.path, "--columns", "i64,i8", self.path, "--limit", 1],
                          ["--columns", "i64", "--columns", "i8", self.path, "--limit", 1]):
                with self.subTest(command=command, words=words):
                    lines = printed(command, "--json", *words).splitlines()
                    self.assertEqual([list(loads(line)) for line in lines], [["i64", "i8"]])
        lines = printed("cat", "--json", "--columns", "i16", self.path, self.path).splitlines()
        self.assertEqual([loads(line)["i16"] for line in lines],
                         2 * self.table.column("i16").to_pylist())

    def test_limit_and_skip_go_over_row_groups_and_files(self):
        numbers = self.table.column("i16").to_pylist()
        twice = numbers + numbers
        for skip, limit in ((0, 0), (0, 1), (299, 3), (300, 400), (699, 2), (700, 5), (1399, 9),
                            (1400, 1), (5000, 1)):
            lines = printed("cat", "--json", "--columns", "i16", "--skip", skip, "--limit", limit,
                            self.path, self.path).splitlines()
            self.assertEqual([loads(line)["i16"] for line in lines], twice[skip:skip + limit])
        self.assertEqual(len(printed("head", "--json", self.path).splitlines()), 10)
        empty = printed("head", "-n", "0", "--format", "csv", "--columns", "i8", self.path)
        self.assertEqual(empty, "i8\n")

    def test_standard_input_is_a_file(self):
        data = self.path.read_bytes()
        for words in (["cat", "--json"], ["count"], ["schema"], ["head", "-n", "3"]):
            self.assertEqual(pf(*words, "-", input=data).stdout, pf(*words, self.path).stdout)
        # What says which file it is of.
        for words in (["meta"], ["meta", "--json"], ["verify"], ["verify", "--json"],
                      ["schema", "--json"], ["count", "--json"]):
            shown = pf(*words, self.path).stdout.replace(str(self.path).encode(),
                                                         b"<standard input>")
            self.assertEqual(pf(*words, "-", input=data).stdout, shown)
            self.assertIn(b"<standard input>", shown)
        self.assertIn(b"error", pf("verify", "-", input=data[:-9], code=4).stdout)
        self.assertIn(b"once", pf("cat", "-", "-", input=data, code=2).stderr)

    def test_files_come_from_directories_and_patterns(self):
        folder = self.folder / "tree"
        for place in ("date=2026-11-24/b", "date=2026-11-25/a", "date=2026-11-25/.c", "d"):
            path = folder / f"{place}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.path, path)
        (folder / "notes.txt").write_text("")
        found = json.loads(printed("count", "--json", folder))
        self.assertEqual([file["file"].removeprefix(f"{folder}/") for file in found["files"]],
                         ["d.parquet", "date=2026-11-24/b.parquet", "date=2026-11-25/a.parquet"])
        self.assertEqual(found["rows"], 3 * ROWS)
        self.assertEqual(printed("count", f"{folder}/date=*/a.parquet"), f"{ROWS}\n")
        self.assertRegex(printed("count", f"{folder}/date=*"), rf"\n{2 * ROWS} total\n$")
        pf("count", f"{folder}/nothing*", code=2)
        self.assertIn(b"No such file", pf("count", folder / "nothing", code=1).stderr)

    def test_a_file_that_cannot_be_read_does_not_hide_the_next(self):
        bad = self.folder / "bad.parquet"
        bad.write_bytes(b"PAR1 is not enough")
        done = pf("count", bad, self.path, code=1)
        self.assertIn(b"bad.parquet", done.stderr)
        self.assertIn(f"{ROWS} ".encode(), done.stdout)
        for path in (bad, self.folder / "none.parquet"):
            done = pf("head", path, code=1)
            self.assertIn(path.name.encode(), done.stderr)
            self.assertEqual(done.stdout, b"")

    def test_files_with_other_columns_are_no_table(self):
        other = self.folder / "other.parquet"
        pq.write_table(pa.table({"z": [1]}), other)
        for words in (["--format", "csv"], ["--columns", "i8"], ["--json", "--columns", "i8"]):
            done = pf("cat", *words, self.path, other, code=1)
            self.assertIn(b"other.parquet", done.stderr)
            self.assertEqual(done.stdout, pf("cat", *words, self.path).stdout)
            # It is the command line that is wrong where no file begins.
            self.assertEqual(pf("cat", *words, "--columns", "none", self.path, code=2).stdout, b"")
        self.assertEqual(printed("cat", "--json", other, other), '{"z":1}\n{"z":1}\n')

    def test_rows_before_a_page_that_is_wrong_are_printed(self):
        path = self.folder / "broken.parquet"
        pq.write_table(pa.table({"a": list(range(9000))}), path, row_group_size=3000,
                       use_dictionary=False, compression="none", write_page_checksum=True)
        data = bytearray(path.read_bytes())
        at = data.index((6500).to_bytes(8, "little"))
        data[at] ^= 1
        path.write_bytes(data)
        done = pf("cat", "--json", path, code=1)
        self.assertIn(b"CRC-32", done.stderr)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(len(lines), 6000)
        self.assertEqual(lines[-1], '{"a":5999}')

    def test_a_broken_pipe_ends_quietly(self):
        for ignored in (False, True):
            def restore(ignored=ignored):
                signal.signal(signal.SIGPIPE, signal.SIG_IGN if ignored else signal.SIG_DFL)
            with subprocess.Popen([PF, "cat", "--json", *[str(self.path)] * 40],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  preexec_fn=restore) as process:
                process.stdout.readline()
                process.stdout.close()
                errors = process.stderr.read()
                self.assertIn(process.wait(timeout=60), (141, -signal.SIGPIPE))
            self.assertEqual(errors, b"")

    # On a terminal

    def on_terminal(self, *words, **environment):
        ours, theirs = pty.openpty()
        with subprocess.Popen([PF, *[str(word) for word in words]], stdout=theirs,
                              stderr=subprocess.DEVNULL,
                              env={**os.environ, "TERM": "xterm", **environment}) as process:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    part = os.read(ours, 65536)
                except OSError:
                    break
                shown += part
            process.wait(timeout=60)
        os.close(ours)
        return shown.decode()

    def test_colour_and_cut_values_are_for_terminals_alone(self):
        path = self.folder / "long.parquet"
        pq.write_table(pa.table({"a": ["é" * 60, None]}), path)
        self.assertIn("é" * 60, printed("cat", path))
        self.assertNotIn("\033", printed("cat", path))
        shown = self.on_terminal("cat", path)
        self.assertIn("é" * 47 + "…", shown)
        self.assertNotIn("é" * 48, shown)
        self.assertIn("\033[2mnull\033[0m", shown)
        self.assertNotIn("\033", self.on_terminal("cat", path, NO_COLOR="1"))
        self.assertNotIn("\033", self.on_terminal("cat", path, TERM="dumb"))
        self.assertIn("\033[32mgood", self.on_terminal("verify", path))

    # Schema and footer

    def test_the_schema_is_parquets_message_text(self):
        path = self.folder / "schema.parquet"
        schema = pa.schema([
            pa.field("id", pa.int64(), False, {"PARQUET:field_id": "7"}),
            pa.field("name", pa.string()), pa.field("price", pa.decimal128(9, 2)),
            pa.field("at", pa.timestamp("us", "UTC")), pa.field("small", pa.uint8()),
            pa.field("hash", pa.binary(4)), pa.field("l", pa.list_(pa.float32())),
        ])
        pq.write_table(schema.empty_table(), path)
        self.assertEqual(printed("schema", path), """message schema {
  required int64 id = 7;
  optional binary name (STRING);
  optional int32 price (DECIMAL(9,2));
  optional int64 at (TIMESTAMP(MICROS,true));
  optional int32 small (INTEGER(8,false));
  optional fixed_len_byte_array(4) hash;
  optional group l (LIST) {
    repeated group list {
      optional float element;
    }
  }
}
""".replace("optional int32 price (DECIMAL(9,2))",
            "optional fixed_len_byte_array(4) price (DECIMAL(9,2))"))
        tree = json.loads(printed("schema", "--json", path))["schema"]
        self.assertEqual([child["name"] for child in tree["children"]], schema.names)
        self.assertEqual(tree["children"][0]["field_id"], 7)
        leaf = tree["children"][-1]["children"][0]["children"][0]
        self.assertEqual(leaf, {"name": "element", "repetition": "OPTIONAL", "type": "FLOAT",
                                "path": "l.list.element", "max_definition_level": 3,
                                "max_repetition_level": 1})

    def test_meta_says_what_pyarrow_finds_in_the_footer(self):
        found = json.loads(printed("meta", "--json", self.path))
        meta = pq.ParquetFile(self.path).metadata
        self.assertEqual(found["rows"], meta.num_rows)
        self.assertEqual(found["created_by"], meta.created_by)
        self.assertEqual(found["leaves"], meta.num_columns)
        self.assertEqual(found["key_value_metadata"][0]["key"], "ARROW:schema")
        self.assertEqual(len(found["row_groups"]), meta.num_row_groups)
        for group in range(meta.num_row_groups):
            ours, theirs = found["row_groups"][group], meta.row_group(group)
            self.assertEqual(ours["rows"], theirs.num_rows)
            self.assertEqual(ours["uncompressed_bytes"], theirs.total_byte_size)
            for i in range(meta.num_columns):
                one, other = ours["columns"][i], theirs.column(i)
                self.assertEqual(one["path"], other.path_in_schema)
                self.assertEqual(one["type"], other.physical_type)
                self.assertEqual(one["codec"], other.compression)
                self.assertEqual(one["values"], other.num_values)
                self.assertEqual(one["compressed_bytes"], other.total_compressed_size)
                self.assertEqual(one["uncompressed_bytes"], other.total_uncompressed_size)
                self.assertEqual("column_index" in one, other.has_column_index)
                if other.is_stats_set and other.statistics.has_null_count:
                    self.assertEqual(one["statistics"]["null_count"], other.statistics.null_count)
        bounds = found["row_groups"][0]["columns"][4]["statistics"]
        self.assertEqual((bounds["min"], bounds["max"]), (str(-2**63), str(2**63 - 1)))

    def test_meta_for_people_names_what_is_there(self):
        path = self.folder / "sorted.parquet"
        pq.write_table(pa.table({"a": list(range(100)), "b": ["x" * 100] * 100}), path,
                       sorting_columns=[pq.SortingColumn(0, descending=True)], row_group_size=50,
                       compression="zstd")
        text = printed("meta", path)
        self.assertIn("100 rows, 2 row groups, 2 leaves", text)
        single = self.folder / "single.parquet"
        pq.write_table(pa.table({"a": [1]}), single)
        self.assertIn("1 row, 1 row group, 1 leaf\n", printed("meta", single))
        self.assertIn("created by parquet-cpp-arrow", text)
        self.assertIn("row group 1: 50 rows", text)
        self.assertIn("sorted by a descending", text)
        self.assertRegex(text, r"\n  column +type +codec +encodings")
        self.assertIn("RLE_DICTIONARY 1", text)
        self.assertIn("ZSTD", text)

    # verify

    def test_files_of_other_writers_are_good(self):
        for path in sorted(self.folder.glob("*.parquet")):
            if path.name in ("bad.parquet", "broken.parquet"):
                continue
            with self.subTest(path=path.name):
                self.assertRegex(printed("verify", path), r": good[;,]")

    def test_verify_names_what_is_wrong_and_where_and_ends_with_4(self):
        path = self.folder / "flipped.parquet"
        pq.write_table(pa.table({"a": list(range(9000))}), path, row_group_size=3000,
                       use_dictionary=False, compression="none", write_page_checksum=True)
        data = bytearray(path.read_bytes())
        data[data.index((6500).to_bytes(8, "little"))] ^= 1
        path.write_bytes(data)
        done = pf("verify", path, self.path, code=4)
        self.assertRegex(done.stdout.decode(), r"flipped\.parquet: error \(page\): row group 2, "
                         r"column 'a', page 0, offset \d+: its bytes have CRC-32")
        self.assertIn(b"types.parquet: good", done.stdout)
        lines = [json.loads(line) for line in
                 pf("verify", "--json", path, self.path, code=4).stdout.splitlines()]
        self.assertEqual([line["errors"] for line in lines], [1, 0])
        finding = lines[0]["findings"][0]
        self.assertEqual((finding["severity"], finding["kind"], finding["row_group"],
                          finding["column"], finding["page"]), ("error", "page", 2, "a", 0))
        pf("verify", self.folder / "nothing.parquet", code=1)

    def test_files_of_the_library_are_good(self):
        folder = self.folder / "contacts"
        printed("contacts", "--rows", "20k", "--files", "2", "--row-group-rows", "3k", "--output",
                folder)
        for line in printed("verify", folder).splitlines():
            self.assertRegex(line, r": good; ")

    # The corpus

    def corpus(self, part):
        for folder in SHARED:
            if (folder / "parquet-testing" / part).is_dir():
                return sorted((folder / "parquet-testing" / part).glob("*.parquet"))
        return self.skipTest("the corpus is not there (PF_CORPUS)")

    def test_corpus_rows_are_pyarrows(self):
        # Where pyarrow gives the values another type than the file, or none; or Python has no such
        # date.
        other = {"nation.dict-malformed", "datapage_v1-corrupt-checksum", "single_nan",
                 "rle-dict-uncompressed-corrupt-checksum", "large_string_map.brotli",
                 "map_no_value", "unknown-logical-type", "int96_from_spark",
                 "nested_structs.rust"}
        seen = 0
        for path in self.corpus("data"):
            if path.stem in other:
                continue
            with self.subTest(path=path.name):
                try:
                    table = pq.read_table(path)
                except (pa.ArrowException, OSError):
                    continue  # theirs to read
                self.expect_rows(path, table)
                seen += 1
        self.assertGreater(seen, 40)

    def test_corpus_files_that_lie_are_found(self):
        for path in self.corpus("bad_data"):
            # A dictionary of one value, indices of no bits: it can be read.
            code = 0 if path.stem == "ARROW-GH-43605" else 4
            with self.subTest(path=path.name):
                pf("verify", path, code=code)

    # The tool about itself

    def commands(self):
        return re.findall(r"^  (\w+) {2,}", printed("--help").split("Subcommands:")[1], re.M)

    def test_completion_scripts_have_each_command_and_option(self):
        commands = self.commands()
        for word in ("schema", "meta", "count", "head", "cat", "verify", "contacts", "completion"):
            self.assertIn(word, commands)
        for shell in ("bash", "zsh", "fish"):
            script = printed("completion", shell)
            for command in commands:
                self.assertIn(command, script)
                for option in re.findall(r"--([\w-]+)", printed(command, "--help")):
                    self.assertIn(option, script)
            program = shutil.which(shell)
            if program is None:
                print(f"SKIPPED: {shell} is not installed, its script is not parsed")
                continue
            subprocess.run([program, "-n", "/dev/stdin"], input=script.encode(), check=True)
        pf("completion", "tcsh", code=2)

    def test_bash_completes(self):
        script = self.folder / "pf.bash"
        script.write_text(printed("completion", "bash"))

        def complete(*words):
            line = " ".join(f"'{word}'" for word in words)
            return subprocess.run(
                ["bash", "-c", f"source {script}; COMP_WORDS=({line}); "
                 f"COMP_CWORD={len(words) - 1}; _pf; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
                capture_output=True, text=True, check=True).stdout.split()

        self.assertEqual(complete("pf", "ve"), ["verify"])
        self.assertEqual(complete("pf", "cat", "--for"), ["--format"])
        self.assertEqual(complete("pf", "cat", "--format", "j"), ["jsonl"])
        self.assertEqual(complete("pf", "contacts", "--format", "p"), ["parquet"])
        self.assertEqual(complete("pf", "completion", "z"), ["zsh"])
        self.assertEqual(complete("pf", "cat", "fil"), [])  # left to the shell

    def test_values_that_are_paths_are_completed_as_paths(self):
        zsh, fish = printed("completion", "zsh"), printed("completion", "fish")
        for command, count in (("cat", 1), ("merge", 3), ("import", 2), ("contacts", 1)):
            with self.subTest(command):
                part = re.search(rf"(?ms)^    {command}\)$(.*?);;", zsh)[1]
                self.assertEqual(part.count(":_files'"), count, part)
                if command != "cat":
                    self.assertRegex(fish, f"from {command}' -l output -r -F ")

    def test_the_man_page_has_each_command_and_is_well_formed(self):
        page = printed("man")
        for command in self.commands():
            self.assertRegex(page, rf"(?m)^\.SH {command.upper()}$")
            for option in re.findall(r"  (--[\w-]+)", printed(command, "--help")):
                self.assertIn(option.replace("-", "\\-"), page)
        for line in page.splitlines():
            # A request is one that man(7) has; nothing else begins like one.
            if line.startswith((".", "'")):
                self.assertRegex(line, r"^\.(TH|SH|TP|PP|B|br|nf|fi)\b")
        self.assertEqual(page.count("\n.nf\n"), page.count("\n.fi\n"))
        if shutil.which("groff") is None:
            print("SKIPPED: groff is not installed, the man page is not rendered")
            return
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page.encode(),
                              capture_output=True, check=True)
        self.assertEqual(done.stderr, b"")
        self.assertIn(b"--page-bytes-max", re.sub(rb"\x1b\[[\d;]*m|.\x08", b"", done.stdout))

    def test_the_document_has_each_option_and_exit_code(self):
        text = DOCUMENT.read_text(encoding="utf-8")
        # Of the others their own tests see to it.
        for command in ("schema", "meta", "count", "head", "cat", "verify", "completion"):
            self.assertIn(command, self.commands())
            self.assertIn(f"pf {command}", text)
            for option in re.findall(r"  (--[\w-]+)", printed(command, "--help")):
                self.assertIn(f"`{option}", text, command)
        codes = (ROOT / "tools" / "pf" / "exit_codes.hpp").read_text(encoding="utf-8")
        for code in re.findall(r"kExit\w+ = (\d+);", codes):
            self.assertRegex(text, rf"(?m)^\| {code}\b", code)

    def test_wrong_command_lines_end_with_2(self):
        for words in (["cat"], ["cat", "--format", "xml", self.path], ["verify"],
                      ["head", "-n", "x", self.path], ["count", "--nothing", self.path]):
            pf(*words, code=2)


if __name__ == "__main__":
    PF = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
