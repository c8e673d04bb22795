"""Goal: a sorted merge of files of which any are wrong in any way has an output that is right or
none: what `pf cat` reads of a file is in it, in order, and what cannot be read is reported.

Method: three files of pyarrow by keys of every type, with nulls, NaN and equal keys, sorted and
not; one of them is changed as hostile_files.py does it, or says what is not so. Python sorts the
rows that `pf cat` reads of each. PF_TEST_HOSTILE is the number of files that are drawn.

Usage: merge_hostile_test.py PF
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import datetime
import decimal
import json
import os
import random
import subprocess
import sys
import time
import unittest

try:
    import pyarrow
    import pyarrow.parquet
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

import hostile_files
from command import PF, pf
from merge_files import SEED, MergeTestCase

DRAWN = int(os.environ.get("PF_TEST_HOSTILE", "120"))
FIRST = int(os.environ.get("PF_TEST_HOSTILE_FIRST", "0"))
NAN = float("nan")
INFINITE = {"NaN": (1, 0.0), "Infinity": (0, float("inf")), "-Infinity": (0, float("-inf"))}


def float_key(value):
    return INFINITE.get(value) or (0, value)


def pick(values):
    return lambda r: r.choice(values)


# name: (Arrow's type, a value, what JSON's value sorts as); None: JSON's text does not tell.
KEYS = {
    "bool": (pyarrow.bool_(), pick([True, False]), bool),
    "int32": (pyarrow.int32(), lambda r: r.randrange(-9, 9), int),
    "uint32": (pyarrow.uint32(), pick([0, 1, 2**31, 2**32 - 1]), int),
    "int64": (pyarrow.int64(), lambda r: r.choice([-2**63, -1, 0, 5, 2**63 - 1]), int),
    "uint64": (pyarrow.uint64(), pick([0, 1, 2**63, 2**64 - 1]), int),
    "float": (pyarrow.float32(), pick([NAN, 0.0, -0.0, 1.5, -3.0, float("inf")]), float_key),
    "double": (pyarrow.float64(), pick([NAN, 0.0, -0.0, 1e300, float("-inf")]), float_key),
    "text": (pyarrow.string(), pick(["", "a", "ab", "a\0", "é", "long enough for a prefix"]),
             lambda value: value.encode()),
    "bytes": (pyarrow.binary(), pick([b"", b"\0", b"\0\xff", b"\xff", b"12345678", b"123456789"]),
              bytes.fromhex),
    "fixed": (pyarrow.binary(3), pick([b"\0\0\0", b"abc", b"\xff\0\0"]), bytes.fromhex),
    "decimal": (pyarrow.decimal128(20, 2), lambda r: decimal.Decimal(r.randrange(-9, 9)) / 4,
                decimal.Decimal),
    "date": (pyarrow.date32(), lambda r: datetime.date(1965 + r.randrange(9), 1, 1), None),
    "timestamp": (pyarrow.timestamp("us"),
                  lambda r: datetime.datetime(1965 + r.randrange(9), 1, 1), None),
}


def lines_of(path):
    """Its rows as JSON; None where it cannot be read."""
    done = pf("cat", "--json", path, text=False)
    return done.stdout.splitlines() if done.returncode == 0 else None


def in_order(lines, kind, is_descending):
    """The lines by their k, nulls last, equal ones as they are; None where that cannot be told."""
    key = KEYS[kind][2]
    if key is None:
        return None
    try:
        keys = [json.loads(line)["k"] for line in lines]
        there = [(key(k), line) for k, line in zip(keys, lines) if k is not None]
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None
    there.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [line for _k, line in there] + [line for k, line in zip(keys, lines) if k is None]


class MergeHostileTest(MergeTestCase):
    def draw(self, r, kind, number, rows_min):
        type_, value, _key = KEYS[kind]
        rows = r.choice([rows_min, 30, 200])
        # Three files of long texts come to more than is sorted at once.
        filler = "x" * r.choice([0, 0, 6000])
        keys = [None if r.random() < 0.1 else value(r) for _row in range(rows)]
        table = pyarrow.table({
            "k": pyarrow.array(keys, type_), "n": pyarrow.array([number] * rows, pyarrow.int32()),
            "t": [f"{r.randrange(50)}{filler}" for _row in range(rows)],
            "l": pyarrow.array([r.choice([None, [], [1, None, 3]]) for _row in range(rows)],
                               pyarrow.list_(pyarrow.int64()))})
        if r.random() < 0.5:
            table = table.sort_by("k")
        said = {}
        if r.random() < 0.5:  # whether it is so or not
            said = {"sorting_columns": [pyarrow.parquet.SortingColumn(0)]}
        return self.write(
            f"{number}.parquet", table, row_group_size=r.choice([7, 40, 1000]),
            data_page_size=r.choice([16, 256, 1 << 20]), write_batch_size=r.choice([5, 1024]),
            data_page_version=r.choice(["1.0", "2.0"]), write_page_index=r.random() < 0.5,
            write_page_checksum=r.random() < 0.5, use_dictionary=r.random() < 0.5,
            compression=r.choice(["none", "snappy", "zstd"]), **said)

    def merge(self, paths, *words):
        """(exit code, the reported paths, what was printed, lines of the output or None)."""
        out, errors = self.folder / "out.parquet", self.folder / "errors"
        out.unlink(missing_ok=True)
        errors.write_text("")
        done = pf("merge", *paths, "--output", out, "--errors", errors, "--force", *words)
        self.assertIn(done.returncode, (0, 1, 2, 5), done.stderr)
        reported = [line.split("\t") for line in errors.read_text().splitlines()]
        self.assertTrue(all(len(line) == 2 and line[1] for line in reported), reported)
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name[0] == "."], [])
        self.assertEqual(out.exists(), done.returncode in (0, 5), done.stderr)
        if not out.exists():
            return done.returncode, [line[0] for line in reported], done.stderr, None
        self.assertEqual(done.returncode == 5, bool(reported), done.stderr)
        # A text of which a bit was changed may be none; it is handed on as it was.
        wrong = [line for line in pf("verify", out).stdout.splitlines()
                 if ": error (" in line and "no UTF-8" not in line]
        self.assertEqual(wrong, [])
        return done.returncode, [line[0] for line in reported], done.stderr, lines_of(out)

    def check(self, paths, kind, is_descending, *words):
        """That the merge has what can be read of the files; what it made of them."""
        order = "k desc" if is_descending else "k"
        code, reported, text, lines = self.merge(paths, "--sort-by", order, *words)
        read = {str(path): lines_of(path) for path in paths}
        if lines is None:
            # The columns are those of the first one, which may have no such column to sort by.
            self.assertTrue(reported or str(paths[0]) in text or "column 'k'" in text, text)
            self.assertIn(code, (1, 2) if "column 'k'" in text else (1,), text)
            return code, reported
        taken = [read[str(path)] for path in paths if str(path) not in reported]
        self.assertNotIn(None, taken)
        whole = [line for lines_of_one in taken for line in lines_of_one]
        wanted = in_order(whole, kind, is_descending)
        if sorted(whole) == sorted(lines) or not self.has_other_schema(paths):
            self.assertEqual(sorted(whole), sorted(lines))
            self.assertIn(wanted, (None, lines))
        self.assertEqual(len(whole), len(lines))
        return code, reported

    def has_other_schema(self, paths):
        return len({pf("schema", path).stdout for path in paths}) != 1

    def test_files_that_are_wrong_in_any_way(self):
        codes = {}
        for number in range(FIRST, FIRST + DRAWN):
            r = random.Random(f"{SEED}/{number}")
            kind, is_descending = r.choice(list(KEYS)), r.random() < 0.3
            wrong = r.choice(hostile_files.WRONGS)
            which = r.choice([0, 1, 1, 2])
            paths = [self.draw(r, kind, n, rows_min=1 if n == which else 0) for n in range(3)]
            bad = paths[which]
            bad.write_bytes(wrong(r, bad.read_bytes()))
            words = ["--sort-memory", "1M", "--batch-rows", r.choice([1, 7, 65536]),
                     # Files are read at once, or looked at first, by how many threads share it.
                     "--threads", r.choice([1, 2, 100])]
            with self.subTest(seed=SEED, number=number, kind=kind, wrong=wrong.__name__,
                              bad=bad.name, words=words):
                code, reported = self.check(paths, kind, is_descending, *words)
                self.assertLessEqual(set(reported), {str(path) for path in paths})
                codes[code] = codes.get(code, 0) + 1
                if lines_of(bad) is None:
                    self.assertNotEqual(code, 0)
        print(f"{DRAWN} merges, by exit code {codes}")

    def numbers(self, name, keys, **options):
        texts = [f"text {row * 7919 % 99991}" for row in range(len(keys))]
        return self.write(name, pyarrow.table({"k": pyarrow.array(keys, pyarrow.int64()),
                                               "t": texts}),
                          **{"use_dictionary": False, "write_page_checksum": True, **options})

    def expect(self, paths, keys, *words):
        """That there are rows of just these keys, and no file is reported."""
        code, reported, text, lines = self.merge(paths, "--sort-by", "k", *words)
        self.assertEqual((code, reported), (0, []), text)
        self.assertEqual([json.loads(line)["k"] for line in lines], keys)

    def test_what_a_file_says_of_its_order_and_values_counts_for_nothing(self):
        rows = 70_000  # one that is in order is not read before it is merged
        sorted_, shuffled = list(range(rows)), list(range(rows))
        self.random.shuffle(shuffled)
        for first in (sorted_, shuffled):
            with self.subTest(first=first[:3]):
                said = [pyarrow.parquet.SortingColumn(0, descending=first is sorted_)]
                path = self.numbers("1.parquet", first, sorting_columns=said, row_group_size=9000)
                footer = hostile_files.Footer(path.read_bytes())
                for chunk in footer.chunks()[::2]:
                    statistics = chunk.get(12)
                    statistics.set(3, hostile_files.I64, 7)  # null_count
                    for number in (5, 6):  # max_value, min_value
                        statistics.set(number, hostile_files.BINARY, b"\xff" * 8)
                path.write_bytes(footer.file())
                other = self.numbers("2.parquet", [3, 1])
                self.expect([path, other], sorted(first + [3, 1]))

    def test_counts_of_rows_that_are_not_so_are_refused(self):
        good = self.numbers("good.parquet", [2, 1])
        path = self.numbers("bad.parquet", list(range(100)), row_group_size=40)
        whole = path.read_bytes()
        for in_file, in_group in ((1, 0), (-1, 0), (0, 1), (1, 1), (-1, -1), (-40, -40),
                                  (-100, None)):
            with self.subTest(in_file=in_file, in_group=in_group):
                footer = hostile_files.Footer(whole)
                groups = footer.row_groups()
                footer.tree.set(3, hostile_files.I64, 100 + in_file)
                for group in groups if in_group is None else groups[:1]:
                    step = -group.get(3) if in_group is None else in_group
                    group.set(3, hostile_files.I64, group.get(3) + step)
                path.write_bytes(footer.file())
                code, reported, text, lines = self.merge([good, path], "--sort-by", "k")
                self.assertEqual((code, reported), (5, [str(path)]), text)
                self.assertEqual([json.loads(line)["k"] for line in lines], [1, 2])

    def damage(self, path, column):
        """A byte of the last page of a column, whose checksum does not hold then."""
        data = path.read_bytes()
        footer = hostile_files.Footer(data)
        begin = footer.chunks()[column - 2].get(9)
        body = [body for at, body, _header in footer.page_headers() if at >= begin][0]
        path.write_bytes(data[:body] + bytes([data[body] ^ 1]) + data[body + 1:])

    def test_a_file_that_fails_behind_its_first_rows_ends_the_merge(self):
        good = self.numbers("good.parquet", list(range(500)))
        bad = self.folder / "bad.parquet"
        shuffled = list(range(80_000))
        self.random.shuffle(shuffled)
        # What is in order is looked at by its keys alone, and read when it is merged; what is not
        # is in runs by its first rows when the last ones are read.
        for keys, column, memory, code in ((list(range(80_000)), 1, "512M", 1),
                                           (list(range(80_000)), 0, "512M", 5),
                                           (shuffled, 1, "1M", 1), (shuffled, 1, "512M", 5),
                                           (shuffled, 0, "512M", 5)):
            for words in ([], ["--strict"]):
                with self.subTest(keys=keys[:3], column=column, memory=memory, words=words):
                    self.numbers("bad.parquet", keys, row_group_size=20_000)
                    self.damage(bad, column)
                    found, reported, text, lines = self.merge(
                        [good, bad], "--sort-by", "k", "--sort-memory", memory, *words)
                    self.assertEqual((found, reported), (1 if words else code, [str(bad)]), text)
                    self.assertIn("CRC-32", text)
                    if found == 5:
                        self.assertEqual([json.loads(line)["k"] for line in lines],
                                         list(range(500)))

    def test_a_file_that_shrinks_or_is_written_to_while_it_is_merged(self):
        rows = 300_000
        for name, change in (("shrinks", lambda file: file.truncate(rows * 4)),
                             ("is written to", lambda file: (file.seek(rows * 8 - 99_999),
                                                             file.write(b"\xff" * 90_000)))):
            with self.subTest(name):
                paths = [self.numbers(f"{n}.parquet", list(range(n, 2 * rows, 2)),
                                      compression="none", row_group_size=30_000)
                         for n in range(2)]
                out, errors = self.folder / "out.parquet", self.folder / "errors"
                with subprocess.Popen(
                        [PF, "merge", *map(str, paths), "--output", str(out), "--errors",
                         str(errors), "--force", "--sort-by", "k", "--threads", "1",
                         "--compression", "zstd:19", "--row-group-rows", "20000"],
                        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
                    while not any(path.stat().st_size > 1000
                                  for path in self.folder.glob(".out.parquet.*.pending")):
                        self.assertIsNone(process.poll())
                        time.sleep(0.005)
                    with open(paths[1], "r+b") as file:
                        change(file)
                    text = process.communicate()[1]
                self.assertEqual((process.returncode, out.exists()), (1, False), text)
                self.assertIn(str(paths[1]), text)
                self.assertTrue(errors.read_text().startswith(f"{paths[1]}\t"), text)


if __name__ == "__main__":
    unittest.main()
