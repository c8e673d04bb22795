"""The works that go to files: this library's writer, Arrow C++'s, DuckDB's and Polars', one thread
each, with their own defaults and the same codec.

The data lies in one Arrow file that all of them map. DuckDB gets it as a table of its own and
Polars as a frame before the clock starts; it stops when the file is closed, not synced. Rounds
alternate between the engines. Before the first one, what each of them wrote is read back and
compared with the data.

    work=itch10m codec=uncompressed rows=... ours_rows_per_sec=... ours_bytes=... arrow_...
    duckdb_... polars_... ratio_to_fastest=... bytes_to_smallest=... ...
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

# Read when Polars is loaded.
os.environ["POLARS_MAX_THREADS"] = "1"

ROWS = 10_000_000
ROWS_TINY = 30_000
SAMPLE = "itch/ex20101224.TEST_ITCH_50"
ENGINES = ("ours", "arrow", "duckdb", "polars")


class Served:
    """Ours and Arrow's, in pf_peers."""

    def __init__(self, program, work, folder, options):
        arguments = [program, "serve", work, folder, "--rows", str(options.rows),
                     "--compression", options.compression]
        if work == "itch10m":
            arguments += ["--itch", options.itch]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"pf_peers serve {work} ended with {self.process.wait()}")

    def write(self, engine, _):
        print(engine, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            raise SystemExit(f"pf_peers could not write {engine}")
        return float(answer[0])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class DuckDb:
    def __init__(self, table, compression):
        import duckdb
        self.name = f"DuckDB {duckdb.__version__}"
        self.options = f"FORMAT parquet, CODEC '{compression}'"
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("SET threads = 1")
        self.connection.register("data", table)
        self.connection.execute("CREATE TABLE own AS SELECT * FROM data")

    def write(self, _, path):
        start = time.perf_counter()
        self.connection.execute(f"COPY own TO '{path}' ({self.options})")
        return time.perf_counter() - start


class Polars:
    def __init__(self, table, compression):
        import polars
        assert polars.thread_pool_size() == 1
        self.name = f"Polars {polars.__version__}"
        self.compression = compression
        self.frame = polars.from_arrow(table)

    def write(self, _, path):
        start = time.perf_counter()
        self.frame.write_parquet(path, compression=self.compression)
        return time.perf_counter() - start


def compare(table, path):
    """Column by column: all of it at once would take the data's memory once more."""
    import pyarrow.parquet
    with pyarrow.parquet.ParquetFile(path) as file:
        if file.metadata.num_rows != table.num_rows:
            raise SystemExit(f"{path} has {file.metadata.num_rows} rows")
        for name in table.column_names:
            read = file.read([name], use_threads=False)[name].cast(table[name].type)
            if not read.equals(table[name]):
                raise SystemExit(f"{path}: other values in {name}")


def write(engines, name, folder):
    """Seconds for a new file, in place of the one before."""
    path = pathlib.Path(folder, f"{name}.parquet")
    path.unlink(missing_ok=True)
    return engines[name].write(name, str(path))


def measure(engines, folder, table, rounds):
    """Seconds of each engine and round, and the bytes of its file."""
    seconds = {name: [] for name in ENGINES}
    size = {}
    for name in ENGINES:
        write(engines, name, folder)
        path = f"{folder}/{name}.parquet"
        compare(table, path)
        size[name] = os.path.getsize(path)
    for number in range(rounds):
        for name in ENGINES if number % 2 == 0 else reversed(ENGINES):
            seconds[name].append(write(engines, name, folder))
    return seconds, size


def line(work, rows, compression, seconds, size):
    peers = [name for name in ENGINES if name != "ours"]
    rate = {name: [rows / one for one in all_] for name, all_ in seconds.items()}
    ratios = [mine / max(rate[name][number] for name in peers)
              for number, mine in enumerate(rate["ours"])]
    words = [f"work={work}", f"codec={compression}", f"rows={rows}"]
    for name in ENGINES:
        words += [f"{name}_rows_per_sec={statistics.median(rate[name]):.0f}",
                  f"{name}_bytes={size[name]}"]
    words += [f"ratio_to_fastest={statistics.median(ratios):.2f}",
              f"bytes_to_smallest={size['ours'] / min(size[name] for name in peers):.3f}",
              f"bytes_per_row={size['ours'] / rows:.2f}",
              f"ratio_min={min(ratios):.2f}", f"ratio_max={max(ratios):.2f}"]
    for name in ENGINES:
        words += [f"{name}_min={min(rate[name]):.0f}", f"{name}_max={max(rate[name]):.0f}"]
    return " ".join(words)


def run(work, options):
    import pyarrow
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        served = Served(options.program, work, folder, options)
        with pyarrow.memory_map(f"{folder}/{work}.arrow") as source:
            table = pyarrow.ipc.open_file(source).read_all()
            engines = {"ours": served, "arrow": served,
                       "duckdb": DuckDb(table, options.compression),
                       "polars": Polars(table, options.compression)}
            print(f"beside Arrow C++ {pyarrow.__version__}, {engines['duckdb'].name}, "
                  f"{engines['polars'].name}", file=sys.stderr)
            seconds, size = measure(engines, folder, table, options.rounds)
            print(line(work, options.rows, options.compression, seconds, size), flush=True)
        served.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="pf_peers")
    parser.add_argument("folder", help="an existing folder, for the files")
    parser.add_argument("--work", default="", help="a regular expression, as of pf_peers")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--file-rows", dest="rows", type=int, default=ROWS)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--compression", default="uncompressed",
                        choices=("uncompressed", "snappy", "zstd"))
    parser.add_argument("--itch", help="the ITCH file; else what PF_CORPUS has")
    # pf_peers has the table's arguments, and has checked them.
    options, _ = parser.parse_known_args()
    if options.tiny:
        options.rows, options.rounds = ROWS_TINY, 1
    corpus = pathlib.Path(os.environ.get("PF_CORPUS", "../shared/corpus"))
    options.itch = options.itch or str(corpus / SAMPLE)
    for work in ("itch10m", "ints3"):
        if not re.search(options.work, f"work={work}"):
            continue
        if work == "itch10m" and not os.path.isfile(options.itch):
            print(f"work={work} left out: no {options.itch}", file=sys.stderr)
            continue
        run(work, options)


if __name__ == "__main__":
    main()
