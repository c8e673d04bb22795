"""Queries of many files through the C ABI give what DuckDB gives of the same list.

Method: a table is written by DuckDB into directories of a day, a number and a text with bytes that
a directory cannot have, nulls among them; random lists of its files, predicates, orders and groups
are asked of pf_query_create_files and of read_parquet(list, hive_partitioning).
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import ctypes
import pathlib
import random
import sys
import tempfile

try:
    import duckdb
    import pyarrow as pa
except ImportError:
    print("query_files: skipped, pyarrow or DuckDB is not installed (./dev deps)")
    sys.exit(77)

import our_reader

ROWS = 3000
QUESTIONS = 150
COLUMNS = ("row", "value", "name", "day", "feed", "venue")

MAKE = f"""
select i as row, case when i % 11 = 0 then null else (i * 7919) % 1000 end as value,
       'n' || (i % 37) as name, date '2026-11-18' + (i % 5)::int as day,
       case when i % 6 = 5 then null else i % 6 - 2 end as feed,
       case i % 3 when 0 then 'a/b' when 1 then 'c=d' else '100%' end as venue
from range({ROWS}) t(i)
"""


class QueryStats(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("is_from_footer", ctypes.c_uint32),
                ("counts", ctypes.c_uint64 * 15), ("files", ctypes.c_uint64),
                ("files_by_partition", ctypes.c_uint64), ("files_opened", ctypes.c_uint64)]


class Query:
    def __init__(self, library, paths):
        self.library = library
        self.handle = ctypes.c_void_p()
        words = (ctypes.c_char_p * len(paths))(*(str(path).encode() for path in paths))
        library.call("pf_query_create_files", words, ctypes.c_size_t(len(paths)), None,
                     ctypes.byref(self.handle))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.functions.pf_query_destroy(self.handle)

    def ask(self, function, text):
        self.library.call(f"pf_query_{function}", self.handle, text.encode())
        return self

    def rows(self):
        raw = ctypes.create_string_buffer(40)
        self.library.call("pf_query_run", self.handle, raw)
        reader = pa.RecordBatchReader._import_from_c(ctypes.addressof(raw))
        table = reader.read_all()
        for batch in table.to_batches():
            batch.validate(full=True)
        return [tuple(line.values()) for line in table.to_pylist()]

    def stats(self):
        stats = self.library.made(QueryStats, "pf_query_stats_init")
        self.library.call("pf_query_get_stats", self.handle, ctypes.byref(stats))
        return stats


# What is asked for, the same for DuckDB, and whether directories alone have the answer.
def test_of(r):
    day = f"2026-11-{r.randrange(17, 24)}"
    number = r.randrange(-3, 5)
    venue = r.choice(["a/b", "c=d", "100%", "none"])
    least = r.randrange(0, 1000)
    texts = [
        (f"day {r.choice(['=', '<>', '<', '>='])} '{day}'", None, True),
        (f"feed {r.choice(['=', '<', '>'])} {number}", None, True),
        ("feed is null", None, True),
        (f"feed in ({number}, 1)", None, True),
        (f"venue = '{venue}'", None, True),
        ("venue contains '/'", "contains(venue, '/')", True),
        (f"value < {least}", None, False),
        (f"name = 'n{r.randrange(40)}'", None, False),
        ("value is null", None, False),
    ]
    mine, theirs, is_of_directories = r.choice(texts)
    theirs = theirs or mine
    if r.random() < 0.2:
        mine, theirs = f"not ({mine})", f"not ({theirs})"
    return mine, theirs, is_of_directories


def predicate_of(r):
    tests = [test_of(r) for _ in range(r.randrange(1, 4))]
    word = r.choice([" and ", " or "])
    return (word.join(f"({mine})" for mine, _, _ in tests),
            word.join(f"({theirs})" for _, theirs, _ in tests),
            all(is_of_directories for _, _, is_of_directories in tests))


def ask(r, library, connection, files):
    chosen = r.sample(files, r.randrange(1, len(files) + 1))
    listed = ", ".join(f"'{path}'" for path in chosen)
    # The types that ours have of all files, whichever are in the list.
    source = (f"read_parquet([{listed}], hive_partitioning = true, hive_types = "
              "{'day': date, 'feed': bigint, 'venue': varchar})")
    mine, theirs, is_of_directories = predicate_of(r)
    with Query(library, chosen) as query:
        query.ask("where", mine)
        if r.random() < 0.5:
            query.ask("select", ", ".join(COLUMNS)).ask("order_by", "row")
            sql = f"select {', '.join(COLUMNS)} from {source} where {theirs} order by row"
        else:
            by = r.sample(["day", "feed", "venue", "name"], r.randrange(1, 3))
            query.ask("group_by", ", ".join(by)).ask("order_by", "first")
            query.ask("aggregate", "min(row) as first, count, count(value) as there")
            sql = (f"select {', '.join(by)}, min(row) as first, count(*), count(value) "
                   f"from {source} where {theirs} group by {', '.join(by)} order by first")
        ours = query.rows()
        stats = query.stats()
    expected = connection.execute(sql).fetchall()
    assert ours == expected, f"{mine} of {len(chosen)}\n  ours {ours[:5]}\n  {expected[:5]}"
    assert stats.files == len(chosen)
    assert stats.files_opened + stats.files_by_partition == len(chosen)
    if is_of_directories:
        hit = connection.execute(
            f"select count(distinct filename) from read_parquet([{listed}], filename = true, "
            "hive_partitioning = true, hive_types = {'day': date, 'feed': bigint, "
            f"'venue': varchar}}) where {theirs}").fetchone()[0]
        assert stats.files_opened == hit, f"{mine}: {stats.files_opened} of {hit} files opened"
    return stats.files_by_partition


def main():
    library = our_reader.Library(sys.argv[1])
    r = random.Random(6)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        root = pathlib.Path(folder) / "t"
        connection.execute(f"copy ({MAKE}) to '{root}' (format parquet, "
                           "partition_by (day, feed, venue))")
        files = sorted(root.rglob("*.parquet"))
        assert len(files) == 30  # days by feeds, which say the venue
        passed_by = sum(ask(r, library, connection, files) for _ in range(QUESTIONS))
        assert passed_by > QUESTIONS
        # A directory and a pattern are its files.
        for words in ([root], [f"{root}/day=*"], [f"{root}/day=*/feed=*/venue=*/*.parquet"]):
            with Query(library, words) as query:
                query.ask("aggregate", "count, sum(row)")
                assert [tuple(map(int, row)) for row in query.rows()] == [
                    (ROWS, ROWS * (ROWS - 1) // 2)], words
    print(f"{QUESTIONS} questions of {len(files)} files, {passed_by} times one was not opened")


if __name__ == "__main__":
    main()
