"""The library as a Meson subproject of a C project, compiled with it.

Optional codecs are off and nothing is optimised, so that it takes less time.
"""

import os
import pathlib
import shutil
import sys
import tempfile
import unittest

from installed import CC, CXX, HERE, SOURCE, run


class SubprojectTest(unittest.TestCase):
    def test_c_project_builds_and_captures(self):
        with tempfile.TemporaryDirectory(prefix="pf-subproject-") as folder:
            parent = pathlib.Path(folder)
            shutil.copy(HERE / "meson_parent" / "meson.build", parent)
            shutil.copy(HERE / "consumer.c", parent)
            (parent / "subprojects").mkdir()
            (parent / "subprojects" / "parquet_flow").symlink_to(SOURCE)
            environment = dict(os.environ, CC=" ".join(CC), CXX=" ".join(CXX))
            optional = ("isal", "libdeflate", "snappy", "zstd", "lz4", "brotli")
            run("meson", "setup", parent / "build", parent, "--buildtype=plain",
                "--wrap-mode=forcefallback",
                *(f"-Dparquet_flow:{name}=disabled" for name in optional), env=environment)
            run("ninja", "-C", parent / "build", "consumer")
            output = run(parent / "build" / "consumer", parent / "captured.parquet")
            self.assertIn("captured 1000", output.splitlines())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
