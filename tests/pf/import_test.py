"""Goal: `pf import` makes Parquet of COLF files that others read, and ends as its help says.

Method: COLF files written byte by byte; the values as pyarrow reads them, exit codes, and what
stands in the folder after.

Usage: import_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest

try:
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from colf_file import BOOLEAN, INT32, STRING, colf
from command import pf


class ImportTest(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)

    def write(self, name="t.colf", rows=5, columns=None):
        path = self.folder / name
        path.write_bytes(colf(columns or [
            ("id", INT32, 0, list(range(rows))),
            ("name", STRING, 1, [None if k % 3 == 1 else f"é{k}" for k in range(rows)]),
            ("flag", BOOLEAN, 1, [None if k % 2 else k % 4 == 0 for k in range(rows)])], rows))
        return path

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_values_nulls_and_types_are_those_of_the_file(self):
        rows = 3000
        path = self.write(rows=rows)
        done = pf("import", path, "--compression", "gzip:1", "--row-group-rows", "1000", "--json",
                  "--sync")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        out = self.folder / "t.parquet"
        self.assertEqual((result["rows"], result["outputs"][0]["path"]), (rows, str(out)))
        file = pyarrow.parquet.ParquetFile(out)
        self.assertEqual(file.metadata.num_row_groups, 3)
        self.assertEqual(file.metadata.row_group(0).column(0).compression, "GZIP")
        schema = file.schema_arrow
        self.assertEqual([(field.name, field.type, field.nullable) for field in schema], [
            ("id", pyarrow.int32(), False), ("name", pyarrow.string(), True),
            ("flag", pyarrow.bool_(), True)])
        self.assertEqual(file.read().to_pydict(), {
            "id": list(range(rows)),
            "name": [None if k % 3 == 1 else f"é{k}" for k in range(rows)],
            "flag": [None if k % 2 else k % 4 == 0 for k in range(rows)]})
        self.assertEqual(pf("verify", out).returncode, 0)

    def test_the_output_is_where_it_is_asked_for(self):
        path = self.write()
        named = self.folder / "other.parquet"
        done = pf("import", path, "--output", named)
        self.assertEqual((done.returncode, named.exists()), (0, True), done.stderr)
        self.assertRegex(done.stdout, rf"^{re.escape(str(named))}: 5 rows, [\d ]+ bytes\n$")
        done = pf("import", path, "--output", f"{self.folder}/new/")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "new" / "merged-000001.parquet").exists())

    def test_a_file_of_no_rows_has_its_columns(self):
        path = self.write(rows=0)
        self.assertEqual(pf("import", path).returncode, 0)
        table = pyarrow.parquet.read_table(self.folder / "t.parquet")
        self.assertEqual((table.num_rows, table.column_names), (0, ["id", "name", "flag"]))

    def test_what_is_there_is_not_overwritten_without_force(self):
        path = self.write()
        out = self.folder / "t.parquet"
        out.write_text("mine")
        done = pf("import", path)
        self.assertEqual((done.returncode, out.read_text()), (3, "mine"))
        self.assertIn("--force replaces it", done.stderr)
        self.assertEqual(pf("import", path, "--force").returncode, 0)
        self.assertEqual(pyarrow.parquet.read_table(out).num_rows, 5)

    def test_mistakes_of_the_command_line_touch_nothing(self):
        path = self.write()
        before = self.names()
        for words in (["import"], ["import", self.folder / "t.parquet"], ["import", "-"],
                      ["import", path, "--compression", "none"], ["import", path, path],
                      ["import", path, "--row-group-rows", "0"],
                      ["import", path, "--output", "-"]):
            with self.subTest(words):
                done = pf(*words, cwd=self.folder)
                self.assertEqual((done.returncode, self.names()), (2, before), done.stderr)

    def test_standard_input_is_a_file_where_there_is_an_output(self):
        path = self.write()
        out, other = self.folder / "out.parquet", self.folder / "other.parquet"
        self.assertEqual(pf("import", path, "--output", other).returncode, 0)
        before = self.names()
        for words in ([], ["--force"]):
            with path.open("rb") as file:
                done = pf("import", "-", *words, stdin=file)
            self.assertEqual((done.returncode, self.names()), (2, before), done.stderr)
            self.assertIn("--output", done.stderr)
        with path.open("rb") as file:
            done = pf("import", "-", "--output", out, stdin=file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(out.read_bytes(), other.read_bytes())

    def test_files_that_are_wrong_are_failures_and_leave_nothing(self):
        good = self.write().read_bytes()
        self.write("twice.colf", 1, [("\x1b[31ma", INT32, 0, [1]), ("\x1b[31ma", INT32, 0, [2])])
        self.write("unnamed.colf", 1, [("", INT32, 0, [1])])
        (self.folder / "short.colf").write_bytes(good[:-1])
        (self.folder / "long.colf").write_bytes(good + b"x")
        (self.folder / "other.colf").write_bytes(b"PAR1" + good[4:])
        self.write("text.colf", 1, [("s", STRING, 0, ["ab"])])
        text = (self.folder / "text.colf").read_bytes()
        (self.folder / "text.colf").write_bytes(text[:-1] + b"\xff")
        before = self.names()
        for name in ("twice", "unnamed", "short", "long", "other", "text", "missing"):
            with self.subTest(name):
                done = pf("import", self.folder / f"{name}.colf")
                self.assertEqual((done.returncode, self.names()), (1, before), done.stderr)
                self.assertTrue(done.stderr.startswith("pf import: "), done.stderr)
                self.assertNotIn("\x1b", done.stderr)

    def test_the_document_has_each_option_and_exit_code(self):
        page = (pathlib.Path(__file__).parents[2] / "docs" / "merge.md").read_text()
        text = pf("import", "--help").stdout
        for option in set(re.findall(r"^ *(--[a-z-]+)", text, re.MULTILINE)) - {"--help"}:
            self.assertIn(f"`{option}`", page)
        for code in ("0", "1", "2", "3", "130", "143"):
            self.assertRegex(text, rf"\b{code}\b")


if __name__ == "__main__":
    unittest.main()
