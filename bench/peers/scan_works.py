"""Queries of one file, in the page cache, by this library and by DuckDB, one thread each.

Both open the file and read what they need of it in each round; rounds alternate between the two,
and their answers are compared. Seconds are from the query to its last row.

    work=sum_where file=ints3.plain rows=10000000 ours_rows_per_sec=... duckdb_rows_per_sec=...
    ratio=... ratio_min=... ratio_max=... ...
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

ROWS = 10_000_000
ROWS_TINY = 20_000
LARGE_ROWS = 90_000_000  # of ints3.plain: 1 GiB

# Name, file, what ours is asked for, what DuckDB is asked for.
WORKS = (
    ("sum_where", "ints3", {"where": "a < 100", "agg": "sum(b)"},
     "select sum(b) from {} where a < 100"),
    ("count_between", "ints3", {"where": "b between 500 and 600", "agg": "count"},
     "select count(*) from {} where b between 500 and 600"),
    ("count_by", "ints3", {"by": "a", "agg": "count"},
     "select a, count(*) from {} group by a"),
    ("top_100", "ints3", {"select": "b", "order": "b desc", "limit": "100"},
     "select b from {} order by b desc nulls last limit 100"),
    ("top_100_rows", "ints3", {"order": "b desc", "limit": "100"},
     "select * from {} order by b desc nulls last, c limit 100"),
    ("contains_few", "strings", {"where": "few contains '-77'", "agg": "count"},
     "select count(*) from {} where contains(few, '-77')"),
    ("starts_few", "strings", {"where": "few starts with 'venue-12'", "agg": "count"},
     "select count(*) from {} where starts_with(few, 'venue-12')"),
    ("contains_many", "strings", {"where": "many contains '777'", "agg": "count"},
     "select count(*) from {} where contains(many, '777')"),
    ("starts_many", "strings", {"where": "many starts with 'order 12'", "agg": "count"},
     "select count(*) from {} where starts_with(many, 'order 12')"),
)


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, path, query):
        words = [path] + [query.get(key, "")
                          for key in ("where", "by", "agg", "select", "order", "limit")]
        print("\t".join(words), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().split()
        if len(answer) != 4:
            raise SystemExit(f"pf_scans could not answer {query}")
        return float(answer[0]), (int(answer[1]), int(answer[2])), int(answer[3])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class DuckDb:
    def __init__(self):
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("SET threads = 1")

    def ask(self, path, sql):
        start = time.perf_counter()
        rows = self.connection.execute(sql.format(f"'{path}'")).fetchall()
        seconds = time.perf_counter() - start
        total = sum(value for row in rows for value in row if value is not None)
        return seconds, (len(rows), total)


def measure(ours, other, path, query, sql, rounds):
    """Seconds of both in each round, and how many bytes ours read."""
    mine, theirs = [], []
    for number in range(-1, rounds):
        for turn in range(2):
            if (turn + number) % 2:
                seconds, answer, read = ours.ask(path, query)
                mine.append(seconds)
            else:
                seconds, expected = other.ask(path, sql)
                theirs.append(seconds)
        if answer != expected:
            raise SystemExit(f"{path}, {query}: {answer}, DuckDB {expected}")
    return mine[1:], theirs[1:], read  # the first is for the page cache


def line(work, name, rows, mine, theirs, read):
    ratios = [b / a for a, b in zip(mine, theirs)]
    words = [f"work={work}", f"file={name}", f"rows={rows}",
             f"ours_rows_per_sec={rows / statistics.median(mine):.0f}",
             f"duckdb_rows_per_sec={rows / statistics.median(theirs):.0f}",
             f"ratio={statistics.median(ratios):.2f}",
             f"ratio_min={min(ratios):.2f}", f"ratio_max={max(ratios):.2f}",
             f"ours_min={rows / max(mine):.0f}", f"ours_max={rows / min(mine):.0f}",
             f"duckdb_min={rows / max(theirs):.0f}", f"duckdb_max={rows / min(theirs):.0f}",
             f"bytes_read={read}"]
    return " ".join(words)


def selective(ours, folder, program, rows, rounds):
    """A row of the sorted column, of files that grow: bytes read, and the time, stay."""
    for count in (rows // 8, rows):
        subprocess.run([program, "write", folder, str(count)], check=True)
        path = f"{folder}/ints3.plain.parquet"
        size = os.path.getsize(path)
        asked = {"where": f"c = {count * 2 // 3}", "select": "a,b,c"}
        seconds = []
        for _ in range(rounds + 1):
            took, answer, read = ours.ask(path, asked)
            seconds.append(took)
        assert answer[0] == 1, answer
        print(f"work=selective file_bytes={size} rows={count} "
              f"seconds={statistics.median(seconds[1:]):.6f} seconds_min={min(seconds[1:]):.6f} "
              f"seconds_max={max(seconds[1:]):.6f} bytes_read={read}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", help="where the files go, and are taken away again")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--only", help="works whose name has it")
    parser.add_argument("--keep", action="store_true", help="files that are there are used")
    parser.add_argument("--selective-rows", type=int, default=0,
                        help=f"and a selective predicate on so many rows; 1 GiB: {LARGE_ROWS}")
    options = parser.parse_args()
    if options.tiny:
        options.rows, options.rounds, options.selective_rows = ROWS_TINY, 1, ROWS_TINY
    print(f"beside DuckDB {duckdb.__version__}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = options.folder if options.keep else temporary
        if not pathlib.Path(folder, "ints3.plain.parquet").exists():
            subprocess.run([options.program, "write", folder, str(options.rows)], check=True)
        ours, other = Ours(options.program), DuckDb()
        for name, file, query, sql in WORKS:
            for encoding in ("plain", "chosen"):
                if options.only and options.only not in name:
                    continue
                mine, theirs, read = measure(ours, other, f"{folder}/{file}.{encoding}.parquet",
                                             query, sql, options.rounds)
                print(line(name, f"{file}.{encoding}", options.rows, mine, theirs, read),
                      flush=True)
        if options.selective_rows:
            selective(ours, temporary, options.program, options.selective_rows, options.rounds)
        ours.close()


if __name__ == "__main__":
    main()
