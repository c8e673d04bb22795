"""Apache's own implementation, parquet-hadoop, in one JVM that answers for all files."""

import json
import pathlib
import shutil
import subprocess

import readers

JARS = pathlib.Path(__file__).resolve().parents[2] / ".cache" / "java"


def missing(program):
    """Why there is no such reader; None where there is one. `program`: ReadFiles.class or None."""
    if program is None:
        return "its program is not compiled: no javac, or no jars when Meson configured"
    if shutil.which("java") is None:
        return "no java"
    return None if any(JARS.glob("*.jar")) else f"no jars in {JARS}"


class Java(readers.Reader):
    """To be closed."""

    engine = "parquet-java"

    def __init__(self, program):
        classes = pathlib.Path(program).parent
        self.jvm = subprocess.Popen(
            ["java", "-XX:+UseSerialGC", "-cp", f"{classes}:{JARS}/*", "ReadFiles"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.version = self.jvm.stdout.readline().split()[1]

    def ask(self, path, bloom=None, predicates=()):
        """What ReadFiles.java answers to such a request: the rows as description.py writes them."""
        return self.answer(path=path, bloom=bloom or {}, predicates=list(predicates))

    def rewrite(self, path, to, options):
        """The same rows, by parquet-java's writer; options as rewriters.py draws them."""
        self.answer(path=path, write=to, options=options)

    def answer(self, **request):
        self.jvm.stdin.write(json.dumps(request) + "\n")
        self.jvm.stdin.flush()
        answer = json.loads(self.jvm.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def rows(self, file, path):
        """Every row bit for bit, with page checksums verified, and as it should be."""
        return self.ask(path)["rows"], file.physical_rows()

    def close(self):
        self.jvm.stdin.close()
        self.jvm.stdout.close()
        self.jvm.wait()
