"""The library's own reader, called through ctypes: Arrow tables of what it exports."""

import ctypes
import math
import pathlib
import struct
import uuid

import pyarrow as pa

import readers

READ_AT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p,
                           ctypes.c_size_t)


class PfError(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("status", ctypes.c_int32),
                ("system_error", ctypes.c_int32), ("reserved", ctypes.c_uint32),
                ("message", ctypes.c_char * 512)]


class PfInput(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("kind", ctypes.c_int32),
                ("path", ctypes.c_char_p), ("map", ctypes.c_uint32), ("reserved", ctypes.c_uint32),
                ("memory", ctypes.c_char_p), ("memory_bytes", ctypes.c_size_t),
                ("read_at", READ_AT), ("close", ctypes.c_void_p), ("user", ctypes.c_void_p),
                ("file_bytes", ctypes.c_uint64)]


class PfReaderOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("no_crc", ctypes.c_uint32),
                ("page_bytes_max", ctypes.c_uint64)]


class PfScanOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("strings", ctypes.c_int32),
                ("raw_int96", ctypes.c_uint32), ("ignore_arrow_schema", ctypes.c_uint32),
                ("columns", ctypes.c_void_p), ("column_count", ctypes.c_size_t),
                ("first_row", ctypes.c_uint64), ("row_count", ctypes.c_uint64),
                ("batch_rows", ctypes.c_uint64)]


def plain_type(kind):
    """`kind` without what the reader does not say: dictionaries, sizes of lists, extensions."""
    t = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    if t.is_dictionary(kind):
        return plain_type(kind.value_type)
    if t.is_decimal(kind):  # pyarrow does not bring back narrow ones in list views
        return pa.decimal256(kind.precision, kind.scale)
    if t.is_fixed_size_list(kind) or t.is_list(kind) or t.is_list_view(kind):
        return pa.list_(plain_type(kind.value_type))
    if t.is_large_list(kind) or t.is_large_list_view(kind):
        return pa.large_list(plain_type(kind.value_type))
    if t.is_map(kind):
        return pa.map_(plain_type(kind.key_type), plain_type(kind.item_type))
    if t.is_struct(kind):
        return pa.struct([(f.name, plain_type(f.type)) for f in kind])
    return kind


def plain_value(value):
    """NaNs and zeros of either sign by their text, so that they compare; in structs what DuckDB
    hands over in another type: UUIDs, as texts, and INTERVALs."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else repr(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, pa.MonthDayNano):
        return struct.pack("<III", value.months, value.days, value.nanoseconds // 1_000_000)
    if isinstance(value, dict):
        return {key: plain_value(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(each) for each in value]
    return value


def storage(column):
    if isinstance(column.type, pa.BaseExtensionType):
        return pa.chunked_array([chunk.storage for chunk in column.chunks],
                                column.type.storage_type)
    return column


def values_of(column):
    column = storage(column)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind) or pa.types.is_time64(kind):
        column = column.cast(pa.int64())  # nanoseconds that datetime does not have
    return plain_value(column.to_pylist())


def check_same(ours, theirs, where, types=True):
    """That two tables have the same columns of the same values, and of the same plain types."""
    assert ours.column_names == theirs.column_names, f"{where}: {ours.column_names}"
    assert ours.num_rows == theirs.num_rows, f"{where}: {ours.num_rows} rows"
    for name, left, right in zip(ours.column_names, ours.columns, theirs.columns):
        kinds = plain_type(left.type), plain_type(right.type)
        assert not types or kinds[0] == kinds[1], f"{where} {name}: {kinds}"
        try:
            mine, others = values_of(left), values_of(right)
        except OverflowError:  # a time in a struct that datetime does not have
            assert left.combine_chunks().equals(right.combine_chunks()), f"{where} {name}"
            continue
        for row, (value, other) in enumerate(zip(mine, others)):
            assert value == other, f"{where} {name} row {row}: {value!r} for {other!r}"


class Refused(Exception):
    """What a call of the library said."""


class Library:
    def __init__(self, path):
        self.functions = ctypes.CDLL(path)

    def made(self, struct_type, function, **fields):
        struct = struct_type()
        getattr(self.functions, function)(ctypes.byref(struct),
                                          ctypes.c_size_t(ctypes.sizeof(struct)))
        for name, value in fields.items():
            setattr(struct, name, value)
        return struct

    def call(self, function, *arguments):
        error = self.made(PfError, "pf_error_init")
        if getattr(self.functions, function)(*arguments, ctypes.byref(error)) != 0:
            raise Refused(f"{error.status} {error.message.decode()}")

    def open(self, path, how="path", **options):
        return Reader(self, path, how, options)


class Reader:
    """A file, read from a path, a mapping, memory or callbacks."""

    def __init__(self, library, path, how, options):
        self.library = library
        self.bytes = pathlib.Path(path).read_bytes()
        fields = {"path": str(path).encode()}
        if how == "mapping":
            fields["map"] = 1
        elif how == "memory":
            fields = {"kind": 1, "memory": self.bytes, "memory_bytes": len(self.bytes)}
        elif how == "callbacks":
            self.read_at = READ_AT(self.fill)
            fields = {"kind": 2, "read_at": self.read_at, "file_bytes": len(self.bytes)}
        self.input = library.made(PfInput, "pf_input_init", **fields)
        self.options = library.made(PfReaderOptions, "pf_reader_options_init", **options)
        self.handle = ctypes.c_void_p()
        library.call("pf_reader_open", ctypes.byref(self.input), ctypes.byref(self.options),
                     ctypes.byref(self.handle))

    def fill(self, _user, offset, to, count):
        ctypes.memmove(to, self.bytes[offset:offset + count], count)
        return 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.functions.pf_reader_destroy(self.handle)

    def stream(self, columns=(), **options):
        texts = (ctypes.c_char_p * max(len(columns), 1))(*(c.encode() for c in columns))
        fields = self.library.made(PfScanOptions, "pf_scan_options_init", **options)
        if columns:
            fields.columns = ctypes.cast(texts, ctypes.c_void_p)
            fields.column_count = len(columns)
        raw = ctypes.create_string_buffer(40)
        self.library.call("pf_reader_export_arrow_stream", self.handle, ctypes.byref(fields), raw)
        return pa.RecordBatchReader._import_from_c(ctypes.addressof(raw))

    def table(self, columns=(), **options):
        batches = self.stream(columns, **options)
        table = batches.read_all()
        for batch in table.to_batches():
            batch.validate(full=True)
        return table


class Ours(readers.ArrowReader):
    """As an engine beside the others."""

    engine = "parquet_flow"

    def __init__(self, library):
        self.library = Library(library)

    def read(self, path):
        with self.library.open(path) as reader:
            return reader.table()
