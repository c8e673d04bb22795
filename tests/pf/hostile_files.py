"""Parquet files with something wrong: cut, with a bit changed, or with a footer or a page header
that is whole and lies. Thrift's compact protocol as a tree that can be changed and written again.
"""

import struct

STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, _, STRUCT = range(13)
INTEGERS = (I16, I32, I64)


class Struct:
    """Fields as [number, kind, value]; a value is an int, bool, float, bytes, Struct or List."""

    def __init__(self, fields):
        self.fields = fields

    def get(self, number):
        return next((field[2] for field in self.fields if field[0] == number), None)

    def set(self, number, kind, value):
        self.fields = sorted([field for field in self.fields if field[0] != number]
                             + [[number, kind, value]], key=lambda field: field[0])


class List:
    def __init__(self, kind, values):
        self.kind, self.values = kind, values


def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def read_value(data, at, kind):
    """The value, and where the next one begins."""
    if kind in INTEGERS:
        value, at = read_varint(data, at)
        return (value >> 1) ^ -(value & 1), at
    if kind in (TRUE, FALSE, BYTE):
        return data[at], at + 1
    if kind == DOUBLE:
        return struct.unpack_from("<d", data, at)[0], at + 8
    if kind == BINARY:
        size, at = read_varint(data, at)
        return bytes(data[at:at + size]), at + size
    if kind in (LIST, SET):
        head, at = data[at], at + 1
        count = head >> 4
        if count == 15:
            count, at = read_varint(data, at)
        values = []
        for _unused in range(count):
            value, at = read_value(data, at, head & 15)
            values.append(value)
        return List(head & 15, values), at
    assert kind == STRUCT, kind
    fields, number = [], 0
    while data[at] != STOP:
        head, at = data[at], at + 1
        kind = head & 15
        if head >> 4:
            number += head >> 4
        else:
            value, at = read_varint(data, at)
            number = (value >> 1) ^ -(value & 1)
        value = kind == TRUE
        if kind not in (TRUE, FALSE):
            value, at = read_value(data, at, kind)
        fields.append([number, kind, value])
    return Struct(fields), at + 1


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def zigzag(value):
    return varint((value << 1 ^ value >> 63) & (1 << 64) - 1)


def written(value, kind):
    if kind in INTEGERS:
        return zigzag(value)
    if kind in (TRUE, FALSE, BYTE):
        return bytes([value])
    if kind == DOUBLE:
        return struct.pack("<d", value)
    if kind == BINARY:
        return varint(len(value)) + value
    if kind in (LIST, SET):
        count = len(value.values)
        head = bytes([count << 4 | value.kind]) if count < 15 else (
            bytes([0xF0 | value.kind]) + varint(count))
        return head + b"".join(written(each, value.kind) for each in value.values)
    out, before = b"", 0
    for number, kind_of, field in value.fields:
        if kind_of in (TRUE, FALSE):
            kind_of, field = (TRUE if field else FALSE), None
        step = number - before
        out += bytes([step << 4 | kind_of]) if 0 < step < 16 else bytes([kind_of]) + zigzag(number)
        if field is not None:
            out += written(field, kind_of)
        before = number
    return out + bytes([STOP])


class Footer:
    """Of a whole file: its FileMetaData as a tree, and the bytes in front of it."""

    def __init__(self, data):
        self.begin = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
        self.pages = data[:self.begin]
        self.tree, end = read_value(data, self.begin, STRUCT)
        assert end == len(data) - 8

    def file(self):
        text = written(self.tree, STRUCT)
        return self.pages + text + len(text).to_bytes(4, "little") + b"PAR1"

    def row_groups(self):
        return self.tree.get(4).values

    def chunks(self):
        """The ColumnMetaData of all."""
        return [chunk.get(3) for group in self.row_groups() for chunk in group.get(1).values]

    def page_headers(self):
        """(where it begins, where it ends, its tree), of all pages."""
        for chunk in self.chunks():
            at = min(offset for offset in (chunk.get(9), chunk.get(11)) if offset)
            end = at + chunk.get(7)
            while at < end:
                header, body = read_value(self.pages, at, STRUCT)
                yield at, body, header
                at = body + header.get(3)


def leaves(tree):
    """[(holder, key)] of all that is no struct or list: holder[key] is it."""
    if isinstance(tree, Struct):
        for field in tree.fields:
            if isinstance(field[2], (Struct, List)):
                yield from leaves(field[2])
            else:
                yield field, 2
    elif isinstance(tree, List):
        for index, value in enumerate(tree.values):
            if isinstance(value, (Struct, List)):
                yield from leaves(value)
            else:
                yield tree.values, index


def changed(r, value):
    """Another value of its kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        if not value or r.random() < 0.2:
            return value + b"\0"
        at = r.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1 << r.randrange(8)]) + value[at + 1:]
    if isinstance(value, float):
        return -value
    return r.choice([0, 1, -1, value + 1, value - 1, value * 2, value // 2, -value, 2**31 - 1,
                     2**31, 2**62, r.randrange(256)])


def cut(r, data):
    """At a border of its parts, beside one, or anywhere."""
    footer = Footer(data)
    borders = [0, 4, footer.begin, len(data) - 8, len(data) - 4]
    for begin, body, _header in footer.page_headers():
        borders += [begin, body]
    at = r.choice(borders) + r.choice([-1, 0, 1])
    return data[:max(at, 0)] if r.random() < 0.7 else data[:r.randrange(len(data))]


def flipped(r, data, begin=0, end=None):
    at = r.randrange(begin, len(data) if end is None else end)
    return data[:at] + bytes([data[at] ^ 1 << r.randrange(8)]) + data[at + 1:]


def flipped_page(r, data):
    """A bit of a page, of its header or behind that."""
    begin, body, header = r.choice(list(Footer(data).page_headers()))
    if r.random() < 0.5 or header.get(3) == 0:
        return flipped(r, data, begin, body)
    return flipped(r, data, body, body + header.get(3))


def flipped_footer(r, data):
    """A bit of it, or of what is between it and the pages."""
    footer = Footer(data)
    pages = max(body + header.get(3) for _begin, body, header in footer.page_headers())
    return flipped(r, data, pages if r.random() < 0.5 else footer.begin)


def lying_footer(r, data):
    footer = Footer(data)
    for _each in range(r.choice([1, 1, 2])):
        tree = footer.tree if r.random() < 0.3 else footer.tree.get(4)
        holder, key = r.choice(list(leaves(tree)))
        holder[key] = changed(r, holder[key])
    return footer.file()


def lying_page(r, data):
    """A page header of the same length."""
    footer = Footer(data)
    headers = list(footer.page_headers())
    for _try in range(100):
        begin, body, header = r.choice(headers)
        copy, _end = read_value(written(header, STRUCT), 0, STRUCT)
        holder, key = r.choice(list(leaves(copy)))
        holder[key] = changed(r, holder[key])
        text = written(copy, STRUCT)
        if len(text) == body - begin and text != data[begin:body]:
            return data[:begin] + text + data[body:]
    return data


def moved_row_groups(r, data):
    """Some twice, some not at all, in another order: the counts of rows hold."""
    footer = Footer(data)
    groups = footer.tree.get(4)
    count = r.randrange(len(groups.values) + 2)
    groups.values = [r.choice(groups.values) for _each in range(count)]
    footer.tree.set(3, I64, sum(group.get(3) for group in groups.values))
    return footer.file()


WRONGS = [cut, flipped, flipped_page, flipped_footer, lying_footer, lying_page, moved_row_groups]
