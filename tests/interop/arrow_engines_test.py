"""Goal: files of Arrow data, handed over through its C interface, are read by every engine: each
value.

Method: arrow_types.py has a table of each type, arrow_random.py draws nested ones; the shared
library writes them, whole, in slices, in streams of batches and through a pipeline. What the file's
schema makes of the table's values, every engine has to give back, but for what refusals.py says of
it.

Usage: arrow_engines_test.py LIBPARQUET_FLOW [READ_FILES_CLASS] [--seed N] [--random N]
         [--only NUMBER] [--keep FOLDER]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import pathlib
import random
import sys
import tempfile

try:
    import pyarrow as pa

    import arrow_calls
    import arrow_described
    import arrow_random
    import arrow_types
    import harness
    import more_readers
    import page_checks
    import readers
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev interop installs the readers)")
    sys.exit(77)


def write_whole(r, path, table):
    arrow_calls.write(path, table, raw=arrow_random.bounds(r))
    return [table]


def write_slices(r, path, table):
    first = r.randrange(table.num_rows + 1)
    part = arrow_calls.batch_of(table).slice(first, r.randrange(table.num_rows - first + 1))
    with arrow_calls.Writer(table.schema, path) as writer:
        writer.write(part)
        writer.write(arrow_calls.batch_of(table))
    return [pa.table(part), table]


def write_stream(r, path, table):
    batches = arrow_random.batches(r, table)
    with arrow_calls.Writer(table.schema, path, raw=arrow_random.bounds(r)) as writer:
        writer.write_stream(pa.RecordBatchReader.from_batches(table.schema, batches))
    return [table]


def write_pipeline(r, path, table):
    arrow_calls.write_pipeline(path, table.schema, arrow_random.batches(r, table),
                               threads=r.choice((1, 3)), raw=arrow_random.bounds(r))
    return [table]


WAYS = [write_whole, write_slices, write_stream, write_pipeline]


def tables(arguments):
    """(name, random generator, way, table) of each file."""
    if arguments.only is None:
        for name, (kind, values) in (arrow_types.TYPES | arrow_types.OURS_ALONE).items():
            table = pa.table({"before": [1, 2, 3], name: arrow_types.array_of(kind, values)})
            for way in WAYS:
                yield f"{name}_{way.__name__}", random.Random(name), way, table
    numbers = range(arguments.random) if arguments.only is None else [arguments.only]
    for number in numbers:
        r = random.Random(f"{arguments.seed}/{number}")
        yield f"random_{number}", r, WAYS[number % len(WAYS)], arrow_random.table(r)


def check_file(tally, engines, name, path, written):
    """`written`: the tables whose rows are in the file."""
    file = arrow_described.ArrowFile(name, path, written)
    page_checks.note_written(file, file.parquet)
    for engine in engines:
        tally.try_engine(name, engine.name, engine.refuses(file),
                         lambda e=engine: harness.check_rows(e, file, path))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("read_files_class", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=100)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    arrow_calls.load(arguments.library)
    tally = harness.Tally()
    engines = [readers.PyArrow(), readers.DuckDb(), readers.Polars()]
    engines += harness.java(tally, arguments.read_files_class)
    engines += more_readers.available(tally)
    harness.check_versions(tally, engines)
    print(f"seed {arguments.seed}; " + ", ".join(engine.name for engine in engines))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        for name, r, way, table in tables(arguments):
            path = str(folder / f"{name}.parquet")
            tally.check(name, lambda p=path: check_file(
                tally, engines, name, p, way(r, p, table)))
    for engine in engines:
        engine.close()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
