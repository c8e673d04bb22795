"""COLF files, byte by byte from the layout in src/merge/colf.hpp."""

import struct

INT32, STRING, BOOLEAN = 1, 2, 3


def encoded(kind, value):
    if kind == INT32:
        return struct.pack(">i", value)
    if kind == BOOLEAN:
        return struct.pack(">B", value)
    data = value.encode()
    return struct.pack(">I", len(data)) + data


def colf(columns, rows):
    """The first form: of each column its name, type, whether it is nullable, and its values."""
    entries, metadata, data = b"", b"", b""
    begin = 13 + 24 * len(columns)
    metadata_bytes = sum(4 + len(name) + 2 for name, *_ in columns)
    for name, kind, nullable, values in columns:
        nulls = bytearray((rows + 7) // 8)
        for row, value in enumerate(values):
            nulls[row // 8] |= (value is None) << row % 8
        block = bytes(nulls) + b"".join(encoded(kind, value) for value in values
                                        if value is not None)
        entries += struct.pack(">QQII", begin + len(metadata), begin + metadata_bytes + len(data),
                               len(block), 0)
        metadata += struct.pack(">I", len(name)) + name.encode()
        metadata += struct.pack(">BB", kind, nullable)
        data += struct.pack(">I", len(block)) + block
    return b"COLF\x01" + struct.pack(">II", len(columns), rows) + entries + metadata + data
