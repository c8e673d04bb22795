"""Goal: `pf query` as a command: which files it reads, in which forms it prints, what it says of
what it skipped, and how it ends.

Method: small files of pyarrow below directories that are columns, and one of many row groups; rows
as the same in Python, exit codes and messages. What queries answer is query_test.py's.

Usage: query_command_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    import duckdb
    import polars
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from command import PF, pf


class QueryCommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        cls.folder = pathlib.Path(cls.holder.name)
        cls.rows = []
        for day in (19, 20, 21):
            for part in (1, 2):
                path = cls.folder / "captures" / f"date=2026-11-{day}" / f"f-{part}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                ids = [day * 1000 + part * 100 + k for k in range(50)]
                names = [None if k % 7 == 0 else f"n{k % 5}" for k in range(50)]
                pyarrow.parquet.write_table(pyarrow.table({"id": ids, "name": names}), path)
                cls.rows += [{"id": i, "name": n, "date": f"2026-11-{day}"}
                             for i, n in zip(ids, names)]
        hidden = cls.folder / "captures" / ".part.parquet"
        hidden.write_bytes(b"not whole yet")
        cls.large = cls.folder / "large.parquet"
        pyarrow.parquet.write_table(
            pyarrow.table({"k": list(range(100_000)), "s": [f"text {k}" for k in range(100_000)]}),
            cls.large, row_group_size=10_000)

    def asked(self, *words, code=0, **options):
        done = pf("query", *words, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def rows_of(self, *words, **options):
        return [json.loads(line)
                for line in self.asked(*words, "--json", **options).stdout.splitlines()]

    def reported(self, text):
        """The numbers of a report of --explain, which stand in one column."""
        lines = [re.fullmatch(r"( *\S.*?)  +(\d[\d ]*)", line) for line in text.splitlines()]
        self.assertEqual(len({line.start(2) for line in lines}), 1, text)
        return {line[1].strip(): int(line[2].replace(" ", "")) for line in lines}

    def test_directories_patterns_and_files_are_one_table(self):
        captures = self.folder / "captures"
        self.assertEqual(self.rows_of(captures), self.rows)
        self.assertEqual(self.rows_of(captures / "date=2026-11-2?" / "*.parquet"), self.rows[100:])
        files = [captures / f"date=2026-11-{day}" / "f-2.parquet" for day in (21, 19)]
        self.assertEqual(self.rows_of(*files), self.rows[250:] + self.rows[50:100])
        self.assertEqual(
            self.rows_of(captures, "--where", "date = '2026-11-20' and name is null", "--select",
                         "date,id"),
            [{"date": row["date"], "id": row["id"]} for row in self.rows
             if row["date"] == "2026-11-20" and row["name"] is None])

    def test_patterns_with_any_number_of_directories(self):
        folder = self.folder / "deep"
        for number, place in enumerate(("a", "x/b", "x/y/c", "x/y/z[1]/d", "x/_temporary/e",
                                        "_delta_log/f", "x/.hidden/g", "x/_h")):
            path = folder / f"{place}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pyarrow.parquet.write_table(pyarrow.table({"n": [number]}), path)
        (folder / "x" / "_SUCCESS").write_text("")
        for pattern, numbers in (("**/*.parquet", [0, 1, 7, 2, 3]), ("**", [0, 1, 2, 3]),
                                 ("x/**/*.parquet", [1, 7, 2, 3]), ("**/y/*.parquet", [2]),
                                 ("**/y/**/*.parquet", [2, 3]), ("*/**/[cd].parquet", [2, 3]),
                                 ("**/y/**", [2, 3]), ("**/**/b.parquet", [1]),
                                 ("x/_temporary/*", [4]), ("_delta_log", [5]), (".", [0, 1, 2, 3]),
                                 ("x/**b.parquet", [1])):
            with self.subTest(pattern):
                rows = self.rows_of(folder / pattern)
                self.assertEqual(sorted(row["n"] for row in rows), sorted(numbers))
        done = self.asked(folder / "**" / "none.parquet", code=2)
        self.assertIn("no file is like", done.stderr)
        counted = json.loads(pf("count", "--json", "**/c.parquet", cwd=folder).stdout)
        self.assertEqual(counted["rows"], 1)

    def test_partitions_by_a_column_that_begins_with_a_line_are_read(self):
        folder = self.folder / "lined"
        for day in (1, 2):
            path = folder / f"_day={day}" / "rows.parquet"
            path.parent.mkdir(parents=True)
            pyarrow.parquet.write_table(pyarrow.table({"n": [10 * day]}), path)
        for word in (folder, folder / "**" / "*.parquet"):
            self.assertEqual([(int(row["_day"]), row["n"]) for row in self.rows_of(word)],
                             [(1, 10), (2, 20)])
        pf("merge", folder, "--output", self.folder / "lined.parquet")
        merged = self.rows_of(self.folder / "lined.parquet")
        self.assertEqual([row["n"] for row in merged], [10, 20])

    def test_files_of_several_writers_are_one_table(self):
        folder = self.folder / "writers"
        folder.mkdir()
        table = pyarrow.table({"k": pyarrow.array([1, 2], pyarrow.int64()),
                               "v": pyarrow.array([3, None], pyarrow.int32()), "s": ["a", "b"]})
        pyarrow.parquet.write_table(table, folder / "a.parquet")
        duckdb.from_arrow(table).write_parquet(str(folder / "b.parquet"))  # INTEGER(64, true)
        polars.from_arrow(table).write_parquet(folder / "c.parquet")
        pyarrow.parquet.write_table(table.select(["s", "v", "k"]), folder / "d.parquet")
        required = [field.with_nullable(field.name == "v") for field in table.schema]
        pyarrow.parquet.write_table(table.cast(pyarrow.schema(required)), folder / "e.parquet")
        rows = table.to_pylist()
        self.assertEqual(self.rows_of(folder), 5 * rows)
        self.assertEqual(self.rows_of(folder / "b.parquet", folder / "a.parquet"), 2 * rows)
        self.assertEqual(self.rows_of(folder, "--agg", "sum(k) as k, count(v) as v, max(s) as s"),
                         [{"k": "15", "v": 5, "s": "b"}])
        done = self.asked(folder / "e.parquet", folder / "a.parquet", "--json", code=1)
        self.assertIn("a.parquet: column 'k' can be null, and cannot in", done.stderr)
        other = self.folder / "milliseconds.parquet"
        pyarrow.parquet.write_table(
            pyarrow.table({"t": pyarrow.array([1], pyarrow.timestamp("ms"))}), other)
        one = self.folder / "microseconds.parquet"
        pyarrow.parquet.write_table(
            pyarrow.table({"t": pyarrow.array([1], pyarrow.timestamp("us", "UTC"))}), one)
        done = self.asked(one, other, code=1)
        self.assertIn("column 't' is TIMESTAMP(MILLIS, local) of INT64, in", done.stderr)

    def test_columns_of_directories_are_grouped_and_aggregated(self):
        captures = self.folder / "captures"
        self.assertEqual(self.rows_of(captures, "--agg",
                                      "min(date), max(date), count(date), count as n"),
                         [{"min(date)": "2026-11-19", "max(date)": "2026-11-21",
                           "count(date)": 300, "n": 300}])
        self.assertEqual(
            self.rows_of(captures, "--group-by", "date", "--agg", "count as n, max(id) as id",
                         "--order-by", "date desc", "--limit", "2", "--skip", "1"),
            [{"date": f"2026-11-{day}", "n": 100, "id": day * 1000 + 249} for day in (20, 19)])

    def test_standard_input_is_a_file(self):
        path = self.folder / "captures" / "date=2026-11-19" / "f-1.parquet"
        ours = [{"id": row["id"], "name": row["name"]} for row in self.rows[:50]]
        with open(path, "rb") as file:
            self.assertEqual(self.rows_of("-", stdin=file), ours)
        with open(path, "rb") as file:
            self.assertEqual(self.rows_of("-", "--agg", "count as n", stdin=file), [{"n": 50}])
        twice = self.asked("-", "-", code=2, stdin=subprocess.DEVNULL)
        self.assertIn("standard input", twice.stderr)
        self.asked("-", code=1, stdin=subprocess.DEVNULL)

    def test_rows_have_the_form_that_is_asked_for(self):
        words = [self.folder / "captures", "--select", "name,id", "--limit", "3"]
        wanted = [(row["name"], row["id"]) for row in self.rows[:3]]
        text = self.asked(*words, "--format", "csv").stdout
        self.assertEqual(list(csv.reader(io.StringIO(text))),
                         [["name", "id"]] + [[name or "", str(i)] for name, i in wanted])
        lines = self.asked(*words, "--format", "jsonl").stdout
        self.assertEqual(lines, self.asked(*words, "--json").stdout)
        table = self.asked(*words).stdout
        self.assertEqual(table, self.asked(*words, "--format", "table").stdout)
        for name, number in wanted:
            self.assertRegex(table, rf"{name or 'null'} .*{number}")
        self.asked(*words, "--format", "xml", code=2)

    def test_what_was_skipped_is_said_on_stderr(self):
        words = [self.folder / "captures", "--where",
                 "date >= date '2026-11-20' and id >= 21200 and id < 21203", "--explain"]
        done = self.asked(*words)
        number = self.reported(done.stderr)
        self.assertEqual((number["files"], number["not opened, by their directories"],
                          number["skipped by statistics"], number["rows printed"]), (6, 2, 3, 3))
        report = json.loads(self.asked(*words, "--json").stderr)
        self.assertEqual((report["files"], report["files_by_partition"], report["files_opened"],
                          report["row_groups_by_statistics"], report["rows_given"]),
                         (6, 2, 4, 3, 3))
        footers = json.loads(self.asked(self.folder / "captures", "--agg", "count", "--json",
                                        "--explain").stderr)
        self.assertEqual((footers["files_by_footer"], footers["row_groups"]), (6, 0))
        self.assertEqual(self.asked(*words[:-1]).stderr, "")

    def test_rows_that_a_page_index_skips_are_said(self):
        paged = self.folder / "paged.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"k": list(range(10_000))}), paged,
                                    write_page_index=True, data_page_size=1 << 10,
                                    use_dictionary=False, write_batch_size=100)
        done = self.asked(paged, "--where", "k = 1234", "--json", "--explain")
        report = json.loads(done.stderr)
        self.assertGreater(report["rows_by_page_index"], 9_000)
        number = self.reported(self.asked(paged, "--where", "k = 1234", "--explain").stderr)
        self.assertEqual(number["skipped by page indexes, in row groups that were read"],
                         report["rows_by_page_index"])
        self.assertEqual((number["row groups"], number["rows printed"]), (1, 1))

    def test_groups_and_orders_have_the_memory_that_they_are_given(self):
        for words in (["--group-by", "s"], ["--order-by", "s"]):
            done = self.asked(self.large, *words, "--memory", "100k", "--json", code=1)
            self.assertIn("100000 bytes", done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(self.rows_of(self.large, *words, "--memory", "1G")), 100_000)

    def test_what_fails_before_its_first_row_prints_nothing(self):
        other = self.folder / "broken.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"k": [1], "s": [5]}), other)
        for words in (["--agg", "count, max(k)", "--where", "k >= 0"], ["--group-by", "k"],
                      ["--order-by", "k"]):
            for form in ("table", "csv", "jsonl"):
                done = self.asked(self.large, other, *words, "--format", form, code=1)
                self.assertIn("column 's'", done.stderr)
                self.assertEqual(done.stdout, "")
        self.assertEqual(self.asked(self.large, "--where", "k < 0", "--format", "csv").stdout,
                         "k,s\n")

    def test_pages_above_the_limit_say_which_option_raises_it(self):
        path = self.folder / "wide.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"s": ["x" * 5000]}), path)
        for words in (["query"], ["head"], ["cat"]):
            done = pf(*words, path, "--page-bytes-max", "1k")
            self.assertEqual(done.returncode, 1)
            self.assertIn("limit of 1000, which --page-bytes-max raises", done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertEqual(pf(*words, path, "--page-bytes-max", "6k").returncode, 0)
        with open(path, "rb") as file:
            self.asked("-", "--page-bytes-max", "1k", code=1, stdin=file)

    def test_mistakes_end_with_2(self):
        captures = self.folder / "captures"
        for words in ([], [captures, "--where", "id ="], [captures, "--where", "none = 1"],
                      [captures, "--select", "none"], [captures, "--agg", "median(id)"],
                      [captures, "--order-by", "none"], [captures, "--select", "id", "--agg",
                                                         "count"],
                      [captures, "--limit", "x"], [self.folder / "*.none"]):
            with self.subTest(words):
                done = self.asked(*words, code=2)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")

    def test_options_that_are_empty_end_with_2(self):
        captures = self.folder / "captures"
        for option in ("--where", "--select", "--group-by", "--agg", "--order-by"):
            for words in ([option, ""], [f"{option}="]):
                with self.subTest(words):
                    done = self.asked(captures, *words, code=2)
                    self.assertEqual(done.stdout, "")
                    self.assertIn(option, done.stderr)

    def test_wrong_predicates_end_with_2(self):
        path = self.folder / "lists.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"l": [[1, 2]], "a": [1]}), path)
        for where, sentence in (
                ("l.list.element = 3", "in a list, whose elements are not compared"),
                ("(" * 60 + "a = 1" + ")" * 60, "--where: at 50: nested deeper than 100"),
                ("not " * 200 + "a = 1", "nested deeper than 100"),
                ("a = 'x'", "'a'"), ("a = ", "expected a literal"), ("b = 1", "'b'")):
            with self.subTest(where[:20]):
                done = self.asked(path, "--where", where, code=2)
                self.assertIn(sentence, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_files_that_are_wrong_end_with_1(self):
        good = self.folder / "captures" / "date=2026-11-19" / "f-1.parquet"
        other = self.folder / "other.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"id": ["text"], "\x1b[31mred": [1]}), other)
        done = self.asked(self.large, other, code=1)
        self.assertIn("other.parquet: it has no column 'k'", done.stderr)
        done = self.asked(other, self.large, code=1)
        self.assertNotIn("\x1b", done.stderr)
        for path in (self.folder / "missing.parquet", self.folder / "captures" / ".part.parquet"):
            done = self.asked(path, code=1)
            self.assertIn(str(path), done.stderr)
        # What comes before is printed.
        done = self.asked(good, good.with_name("missing.parquet"), "--json", code=1)
        self.assertEqual(len(done.stdout.splitlines()), 50)
        self.assertIn("missing.parquet", done.stderr)

    def test_nobody_reads_the_rows(self):
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([PF, "query", str(self.large)], stdout=write, stderr=subprocess.PIPE,
                              check=False)
        os.close(write)
        self.assertIn(done.returncode, (-signal.SIGPIPE, 141))
        self.assertEqual(done.stderr, b"")

    def test_the_document_has_each_option(self):
        text = (pathlib.Path(__file__).parents[2] / "docs" / "tool.md").read_text()
        section = text[text.index("## pf query"):]
        section = section[:section.index("\n## ", 1)]
        shown = pf("query", "--help").stdout
        for option in set(re.findall(r"^ *(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}:
            self.assertIn(f"`{option}`", section)
        for code in ("0 done", "1 a file cannot be read", "2 the command line", "141"):
            self.assertIn(code, shown)


if __name__ == "__main__":
    unittest.main()
