"""One table of each Arrow type, with nulls."""

import datetime
import decimal
import math
import uuid

import pyarrow as pa
import pyarrow.compute as pc

D = decimal.Decimal
DAY = datetime.date(2026, 11, 20)
TIME = datetime.time(23, 59, 58)
MOMENT = datetime.datetime(2026, 11, 20, 1, 2, 3)
SPAN = datetime.timedelta(days=3, seconds=4)

TYPES = {
    "null": (pa.null(), [None, None, None]),
    "bool": (pa.bool_(), [True, None, False]),
    "int8": (pa.int8(), [-128, None, 127]),
    "uint8": (pa.uint8(), [0, None, 255]),
    "int16": (pa.int16(), [-32768, None, 32767]),
    "uint16": (pa.uint16(), [0, None, 65535]),
    "int32": (pa.int32(), [-2**31, None, 2**31 - 1]),
    "uint32": (pa.uint32(), [0, None, 2**32 - 1]),
    "int64": (pa.int64(), [-2**63, None, 2**63 - 1]),
    "uint64": (pa.uint64(), [0, None, 2**64 - 1]),
    "half": (pa.float16(), [1.5, None, -0.25]),
    "float": (pa.float32(), [1.5, None, math.nan]),
    "double": (pa.float64(), [-0.0, None, math.inf]),
    "string": (pa.string(), ["", None, "zürich"]),
    "large_string": (pa.large_string(), ["", None, "x" * 100]),
    "string_view": (pa.string_view(), ["twelve bytes", None, "thirteen byte"]),
    "binary": (pa.binary(), [b"\0\xff", None, b""]),
    "large_binary": (pa.large_binary(), [b"\0\xff", None, b"y" * 300]),
    "binary_view": (pa.binary_view(), [b"\0\xff", None, b"y" * 300]),
    "fixed_binary": (pa.binary(5), [b"12345", None, b"\0\0\0\0\xff"]),
    "decimal32": (pa.decimal32(9, 2), [D("-1234567.89"), None, D("0.01")]),
    "decimal64_9": (pa.decimal64(9, 2), [D("-1234567.89"), None, D("0.01")]),
    "decimal64": (pa.decimal64(18, 4), [D("-12345678901234.5678"), None, D("0.0001")]),
    "decimal128_5": (pa.decimal128(5, 0), [D(-99999), None, D(1)]),
    "decimal128_18": (pa.decimal128(18, 18), [D("-0.999999999999999999"), None, D(0)]),
    "decimal128_19": (pa.decimal128(19, 0), [D(-10**19 + 1), None, D(255)]),
    "decimal128": (pa.decimal128(38, 7), [D("-1234567890123456789012345678901.1234567"), None,
                                          D("0.0000001")]),
    "decimal256": (pa.decimal256(76, 10), [D("-" + "9" * 66 + ".0123456789"), None, D(7)]),
    "decimal256_3": (pa.decimal256(3, 1), [D("-99.9"), None, D("0.1")]),
    "date32": (pa.date32(), [DAY, None, datetime.date(1, 1, 1)]),
    "date64": (pa.date64(), [DAY, None, datetime.date(1969, 12, 31)]),
    "time32_s": (pa.time32("s"), [TIME, None, datetime.time(0)]),
    "time32_ms": (pa.time32("ms"), [TIME, None, datetime.time(0, 0, 0, 1000)]),
    "time64_us": (pa.time64("us"), [TIME, None, datetime.time(0, 0, 0, 1)]),
    "time64_ns": (pa.time64("ns"), [TIME, None, datetime.time(0, 0, 0, 1)]),
    "timestamp_s": (pa.timestamp("s"), [MOMENT, None, datetime.datetime(1900, 1, 1)]),
    "timestamp_ms": (pa.timestamp("ms"), [MOMENT, None, datetime.datetime(1900, 1, 1)]),
    "timestamp_us": (pa.timestamp("us"), [MOMENT, None, datetime.datetime(1900, 1, 1)]),
    "timestamp_utc": (pa.timestamp("us", "UTC"), [1, None, -1]),
    "timestamp_zurich": (pa.timestamp("ms", "Europe/Zurich"), [1, None, -1]),
    "timestamp_s_utc": (pa.timestamp("s", "UTC"), [1, None, -1]),
    "timestamp_ns": (pa.timestamp("ns"), [0, None, 10**18 + 1000]),
    "duration_s": (pa.duration("s"), [SPAN, None, -SPAN]),
    "duration_us": (pa.duration("us"), [SPAN, None, -SPAN]),
    "list": (pa.list_(pa.int32()), [[1, None], None, []]),
    "large_list": (pa.large_list(pa.string()), [["a", None], None, []]),
    "list_view": (pa.list_view(pa.int8()), [[1, None], None, []]),
    "large_list_view": (pa.large_list_view(pa.float32()), [[1, None], None, []]),
    "fixed_list": (pa.list_(pa.int16(), 2), [[1, None], None, [3, 4]]),
    "required_elements": (pa.list_(pa.field("x", pa.int64(), nullable=False)), [[1, 2], None, []]),
    "struct": (pa.struct([("a", pa.int32()), ("b", pa.string())]),
               [{"a": 1, "b": None}, None, {"a": None, "b": "x"}]),
    "map": (pa.map_(pa.string(), pa.int32()), [[("a", 1), ("b", None)], None, []]),
    "nested": (pa.list_(pa.struct([("x", pa.list_(pa.large_string())), ("y", pa.bool_())])),
               [[{"x": ["a", None], "y": True}, None, {"x": None, "y": None}], None, []]),
    "dictionary": (pa.dictionary(pa.int8(), pa.string()), ["a", None, "a"]),
    "dictionary_ordered": (pa.dictionary(pa.int32(), pa.string(), ordered=True), ["a", None, "b"]),
    "dictionary_u16": (pa.dictionary(pa.uint16(), pa.large_string()), ["a", None, "b"]),
    "uuid": (pa.uuid(), [uuid.UUID(int=1), None, uuid.UUID(int=2**128 - 1)]),
    "json": (pa.json_(), ['{"a": 1}', None, "[]"]),
    "bool8": (pa.bool8(), [1, None, 0]),
}
# What pyarrow's own writer refuses, or reads back as another type than it was given.
OURS_ALONE = {
    "run_end": (pa.run_end_encoded(pa.int32(), pa.string()), ["a", None, "b"]),
    "run_end_int": (pa.run_end_encoded(pa.int16(), pa.int64()), [5, 5, None]),
    "dictionary_int": (pa.dictionary(pa.uint8(), pa.int64()), [5, None, 7]),
    "dictionary_bool": (pa.dictionary(pa.uint8(), pa.bool_()), [True, None, False]),
    "dictionary_decimal": (pa.dictionary(pa.int64(), pa.decimal128(5, 2)), [D("1.25"), None, D(3)]),
    "dictionary_view": (pa.dictionary(pa.int16(), pa.string_view()), ["a" * 20, None, "b"]),
}


def array_of(kind, values):
    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(
            kind, pa.array([each.bytes if isinstance(each, uuid.UUID) else each
                            for each in values], kind.storage_type))
    if pa.types.is_run_end_encoded(kind):
        return pc.run_end_encode(pa.array(values, kind.value_type),
                                         run_end_type=kind.run_end_type)
    if pa.types.is_dictionary(kind):
        distinct = list(dict.fromkeys(each for each in values if each is not None))
        return pa.DictionaryArray.from_arrays(
            pa.array([None if each is None else distinct.index(each) for each in values],
                     kind.index_type),
            pa.array(distinct, kind.value_type), ordered=kind.ordered)
    return pa.array(values, kind)
