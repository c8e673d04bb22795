"""What `pf cat` prints for each value of an Arrow array: docs/tool.md's table, written once more.

json_value gives what a line of JSON holds, parsed with exact numbers; plain_text what stands in a
field of CSV.
"""

import datetime
import decimal
import json
import math
import struct

import pyarrow as pa

DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
EPOCH = datetime.date(1970, 1, 1)


def clock(units, unit):
    """Of a day, with all digits of the unit."""
    digits = DIGITS[unit]
    seconds, rest = divmod(units, 10**digits)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:0{digits}}"


def timestamp(value, kind):
    # Parquet has no seconds: pyarrow writes milliseconds.
    unit = "ms" if kind.unit == "s" else kind.unit
    value = value * 1000 if kind.unit == "s" else value
    days, rest = divmod(value, 86400 * 10**DIGITS[unit])
    date = (EPOCH + datetime.timedelta(days)).isoformat()
    return f"{date}T{clock(rest, unit)}" + ("Z" if kind.tz else "")


def real(value, kind):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return Real(value, 32 if pa.types.is_float32(kind) else 16 if pa.types.is_float16(kind) else 64)


class Real:
    """A number that a text must round to, and no longer one than repr's for doubles."""

    def __init__(self, value, bits):
        self.value = value
        self.bits = bits

    def __eq__(self, other):
        if not isinstance(other, decimal.Decimal):
            return False
        number = float(other)
        if self.bits == 64:
            return number == self.value and self.is_short(other)
        return struct.unpack("f", struct.pack("f", number))[0] == self.value

    def is_short(self, other):
        return len(other.normalize().as_tuple().digits) <= len(
            decimal.Decimal(repr(self.value)).normalize().as_tuple().digits)

    def __repr__(self):
        return f"Real({self.value!r})"


def json_value(scalar):
    """What json.loads(line, parse_float=Decimal) has there."""
    kind = scalar.type
    if not scalar.is_valid:
        return None
    if pa.types.is_dictionary(kind):
        return json_value(scalar.value)
    if pa.types.is_struct(kind):
        return {kind.field(i).name: json_value(scalar[i]) for i in range(kind.num_fields)}
    if pa.types.is_map(kind):
        return [{"key": json_value(entry[0]), "value": json_value(entry[1])}
                for entry in scalar.values]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [json_value(element) for element in scalar.values]
    if pa.types.is_floating(kind):
        return real(scalar.as_py(), kind)
    if pa.types.is_decimal(kind):
        value = scalar.as_py()
        if kind.precision > 15:  # more than a reader keeps that takes numbers for doubles
            return f"{value:f}"
        return value if kind.scale > 0 else int(value)
    if pa.types.is_date(kind):
        return scalar.as_py().isoformat()
    if pa.types.is_timestamp(kind):
        return timestamp(scalar.value, kind)
    if pa.types.is_time(kind):
        unit = "ms" if kind.unit == "s" else kind.unit
        return clock(scalar.value * (1000 if kind.unit == "s" else 1), unit)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or \
            pa.types.is_fixed_size_binary(kind) or pa.types.is_binary_view(kind):
        return scalar.as_py().hex()
    return scalar.as_py()  # booleans, integers, text


def loads(line):
    return json.loads(line, parse_float=decimal.Decimal)


def is_nested(kind):
    return pa.types.is_nested(kind)


def same_text(text, expected, kind):
    """Whether a field of CSV says `expected`, which is not null."""
    if is_nested(kind):
        return loads(text) == expected
    if isinstance(expected, bool):
        return text == ("true" if expected else "false")
    if isinstance(expected, Real):
        return expected == decimal.Decimal(text)
    if isinstance(expected, decimal.Decimal):
        return text == f"{expected:f}"
    return text == str(expected)
