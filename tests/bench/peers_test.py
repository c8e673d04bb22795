"""Goal: the comparison with other writers runs, measures every work that it promises, and stops
where the two writers did not do the same.

Method: pf_peers and file_works.py at a tiny size. Before it measures, each reads back what was
written and compares it; here their lines are checked: which there are, and that each key has a
positive number.

Usage: peers_test.py FILE_WORKS [PF_PEERS ITCH]
Exit code 77, which the test runner shows as skipped, where pf_peers is not built: without the
pyarrow wheel, whose Arrow C++ it is linked with.
"""

import os
import subprocess
import sys
import tempfile

WITH_NULLS = (
    "int64_plain double_plain int32_plain float_plain boolean_plain int64_delta int32_delta "
    "int32_dictionary double_byte_stream_split symbol_plain symbol_dictionary text_plain "
    "text_delta_length text_delta_byte_array").split()
WITHOUT = "list_int32 list_text struct_primitives".split()
TABLE_KEYS = ("ours_mvalues_per_sec", "arrow_mvalues_per_sec", "ratio", "ratio_min", "ratio_max",
              "ours_bytes", "arrow_bytes")
OVERHEAD_KEYS = ("on_mvalues_per_sec", "off_mvalues_per_sec")
ENGINES = ("ours", "arrow", "duckdb", "polars")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}"
    return done.stdout


def parse(output):
    """(work, nulls) -> its keys, in the order of the lines."""
    lines = {}
    for line in output.splitlines():
        words = dict(word.split("=", 1) for word in line.split())
        lines[words["work"], words.get("nulls")] = words
    return lines


def require_positive(words, keys):
    for key in keys:
        assert float(words[key]) > 0, f"{key} of {words}"


def every_work_of_the_table_has_its_line(program):
    for switch in ("off", "on"):
        lines = parse(run(program, "--tiny", "--crc-and-index", switch))
        works = [(name, nulls) for name in WITH_NULLS for nulls in ("0", "10")]
        works += [(name, "0") for name in WITHOUT]
        overheads = [(f"overhead_{name}", nulls) for name, nulls in works]
        assert list(lines) == works + overheads, list(lines)
        for work in works:
            require_positive(lines[work], TABLE_KEYS)
            assert lines[work]["crc_and_index"] == switch
            # In this order, as the first words.
            assert list(lines[work])[:5] == ["work", "nulls", *TABLE_KEYS[:3]]
        for work in overheads:
            require_positive(lines[work], OVERHEAD_KEYS)


def every_small_cell_of_the_pipeline_has_its_line(program):
    lines = parse(run(program, "--pipeline", "--tiny"))
    cells = [f"{shape}-{columns}-1000-{codec}" for shape in ("simple", "complex")
             for columns in (10, 30) for codec in ("uncompressed", "zstd-1", "zstd-3")]
    assert [work for work, _ in lines] == cells, list(lines)
    for (work, _), words in lines.items():
        require_positive(words, ("ours_mib_per_sec", "arrow_mib_per_sec", "ratio"))
        assert ("outside_zstd_ratio" in words) == ("zstd" in work)


def work_chooses_lines(program):
    lines = parse(run(program, "--tiny", "--work", "^work=int64_delta nulls=10$"))
    assert list(lines) == [("int64_delta", "10")], list(lines)


def files_of_all_engines_hold_the_data(program, file_works, itch):
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--tiny", "--work", "itch10m|ints3", "--itch", itch]
        lines = parse(run(sys.executable, file_works, program, folder, *arguments))
        works = ["itch10m", "ints3"] if os.path.isfile(itch) else ["ints3"]
        assert [work for work, _ in lines] == works, list(lines)
        for words in lines.values():
            require_positive(words, [f"{engine}_rows_per_sec" for engine in ENGINES])
            require_positive(words, [f"{engine}_bytes" for engine in ENGINES])
            require_positive(words, ("ratio_to_fastest", "bytes_to_smallest", "bytes_per_row"))
        assert not os.listdir(folder), "files left behind"


def main():
    if len(sys.argv) < 4:
        print("skipped: pf_peers is not built here")
        return 77
    file_works, program, itch = sys.argv[1:]
    every_work_of_the_table_has_its_line(program)
    every_small_cell_of_the_pipeline_has_its_line(program)
    work_chooses_lines(program)
    files_of_all_engines_hold_the_data(program, file_works, itch)
    print("4 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
