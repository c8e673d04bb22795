"""Goal: what other engines write is read as the values that they were given.

Method: files of every type and nesting, which the writer's tests make, written again by pyarrow,
DuckDB, Polars, parquet-java and arrow-rs, in every encoding, codec and page version that each has.
The reader has to give the rows that were drawn; where an engine has other types than Parquet, those
that pyarrow reads. What arrow-rs writes of Arrow's random nested tables is held against pyarrow;
what fastparquet writes of pandas' types against the values that it was given, and what it does not
write is tried too: a fault that is none any more fails.

Usage: writers_test.py LIBPARQUET_FLOW INTEROP_WRITE [READ_FILES_CLASS] [--seed N] [--files N]
       [--tables N] [--keep FOLDER]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import collections
import pathlib
import random
import sys
import tempfile

try:
    import duckdb
    import pyarrow as pa

    import arrow_random
    import combinations
    import fastparquet_files
    import harness
    import our_reader
    import readers
    import rewriters
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)


def check_same(connection, ours, path):
    """That what we read is what pyarrow reads, or DuckDB where pyarrow does not."""
    try:
        expected = rewriters.table_of(path)
    except OSError:
        expected = connection.execute("select * from read_parquet($1)", [path]).to_arrow_table()
    our_reader.check_same(ours.read(path), expected, "", types=False)


def check_files(tally, arguments, engines, connection, ours, folder):
    codecs = harness.features(arguments.write_file)["codecs"]
    files = [combinations.file_of(f"writers {arguments.seed}", n, codecs)
             for n in range(arguments.files)]
    if not harness.write_all(tally, arguments.write_file, files, folder):
        return
    written = collections.Counter()
    for file in files:
        r = random.Random(f"{arguments.seed}/{file.name}")
        path = str(folder / f"{file.name}.parquet")
        for engine, theirs in rewriters.rewritten(tally, engines, r, file, path):
            written[engine.engine] += 1
            check = (lambda t=theirs, f=file: harness.check_rows(ours, f, t)) if engine.keeps else (
                lambda t=theirs: check_same(connection, ours, t))
            tally.check(f"{file.name} by {engine.engine}", check)
    for engine in engines:
        count = written[engine.engine]
        print(f"{engine.engine} wrote {count} files of {len(files)}")
        if count < len(files) / 2:
            tally.fail(f"{engine.engine} wrote {count} files of {len(files)}")


def check_tables(tally, arguments, engines, connection, ours, folder):
    for engine in (each for each in engines if isinstance(each, rewriters.ArrowRs)):
        written = 0
        for number in range(arguments.tables):
            r = random.Random(f"{arguments.seed}/table {number}")
            table, path = arrow_random.table(r), str(folder / f"table_{number}.parquet")
            error = harness.outcome(lambda t=table, p=path: (
                engine.write_table(r, t, p, []), rewriters.table_of(p)))
            if error is not None:
                tally.left_out[f"pyarrow, of arrow-rs: {str(error)[:70]}"] += 1
                continue
            written += 1
            tally.check(f"table {number} by arrow-rs",
                        lambda p=path: check_same(connection, ours, p))
        print(f"arrow-rs wrote {written} tables of {arguments.tables}")
        if written < arguments.tables / 3:
            tally.fail(f"arrow-rs wrote {written} tables of {arguments.tables}")


def check_large_pages(tally, arguments, engines, ours, folder):
    """Of 1 MB: Hadoop's LZ4 has several blocks in one, and an end of its own, from 256 KiB on."""
    r = random.Random(f"{arguments.seed}/large pages")
    table = pa.table({"t": [f"{n} {r.random()} {'x' * r.randrange(50)}" for n in range(20_000)]})
    path = str(folder / "large_pages.parquet")
    pa.parquet.write_table(table, path)
    for engine in (each for each in engines if isinstance(each, rewriters.ParquetJava)):
        for codec in rewriters.JAVA_CODECS:
            theirs = str(folder / f"large_pages.{codec}.parquet")
            tally.check(f"large pages of {codec} by {engine.engine}", lambda e=engine, c=codec,
                        t=theirs: (e.write_large_pages(r, ["t"], c, path, t),
                                   our_reader.check_same(ours.read(t), table, "", types=False)))


def check_fastparquet(tally, arguments, ours, folder):
    engine = readers.FastParquet()
    harness.check_versions(tally, [engine])
    for number in range(arguments.files):
        r = random.Random(f"{arguments.seed}/fastparquet {number}")
        file = fastparquet_files.File(r, r.choice([0, 1, 2, 8, 9, 300, 700]))
        path = folder / f"fastparquet_{number}.parquet"
        tally.check(f"file {number} by fastparquet", lambda f=file, p=path: (
            fastparquet_files.check(ours, f.columns, f.write(p))))
    path = folder / "fastparquet_wide.parquet"
    tally.check("wide categories by fastparquet", lambda: fastparquet_files.check(
        ours, fastparquet_files.wide_categories(path), [path]))
    print(f"fastparquet was to write {arguments.files + 1} files")
    for number, fault in enumerate(fastparquet_files.FAULTS):
        path = folder / f"fastparquet_fault_{number}.parquet"
        tally.try_engine(path.name, engine.name, f"as a writer {fault.reason}",
                         lambda f=fault, p=path: fastparquet_files.try_fault(ours, f, p))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("write_file")
    parser.add_argument("read_files_class", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=80)
    parser.add_argument("--tables", type=int, default=80)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    tally = harness.Tally()
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    engines = rewriters.available(tally, connection, arguments.read_files_class)
    ours = our_reader.Ours(arguments.library)
    print(f"seed {arguments.seed}; pyarrow {pa.__version__}; "
          + ", ".join(engine.engine for engine in engines))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        check_files(tally, arguments, engines, connection, ours, folder)
        check_tables(tally, arguments, engines, connection, ours, folder)
        check_large_pages(tally, arguments, engines, ours, folder)
        check_fastparquet(tally, arguments, ours, folder)
    for engine in engines:
        engine.close()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
