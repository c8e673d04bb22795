"""Goal: whatever is combined, every engine reads the same, and skips nothing that it should not.

Method: combinations.py draws files, our C ABI writes them, all readers give the rows back. The
metadata is taken apart and held against the rows; DuckDB's and parquet-java's view of it against
both. Predicates are pushed into the readers, and must keep the rows that the same engine keeps with
nothing to skip by, and those that Python counts; by false bounds they have to lose a row.

Usage: combinations_test.py INTEROP_WRITE [READ_FILES_CLASS] [--seed N] [--count N] [--only NUMBER]
         [--keep FOLDER] [--codecs "NAME ..."] [--more]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import pathlib
import random
import sys
import tempfile

try:
    import bounds
    import combinations
    import description as d
    import duckdb_metadata
    import harness
    import java_checks
    import java_reader
    import metadata
    import more_predicates
    import more_readers
    import page_checks
    import predicates
    import readers
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)


CODECS = {"snappy": d.SNAPPY, "brotli": d.BROTLI, "zstd": d.ZSTD, "lz4": d.LZ4_RAW}


def check_features(features, names):
    """The writer has the codecs that the build has, and all encodings."""
    codecs = {d.UNCOMPRESSED, d.GZIP} | {CODECS[name] for name in names if name in CODECS}
    assert set(features["codecs"]) == codecs, f"codecs {features['codecs']}"
    for kind, encodings in combinations.ENCODINGS.items():
        found = features["encodings"][str(kind)]
        assert found == encodings, f"encodings {found} of type {kind}"


def check_predicate(view, file, predicate):
    found = view.rows(predicate, skipping=True)
    without = view.rows(predicate, skipping=False)
    assert found == without, f"{predicate}: rows {found[:20]}, {without[:20]} without skipping"
    if predicate.node["of"] not in bounds.FLOATS:
        expected = predicate.expected(file.rows)
        assert found == expected, f"{predicate}: rows {found[:20]}, not {expected[:20]}"


def view_of(engine, path):
    """What answers predicates by this engine; None where another check does."""
    if isinstance(engine, readers.PyArrow):
        return predicates.InPyArrow(path)
    if isinstance(engine, readers.DuckDb):
        return predicates.InDuckDb(engine.connection, path)
    if isinstance(engine, readers.Polars):
        return predicates.InPolars(engine.polars, path)
    return more_predicates.view_of(engine, path)


FIRST = 0x1122334455660000
FALSE_BOUND = b"\x01" * 8


def with_false_bounds(data, start, end, rows):
    """The bounds of every `rows` rows, which stand once between two offsets, are others."""
    part = data[start:end]
    for i in range(0, 1000, rows):
        for bound in (FIRST + i, FIRST + i + rows - 1):
            good = bound.to_bytes(8, "little")
            assert part.count(good) == 1
            part = part.replace(good, FALSE_BOUND)
    return data[:start] + part + data[end:]


def with_false_statistics(data, parquet):
    return with_false_bounds(data, parquet.footer_offset, len(data), 100)


def with_false_page_index(data, parquet):
    start = min(chunk.column_chunk["column_index_offset"]
                for chunks in parquet.row_groups for chunk in chunks)
    return with_false_bounds(data, start, parquet.footer_offset, 20)


def with_empty_bloom_filters(data, parquet):
    for _, chunk in parquet.row_groups:
        assert data.count(chunk.bloom_filter) == 1
        data = data.replace(chunk.bloom_filter, bytes(len(chunk.bloom_filter)))
    return data


# By what is skipped: how a file has it alone, and what has it rule out a row that is there.
SKIPPED_BY = {
    "statistics": ({"page_index": False}, with_false_statistics),
    "page index": ({"page_rows": 20}, with_false_page_index),
    "bloom filters": ({"page_index": False, "columns": {"value": {"bloom_filter": True}}},
                      with_empty_bloom_filters),
}


def check_skips(tally, engines, write_file, folder):
    """Each view skips where it should, and only there: by what is false it loses a row."""
    schema = [d.leaf("row", "int64"), d.leaf("value", "int64")]
    rows = [{"row": i, "value": FIRST + i} for i in range(1000)]
    predicate = predicates.Predicate(d.leaves_of(schema)[1], "=", FIRST + 555)
    for what, (options, spoil) in SKIPPED_BY.items():
        file = d.File(f"false {what}", schema, rows, row_group_rows=100, encoding=d.PLAIN,
                      **options)
        if not harness.write_all(tally, write_file, [file], folder):
            return
        path = folder / f"{file.name}.parquet"
        path.write_bytes(spoil(path.read_bytes(), metadata.ParquetFile(path)))
        for engine in engines:
            view = view_of(engine, str(path))
            if view is not None:
                wanted = ([555], [] if what in view.skips_by else [555])
                tally.check(f"{what} of {engine.name}", lambda v=view, w=wanted: page_checks.expect(
                    "rows", (v.rows(predicate, False), v.rows(predicate, True)), w))


def check_blooms(duck, file, path):
    """DuckDB's own reading of the filters rules no value out that is there. Asked by name, it takes
    the chunk at the column's place among those of the top level: right before nested ones alone."""
    applicable = {leaf.path for leaf in predicates.applicable(file)}
    for leaf, node in zip(d.leaves_of(file.schema), file.schema):
        if leaf.path != node["name"]:
            break
        if leaf.path not in applicable or not file.column_options(leaf.path)["bloom_filter"]:
            continue
        groups = [{row[leaf.path] for row in rows} - {None} for rows in file.row_groups()]
        for i, values in enumerate(groups):
            for value in sorted(values, key=repr)[:3]:
                ruled_out = predicates.duckdb_blooms(duck.connection, path, leaf, value)
                assert not ruled_out[i], f"row group {i}: {leaf.path} = {value!r} ruled out"


def check_file(tally, engines, file, path, chosen):
    parquet = metadata.ParquetFile(path)
    page_checks.note_written(file, parquet)
    tally.check(f"metadata of {file.name}", lambda: page_checks.check_file(file, parquet))
    tally.check(f"choices of {file.name}", lambda: page_checks.check_choices(file, parquet))
    for engine in engines:
        if isinstance(engine, java_reader.Java):
            tally.check(f"{file.name} by {engine.name}",
                        lambda e=engine: java_checks.check(e, file, path, parquet, chosen))
            continue
        if isinstance(engine, readers.DuckDb):
            tally.try_engine(f"metadata of {file.name}", engine.name,
                             duckdb_metadata.refuses(file), lambda e=engine: duckdb_metadata.check(
                                 file, parquet, duckdb_metadata.chunks_of(e.connection, path)))
        reason = engine.refuses(file)
        read = tally.try_engine(file.name, engine.name, reason,
                                lambda e=engine: harness.check_rows(e, file, path))
        if isinstance(engine, readers.DuckDb) and reason is None:
            tally.check(f"bloom filters of {file.name} by {engine.name}",
                        lambda e=engine: check_blooms(e, file, path))
        view = view_of(engine, path) if read else None
        for predicate in chosen[:view.most] if view else []:
            tally.try_engine(f"{file.name} filtered", engine.name, view.refuses(predicate),
                             lambda v=view, p=predicate: check_predicate(v, file, p))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("write_file")
    parser.add_argument("read_files_class", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--more", action="store_true",
                        help="the engines of more_readers.py too")
    parser.add_argument("--codecs", help="optional libraries of the build, which it has to have")
    arguments = parser.parse_args()
    numbers = range(arguments.count) if arguments.only is None else [arguments.only]
    tally = harness.Tally()
    features = harness.features(arguments.write_file)
    if arguments.codecs is not None:
        tally.check("features", lambda: check_features(features, arguments.codecs.split()))
    engines = [readers.PyArrow(), readers.DuckDb(), readers.Polars()]
    engines += harness.java(tally, arguments.read_files_class)
    engines += more_readers.available(tally) if arguments.more else []
    harness.check_versions(tally, engines)
    print(f"seed {arguments.seed}; " + ", ".join(engine.name for engine in engines))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        check_skips(tally, engines, arguments.write_file, folder)
        for first in range(0, len(numbers), 100):
            files = [combinations.file_of(arguments.seed, n, features["codecs"])
                     for n in numbers[first : first + 100]]
            if not harness.write_all(tally, arguments.write_file, files, folder):
                break
            for file in files:
                path = str(folder / f"{file.name}.parquet")
                chosen = predicates.choose(random.Random(file.name), file, 3)
                check_file(tally, engines, file, path, chosen)
    for engine in engines:
        engine.close()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
