"""What tests of `pf merge` have in common: a folder of files, merging them, what is in them."""

import json
import os
import pathlib
import random
import tempfile
import unittest

import duckdb
import pyarrow.parquet

from command import pf

SEED = int(os.environ.get("PF_TEST_SEED", "20261125"))


def merged(*words):
    """The result of a merge of all its files, as --json has it; its files are good."""
    done = pf("merge", "--json", *words)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    verified = pf("verify", *[output["path"] for output in result["outputs"]])
    assert verified.returncode == 0, verified.stdout
    return result


def content(paths, columns="*"):
    """Rows, and the sum of their hashes: the same for any order of the rows."""
    names = [str(path) for path in paths]
    return duckdb.sql(f"""
        select count(*), sum(hash(row::varchar)::hugeint)
        from (select {columns} from read_parquet({names!r})) row""").fetchall()[0]


def rows_of(path, columns="*"):
    return duckdb.sql(f"select {columns} from read_parquet('{path}')").fetchall()


def maybe(random_, value, share=0.2):
    return None if random_.random() < share else value


class MergeTestCase(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)
        self.random = random.Random(SEED)

    def write(self, name, table, **options):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(table, path, **options)
        return path
