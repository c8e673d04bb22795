"""Goal: what the load sources hand to a sink, or to a writer, is what other readers find in the
files, value by value; and what was refused is exactly what is missing.

Method: load_end_to_end drives a real sink (callback shape) and a real writer and says what the
rows must be; pyarrow, DuckDB and Polars read the files, fastparquet the columns whose encodings it
has. ITCH messages are decoded a second time,
by tables written for this test. Attempts, rows and gaps are counted from the Parquet files alone.

Usage: end_to_end_test.py LOAD_END_TO_END
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import duckdb
    import fastparquet
    import pandas
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

import itch_tables

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))
import read_files  # noqa: E402
CORPUS = pathlib.Path(os.environ.get("PF_CORPUS", ROOT.parent / "shared" / "corpus"))
SAMPLE = CORPUS / "itch" / "ex20101224.TEST_ITCH_50"


def rows_by_pyarrow(paths):
    """Dicts; times and timestamps as integers."""
    table = pa.concat_tables(pq.ParquetFile(path).read() for path in paths)
    for i, field in enumerate(table.schema):
        if pa.types.is_temporal(field.type):
            table = table.set_column(i, field.name, table.column(i).cast("int64"))
    return table.to_pylist()


def rows_by_duckdb(paths):
    connection = duckdb.connect()
    files = connection.read_parquet([str(path) for path in paths], hive_partitioning=False)
    shown = [f"epoch_ns({name}) as {name}" if str(kind).startswith("TIME") else name
             for name, kind in zip(files.columns, files.types)]
    found = files.project(", ".join(shown)).fetchall()
    return [dict(zip(files.columns, row)) for row in found]


def rows_by_polars(paths):
    frame = pl.read_parquet(paths, hive_partitioning=False)
    return frame.with_columns(pl.col(pl.Datetime, pl.Time).to_physical()).to_dicts()


READERS = {"pyarrow": rows_by_pyarrow, "DuckDB": rows_by_duckdb, "Polars": rows_by_polars}


def ledgers(paths):
    """{producer: [entry of each file, in order]}"""
    found = collections.defaultdict(list)
    for path in paths:
        ledger = json.loads(pq.read_metadata(path).metadata[b"parquet_flow.ledger"])
        for session in ledger["sessions"]:
            for entry in session["producers"]:
                found[entry["producer"]].append(entry)
    return found


def fields_of(value):
    """The names of all fields of a JSON value, at any depth."""
    if isinstance(value, list):
        return set().union(*map(fields_of, value))
    if isinstance(value, dict):
        return set(value) | fields_of(list(value.values()))
    return set()


def widest_difference(path, column):
    """Bits that the differences of the values take at most in DELTA_BINARY_PACKED. fastparquet
    2026.9 gets those wrong that take more than 28, in pyarrow's files too."""
    numbers = [field.as_py() for field in
               pq.read_table(path, columns=[column])[column].drop_null().cast(pa.int64())]
    differences = [b - a for a, b in zip(numbers, numbers[1:])] or [0]
    return (max(differences) - min(differences)).bit_length()


class EndToEndTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pf-end-to-end-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def drive(self, mode, *arguments):
        """Runs a mode into self.folder; its report and the files, in order."""
        done = subprocess.run([PROGRAM, mode, self.folder, *map(str, arguments)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout), sorted(self.folder.glob("date=*/feed-*.parquet"))

    def expected_contacts(self):
        with open(self.folder / "expected.jsonl", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def check_contacts(self, rows, expected, producers):
        """Each row is the Contact of its attempt: attempt a of producer p of n is (a - 1) n + p."""
        for row in rows:
            place = (row["attempt"] - 1) * producers + row["producer"]
            self.assertEqual({"name": row["name"], "phones": row["phones"]}, expected[place])

    def check_all_taken(self, report, records):
        self.assertEqual(sum(p["accepted"] for p in report["producers"]), records)

    def check_contacts_through_sink(self, records, producers, lists):
        report, paths = self.drive("contacts", records, producers, lists)
        self.check_all_taken(report, records)
        return self.check_contacts_in_files(paths, records, producers)

    def check_contacts_in_files(self, paths, records, producers):
        self.assertGreater(len(paths), 2)
        expected = self.expected_contacts()
        self.assertEqual(len(expected), records)
        for name, read in READERS.items():
            with self.subTest(reader=name):
                rows = read(paths)
                self.assertEqual(len(rows), records)
                self.assertEqual(len({(r["producer"], r["attempt"]) for r in rows}), records)
                self.check_contacts(rows, expected, producers)
        return expected

    def test_contacts_through_a_sink_are_those_of_the_generator(self):
        expected = self.check_contacts_through_sink(20_000, 3, "null")
        # All that a Contact may be was among them.
        self.assertTrue(any(contact["name"] is None for contact in expected))
        lists = collections.Counter(
            None if c["phones"] is None else len(c["phones"]) for c in expected)
        self.assertEqual(set(lists), {None, 1, 2, 3, 4, 5})
        fields = {(p["number"] is None, p["phone_type"] is None)
                  for c in expected for p in c["phones"] or []}
        self.assertEqual(len(fields), 4)

    def test_portable_files_have_microseconds_and_the_nanoseconds_beside_them(self):
        records, producers = 5_000, 2
        report, paths = self.drive("portable", records, producers)
        self.check_all_taken(report, records)
        self.check_contacts_in_files(paths, records, producers)
        types = {field.name: field.type for field in pq.read_schema(paths[0])}
        self.assertEqual(types["capture_time"], pa.timestamp("us", tz="UTC"))
        self.assertEqual(types["capture_time_ns"], pa.int64())
        # DuckDB's rows have their times in nanoseconds.
        for reader, ns in (("pyarrow", 1000), ("DuckDB", 1), ("Polars", 1000)):
            with self.subTest(reader=reader):
                for row in READERS[reader](paths):
                    exact = row["capture_time_ns"]
                    self.assertEqual(row["capture_time"] * ns, exact // 1000 * 1000)

    def test_empty_lists_are_not_null_lists(self):
        expected = self.check_contacts_through_sink(5_000, 2, "empty")
        self.assertFalse(any(contact["phones"] is None for contact in expected))
        self.assertTrue(any(contact["phones"] == [] for contact in expected))

    def test_contact_columns_through_the_writer_are_the_same_contacts(self):
        path = self.folder / "contacts.parquet"
        subprocess.run([PROGRAM, "columns", path, "10000"], check=True)
        with open(f"{path}.jsonl", encoding="utf-8") as lines:
            expected = [json.loads(line) for line in lines]
        self.assertEqual(pq.read_metadata(path).num_row_groups, 4)  # of 3 000 rows, the last 1 000
        for name, read in READERS.items():
            with self.subTest(reader=name):
                self.assertEqual(read([path]), expected)

    def check_itch(self, report, paths, data):
        """`data`: the file that was replayed by two producers, turn about."""
        expected = [itch_tables.decode(message) for message in itch_tables.messages(data)]
        self.check_all_taken(report, len(expected))
        for name, read in READERS.items():
            with self.subTest(reader=name):
                rows = read(paths)
                self.assertEqual(len(rows), len(expected))
                self.assertEqual(set(rows[0]),
                                 itch_tables.COLUMNS | {"capture_time", "producer", "attempt"})
                places = set()
                for row in rows:
                    place = (row["attempt"] - 1) * 2 + row["producer"]
                    places.add(place)
                    del row["attempt"], row["producer"], row["capture_time"]
                    self.assertEqual(row, expected[place])
                self.assertEqual(places, set(range(len(expected))))
        return {row["message_type"] for row in expected}

    @unittest.skipUnless(SAMPLE.exists(), f"no {SAMPLE}; $PF_CORPUS may name another place")
    def test_a_replayed_itch_file_is_in_typed_columns(self):
        report, paths = self.drive("itch", SAMPLE)
        self.check_itch(report, paths, SAMPLE.read_bytes())

    def test_every_type_of_generated_itch_messages_is_in_typed_columns(self):
        report, paths = self.drive("generated", 30_000)
        seen = self.check_itch(report, paths, (self.folder / "messages.itch").read_bytes())
        self.assertEqual(seen, set(itch_tables.MESSAGES))

    def test_fastparquet_reads_the_columns_whose_encodings_it_has(self):
        _, paths = self.drive("generated", 10_000)
        expected = [itch_tables.decode(message) for message in
                    itch_tables.messages((self.folder / "messages.itch").read_bytes())]
        lacking = {"DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT"}
        rows = 0
        for path in paths:
            metadata = pq.read_metadata(path)
            chunks = [metadata.row_group(i).column(k) for i in range(metadata.num_row_groups)
                      for k in range(metadata.num_columns)]
            # Decimals come as floats.
            skipped = {chunk.path_in_schema for chunk in chunks if lacking & set(chunk.encodings)}
            skipped |= {field.name for field in pq.read_schema(path)
                        if pa.types.is_decimal(field.type)}
            skipped |= {chunk.path_in_schema for chunk in chunks
                        if "DELTA_BINARY_PACKED" in chunk.encodings
                        and chunk.path_in_schema not in skipped
                        and widest_difference(path, chunk.path_in_schema) > 28}
            read = [name for name in pq.read_schema(path).names if name not in skipped]
            self.assertGreater(len(read), 10, skipped)
            frame = fastparquet.ParquetFile(str(path)).to_pandas(read)
            columns = {name: [None if pandas.isna(v) else v for v in frame[name]] for name in read}
            rows += len(frame)
            # Which message a row is, whatever encoding these two have.
            attempts, producers = (pq.read_table(path)[name].to_pylist()
                                   for name in ("attempt", "producer"))
            for i in range(len(frame)):
                row = expected[(attempts[i] - 1) * 2 + producers[i]]
                for name in set(read) - {"capture_time", "producer", "attempt"}:
                    self.assertEqual(columns[name][i], row[name], f"{name} of {path}, row {i}")
        self.assertEqual(rows, len(expected))

    def test_itch_columns_have_the_types_of_the_feed(self):
        _, paths = self.drive("generated", 2_000)
        schema = pq.read_schema(paths[0])
        self.assertEqual(schema.field("capture_time").type, pa.timestamp("ns", "UTC"))
        self.assertEqual(schema.field("timestamp").type, pa.time64("ns"))
        self.assertEqual(schema.field("price").type, pa.decimal128(10, 4))
        self.assertEqual(schema.field("mwcb_level_1").type, pa.decimal128(18, 8))
        self.assertEqual(schema.field("stock_locate").type, pa.uint16())
        self.assertEqual(schema.field("order_reference").type, pa.uint64())
        self.assertEqual(schema.field("stock").type, pa.string())
        self.assertFalse(schema.field("message_type").nullable)
        self.assertTrue(schema.field("stock").nullable)

    def test_overload_loses_exactly_what_it_says(self):
        records, producers = 200_000, 4
        report, paths = self.drive("overload", records, producers)
        said = {p["producer"]: p for p in report["producers"]}
        self.assertEqual(sum(p["attempted"] for p in said.values()), records)
        self.assertGreater(sum(p["refused"] for p in said.values()), 0, "no overload")
        rows = rows_by_pyarrow(paths)
        self.check_contacts(rows, self.expected_contacts(), producers)
        attempts = collections.defaultdict(list)
        for row in rows:
            attempts[row["producer"]].append(row["attempt"])
        entries = ledgers(paths)
        self.assertEqual(set(entries), set(said))
        for producer, of_files in entries.items():
            with self.subTest(producer=producer):
                self.check_account(attempts[producer], of_files, said[producer])
        self.check_documented_queries(attempts, entries, said)

    def check_documented_queries(self, attempts, entries, said):
        """docs/ledger.md shows how to find what was lost."""
        found = collections.Counter()
        for _, producer, first, last in read_files.lost_attempts(self.folder):
            self.assertFalse(set(range(first, last + 1)) & set(attempts[producer]))
            found[producer] += last - first + 1
        for producer, of_files in entries.items():
            behind = of_files[-1]["last"] - attempts[producer][-1]
            self.assertEqual(found[producer] + behind, said[producer]["refused"])
        refused = {entries[producer][0]["name"]: account["refused"]
                   for producer, account in said.items()}
        self.assertEqual(read_files.refused_by_the_ledger(self.folder), refused)

    def test_every_field_of_the_ledger_is_documented(self):
        _, paths = self.drive("contacts", 100, 1, "null")
        ledger = json.loads(pq.read_metadata(paths[-1]).metadata[b"parquet_flow.ledger"])
        self.assertTrue(ledger["sessions"][0]["last_file"])
        fields = fields_of(ledger)
        self.assertGreater(len(fields), 20)
        document = (ROOT / "docs" / "ledger.md").read_text()
        self.assertEqual({field for field in fields if f"`{field}`" not in document}, set())

    def check_account(self, attempts, of_files, said):
        """A producer's attempts in the rows, its ledger in each file, and what it saw itself."""
        self.assertEqual(attempts, sorted(set(attempts)), "out of order, or twice")
        last = 0
        for entry in of_files:
            self.assertEqual(entry["previous"], last, "the files' ranges leave a hole")
            last = entry["last"]
            covered = [a for a in attempts if entry["previous"] < a <= last]
            self.assertEqual(entry["rows"], len(covered))
            self.assertEqual(entry["refused"], last - entry["previous"] - len(covered))
            self.assertEqual(entry["aborted"] + entry["rejected"] + entry["write_lost"], 0)
        self.assertEqual(last, said["attempted"])
        self.assertEqual(len(attempts), said["accepted"])
        gaps = sum(b - a - 1 for a, b in zip([0, *attempts], [*attempts, last + 1]))
        self.assertEqual(gaps, said["refused"])
        self.assertEqual(of_files[-1]["refused_by_reason"]["full"], said["refused_full"])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
