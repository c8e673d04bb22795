"""Every example does what its first comment says.

Goal: what a reader of the examples copies works, and the files hold what was captured.
Method: each program is run in a folder of its own; what it prints is checked, and its files are
read back by pyarrow and DuckDB where these are installed (./dev deps), else that part is skipped.
Usage: examples_test.py NAME=PROGRAM...
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = dict(argument.split("=", 1) for argument in sys.argv[1:])

# Run by the Python that has the readers: rows as pyarrow and DuckDB see them, as JSON.
READ = """
import json, sys
import duckdb, pyarrow.parquet as pq
arrow = pq.read_table(sys.argv[1])
names = ", ".join(f'"{name}"' for name in arrow.column_names)
relation = duckdb.sql(f"select {names} from read_parquet('{sys.argv[1]}')")
assert relation.fetchall() == duckdb.sql("select * from arrow").fetchall(), "DuckDB disagrees"
metadata = {key.decode(): value.decode() for key, value in (arrow.schema.metadata or {}).items()}
print(json.dumps({"rows": arrow.to_pylist(), "metadata": metadata,
                  "types": {field.name: str(field.type) for field in arrow.schema}},
                 default=lambda value: value.decode("utf-8", "replace")
                 if isinstance(value, bytes) else str(value)))
"""


def readers_python():
    """A Python that has pyarrow and DuckDB, or None."""
    for python in (os.environ.get("PF_PYTHON"), ROOT / ".venv" / "bin" / "python", sys.executable):
        if python and subprocess.run([python, "-c", "import duckdb, pyarrow"], capture_output=True,
                                     check=False).returncode == 0:
            return python
    return None


READERS = readers_python()


class ExampleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_example(self, name, *arguments, status=0):
        done = subprocess.run([PROGRAMS[name], *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def read(self, path):
        if READERS is None:
            self.skipTest("no pyarrow and DuckDB to read with (./dev deps)")
        done = subprocess.run([READERS, "-c", READ, self.folder / path], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def run_read_files(self, directory):
        if READERS is None:
            self.skipTest("no readers (./dev deps)")
        done = subprocess.run([READERS, ROOT / "examples" / "read_files.py", directory],
                              cwd=self.folder, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_quick_start(self):
        self.assertEqual(self.run_example("quick_start"), "")
        self.assertEqual(self.names(), ["quotes.parquet"])
        rows = self.read("quotes.parquet")["rows"]
        self.assertEqual([row["payload"] for row in rows], [f"quote {i}" for i in range(1000)])
        self.assertEqual([row["attempt"] for row in rows], list(range(1, 1001)))

    def test_quick_start_does_not_overwrite(self):
        (self.folder / "quotes.parquet").write_text("mine")
        self.assertIn("quotes.parquet", self.run_example("quick_start", status=1))
        self.assertEqual((self.folder / "quotes.parquet").read_text(), "mine")

    def test_log_flow(self):
        output = self.run_example("log_flow")
        found = re.fullmatch(r"wrote=(\d+) dropped=(\d+) output=log_flow\.parquet\n", output)
        self.assertTrue(found, output)
        wrote, dropped = int(found[1]), int(found[2])
        self.assertEqual(wrote + dropped, 200_000)
        self.assertEqual(self.names(), ["log_flow.parquet"])
        # Each producer's gaps in `attempt` are what it was refused.
        rows = self.read("log_flow.parquet")["rows"]
        self.assertEqual(len(rows), wrote)
        for producer in {row["producer"] for row in rows}:
            attempts = [row["attempt"] for row in rows if row["producer"] == producer]
            self.assertEqual(attempts, sorted(set(attempts)))
        self.assertTrue(all(re.fullmatch(r"thread=[01] message=\d+", row["payload"])
                            for row in rows))

    def test_log_flow_fails_when_nothing_is_written(self):
        self.assertIn("wrote=0 ", self.run_example("log_flow", "none.parquet", 0, status=1))

    def test_pipeline(self):
        output = self.run_example("pipeline", "p.parquet")
        self.assertEqual(output, "p.parquet: 200000 rows in 1 row groups\n")
        ids = [row["id"] for row in self.read("p.parquet")["rows"]]
        self.assertEqual(sorted(ids), list(range(200_000)))
        for begin in range(0, 200_000, 10_000):
            self.assertEqual(ids[begin:begin + 10_000],
                             list(range(ids[begin], ids[begin] + 10_000)))

    def test_contacts(self):
        output = self.run_example("contacts", "c.parquet")
        self.assertEqual(output, "rows=4 rejected=0 output=c.parquet\n")
        rows = [{"name": row["name"], "phones": row["phones"]}
                for row in self.read("c.parquet")["rows"]]

        def phone(number, kind):
            return {"number": number, "phone_type": kind}

        self.assertEqual(rows, [
            {"name": "Asha Rao", "phones": [phone("+91-99-10000001", "Mobile"),
                                            phone("+91-99-10000002", "Home")]},
            {"name": None, "phones": [phone("+91-99-10000003", None)]},
            {"name": "Vikram Shah", "phones": []},
            {"name": "Meera Iyer", "phones": None},
        ])

    def test_read_rows(self):
        self.run_example("contacts", "c.parquet")
        lines = self.run_example("read_rows", "c.parquet").splitlines()
        ours = r"^\{capture_time: \d+, producer: 0, attempt: \d, "
        self.assertEqual([re.sub(ours, "{", line) for line in lines], [
            '{name: "Asha Rao", phones: [{number: "+91-99-10000001", phone_type: "Mobile"}, '
            '{number: "+91-99-10000002", phone_type: "Home"}]}',
            '{name: null, phones: [{number: "+91-99-10000003", phone_type: null}]}',
            '{name: "Vikram Shah", phones: []}',
            '{name: "Meera Iyer", phones: null}',
        ])
        self.run_example("read_rows", "nobody.parquet", status=1)

    def test_phone_book(self):
        self.run_example("contacts", "c.parquet")
        self.assertEqual(self.run_example("phone_book", "c.parquet").splitlines(), [
            "Asha Rao: +91-99-10000001", "Asha Rao: +91-99-10000002",
            "somebody: +91-99-10000003"])
        self.run_example("phone_book", "nobody.parquet", status=1)

    def test_struct_orders(self):
        output = self.run_example("struct_orders", "orders.parquet")
        self.assertEqual(output, "rows=1000 refused=0 rejected=0\n")
        read = self.read("orders.parquet")
        self.assertEqual({name: read["types"][name] for name in
                          ("event_time", "price", "shares", "is_buy", "venue", "symbol", "note")},
                         {"event_time": "timestamp[ns, tz=UTC]", "price": "decimal128(18, 4)",
                          "shares": "uint32", "is_buy": "bool", "venue": "uint8",
                          "symbol": "string", "note": "string"})
        for i, row in enumerate(read["rows"]):
            self.assertEqual(row["price"],
                             None if i % 10 == 9 else f"{100 + i * 0.0025:.4f}", i)
            self.assertEqual((row["shares"], row["is_buy"], row["venue"]),
                             (100 + i % 7, i % 2 == 0, i % 3))
            self.assertEqual((row["symbol"], row["note"]),
                             ("ACME" if i % 2 == 0 else "EXAMPLE", f"order {i}"))

    def test_write_columns(self):
        self.assertEqual(self.run_example("write_columns", "w.parquet"),
                         "rows=4 output=w.parquet\n")
        read = self.read("w.parquet")
        self.assertEqual(read["metadata"].get("origin"), "write_columns")
        self.assertEqual(read["rows"], [
            {"id": 1, "name": "one", "tags": ["a", "b"]},
            {"id": 2, "name": None, "tags": None},
            {"id": 3, "name": "three", "tags": []},
            {"id": 4, "name": "", "tags": ["c"]},
        ])

    def test_write_arrow(self):
        self.assertEqual(self.run_example("write_arrow", "a.parquet"),
                         "rows=4 output=a.parquet\n")
        read = self.read("a.parquet")
        self.assertEqual(read["types"]["symbol"],
                         "dictionary<values=string, indices=int8, ordered=0>")
        self.assertEqual(read["rows"], [
            {"symbol": "ACME", "sizes": [1, 2]},
            {"symbol": None, "sizes": []},
            {"symbol": "EXAMPLE", "sizes": [3]},
            {"symbol": "ACME", "sizes": [4, 5, 6]},
        ])

    def test_capture_and_read_files(self):
        output = self.run_example("capture", "captured")
        files = re.findall(r"^file rows=(\d+) path=(.*)$", output, re.M)
        self.assertEqual([int(rows) for rows, _ in files], [20_000, 20_000, 15_000])
        self.assertTrue(output.endswith(
            "attempted=55000 rows=55000 full=0 reserved=0 files=3\n"), output)
        shown = self.run_read_files("captured")
        # Quotes are 50 000 of 100 shares at 100 and a cent's hundredth more each; every tenth is
        # followed by a trade at its price.
        self.assertRegex(shown, r"(?m)^\d{4}-\d\d-\d\d Q 50000 512499750\.0000$")
        self.assertRegex(shown, r"(?m)^\d{4}-\d\d-\d\d T 5000 51250200\.0000$")
        self.assertIn("shares traded: {'T': 500000}\n", shown)
        self.assertIn("104.9999", shown)
        self.assertIn("0 attempts missing in 0 gaps\n", shown)
        self.assertIn("refused by the ledger: {'acme-feed': 0}\n", shown)

    def test_read_files_finds_what_is_missing_of_each_session(self):
        for _ in range(2):
            self.run_example("capture", "captured")
        self.assertIn("0 attempts missing in 0 gaps\n", self.run_read_files("captured"))
        # Rows of the other session have the same numbers.
        _, second, *rest = sorted(self.folder.glob("captured/date=*/feed-*.parquet"))
        self.assertEqual(len(rest), 4)
        second.unlink()
        self.assertIn("20000 attempts missing in 1 gaps\n", self.run_read_files("captured"))

    def test_rotate(self):
        output = self.run_example("rotate", "ticks")
        files = re.findall(r"^file rows=(\d+) row_groups=\d+ path=(.*)$", output, re.M)
        self.assertIn("durable attempt=1000 of 1000\n", output)
        self.assertRegex(output, r"rotated files=\d+\n")
        self.assertTrue(output.endswith(f"rows=1010 refused=0 files={len(files)}\n"), output)
        self.assertEqual(sum(int(rows) for rows, _ in files), 1010)
        self.assertGreaterEqual(len(files), 4)  # 400, 400, 200 and 10 rows
        for rows, path in files:
            self.assertRegex(path, r"^ticks/date=\d{4}-\d\d-\d\d/ticks-\d{6}\.parquet$")
            self.assertLessEqual(int(rows), 400)
        on_disk = sorted(str(path.relative_to(self.folder))
                         for path in self.folder.glob("ticks/*/*.parquet"))
        self.assertEqual(on_disk, sorted(path for _, path in files))
        self.assertEqual(sum(len(self.read(path)["rows"]) for path in on_disk), 1010)

    def test_read_file_counts_the_nulls_of_each_column(self):
        self.run_example("write_arrow", "a.parquet")
        self.assertEqual(self.run_example("read_file", "a.parquet"),
                         "rows=4\ncolumn=symbol nulls=1\ncolumn=sizes.list.element nulls=0\n")
        (self.folder / "no.parquet").write_text("PAR1")
        self.run_example("read_file", "no.parquet", status=1)

    def test_filter_rows_counts_what_a_predicate_takes(self):
        self.run_example("write_columns", "c.parquet")
        output = self.run_example("filter_rows", "c.parquet", "id > 1 and id <= 4", "name")
        self.assertRegex(
            output, r"\Arows=3 values=2\nrow_groups=1 by_statistics=0 bytes_read=\d+\n\Z")
        output = self.run_example("filter_rows", "c.parquet", "id > 4")
        self.assertEqual(output, "rows=0 values=0\nrow_groups=1 by_statistics=1 bytes_read=0\n")
        self.run_example("filter_rows", "c.parquet", "id >", status=1)

    def test_query_file_groups_and_counts(self):
        self.run_example("write_columns", "c.parquet")
        # id 2 has no name; ids 3 and 4 have one each; limit 2. Pages: id and name.
        self.assertEqual(self.run_example("query_file", "c.parquet"),
                         "rows=3 pages=2\ngroups=2\n")
        self.run_example("query_file", "none.parquet", status=1)

    def test_query_files_counts_by_day(self):
        for day in ("2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"):
            folder = self.folder / "captures" / f"date={day}"
            folder.mkdir(parents=True)
            self.run_example("write_columns", folder / "c.parquet")
        (self.folder / "captures/date=2026-11-20/c.parquet").write_bytes(b"never opened")
        self.assertEqual(self.run_example("query_files"), "day=20778 rows=4\nday=20779 rows=4\n")
        self.run_example("query_files", "none", status=1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
