"""Goal: what we write, other readers read: every value, and the statistics they skip by.

Method: Python makes schemas and rows (fixed lists of every type and shape, and seeded random
nesting), our C ABI writes them (as rows, and from levels that Python shredded by itself), and
pyarrow, DuckDB, Polars, fastparquet and parquet-java read them back, compared value by value. The
metadata, taken apart here and as pyarrow and DuckDB show it, is held against the rows.

Usage: interop_test.py INTEROP_WRITE [READ_FILES_CLASS] [--seed N] [--random N] [--keep FOLDER]
         [--more]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import pathlib
import random
import sys
import tempfile

try:
    import pyarrow.parquet as pq

    import bounds
    import description as d
    import duckdb_metadata
    import harness
    import metadata
    import more_readers
    import page_checks
    import readers
    import refusals
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

LEVELS = {
    d.SNAPPY: (None,),
    d.BROTLI: (None, 0, 5, 11),
    d.ZSTD: (None, 3, 19),
    d.LZ4_RAW: (None, 4, 12),
}
APART = {
    "int96",
    "interval",
    "float16",
    "bson",
    *d.NULL_KINDS,
}  # in files of their own, so that a refusal costs nothing else


def leaf_files(r):
    """Each type: required, optional, repeated; from rows and from levels; two codecs."""
    kinds = [kind for kind in d.KINDS if kind not in APART]
    for mode in ("rows", "levels"):
        for repetition, label in (
            (d.REQUIRED, "required"),
            (d.OPTIONAL, "optional"),
            (d.REPEATED, "repeated"),
        ):
            schema = [d.leaf(kind, kind, repetition) for kind in kinds]
            yield d.File(
                f"leaves_{label}_{mode}",
                schema,
                d.random_rows(r, schema, 203),
                mode,
                row_group_rows=100,
                compression=d.GZIP if mode == "rows" else d.UNCOMPRESSED,
            )
    for kind in sorted(APART):  # a set's order differs from run to run
        schema = [d.leaf("optional", kind, d.OPTIONAL)]
        if kind not in d.NULL_KINDS:
            schema.insert(0, d.leaf(kind, kind))
        yield d.File(f"apart_{kind}", schema, d.random_rows(r, schema, 50))


def flat_files(r):
    """What the simplest reader takes."""
    kinds = sorted(refusals.FASTPARQUET_KINDS)
    for level in (None, 0, 1, 6, 9):
        schema = [d.leaf(kind, kind) for kind in kinds] + [
            d.leaf(f"{kind}_optional", kind, d.OPTIONAL) for kind in kinds
        ]
        yield d.File(
            f"flat_gzip_{level}",
            schema,
            d.random_rows(r, schema, 300),
            row_group_rows=128,
            compression=d.GZIP,
            level=level,
        )
    schema = [
        d.list_of(kind, d.leaf("element", kind, d.OPTIONAL)) for kind in ("int64", "string")
    ]
    yield d.File("flat_lists", schema, d.random_rows(r, schema, 100), "levels", row_group_rows=30)
    schema = [
        d.map_of(kind, d.leaf("key", "string"), d.leaf("value", kind, d.OPTIONAL))
        for kind in ("int64", "string")
    ]
    yield d.File(
        "flat_maps",
        schema,
        d.random_rows(r, schema, 100),
        "levels",
        row_group_rows=30,
        encoding=d.PLAIN,
    )


def codec_files(r, codecs):
    """Pages that shrink, that do not, and empty ones, by each optional codec of the build."""
    schema = [
        d.leaf("noise", "uuid"),
        d.leaf("text", "string", d.OPTIONAL),
        d.leaf("run", "int64"),
        d.list_of("list", d.leaf("element", "int32", d.OPTIONAL)),
    ]
    for codec in LEVELS.keys() & codecs:
        for level in LEVELS[codec]:
            rows = [dict(row, run=7) for row in d.random_rows(r, schema, 3000)]
            yield d.File(
                f"codec_{codec}_{level}",
                schema,
                rows,
                "levels",
                row_group_rows=2000,
                page_bytes=16384,
                compression=codec,
                level=level,
            )


def null_files(r):
    for label, share in (("none", 0.0), ("all", 1.0), ("few", 0.01), ("most", 0.97)):
        schema = [
            d.leaf(kind, kind, d.OPTIONAL) for kind in ("int32", "double", "string", "boolean")
        ]
        rows = d.random_rows(r, schema, 1500, share)
        for mode in ("rows", "levels"):
            yield d.File(
                f"nulls_{label}_{mode}", schema, rows, mode, row_group_rows=1000, page_rows=333
            )
    schema = [d.leaf("a", "int64", d.OPTIONAL)]
    runs = [{"a": None if (i // 100) % 2 else i} for i in range(2000)]
    yield d.File("nulls_in_runs", schema, runs, page_rows=900)


def shape_files(r):
    optional_int = d.leaf("element", "int32", d.OPTIONAL)
    schema = [
        d.leaf("id", "int64"),
        d.list_of("list", optional_int),
        d.list_of("required_list", d.leaf("element", "string"), d.REQUIRED),
        d.list_of("lists", d.list_of("element", d.list_of("element", optional_int))),
        d.map_of("map", d.leaf("key", "string"), d.leaf("value", "double", d.OPTIONAL)),
        d.map_of(
            "map_of_lists",
            d.leaf("key", "int32"),
            d.list_of("value", d.leaf("element", "string", d.OPTIONAL)),
        ),
        d.group(
            "struct",
            [
                d.leaf("a", "int32", d.OPTIONAL),
                d.group("inner", [d.leaf("b", "string", d.OPTIONAL)], d.OPTIONAL),
            ],
            d.OPTIONAL,
        ),
        d.list_of(
            "phones",
            d.group(
                "element",
                [
                    d.leaf("number", "string", d.OPTIONAL),
                    d.leaf("phone_type", "string", d.OPTIONAL),
                ],
            ),
        ),
        d.group("legacy", [d.leaf("x", "int32"), d.leaf("y", "string", d.OPTIONAL)], d.REPEATED),
    ]
    for mode in ("rows", "levels"):
        yield d.File(
            f"shapes_{mode}",
            schema,
            d.random_rows(r, schema, 400),
            mode,
            row_group_rows=150,
            page_rows=50,
            compression=d.GZIP,
        )
    edges = [
        {"l": None, "m": None},
        {"l": [], "m": []},
        {"l": [None], "m": [(1, None)]},
        {"l": [[]], "m": [(1, [])]},
        {"l": [[None]], "m": [(1, [None])]},
        {"l": [None, [], [None, 1], [2]], "m": [(1, [3]), (2, None), (3, [])]},
    ]
    schema = [
        d.list_of("l", d.list_of("element", optional_int)),
        d.map_of("m", d.leaf("key", "int32"), d.list_of("value", optional_int)),
    ]
    for mode in ("rows", "levels"):
        yield d.File(f"null_and_empty_lists_{mode}", schema, edges, mode)
    deep = d.leaf("element", "int32", d.OPTIONAL)
    for _ in range(12):
        deep = d.list_of("element", deep)
    deep["name"] = "deep"
    row = {"deep": 7}
    for _ in range(12):
        row["deep"] = [row["deep"]]
    yield d.File("twelve_lists_deep", [deep], [row, {"deep": None}, {"deep": []}])


def size_files(r):
    schema = [d.leaf("a", "int32"), d.leaf("s", "string", d.OPTIONAL)]
    yield d.File("no_rows", schema, [])
    yield d.File("no_rows_levels", schema, [], "levels")
    yield d.File("one_row", schema, d.random_rows(r, schema, 1))
    yield d.File(
        "many_pages", schema, d.random_rows(r, schema, 5000), page_rows=7, compression=d.GZIP
    )
    one = [d.leaf("a", "int32", d.OPTIONAL)]
    yield d.File("more_pages_than_int16", one, d.random_rows(r, one, 33_000), page_rows=1)
    yield d.File("small_page_bytes", schema, d.random_rows(r, schema, 3000), page_bytes=1024)
    yield d.File(
        "many_row_groups",
        schema,
        d.random_rows(r, schema, 900),
        row_group_rows=3,
        key_values={"origin": "test", "empty": "", "text": "zürich 東京"},
    )
    long = [{"a": i, "s": bytes([97 + i % 26]) * (i * 7)} for i in range(300)]
    yield d.File("long_strings", schema, long, truncate_bytes=16, page_bytes=4096)
    wide = [d.leaf(f"c{i}", "int32" if i % 2 else "string", i % 3 % 2) for i in range(500)]
    yield d.File("many_columns", wide, d.random_rows(r, wide, 5))


def bound_files():
    """Bounds that are easily wrong."""
    nan, inf = float("nan"), float("inf")
    for name, values in {
        "nan": [nan, nan],
        "nan_and_one": [nan, 1.0],
        "zeros": [0.0, -0.0],
        "minus_zero": [-0.0],
        "plus_zero": [0.0],
        "infinities": [-inf, inf, nan],
    }.items():
        schema = [d.leaf("f", "float"), d.leaf("d", "double")]
        rows = [{"f": v, "d": v} for v in values]
        yield d.File(f"bounds_{name}", schema, rows)
        filters = {leaf: {"bloom_filter": True} for leaf in ("f", "d")}
        yield d.File(f"filters_{name}", schema, rows, columns=filters)
    top = ["\U0010ffff" * 20, "\ud7ff" * 30, "a\x7f" * 20, "é" * 20]
    schema = [d.leaf("s", "string"), d.leaf("b", "bytes")]
    for i, text in enumerate(top):
        rows = [
            {"s": text.encode(), "b": b"\xff" * (10 + i)},
            {"s": text[:1].encode(), "b": b"\x00"},
        ]
        for cut in (1, 2, 3, 7, 8, 15):
            yield d.File(f"cut_{i}_{cut}", schema, rows, truncate_bytes=cut)


def id_files(r):
    schema = [
        dict(d.leaf("a", "int32"), field_id=1),
        dict(d.group("g", [dict(d.leaf("b", "string", d.OPTIONAL), field_id=3)]), field_id=2),
    ]
    yield d.File("field_ids", schema, d.random_rows(r, schema, 5))


def random_files(r, count, codecs):
    for i in range(count):
        schema = d.random_schema(r)
        rows = d.random_rows(r, schema, r.choice([1, 5, 40, 300]), r.choice([0.0, 0.1, 0.5]))
        yield d.File(
            f"random_{i}",
            schema,
            rows,
            r.choice(["rows", "levels"]),
            row_group_rows=r.choice([7, 100, 1000]),
            page_rows=r.choice([3, 50, 1000]),
            compression=r.choice(codecs),
            truncate_bytes=r.choice([1, 4, 64]),
        )


def all_files(seed, random_count, codecs):
    r = random.Random(seed)
    for files in (
        leaf_files(r),
        flat_files(r),
        codec_files(r, codecs),
        null_files(r),
        shape_files(r),
        size_files(r),
        bound_files(),
        id_files(r),
        random_files(r, random_count, codecs),
    ):
        yield from files


def check_footer(duck, file, path):
    footer = pq.ParquetFile(path).metadata
    assert footer.created_by.startswith("parquet_flow version "), footer.created_by
    pairs = footer.metadata or {}
    for key, value in file.options["key_values"].items():
        assert pairs.get(key.encode()) == value.encode(), f"key {key}: {pairs.get(key.encode())}"
    bounds.check_statistics(file, footer)
    parquet = metadata.ParquetFile(path)
    page_checks.check_file(file, parquet)
    if not duckdb_metadata.refuses(file):
        printed = duckdb_metadata.chunks_of(duck.connection, path)
        duckdb_metadata.check(file, parquet, printed)


def check_skipping(duck, file, path):
    """A predicate pushed into the reader finds the rows that Python counts."""
    for node in file.schema:
        if node["kind"] != "leaf" or node.get("of") not in (
            "int32",
            "int64",
            "string",
            "boolean",
        ):
            continue
        values = [row[node["name"]] for row in file.rows]
        if node["repetition"] == d.REPEATED:
            continue
        for value in list({v for v in values if v is not None})[:5]:
            wanted = value.decode() if isinstance(value, bytes) else value
            found = duck.count(path, node["name"], wanted)
            assert found == values.count(value), f"{node['name']} = {wanted!r}: {found} rows"


def check_field_ids(path):
    schema = pq.ParquetFile(path).schema_arrow
    found = [
        schema.field("a").metadata,
        schema.field("g").metadata,
        schema.field("g").type.field("b").metadata,
    ]
    assert [int(m[b"PARQUET:field_id"]) for m in found] == [1, 2, 3], found


def check_page_of_readers():
    page = pathlib.Path(__file__).resolve().parents[2] / "docs/readers.md"
    assert refusals.table() in page.read_text(encoding="utf-8"), "not the table of refusals.py"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("write_file")
    parser.add_argument("read_files_class", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=60)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--more", action="store_true",
                        help="the engines of more_readers.py too")
    arguments = parser.parse_args()
    tally = harness.Tally()
    duck = readers.DuckDb()
    engines = [readers.PyArrow(), duck, readers.Polars(), readers.FastParquet()]
    engines += harness.java(tally, arguments.read_files_class)
    engines += more_readers.available(tally) if arguments.more else []
    harness.check_versions(tally, engines)
    tally.check("docs/readers.md", check_page_of_readers)
    print(f"seed {arguments.seed}; " + ", ".join(engine.name for engine in engines))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        codecs = harness.features(arguments.write_file)["codecs"]
        files = list(all_files(arguments.seed, arguments.random, codecs))
        if harness.write_all(tally, arguments.write_file, files, folder):
            for file in files:
                path = str(folder / f"{file.name}.parquet")
                page_checks.note_written(file, metadata.ParquetFile(path))
                for engine in engines:
                    tally.try_engine(file.name, engine.name, engine.refuses(file),
                                     lambda e=engine: harness.check_rows(e, file, path))
                tally.check(f"footer of {file.name}", lambda: check_footer(duck, file, path))
                if not duck.refuses(file):
                    tally.check(
                        f"predicates on {file.name}", lambda: check_skipping(duck, file, path)
                    )
            path = str(folder / "field_ids.parquet")
            tally.check("field ids", lambda: check_field_ids(path))
    for engine in engines:
        engine.close()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
