"""Levels as data pages hold them: the hybrid of runs and bit-packing, decoded.

Written from parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
"""

import compact


def decode(data, maximum, count):
    """`count` levels of up to `maximum`, and nothing after them."""
    width = maximum.bit_length()
    reader, levels = compact.Reader(data), []
    while len(levels) < count:
        head = reader.varint()
        if head & 1:
            size = (head >> 1) * width
            packed = int.from_bytes(data[reader.at : reader.at + size], "little")
            reader.at += size
            levels += [packed >> i * width & (1 << width) - 1 for i in range((head >> 1) * 8)]
        else:
            size = (width + 7) // 8
            level = int.from_bytes(data[reader.at : reader.at + size], "little")
            reader.at += size
            levels += [level] * (head >> 1)
    assert reader.at == len(data), f"levels end at {reader.at} of {len(data)}"
    return levels[:count]
