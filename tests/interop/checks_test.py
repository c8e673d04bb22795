"""Goal: the other interop tests would notice: a false fact, a spoiled page, a filter of no use.

Method: the facts of a good file, as it has them and as DuckDB prints them, are changed one by one,
and the check has to fail each time; a bit of every page is flipped, and parquet-java and pyarrow
have to refuse the page. Fixed files prove that engines skip by what we write: parquet-java says how
many rows it looked at, DuckDB and parquet-java what a bloom filter rules out. Of the random
schemas some have each kind of column below lists, maps and structs.

Usage: checks_test.py INTEROP_WRITE [READ_FILES_CLASS]
Exit code 77, which the test runner shows as skipped, where the readers are not installed.
"""

import argparse
import itertools
import pathlib
import random
import sys
import tempfile

try:
    import combinations
    import description as d
    import duckdb_metadata
    import harness
    import metadata
    import page_checks
    import predicates
    import readers
except ImportError as missing:
    print(f"SKIPPED: {missing} (./dev deps installs the readers)")
    sys.exit(77)

# What the check does not look at, and why.
NOT_HELD = {
    "schema": "every engine builds its columns of it",
    "version": "the same in all files",
    "created_by": "interop_test.py compares it",
    "column_orders": "pyarrow and parquet-java take bounds by it",
    # The file was taken apart by these, so that to change them afterwards changes nothing.
    "bloom_filter_offset": "followed", "bloom_filter_length": "followed",
    "column_index_offset": "followed", "column_index_length": "followed",
    "offset_index_offset": "followed", "offset_index_length": "followed",
    "compressed_page_size": "followed",
    # Lists what is used, and may list more.
    "encodings": "parquet-java and DuckDB compare it",
}


# --- false facts ----------------------------------------------------------------------------------


def rich_schema():
    return [
        d.leaf("row", "int64"),
        d.leaf("number", "int32", d.OPTIONAL),
        d.leaf("real", "double", d.OPTIONAL),
        d.leaf("text", "string", d.OPTIONAL),
        d.list_of("list", d.leaf("element", "string", d.OPTIONAL)),
    ]


def rich_files(r):
    """Files with all facts that there are, of both page versions."""
    for version in (1, 2):
        schema = rich_schema()
        rows = d.random_rows(r, schema, 60)
        rows = [row | {"row": i, "text": b"abc" * (i % 5)} for i, row in enumerate(rows)]
        for page_index in (True, False):
            yield d.File(
                f"rich_{version}_{page_index}", schema, rows, row_group_rows=40, page_rows=15,
                truncate_bytes=4, data_page_version=version, page_index=page_index,
                compression=d.GZIP, key_values={"origin": "test"},
                sorting_columns=[("row", False, True)],
                columns={"text": {"encoding": d.RLE_DICTIONARY, "bloom_filter": True},
                         "number": {"chunk_key_values": {"key": "value"}}},
            )


def spoiled(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "1"
    return value[:-1] + bytes([value[-1] ^ 0x40]) if value else b"\x01"


def places(struct, path="", not_held=NOT_HELD):
    """(container, key, where) of each value within a parsed struct."""
    pairs = struct.items() if isinstance(struct, dict) else enumerate(struct)
    for key, value in list(pairs):
        if key in not_held or value is None:
            continue
        if isinstance(value, dict | list):
            yield from places(value, f"{path}.{key}", not_held)
        else:
            yield struct, key, f"{path}.{key}"


def all_places(parquet):
    yield from places(parquet.footer, "footer")
    for chunks in parquet.row_groups:
        for chunk in chunks:
            for page in chunk.pages:
                yield from places(page.header, "page")
            for index in (chunk.column_index, chunk.offset_index):
                yield from places(index or {}, "index")


def check_each_spoiled(check, places_of_facts, least):
    """`check` fails whichever of the facts is changed."""
    check()
    unnoticed, count = set(), 0
    for struct, key, where in places_of_facts:
        count += 1
        good = struct[key]
        struct[key] = spoiled(good)
        if harness.outcome(check) is None:
            unnoticed.add(where)
        struct[key] = good
    assert not unnoticed, f"{len(unnoticed)} of {count} false facts unnoticed: {sorted(unnoticed)}"
    assert count > least, f"{count} facts alone"


def check_each_false_fact(file, path):
    parquet = metadata.ParquetFile(path)
    check_each_spoiled(lambda: page_checks.check_file(file, parquet), all_places(parquet), 500)


def check_all_pages_are_told(file, path):
    """The first that is false hides no other."""
    parquet = metadata.ParquetFile(path)
    pages = [page for chunks in parquet.row_groups for chunk in chunks for page in chunk.pages]
    for page in pages:
        page.header["crc"] += 1
    told = str(harness.outcome(lambda: page_checks.check_file(file, parquet)))
    page_checks.expect("pages told", told.count(": crc is "), len(pages))


def check_each_false_print(duck, file, path):
    parquet = metadata.ParquetFile(path)
    printed = duckdb_metadata.chunks_of(duck.connection, path)
    check_each_spoiled(lambda: duckdb_metadata.check(file, parquet, printed),
                       places(printed, "printed", {"file_name"}), 200)


# --- spoiled pages --------------------------------------------------------------------------------


def check_flipped_bits(r, engines, file, path, spoiled_path):
    """A bit of each page's bytes, dictionary pages' too."""
    parquet = metadata.ParquetFile(path)
    with open(path, "rb") as good:
        data = bytearray(good.read())
    pages = [page for chunks in parquet.row_groups for chunk in chunks for page in chunk.pages]
    assert any(page.type == metadata.DICTIONARY_PAGE for page in pages)
    for page in pages:
        at = page.offset + page.header_size + r.randrange(len(page.stored))
        bit = 1 << r.randrange(8)
        data[at] ^= bit
        with open(spoiled_path, "wb") as out:
            out.write(data)
        data[at] ^= bit
        for engine in engines:
            error = harness.outcome(lambda e=engine: e.rows(file, spoiled_path))
            assert error is not None, f"{engine.name} read a page with byte {at} changed"
            assert "crc" in str(error).lower() or "checksum" in str(error).lower(), (
                f"{engine.name} refused byte {at} for another reason: {error}")


# --- skipping -------------------------------------------------------------------------------------

ROWS = 3000


def skip_files(r):
    """Sorted numbers, and shuffled even ones, of which odd ones are within the bounds."""
    schema = [d.leaf("row", "int64"), d.leaf("sorted", "int64"), d.leaf("even", "int64")]
    shuffled = [2 * i for i in range(ROWS)]
    r.shuffle(shuffled)
    rows = [{"row": i, "sorted": i, "even": even} for i, even in enumerate(shuffled)]
    plain = {"encoding": d.PLAIN}
    yield "page index", d.File(
        "skip_pages", schema, rows, page_rows=100, columns={"even": plain})
    yield "row groups", d.File(
        "skip_groups", schema, rows, row_group_rows=300, page_index=False, columns={"even": plain})
    yield "bloom filters", d.File(
        "skip_bloom", schema, rows, row_group_rows=300,
        columns={"even": plain | {"bloom_filter": True}})
    yield "dictionaries", d.File(
        "skip_dictionary", schema, rows, row_group_rows=300,
        columns={"even": {"encoding": d.RLE_DICTIONARY}})


# What may be looked at at most, by the file's label: for a value of "sorted" that is there, and for
# one of "even" that is not.
LOOKED_AT = {"page index": (100, ROWS), "row groups": (300, ROWS), "bloom filters": (300, 300),
             "dictionaries": (300, 0)}


def check_skipped(java, label, file, path):
    leaves = {leaf.path: leaf for leaf in d.leaves_of(file.schema)}
    chosen = [predicates.Predicate(leaves["sorted"], "=", 1234),
              predicates.Predicate(leaves["even"], "=", 2 * 1234 + 1)]
    answers = java.ask(path, predicates=[predicate.for_java() for predicate in chosen])
    for predicate, answer, most in zip(chosen, answers["predicates"], LOOKED_AT[label]):
        assert answer["rows"] == predicate.expected(file.rows), f"{predicate}: {answer['rows']}"
        assert answer["looked_at"] <= most, f"{predicate}: looked at {answer['looked_at']} rows"


# A filter's rate of false positives is asked to be 0.01 at most. Of 3 000 answers 30 are expected
# then, with a standard deviation of 5.5; 60 are beyond five of these.
FALSE_POSITIVES = 60


def check_false_positives(file, path, java, duck):
    groups = [[2 * i + 1 for i in range(300 * g, 300 * (g + 1))] for g in range(ROWS // 300)]
    answer = java.ask(path, bloom={"even": groups})
    found = [there for group in answer["footer"]["row_groups"]
             for there in group["columns"][2]["bloom"]]
    assert len(found) == ROWS and sum(found) <= FALSE_POSITIVES, f"{sum(found)} of {len(found)}"
    leaf = d.leaves_of(file.schema)[2]
    ruled_out = [out for value in range(1, 600, 2)
                 for out in predicates.duckdb_blooms(duck.connection, path, leaf, value).values()]
    wrong = ruled_out.count(False)
    assert len(ruled_out) == ROWS and wrong <= FALSE_POSITIVES, f"{wrong} of {len(ruled_out)}"


# --- the writer's choice --------------------------------------------------------------------------


def choice_files(r):
    """Every kind of column in every shape, all encodings left to the writer."""
    names = combinations.SHAPES
    for kind, codec in itertools.product(d.KINDS, (d.UNCOMPRESSED, d.GZIP)):
        schema = [d.leaf(shape, kind, d.OPTIONAL) for shape in names]
        columns = [combinations.shaped(r, d.leaf(shape, kind), 1000, shape) for shape in names]
        yield d.File(f"choice_{kind}_{codec}", schema,
                     [dict(zip(names, values)) for values in zip(*columns)], compression=codec)


# --- what is drawn --------------------------------------------------------------------------------


def kinds_below(node, above, found):
    """Adds (what is above, kind) of each leaf: "list", "group", "key" or "value" of a map."""
    if node["kind"] == "leaf":
        found.update((what, node["of"]) for what in above)
        return
    for place, child in zip(("key", "value") if node["kind"] == "map" else
                            itertools.repeat(node["kind"]), node["children"]):
        kinds_below(child, above | {place}, found)


def check_every_kind_is_nested():
    found = set()
    for number in range(10_000):
        for node in combinations.schema_of(random.Random(f"1/{number}")):
            kinds_below(node, frozenset(), found)
    wanted = set(itertools.product(("list", "group", "key", "value"), d.KINDS))
    wanted -= set(itertools.product(["key"], {*d.NULL_KINDS, *combinations.RARE}))
    page_checks.expect("what is never drawn", wanted - found, set())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("write_file")
    parser.add_argument("read_files_class", nargs="?")
    arguments = parser.parse_args()
    r = random.Random(1)
    tally = harness.Tally()
    tally.check("kinds that are nested", check_every_kind_is_nested)
    duck, java = readers.DuckDb(), harness.java(tally, arguments.read_files_class)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def path_of(file):
            return str(folder / f"{file.name}.parquet")

        rich, choices, skips = list(rich_files(r)), list(choice_files(r)), list(skip_files(r))
        files = rich + choices + [file for _, file in skips]
        if not harness.write_all(tally, arguments.write_file, files, folder):
            return tally.finish()
        for file in rich:
            tally.check(f"false facts of {file.name}",
                        lambda: check_each_false_fact(file, path_of(file)))
            tally.check(f"all pages of {file.name}",
                        lambda: check_all_pages_are_told(file, path_of(file)))
            tally.check(f"false facts of {file.name} by DuckDB",
                        lambda: check_each_false_print(duck, file, path_of(file)))
            tally.check(f"flipped bits of {file.name}",
                        lambda: check_flipped_bits(r, [readers.PyArrow(), *java], file,
                                                   path_of(file), str(folder / "spoiled")))
        for file in choices:
            tally.check(f"choices of {file.name}", lambda: page_checks.check_choices(
                file, metadata.ParquetFile(path_of(file))))
        for label, file in skips if java else []:
            tally.check(f"skipping by {label}",
                        lambda: check_skipped(java[0], label, file, path_of(file)))
            if label == "bloom filters":
                tally.check("false positives", lambda: check_false_positives(
                    file, path_of(file), java[0], duck))
    for engine in [duck, *java]:
        engine.close()
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
