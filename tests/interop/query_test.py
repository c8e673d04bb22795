"""Random queries over random files give what DuckDB gives: aggregates, groups, orders, limits.

Method: the files and predicates of scan_test.py, through `pf query --json`. Each file has a column
"row" of distinct numbers: orders are compared by it, and groups are told apart by the least they
have of it, so that nothing depends on how values are written. DuckDB queries a table in memory.
"""

import argparse
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb

import combinations
import harness
import rewriters
import scan_test

WHOLE = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "int32_logical",
         "int64_logical"}
# FLOAT16 is summed by DuckDB as FLOAT, and rounded to it.
REAL = {"float", "double"}


def run(pf, path, *words):
    """The rows that `pf query` prints."""
    told = subprocess.run([pf, "query", path, "--json", *words], capture_output=True, text=True,
                          check=False)
    if told.returncode != 0:
        raise AssertionError(told.stderr)
    return [json.loads(line) for line in told.stdout.splitlines()]


def same_number(mine, theirs, tolerance=0.0):
    if mine is None or theirs is None:
        return mine is None and theirs is None
    mine, theirs = float(mine), float(theirs)
    if math.isnan(mine) or math.isnan(theirs):
        return math.isnan(mine) and math.isnan(theirs)
    return mine == theirs or math.isclose(mine, theirs, rel_tol=1e-12, abs_tol=tolerance)


class Queries:
    def __init__(self, r, file, kinds, pf, connection, path):
        self.r = r
        self.pf = pf
        self.connection = connection
        self.path = path
        self.drawer = scan_test.Drawer(r, file, kinds)
        self.leaves = [leaf for leaf in self.drawer.leaves if leaf.path != "row"]

    def fetch(self, sql):
        return self.connection.execute(sql).fetchall()

    def where(self):
        if self.r.random() < 0.4:
            return [], ""
        mine, theirs = self.drawer.predicate()
        return ["--where", mine], f" where {theirs}"

    def some(self, most):
        return self.r.sample(self.leaves, min(len(self.leaves), self.r.randrange(most + 1)))

    def order(self):
        words, condition = self.where()
        by = [(self.drawer.names(leaf)[0], self.r.choice(["", " desc"])) for leaf in self.some(2)]
        if self.r.random() < 0.5:
            by.append(('"row"', self.r.choice(["", " desc"])))
        # Rows that are equal stay in the order of the file, which "row" counts.
        sql = ", ".join([f"{name}{way} nulls last" for name, way in by] + ['"row"'])
        skip = self.r.choice([0, 0, 3, 1000])
        limit = self.r.choice([0, 1, 5, 40, 5000])
        words += ["--select", '"row"', "--skip", str(skip)]
        if by:
            words += ["--order-by", ", ".join(f"{name}{way}" for name, way in by)]
        if limit != 5000:
            words += ["--limit", str(limit)]
        mine = [line["row"] for line in run(self.pf, self.path, *words)]
        theirs = [row for row, in self.fetch(
            f'select "row" from whole{condition} order by {sql} limit {limit} offset {skip}')]
        assert mine == theirs, f"{words}\n  ours {mine[:20]}\n  DuckDB's {theirs[:20]}"

    def group(self):
        words, condition = self.where()
        by = [self.drawer.names(leaf)[0] for leaf in self.some(2)]
        of = self.some(3)
        asked = ["count as rows_", 'min("row") as first_', 'sum("row") as sum_']
        sql = ["count(*)", 'min("row")', 'sum("row")']
        for i, leaf in enumerate(of):
            mine, theirs = self.drawer.names(leaf)
            asked += [f"count({mine}) as values_{i}", f"distinct({mine}) as distinct_{i}"]
            sql += [f"count({theirs})", f"count(distinct {theirs})"]
            if leaf.node["of"] in WHOLE:
                asked += [f"{what}({mine}) as {what}_{i}" for what in ("sum", "avg", "min", "max")]
                sql += [f"{what}({theirs})" for what in ("sum", "avg", "min", "max")]
            elif leaf.node["of"] in REAL:
                asked += [f"min({mine}) as min_{i}", f"max({mine}) as max_{i}"]
                # The shortest digits of a FLOAT, as ours are.
                sql += [f"min({theirs})::varchar::double", f"max({theirs})::varchar::double"]
        words += ["--agg", ", ".join(asked), "--order-by", "first_"]
        if by:
            words += ["--group-by", ", ".join(by)]
        ours = [list(line.values())[len(by):] for line in run(self.pf, self.path, *words)]
        grouped = f" group by {', '.join(by)}" if by else ""
        found = self.fetch(f"select {', '.join(sql)} from whole{condition}{grouped} order by 2")
        assert len(ours) == len(found), f"{words}\n  {len(ours)} groups, DuckDB {len(found)}"
        for mine, theirs in zip(ours, found):
            assert all(same_number(a, b) for a, b in zip(mine, theirs, strict=True)), (
                f"{words}\n  ours {mine}\n  DuckDB's {theirs}")

    def real_sums(self):
        """Sums of doubles: as near as DuckDB's own compensated ones."""
        real = [leaf for leaf in self.leaves if leaf.node["of"] in REAL]
        if not real:
            return
        words, condition = self.where()
        mine, theirs = self.drawer.names(self.r.choice(real))
        line, = run(self.pf, self.path, *words, "--agg", f"sum({mine}) as s, avg({mine}) as a")
        (total, average, size, count), = self.fetch(
            f"select fsum({theirs}::double), favg({theirs}::double), "
            f"fsum(abs({theirs}::double)), count({theirs}) from whole{condition}")
        if count == 0:
            assert line["s"] is None and line["a"] is None, words
        elif math.isfinite(size):
            near = size * 1e-12
            assert same_number(line["s"], total, near), f"{words}: {line['s']} {total}"
            assert same_number(line["a"], average, near / count), f"{words}: {line['a']} {average}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("write_file")
    parser.add_argument("pf")
    parser.add_argument("read_files_class", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--queries", type=int, default=4, help="of each kind and file")
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
        files = [combinations.file_of(f"query {arguments.seed}", n, codecs)
                 for n in range(arguments.files)]
        if harness.write_all(tally, arguments.write_file, files, folder):
            for file in files:
                r = random.Random(f"{arguments.seed}/{file.name}")
                for writer, kinds, path in scan_test.versions(tally, engines, r, file, folder):
                    error = harness.outcome(lambda p=path: connection.execute(
                        "create or replace temp table whole as select * from read_parquet($1)",
                        [p]))
                    if error is not None:
                        tally.left_out["DuckDB does not read it"] += 1
                        continue
                    queries = Queries(r, file, kinds, arguments.pf, connection, path)
                    for one in (queries.order, queries.group, queries.real_sums):
                        for _ in range(arguments.queries):
                            error = harness.outcome(one)
                            if error is None:
                                tally.passed += 1
                            else:
                                tally.fail(f"{file.name} by {writer}, {one.__name__}: {error}")
    for engine in engines:
        engine.close()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
