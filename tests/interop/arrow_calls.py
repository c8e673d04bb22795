"""Calls of the shared library with what pyarrow exports through Arrow's C interfaces: files written
by ctypes, and the values of several libraries made comparable.

`load` comes before all else.
"""

import base64
import contextlib
import ctypes
import math
import pathlib
import tempfile
import unittest
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

LIBRARY = None


def load(path):
    global LIBRARY
    LIBRARY = ctypes.CDLL(path)


class FileTest(unittest.TestCase):
    """With a path for a file in a folder of its own."""

    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "file.parquet"


class PfError(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("status", ctypes.c_int32),
                ("system_error", ctypes.c_int32), ("reserved", ctypes.c_uint32),
                ("message", ctypes.c_char * 512)]


class PfOutput(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("kind", ctypes.c_int32),
                ("path", ctypes.c_char_p), ("descriptor", ctypes.c_int32),
                ("no_replace", ctypes.c_uint32), ("functions", ctypes.c_void_p * 4)]


class PfColumnOptions(ctypes.Structure):
    _fields_ = [("path", ctypes.c_char_p), ("compression", ctypes.c_int32),
                ("compression_level", ctypes.c_int32), ("encoding", ctypes.c_int32),
                ("statistics", ctypes.c_int32), ("bloom_filter", ctypes.c_int32),
                ("reserved", ctypes.c_int32), ("bloom_filter_fpp", ctypes.c_double),
                ("bloom_filter_ndv", ctypes.c_uint64), ("key_values", ctypes.c_void_p),
                ("key_value_count", ctypes.c_size_t)]


STRUCT_BYTES = {"schema": 72, "array": 80, "stream": 40, "options": 512, "pipeline": 64}


class Refused(Exception):
    """What a call of the library said."""


def call(function, *arguments):
    error = PfError()
    LIBRARY.pf_error_init(ctypes.byref(error), ctypes.c_size_t(ctypes.sizeof(error)))
    if getattr(LIBRARY, function)(*arguments, ctypes.byref(error)) != 0:
        raise Refused(error.message.decode())


@contextlib.contextmanager
def exported(thing, *kinds):
    """Addresses of C structs of `kinds` that pyarrow has filled from `thing`; released at the end
    by whoever owns them: the structs are ours, the library only borrows."""
    buffers = [ctypes.create_string_buffer(STRUCT_BYTES[kind]) for kind in kinds]
    addresses = [ctypes.addressof(buffer) for buffer in buffers]
    thing._export_to_c(*addresses)
    offsets = {"schema": 56, "array": 64, "stream": 24}
    try:
        yield [ctypes.c_void_p(address) for address in addresses]
    finally:
        for kind, address in zip(kinds, addresses):
            release = ctypes.c_void_p.from_address(address + offsets[kind]).value
            assert release is not None, "the library has released what it borrows"
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release)(address)


def own_stream(source, address):
    """Moves the C stream that an engine makes of its data to `address`, as it is: pyarrow's
    readers would hand over structs of their own."""
    pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_in.restype = ctypes.c_void_p
    pointer_in.argtypes = [ctypes.py_object, ctypes.c_char_p]
    capsule = source.__arrow_c_stream__()
    pointer = pointer_in(capsule, b"arrow_array_stream")
    ctypes.memmove(address, pointer, STRUCT_BYTES["stream"])
    ctypes.c_void_p.from_address(pointer + 24).value = None


class OwnStream:
    def __init__(self, source):
        self.source = source

    def _export_to_c(self, address):
        own_stream(self.source, address)


class OwnSchema(OwnStream):
    def _export_to_c(self, address):
        with exported(OwnStream(self.source), "stream") as (stream,):
            get_schema = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
                ctypes.c_void_p.from_address(stream.value).value)
            assert get_schema(stream, address) == 0


def schema_said(path):
    """The Arrow schema that stands in the footer, whatever a reader makes of it."""
    message = base64.b64decode(pq.read_metadata(path).metadata[b"ARROW:schema"])
    return pa.ipc.read_schema(pa.py_buffer(message))


def column_options(encodings):
    """Of the columns by their paths."""
    columns = (PfColumnOptions * len(encodings))()
    for column, (path, encoding) in zip(columns, encodings.items()):
        LIBRARY.pf_column_options_init(ctypes.byref(column))
        column.path = path.encode()
        column.encoding = encoding
    return columns


class Writer:
    """A file at `path` of an Arrow schema. `raw`: offset, value and type of fields of
    pf_writer_options_t; `encodings`: by the paths of columns."""

    def __init__(self, schema, path, **options):
        output = PfOutput()
        LIBRARY.pf_output_init(ctypes.byref(output), ctypes.c_size_t(ctypes.sizeof(output)))
        output.path = str(path).encode()
        raw = ctypes.create_string_buffer(STRUCT_BYTES["options"])
        LIBRARY.pf_writer_options_init(raw, ctypes.c_size_t(len(raw)))
        for offset, value, kind in options.get("raw", ()):
            kind.from_buffer(raw, offset).value = value
        columns = column_options(options.get("encodings", {}))
        if len(columns) > 0:
            ctypes.c_void_p.from_buffer(raw, 64).value = ctypes.addressof(columns)
            ctypes.c_size_t.from_buffer(raw, 72).value = len(columns)
        self.handle = ctypes.c_void_p()
        with exported(schema, "schema") as (arrow,):
            call("pf_writer_create_for_arrow", arrow, raw, ctypes.byref(output),
                 ctypes.byref(self.handle))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and LIBRARY.pf_writer_close(self.handle) != 0:
                LIBRARY.pf_writer_last_error.restype = ctypes.c_char_p
                raise Refused(LIBRARY.pf_writer_last_error(self.handle).decode())
        finally:
            LIBRARY.pf_writer_destroy(self.handle)

    def write(self, batch):
        with exported(batch, "array", "schema") as (array, schema):
            call("pf_writer_write_arrow", self.handle, array, schema)

    def write_stream(self, reader):
        with exported(reader, "stream") as (stream,):
            call("pf_writer_write_arrow_stream", self.handle, stream)

    def set_key_value(self, key, value):
        assert LIBRARY.pf_writer_set_key_value(self.handle, key.encode(), value.encode()) == 0


def write_pipeline(path, schema, batches, threads, raw=()):
    """Through a pipeline, which takes the batches over."""
    output = PfOutput()
    LIBRARY.pf_output_init(ctypes.byref(output), ctypes.c_size_t(ctypes.sizeof(output)))
    output.path = str(path).encode()
    writer = ctypes.create_string_buffer(STRUCT_BYTES["options"])
    LIBRARY.pf_writer_options_init(writer, ctypes.c_size_t(len(writer)))
    for offset, value, kind in raw:
        kind.from_buffer(writer, offset).value = value
    options = ctypes.create_string_buffer(STRUCT_BYTES["pipeline"])
    LIBRARY.pf_pipeline_options_init(options, ctypes.c_size_t(len(options)))
    ctypes.c_uint32.from_buffer(options, 4).value = threads
    handle = ctypes.c_void_p()
    with exported(schema, "schema") as (arrow,):
        call("pf_pipeline_create_for_arrow", arrow, writer, ctypes.byref(output), options,
             ctypes.byref(handle))
    try:
        for batch in batches:
            array = ctypes.create_string_buffer(STRUCT_BYTES["array"])
            unused = ctypes.create_string_buffer(STRUCT_BYTES["schema"])
            batch._export_to_c(ctypes.addressof(array), ctypes.addressof(unused))
            call("pf_pipeline_submit_arrow", handle, array, unused, None)
            assert ctypes.c_void_p.from_buffer(array, 64).value is None, "it was moved"
            release = ctypes.c_void_p.from_buffer(unused, 56).value
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release)(ctypes.addressof(unused))
        call("pf_pipeline_close", handle, None)
    finally:
        LIBRARY.pf_pipeline_destroy(handle)


def batch_of(table):
    """The table as one batch; its columns have one chunk each, which keeps its offset."""
    return pa.RecordBatch.from_arrays([column.chunk(0) for column in table.columns],
                                      schema=table.schema)


def write(path, table, **options):
    with Writer(table.schema, path, **options) as writer:
        writer.write(batch_of(table))


def plain(value):
    """Values of several libraries, made comparable: NaN equal to itself, zeros apart."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else (value, math.copysign(1, value))
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, uuid.UUID):
        return value.bytes
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    return value


def rows_of(table):
    return plain(table.to_pylist())
