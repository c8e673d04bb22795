"""Random Arrow tables of nested types, the batches that make them up, and a writer's bounds."""

import ctypes
import decimal

import pyarrow as pa
import pyarrow.compute as pc

WORDS = ["", "a", "NASDAQ", "zürich", "twelve bytes", "thirteen byte", "x" * 40, "🙂" * 9]
LEAVES = [
    pa.bool_(), pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(),
    pa.int64(), pa.uint64(), pa.float32(), pa.float64(), pa.string(), pa.large_string(),
    pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(3),
    pa.decimal32(7, 2), pa.decimal64(15, 3), pa.decimal128(8, 1), pa.decimal128(17, 2),
    pa.decimal128(30, 4), pa.decimal256(50, 6), pa.date32(), pa.date64(), pa.time32("s"),
    pa.time32("ms"), pa.time64("us"), pa.timestamp("s"), pa.timestamp("us", "UTC"),
    pa.duration("ms"), pa.null(),
]
INDICES = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(),
           pa.uint64()]
DAY_MS = 86_400_000


def leaf_values(r, kind, count, nulls):
    """`count` values of a type without children."""
    t = pa.types

    def value():
        if t.is_boolean(kind):
            return r.random() < 0.5
        if t.is_integer(kind):
            bits = kind.bit_width - (1 if t.is_signed_integer(kind) else 0)
            return r.choice([0, 1, 2**bits - 1, r.getrandbits(bits)])
        if t.is_floating(kind):
            return r.choice([0.0, -0.0, 1.5, float("nan"), float(r.randrange(1000)) / 8])
        if t.is_decimal(kind):
            number = r.randrange(-10**kind.precision + 1, 10**kind.precision)
            return decimal.Decimal(number).scaleb(-kind.scale, decimal.Context(prec=100))
        if t.is_fixed_size_binary(kind):
            return r.randbytes(kind.byte_width)
        if t.is_date64(kind):
            return r.randrange(-10000, 20000) * DAY_MS
        if t.is_date32(kind):
            return r.randrange(-10000, 20000)
        if t.is_time(kind):
            return r.randrange(86400)
        if t.is_temporal(kind):
            return r.randrange(-10**9, 10**9)
        word = r.choice(WORDS) + r.choice(WORDS)
        return word if t.is_string(kind) or t.is_large_string(kind) or \
            str(kind) == "string_view" else word.encode()

    if t.is_null(kind):
        return pa.nulls(count)
    values = [None if nulls and r.random() < nulls else value() for _ in range(count)]
    if t.is_temporal(kind):
        storage = pa.int64() if kind.bit_width == 64 else pa.int32()
        return pa.array(values, storage).cast(kind)
    return pa.array(values, kind)


def mask_of(r, count, nulls):
    return pa.array([r.random() < nulls for _ in range(count)], pa.bool_())


def lists(r, count, nulls, depth):
    shape = r.choice(["list", "large", "view", "large_view", "fixed", "map"])
    if shape == "fixed":
        size = r.randrange(4)
        # A slot in front and one behind, which a slice takes away.
        elements = array(r, (count + 2) * size, depth - 1)
        return pa.FixedSizeListArray.from_arrays(
            elements, type=pa.list_(elements.type, size),
            mask=mask_of(r, count + 2, nulls)).slice(1, count) if size else \
            pa.array([[] for _ in range(count)], pa.list_(pa.int32()))
    sizes = [r.choice([0, 0, 1, 2, 3, 7, 30]) for _ in range(count)]
    skipped = r.randrange(3)
    offsets = [skipped]
    for size in sizes:
        offsets.append(offsets[-1] + size)
    elements = array(r, offsets[-1] + r.randrange(3), depth - 1)
    wide = pa.int64() if shape.startswith("large") else pa.int32()
    mask = mask_of(r, count, nulls)
    if shape.endswith("view"):
        begins = offsets[:-1]
        if r.random() < 0.5:
            order = list(range(count))
            r.shuffle(order)
            begins, sizes = [begins[i] for i in order], [sizes[i] for i in order]
        kind = pa.LargeListViewArray if shape == "large_view" else pa.ListViewArray
        return kind.from_arrays(pa.array(begins, wide), pa.array(sizes, wide), elements, mask=mask)
    if shape == "map":
        keys = leaf_values(r, pa.string(), len(elements), 0)
        return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys, elements,
                                       mask=mask)
    kind = pa.LargeListArray if shape == "large" else pa.ListArray
    return kind.from_arrays(pa.array(offsets, wide), elements, mask=mask)


def dictionary(r, count, nulls):
    # Of durations in a dictionary Arrow's own reader makes integers.
    kind = r.choice([each for each in LEAVES
                     if not pa.types.is_null(each) and not pa.types.is_duration(each)])
    values = leaf_values(r, kind, r.randrange(1, 40), r.choice([0, 0, 0.2]))
    return pa.DictionaryArray.from_arrays(
        pa.array([None if r.random() < nulls else r.randrange(len(values)) for _ in range(count)],
                 r.choice(INDICES)), values)


def struct(r, count, nulls, depth):
    names = [f"f{i}" for i in range(r.randrange(1, 4))]
    return pa.StructArray.from_arrays([array(r, count, depth - 1) for _ in names], names,
                                      mask=mask_of(r, count, nulls))


def nested(r, count, depth):
    make = lists if r.random() < 0.6 else struct
    return make(r, count, r.choice([0, 0.1, 0.5]), depth)


def runs_of_nested(r, count, depth):
    """A slice of longer ones."""
    begin = r.randrange(5)
    ends = [r.randrange(1, 9)]
    while ends[-1] < begin + count:
        ends.append(ends[-1] + r.choice([1, 1, 2, 5, 40]))
    values = nested(r, len(ends) + 1, depth).slice(1)
    return pa.RunEndEncodedArray.from_arrays(
        pa.array(ends, r.choice([pa.int32(), pa.int64()])), values).slice(begin, count)


def array(r, count, depth):
    nulls = r.choice([0, 0, 0.1, 0.5, 1])
    pick = r.random()
    if depth > 0 and pick < 0.4:
        made = lists(r, count, nulls, depth)
    elif depth > 0 and pick < 0.6:
        made = struct(r, count, nulls, depth)
    elif depth > 1 and pick < 0.7:
        made = runs_of_nested(r, count, depth - 1)
    elif pick < 0.75:
        made = dictionary(r, count, nulls)
    elif pick < 0.8:
        kind = r.choice([pa.int32(), pa.string(), pa.float64()])
        base = leaf_values(r, kind, count // 3 + 1, nulls)
        repeated = base.take(pa.array([i // 3 for i in range(count)], pa.int64()))
        made = pc.run_end_encode(repeated, run_end_type=r.choice([pa.int32(), pa.int64()]))
    else:
        made = leaf_values(r, r.choice(LEAVES), count, nulls)
    if r.random() < 0.3 and count > 0:  # a slice of a longer one
        padded = pa.concat_arrays([made.slice(0, min(3, count)), made, made.slice(0, 1)]) \
            if not refused_by_concat(made.type) else None
        made = padded.slice(min(3, count), count) if padded is not None else made
    return made


def any_type(kind, found):
    """Whether `found` holds of the type or of one in it."""
    if found(kind):
        return True
    return any(any_type(kind.field(i).type, found) for i in range(kind.num_fields))


def refused_by_concat(kind):
    return any_type(kind, lambda each: pa.types.is_run_end_encoded(each) or
                    pa.types.is_dictionary(each))


def refused_by_pyarrow(schema):
    """Types that pyarrow's own writer has no way for, or brings back as others."""
    def found(kind):
        return pa.types.is_run_end_encoded(kind) or pa.types.is_dictionary(kind)
    return any(any_type(field.type, found) for field in schema)


def table(r):
    rows = r.choice([0, 1, 2, 9, 64, 200, 700])
    columns = {f"c{i}": array(r, rows, r.randrange(4)) for i in range(r.randrange(1, 6))}
    return pa.table(columns)


def batches(r, whole):
    """The table in batches of random lengths, none longer than 100 rows, empty ones among them."""
    cut = []
    batch = pa.RecordBatch.from_arrays([column.chunk(0) for column in whole.columns],
                                       schema=whole.schema)
    begin = 0
    while begin < batch.num_rows:
        length = r.randrange(101)
        cut.append(batch.slice(begin, length))
        begin += length
    return cut


def bounds(r):
    """row_group_rows and row_group_bytes, as (offset in pf_writer_options_t, value, type)."""
    return ((ROW_GROUP_ROWS, r.choice([1, 10, 100, 1 << 20]), ctypes.c_uint64),
            (ROW_GROUP_ROWS + 8, r.choice([1 << 10, 1 << 14, 1 << 27]), ctypes.c_uint64))


# offsetof(pf_writer_options_t, row_group_rows)
ROW_GROUP_ROWS = 152
