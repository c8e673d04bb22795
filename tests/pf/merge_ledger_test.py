"""Goal: what merged files say of their captures holds, whichever files went in: `pf verify` finds
nothing, of each output alone and of all together.

Method: files of two sessions of the demo, merged with gaps, into several outputs, with one that
fails in its last page, and with columns that have the name of the one which is added.

Usage: merge_ledger_test.py PF PF_DEMO
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import duckdb
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

KEY = b"parquet_flow.ledger"


def pf(*words):
    return subprocess.run([PF, *[str(word) for word in words]], capture_output=True, text=True,
                          check=False)


def ledger_of(path):
    return json.loads(pyarrow.parquet.ParquetFile(path).metadata.metadata[KEY])


def sessions_of(path):
    return ledger_of(path)["sessions"]


def with_column(path, to, name, values, at=None):
    """The capture at `path` with another column, of `values` of a row's number."""
    table = pyarrow.parquet.read_table(path)
    column = pyarrow.array([values(row) for row in range(table.num_rows)])
    table = table.add_column(table.num_columns if at is None else at, name, column)
    metadata = {KEY: pyarrow.parquet.ParquetFile(path).metadata.metadata[KEY]}
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), to)
    return to


class MergeLedgerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.captures = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.captures.cleanup)
        cls.sessions = []
        for name in ("a", "b"):
            folder = pathlib.Path(cls.captures.name) / name
            subprocess.run([DEMO, "--output", folder, "--itch-messages", "20000",
                            "--contact-seconds", "0.1", "--overload-seconds", "0.1"], check=True,
                           stdout=subprocess.DEVNULL)
            files = sorted(folder.glob("itch/date=*/*.parquet"),
                           key=lambda path: sessions_of(path)[0]["file"])
            assert len(files) >= 3, files
            cls.sessions.append(files)

    def setUp(self):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)

    def merged(self, *words, code=0):
        """The outputs, which hold by themselves and beside each other."""
        done = pf("merge", "--json", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        outputs = [pathlib.Path(output["path"]) for output in json.loads(done.stdout)["outputs"]]
        verified = pf("verify", *outputs)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        return outputs

    def test_files_between_may_be_missing(self):
        first, _, third = self.sessions[0][:3]
        for words in ([], ["--sort-by", "producer desc"]):
            with self.subTest(words):
                out, = self.merged(first, third, "--output", self.folder / "out.parquet", "--force",
                                   *words)
                (session,) = sessions_of(out)
                self.assertEqual((session["first_file"], session["file"]), (1, 3))
                numbers = [line["producer"] for line in session["producers"]]
                self.assertGreater(len(numbers), len(set(numbers)))
        # A line that counts a row too many, and the one behind it a row too few.
        lines = session["producers"]
        one, two = next((a, b) for a, b in zip(lines, lines[1:])
                        if a["producer"] == b["producer"] and a["rows"] and b["rows"])
        one["rows"], one["last"] = one["rows"] + 1, one["last"] + 1
        two["rows"], two["last"] = two["rows"] - 1, two["last"] - 1
        table = pyarrow.parquet.read_table(out).replace_schema_metadata(
            {KEY: json.dumps({"version": 1, "sessions": [session]})})
        pyarrow.parquet.write_table(table, self.folder / "wrong.parquet")
        found = pf("verify", self.folder / "wrong.parquet")
        self.assertEqual(found.returncode, 4)
        self.assertIn(f"rows of producer {one['producer']} with attempts", found.stdout)

    def test_each_of_several_outputs_has_what_is_of_it(self):
        files = [path for session in self.sessions for path in session]
        outputs = self.merged(*files, "--output", f"{self.folder}/out/", "--file-size", 1,
                              "--recode", "--workers", 1, "--row-group-rows", 500)
        self.assertGreater(len(outputs), 2)
        ends = [session for path in outputs for session in sessions_of(path)
                if session.get("last_file")]
        self.assertEqual(len(ends), 2)
        for path in outputs:
            sessions = sessions_of(path)
            self.assertEqual([session["session"] for session in sessions],
                             [sessions_of(files[0])[0]["session"],
                              sessions_of(files[-1])[0]["session"]])
            for session in sessions:
                self.assertEqual("file" in session, bool(session["producers"]))
        numbers = [number for path in outputs for session in sessions_of(path)[:1]
                   if "file" in session
                   for number in range(session["first_file"], session["file"] + 1)]
        self.assertEqual(numbers, list(range(1, len(self.sessions[0]) + 1)))
        # And again: sessions that an output has nothing of are nothing to add.
        (again,) = self.merged(*outputs, "--output", self.folder / "again.parquet")
        self.assertEqual([(session["first_file"], session["last_file"])
                          for session in sessions_of(again)], [(1, True), (1, True)])

    def test_parts_of_a_session_may_be_verified_together(self):
        one, two, three = self.sessions[0][:3]
        first = self.merged(one, "--output", self.folder / "1.parquet")
        second = self.merged(two, three, "--output", self.folder / "2.parquet")
        verified = pf("verify", *first, *second)
        self.assertEqual(verified.returncode, 0, verified.stdout)

    def test_a_last_file_that_fails_does_not_end_its_session(self):
        *good, last = self.sessions[0]
        self.assertTrue(sessions_of(last)[0]["last_file"])
        bad = self.folder / "bad.parquet"
        data = bytearray(last.read_bytes())
        metadata = pyarrow.parquet.ParquetFile(last).metadata
        chunk = metadata.row_group(metadata.num_row_groups - 1).column(metadata.num_columns - 1)
        data[chunk.data_page_offset + chunk.total_compressed_size - 1] ^= 1
        bad.write_bytes(data)
        for words in ([], ["--sort-by", "attempt"]):
            with self.subTest(words):
                (out,) = self.merged(*good, bad, "--output", self.folder / "out.parquet", "--force",
                                     "--recode", *words, code=5)
                (session,) = sessions_of(out)
                self.assertEqual((session["file"], session["last_file"]), (len(good), False))
                self.assertFalse({"no_ring", "refused_by_reason"} & set(session))

    def test_a_column_session_of_one_session_is_like_others(self):
        texts = [with_column(path, self.folder / path.name, "session",
                             lambda row: f"day {row % 3}") for path in self.sessions[0]]
        numbers = [with_column(path, self.folder / f"n{path.name}", "session",
                               lambda row: None if row % 2 else 3) for path in self.sessions[0]]
        for paths in (texts, numbers):
            (out,) = self.merged(*paths, "--output", self.folder / "out.parquet", "--force",
                                 "--recode")
            wanted = duckdb.sql(f"""select session, count(*) from read_parquet(
                {[str(path) for path in paths]!r}) group by 1 order by 1""").fetchall()
            self.assertEqual(wanted, duckdb.sql(f"""select session, count(*) from
                read_parquet('{out}') group by 1 order by 1""").fetchall())

    def test_a_column_session_of_several_sessions_is_refused(self):
        files = [session[0] for session in self.sessions]
        zeros = pyarrow.scalar(0, pyarrow.int32())
        for name, values, at in (("text", lambda row: "", None), ("numbers", lambda row: 3, None),
                                 ("front", lambda row: 0.0, 0), ("zeros", lambda row: zeros, 1)):
            with self.subTest(name):
                own = [with_column(path, self.folder / f"{name}{number}.parquet", "session", values,
                                   at) for number, path in enumerate(files)]
                out = self.folder / "out.parquet"
                done = pf("merge", *own, "--output", out)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("has a column 'session' of its own", done.stderr)
                self.assertFalse(out.exists())
                # Behind one that has none it is the file that is left out.
                done = pf("merge", files[0], own[1], "--output", out)
                self.assertEqual(done.returncode, 5, done.stderr)
                self.assertIn("column 'session' is", done.stderr)
                out.unlink()

    def test_the_column_of_a_merged_file_has_to_be_there(self):
        files = [session[0] for session in self.sessions]
        (both,) = self.merged(*files, "--output", self.folder / "both.parquet")
        table = pyarrow.parquet.read_table(both)
        wrong = {
            "missing": table.drop_columns(["session"]),
            "text": table.set_column(table.num_columns - 1, "session", pyarrow.array(
                ["0"] * table.num_rows)),
            "optional": table.cast(pyarrow.schema([
                field.with_nullable(True) if field.name == "session" else field
                for field in table.schema])),
        }
        out = self.folder / "out.parquet"
        for name, changed in wrong.items():
            path = self.folder / f"{name}.parquet"
            pyarrow.parquet.write_table(changed.replace_schema_metadata(
                {KEY: json.dumps(ledger_of(both))}), path)
            with self.subTest(name):
                done = pf("merge", path, "--output", out)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("its last column is not their number", done.stderr)
                done = pf("merge", self.sessions[0][1], path, "--output", out, "--force")
                self.assertEqual(done.returncode, 5, done.stderr)
                self.assertIn("column 'session' is", done.stderr)


if __name__ == "__main__":
    PF, DEMO = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
    del sys.argv[1:3]
    unittest.main()
