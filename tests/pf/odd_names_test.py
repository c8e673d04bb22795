"""Goal: columns, fields and files of any name are printed as valid JSON and CSV, a line a row, by
the names that they have.

Method: files of pyarrow whose names have quotes, backslashes and control characters; names that are
no UTF-8, which pyarrow does not write either, are put in place of others, and refused.

Usage: odd_names_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import csv
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

from command import pf

NAMES = ['a"b', "back\\slash", "line\nbreak\r", "tab\t", "\x01\x1f\x7f", "\x9b", "'", "{}:,[]", " ",
         "naïve 😀", "\u2028", "a.b", "null", "\ufffe"]


def printed(*words, code=0):
    done = pf(*words, text=False)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done.stdout.decode()  # valid, whatever is in the file


def documents(*words, code=0):
    """Of each line the object, its names in their order; two of one name are an error."""
    def unique(pairs):
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), names
        return dict(pairs)

    text = printed(*words, code=code)
    assert text.endswith("\n")
    return [json.loads(line, object_pairs_hook=unique) for line in text[:-1].split("\n")]


class OddNamesTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="pf-names-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.path = self.folder / "names.parquet"
        columns = [pa.array([number, None]) for number in range(len(NAMES))]
        fields = pa.StructArray.from_arrays(columns, NAMES)
        pq.write_table(pa.table([*columns, fields], names=[*NAMES, "fields"]), self.path,
                       compression="none")

    def test_keys_of_json_lines_are_the_names(self):
        first = {name: number for number, name in enumerate(NAMES)}
        second = dict.fromkeys(NAMES)
        for words in (["cat", "--json"], ["head", "--json"], ["query", "--json"]):
            with self.subTest(words=words):
                self.assertEqual(documents(*words, self.path),
                                 [{**first, "fields": first}, {**second, "fields": second}])

    def test_names_of_csv_and_objects_in_it_are_the_names(self):
        text = printed("cat", "--format", "csv", self.path)
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(rows[0], [*NAMES, "fields"])
        self.assertEqual([len(row) for row in rows], [len(NAMES) + 1] * 3)
        self.assertEqual(list(json.loads(rows[1][-1])), NAMES)

    def test_a_table_has_them_escaped_on_their_line(self):
        lines = printed("cat", self.path).split("\n")
        self.assertEqual(len(lines), 2 + 2 + 1)
        self.assertIn("line\\nbreak\\r | tab\\t", lines[0])
        for line in lines:
            self.assertTrue(all(c >= " " and not "\x7f" <= c < "\xa0" for c in line), line)

    def test_schema_meta_and_verify_have_the_names(self):
        schema, = documents("schema", "--json", self.path)
        children = schema["schema"]["children"]
        self.assertEqual([child["name"] for child in children], [*NAMES, "fields"])
        self.assertEqual([child["name"] for child in children[-1]["children"]], NAMES)
        paths = [*NAMES, *[f"fields.{name}" for name in NAMES]]
        leaves = [*children[:-1], *children[-1]["children"]]
        self.assertEqual([leaf["path"] for leaf in leaves], paths)
        meta, = documents("meta", "--json", self.path)
        self.assertEqual([chunk["path"] for chunk in meta["row_groups"][0]["columns"]], paths)
        good, = documents("verify", "--json", self.path)
        self.assertEqual(good["errors"], 0)

    def test_findings_name_the_column_that_is_wrong(self):
        path = self.folder / "wrong.parquet"
        table = pa.table([pa.array([0x0123456789abcdef + number])
                          for number in range(len(NAMES))], names=NAMES)
        pq.write_table(table, path, use_dictionary=False, write_statistics=False,
                       write_page_checksum=True, compression="none")
        data = bytearray(path.read_bytes())
        for number in range(len(NAMES)):
            data[data.index((0x0123456789abcdef + number).to_bytes(8, "little"))] ^= 0x80
        path.write_bytes(data)
        verdict, = documents("verify", "--json", path, code=4)
        self.assertEqual([finding["column"] for finding in verdict["findings"]], NAMES)
        self.assertEqual(len(printed("verify", path, code=4).split("\n")), len(NAMES) + 2)

    def test_names_that_are_no_utf8_are_refused_in_valid_text(self):
        path = self.folder / "broken.parquet"
        pq.write_table(pa.table({"broken": [1]}), path, store_schema=False, compression="none")
        path.write_bytes(path.read_bytes().replace(b"broken", b"\xffrok\xc3n"))
        for command in ("schema", "meta", "cat", "query"):
            done = pf(command, "--json", path, text=False)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn("not UTF-8", done.stderr.decode())
        verdict, = documents("verify", "--json", path, code=4)
        self.assertEqual([finding["kind"] for finding in verdict["findings"]], ["footer"])

    def test_texts_that_are_no_utf8_are_shown_in_valid_text(self):
        path = self.folder / "broken.parquet"
        pq.write_table(pa.table({"a": ["broken"]}), path, compression="none")
        path.write_bytes(path.read_bytes().replace(b"broken", b"\xffrok\xc3n"))
        shown = "\ufffdrok\ufffdn"
        self.assertEqual(documents("cat", "--json", path), [{"a": shown}])
        self.assertEqual(printed("cat", "--format", "csv", path), f"a\n{shown}\n")
        meta, = documents("meta", "--json", path)
        statistics = meta["row_groups"][0]["columns"][0]["statistics"]
        self.assertEqual((statistics["min"], statistics["max"]), (shown, shown))
        verdict, = documents("verify", "--json", path, code=4)
        self.assertIn("text", [finding["kind"] for finding in verdict["findings"]])

    def test_files_of_any_name_are_named_as_they_are(self):
        names = [b'a"b\\c\n\x01.parquet', "naïve.parquet".encode(), b"broken\xff\xc3.parquet"]
        shown = ['a"b\\c\n\x01.parquet', "naïve.parquet", "broken\ufffd\ufffd.parquet"]
        for name, text in zip(names, shown, strict=True):
            path = os.fsdecode(os.fsencode(self.folder) + b"/" + name)
            shutil.copy(self.path, path)
            for command in ("schema", "meta", "verify"):
                with self.subTest(name=name, command=command):
                    document, = documents(command, "--json", path)
                    self.assertEqual(document["file"], f"{self.folder}/{text}")
            counted, = documents("count", "--json", path)
            self.assertEqual([file["file"] for file in counted["files"]], [f"{self.folder}/{text}"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
