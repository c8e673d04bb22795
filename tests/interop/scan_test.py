"""Random predicates over random files give the rows that DuckDB gives.

Method: files of every type, encoding, codec and option, written by us, and what they hold written
again by pyarrow, DuckDB, Polars, parquet-java and arrow-rs; predicates drawn from the values that
are there and from ones that are not, joined by and, or and not. The scan skips by all that it
knows; DuckDB filters a table in memory, so that nothing it knows of files decides.
"""

import argparse
import datetime
import math
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb

import combinations
import description as d
import harness
import predicates
import rewriters

TEXTS = {"string", "enum"}
# DuckDB takes FLOAT16 for a FLOAT, and so does its literal.
KINDS = predicates.KINDS | {"float16"}


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def moment(node, value):
    """Of a timestamp, with as many digits as its unit has."""
    digits = {d.MILLIS: 3, d.MICROS: 6, d.NANOS: 9}[node["logical"][1]]
    seconds, fraction = divmod(value, 10**digits)
    days, rest = divmod(seconds, 86400)
    at = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}.{fraction:0{digits}}"
    return f"{date(days)} {at}"


def date(days):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days)).isoformat()


def ours(node, value):
    """A literal of the text language."""
    kind = node["of"]
    if value is None:
        return "null"
    if kind in TEXTS:
        return quoted(value.decode())
    if kind in ("bytes", "fixed5"):
        return f"X'{value.hex()}'"
    if kind == "uuid":
        hexa = value.hex()
        return f"uuid '{hexa[:8]}-{hexa[8:12]}-{hexa[12:16]}-{hexa[16:20]}-{hexa[20:]}'"
    if kind == "date":
        return f"date '{date(value)}'"
    if kind.startswith("timestamp"):
        return f"timestamp '{moment(node, value)}'"
    if kind.startswith("decimal"):
        return f"{predicates.as_decimal(node, value):f}"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else quoted(repr(value))
    return str(value).lower()


def duckdb_literal(node, value):
    if value is None:
        return "null"
    if node["of"] == "float16":
        return f"'{value!r}'::float"
    return predicates.InDuckDb.literal(node, value)


class Drawer:
    """Draws predicates over a file: pairs of our text and DuckDB's."""

    def __init__(self, r, file, kinds):
        self.r = r
        self.leaves = [leaf for leaf in d.leaves_of(file.schema)
                       if leaf.max_repetition == 0 and leaf.node["of"] in kinds]
        self.values = {}
        for leaf in self.leaves:
            found = [predicates.Predicate(leaf, "=", None).value_in(row) for row in file.rows]
            self.values[leaf.path] = [value for value in found if value is not None]

    def value(self, leaf):
        values = self.values[leaf.path]
        if values and self.r.random() < 0.8:
            return self.r.choice(values)
        return d.KINDS[leaf.node["of"]][3](self.r)

    def literals(self, leaf, count):
        values = [None if self.r.random() < 0.02 else self.value(leaf) for _ in range(count)]
        return ([ours(leaf.node, value) for value in values],
                [duckdb_literal(leaf.node, value) for value in values])

    def names(self, leaf):
        return (".".join(f'"{name}"' for name in leaf.path.split(".")),) * 2

    def like(self, leaf):
        text = self.value(leaf).decode()
        begin = self.r.randrange(len(text) + 1)
        part = text[begin : begin + self.r.randrange(1, 6)]
        what = self.r.choice(["starts", "ends", "contains", "like", "like"])
        mine, theirs = self.names(leaf)
        if what == "starts":
            part = text[: self.r.randrange(len(text) + 1)]
            return f"{mine} starts with {quoted(part)}", f"starts_with({theirs}, {quoted(part)})"
        if what == "ends":
            return f"{mine} ends with {quoted(part)}", f"ends_with({theirs}, {quoted(part)})"
        if what == "contains":
            return f"{mine} contains {quoted(part)}", f"contains({theirs}, {quoted(part)})"
        pattern = "".join(self.r.choice([c, c, c, "_", "%"]) for c in text[:12])
        pattern = self.r.choice(["", "%"]) + pattern + self.r.choice(["", "%"])
        return (f"{mine} like {quoted(pattern)}",) * 2

    def test(self):
        leaf = self.r.choice(self.leaves)
        mine, theirs = self.names(leaf)
        what = self.r.choice(["compare", "compare", "compare", "between", "in", "null", "like"])
        negation = self.r.choice(["", "", "not "])
        if what == "null":
            return (f"{mine} is {negation}null",) * 2
        if what == "like" and leaf.node["of"] in TEXTS:
            return self.like(leaf)
        if what == "between":
            (a, b), (x, y) = self.literals(leaf, 2)
            return (f"{mine} {negation}between {a} and {b}",
                    f"{theirs} {negation}between {x} and {y}")
        if what == "in":
            own, other = self.literals(leaf, self.r.choice([1, 2, 3, 12]))
            return (f"{mine} {negation}in ({', '.join(own)})",
                    f"{theirs} {negation}in ({', '.join(other)})")
        op = self.r.choice(list(predicates.OPERATORS))
        (own,), (other,) = self.literals(leaf, 1)
        return f"{mine} {op} {own}", f"{theirs} {op} {other}"

    def predicate(self, depth=2):
        what = self.r.random()
        if depth == 0 or what < 0.5:
            return self.test()
        if what < 0.6:
            mine, theirs = self.predicate(depth - 1)
            return f"not ({mine})", f"not ({theirs})"
        joint = self.r.choice([" and ", " or "])
        parts = [self.predicate(depth - 1) for _ in range(self.r.choice([2, 2, 3]))]
        return tuple(joint.join(f"({part[side]})" for part in parts) for side in (0, 1))


def versions(tally, engines, r, file, folder):
    """The file and what engines make of it: (writer, kinds to draw predicates of, path)."""
    path = str(folder / f"{file.name}.parquet")
    yield "us", KINDS, path
    for engine, version in rewriters.rewritten(tally, engines, r, file, path):
        yield engine.engine, KINDS - engine.changes, version


def check(tally, connection, filter_file, name, path, drawn, batch_rows):
    try:
        connection.execute(
            "create or replace temp table whole as select * from read_parquet($1)", [path])
    except duckdb.Error as error:
        tally.left_out[f"DuckDB {duckdb.__version__} does not read: {str(error)[:60]}"] += 1
        return
    told = subprocess.run([filter_file, path, "row", str(batch_rows)],
                          input="".join(mine + "\n" for mine, _ in drawn),
                          capture_output=True, text=True, check=False)
    answers = told.stdout.split("\n")
    if told.returncode != 0 or len(answers) != len(drawn) + 1:
        tally.fail(f"{name}: {told.stderr or 'answers are missing'}")
        return
    for answer, (mine, theirs) in zip(answers, drawn):
        found = connection.execute(f'select "row" from whole where {theirs} order by 1').fetchall()
        expected = " ".join(str(row) for row, in found)
        if answer.strip() == expected:
            tally.passed += 1
        else:
            tally.fail(f"{name}, batches of {batch_rows}: {mine}\n  ours {answer[:300]}\n"
                       f"  DuckDB's {expected[:300]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("write_file")
    parser.add_argument("filter_file")
    parser.add_argument("read_files_class", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--predicates", type=int, default=8, help="of each version of a file")
    parser.add_argument("--least", type=int, default=1000,
                        help="predicates that have to be compared, whatever is left out")
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    tally = harness.Tally()
    codecs = harness.features(arguments.write_file)["codecs"]
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    engines = rewriters.available(tally, connection, arguments.read_files_class)
    print(f"seed {arguments.seed}; DuckDB {duckdb.__version__}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        files = [combinations.file_of(f"scan {arguments.seed}", n, codecs)
                 for n in range(arguments.files)]
        if harness.write_all(tally, arguments.write_file, files, folder):
            for file in files:
                r = random.Random(f"{arguments.seed}/{file.name}")
                for writer, kinds, version in list(versions(tally, engines, r, file, folder)):
                    drawer = Drawer(r, file, kinds)
                    drawn = [drawer.predicate() for _ in range(arguments.predicates)]
                    check(tally, connection, arguments.filter_file, f"{file.name} by {writer}",
                          version, drawn, r.choice([1, 7, 64, 100, 65536]))
    for engine in engines:
        engine.close()
    if tally.passed + tally.failed < arguments.least:
        tally.fail(f"{tally.passed} predicates were compared, and not {arguments.least}")
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
