"""read_files DIRECTORY - what examples/capture wrote there, in the readers that analysts use."""

import json
import pathlib
import sys


def with_duckdb(directory):
    import duckdb

    return duckdb.sql(f"""
        select date, kind, count(*) as rows, sum(shares * price) as value
        from read_parquet('{directory}/date=*/*.parquet', hive_partitioning = true)
        group by all order by all""").fetchall()


def with_pandas(directory):
    import pandas as pd

    frame = pd.read_parquet(directory, columns=["capture_time", "kind", "shares"],
                            filters=[("kind", "==", "T")])
    return frame.groupby("kind")["shares"].sum().to_dict()


def with_polars(directory):
    import polars as pl

    frame = pl.scan_parquet(f"{directory}/date=*/*.parquet")
    return frame.group_by("kind").agg(pl.len(), pl.col("price").max()).sort("kind").collect()


def lost_attempts(directory):
    """(session, producer, first, last) of each gap: attempts that became no row."""
    import duckdb

    files = f"{directory}/date=*/*.parquet"
    return duckdb.sql(f"""
        with ledgers as (
            select file_name as filename, decode(value) ->> '$.sessions[0].session' as session
            from parquet_kv_metadata('{files}') where decode(key) = 'parquet_flow.ledger')
        select session, producer, before + 1 as first, attempt - 1 as last
        from (select session, producer, attempt, lag(attempt, 1, 0) over (
                         partition by session, producer order by attempt) as before
              from read_parquet('{files}', filename = true) join ledgers using (filename))
        where attempt > before + 1
        order by all""").fetchall()


def ledger_of(path):
    import pyarrow.parquet as pq

    return json.loads(pq.read_metadata(path).metadata[b"parquet_flow.ledger"])


def refused_by_the_ledger(directory):
    """{producer's name: attempts refused}, over all files."""
    refused = {}
    for path in sorted(pathlib.Path(directory).glob("date=*/*.parquet")):
        for session in ledger_of(path)["sessions"]:
            for producer in session["producers"]:
                name = producer["name"]
                refused[name] = refused.get(name, 0) + producer["refused"]
    return refused


def main():
    directory = sys.argv[1]
    for row in with_duckdb(directory):
        print(*row)
    print("shares traded:", with_pandas(directory))
    print(with_polars(directory))
    gaps = lost_attempts(directory)
    missing = sum(last - first + 1 for _, _, first, last in gaps)
    print(f"{missing} attempts missing in {len(gaps)} gaps")
    print("refused by the ledger:", refused_by_the_ledger(directory))


if __name__ == "__main__":
    main()
