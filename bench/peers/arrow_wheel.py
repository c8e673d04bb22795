"""Where the pyarrow wheel keeps Arrow C++: prints the folder of its headers, that of its libraries,
libparquet and libarrow. Ends with 1 where there is no wheel, or one without headers."""

import pathlib
import sys


def main():
    try:
        import pyarrow
    except ImportError as error:
        return f"arrow_wheel: {error}"
    headers = pathlib.Path(pyarrow.get_include())
    libraries = pathlib.Path(pyarrow.__file__).parent
    found = [sorted(libraries.glob(f"lib{name}.so.*")) for name in ("parquet", "arrow")]
    if not (headers / "parquet" / "arrow" / "writer.h").is_file() or not all(found):
        return f"arrow_wheel: no Arrow C++ in {libraries}"
    print(headers, libraries, *(paths[0] for paths in found), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
