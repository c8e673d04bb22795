"""The readers of the longer command: Spark, ClickHouse, DataFusion, arrow-rs and parquet-go.

Each is left out, with the reason said, where it is not installed or not built: `./dev interop` does
both, from requirements.txt, rust/Cargo.lock and go/go.sum.
"""

import importlib
import json
import pathlib
import shutil
import subprocess
import tempfile

import pyarrow as pa

import description as d
import readers

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUST_PROGRAM = ROOT / ".cache/rust/release/read_files"
GO_PROGRAM = ROOT / ".cache/go/read_files"


class Unavailable(Exception):
    """An engine that this machine does not have."""


def module_of(name):
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise Unavailable(str(missing)) from missing


class Spark(readers.ArrowReader):
    engine = "spark"

    def __init__(self):
        session = module_of("pyspark.sql").SparkSession
        if shutil.which("java") is None:
            raise Unavailable("no java")
        self.folder = tempfile.TemporaryDirectory()
        builder = session.builder.master("local[1]").config("spark.ui.enabled", "false")
        for key, value in {
            "spark.sql.session.timeZone": "UTC",
            # Spark has no nanoseconds: as integers it lets them through, by this alone.
            "spark.sql.legacy.parquet.nanosAsLong": "true",
            "spark.sql.warehouse.dir": self.folder.name,
            "spark.log.level": "OFF",
            "spark.ui.showConsoleProgress": "false",
        }.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()
        self.version = self.session.version

    def read(self, path):
        return self.session.read.parquet(path).toArrow()

    def close(self):
        self.session.stop()
        self.folder.cleanup()


class ClickHouse(readers.ArrowReader):
    engine = "clickhouse"

    def __init__(self):
        self.chdb = module_of("chdb")
        self.version = self.chdb.query("select version()", "TSV").bytes().decode().strip()

    def read(self, path):
        query = (f"select * from file('{path}', Parquet) "
                 "settings max_threads = 1, output_format_arrow_string_as_string = 0, "
                 "input_format_parquet_preserve_order = 1")
        return pa.ipc.open_file(self.chdb.query(query, "Arrow").bytes()).read_all()

    def rows(self, file, path):
        return [
            [{node["name"]: collapsed(node, row[node["name"]]) for node in file.schema}
             for row in rows]
            for rows in super().rows(file, path)
        ]


def collapsed(node, value):
    """As far as ClickHouse tells values apart, whose arrays and maps are never NULL, and whose
    tuples not always: a NULL list is an empty one, a struct of nothing but NULLs a NULL one."""
    kind, children = node["kind"], node.get("children")
    if node["repetition"] == d.REPEATED:
        once = dict(node, repetition=d.REQUIRED)
        return [collapsed(once, element) for element in value or []]
    if kind == "list":
        return [collapsed(children[0], element) for element in value or []]
    if kind == "map":
        return [(k, collapsed(children[1], v)) for k, v in value or []]
    if kind == "leaf":
        return value
    members = {child["name"]: collapsed(child, value and value[child["name"]])
               for child in children}
    return members if any(member not in (None, []) for member in members.values()) else None


class DataFusion(readers.ArrowReader):
    """Apache's query engine on arrow-rs, of another version than the one below."""

    engine = "datafusion"

    def __init__(self):
        self.datafusion = module_of("datafusion")
        self.version = self.datafusion.__version__

    def context(self, switches=None):
        """A new one, which knows nothing of files that were at the same path. Rows keep their
        order. `switches`: names below "datafusion." that are on or off."""
        config = self.datafusion.SessionConfig().with_target_partitions(1)
        for name, on in (switches or {}).items():
            config = config.set(f"datafusion.{name}", str(on).lower())
        return self.datafusion.SessionContext(config)

    def read(self, path):
        return self.context().read_parquet(path).to_arrow_table()


class Program:
    """A program that reads a file for each line that it is given, and answers with a line."""

    def __init__(self, program):
        if not program.exists():
            raise Unavailable(f"{program.name} of {program.parent} is not built")
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, encoding="utf-8")
        self.version = self.process.stdout.readline().split()[1].lstrip("v")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class ArrowRs(readers.ArrowReader):
    engine = "arrow-rs"

    def __init__(self):
        self.program = Program(RUST_PROGRAM)
        self.version = self.program.version
        self.folder = tempfile.TemporaryDirectory()

    def read(self, path):
        converted = f"{self.folder.name}/rows.arrow"
        answer = self.program.ask(f"read\t{path}\t{converted}")
        if answer != "ok":
            raise RuntimeError(answer)
        with pa.ipc.open_stream(converted) as stream:
            return stream.read_all()

    def write(self, table, path, words):
        """The table as a Parquet file, with options as main.rs has them."""
        given = f"{self.folder.name}/table.arrow"
        with pa.ipc.new_stream(given, table.schema) as stream:
            stream.write_table(table)
        answer = self.program.ask("\t".join(["write", given, path, *words]))
        if answer != "ok":
            raise RuntimeError(answer)

    def close(self):
        self.program.close()
        self.folder.cleanup()


class ParquetGo(readers.Reader):
    """Answers with leaves, not rows: their values and levels."""

    engine = "parquet-go"

    def __init__(self):
        self.program = Program(GO_PROGRAM)
        self.version = self.program.version

    def ask(self, **request):
        """What main.go answers to such a request."""
        answer = json.loads(self.program.ask(json.dumps(request)))
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def rows(self, file, path):
        answer = self.ask(path=path)
        wanted = [
            {"definition": leaf.definition, "repetition": leaf.repetition,
             "values": [d.physical(leaf.node, value) for value in leaf.values]}
            for leaf in d.shred(file.schema, file.rows)
        ]
        if not file.rows:  # without row groups it has no columns to show
            assert "columns" not in answer, f"columns of nothing: {answer}"
            return [], []
        return answer["columns"], wanted

    def close(self):
        self.program.close()


def available(tally):
    """Those of them that are here; the others are said to be skipped."""
    engines = []
    for kind in (Spark, ClickHouse, DataFusion, ArrowRs, ParquetGo):
        try:
            engines.append(kind())
        except Unavailable as reason:
            tally.skip(f"{kind.engine}: {reason}")
    return engines
