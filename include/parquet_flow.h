/*
 * parquet_flow.h - capture records from the hottest threads into Apache Parquet.
 *
 * C11, also valid C++. The whole contract of the library; nothing else needs to be included.
 *
 * Rules that hold for every function here:
 *
 *   Handles    are opaque. A NULL handle is refused, or does nothing where nothing is returned.
 *              Only the functions that record (pf_try_..., pf_commit, pf_abort,
 *              pf_sink_try_record) do not look: theirs must be a handle.
 *   Structs    that are passed in or filled begin with `struct_size`; pf_xxx_init(ptr, sizeof *ptr)
 *              sets it and the defaults, and fills no more than the caller's size. So a program
 *              runs with a library newer than its header, and what it does not know of has its
 *              default; with an older one too, as long as it sets nothing that this one lacks
 *              (PF_STATUS_UNSUPPORTED). A size below the first version's, or above 4096, is
 *              refused. Structs that stand in arrays (pf_column_input_t, pf_value_t, ...) and
 *              pf_record_t have no size and are frozen.
 *   Errors     come back as pf_status_t. Where a function takes a `pf_error_t* error`, it may be
 *              NULL; else it holds, after the call, the status, and unless that is PF_STATUS_OK one
 *              sentence naming what and where. Nothing is printed, nothing aborts, no signal
 *              handler is installed, and no C++ exception leaves the library. Every function that
 *              returns a pf_status_t may also return PF_STATUS_INTERNAL; its text does not say so.
 *   Strings    are NUL-terminated UTF-8, copied by the call that takes them. NULL is refused unless
 *              the text says otherwise.
 *   Switches   are 0 or 1; other values are refused, and so is a `reserved` that is not 0.
 *   Threads    a handle is used by one thread at a time, unless the text says otherwise. Different
 *              handles are independent.
 *   Callbacks  run on the thread that the text names. They must not throw, longjmp or call back
 *              into the handle that called them, unless the text says otherwise.
 *   Fork       in the child, a writer, row writer, pipeline, encoders, sink or producer of the
 *              parent can only be destroyed or released: that frees memory and touches nothing
 *              else, neither files nor callbacks; of a pipeline it leaves the memory that its
 *              threads were at, of a sink all but the producers. The recording functions return
 *              PF_RECORD_CLOSED there (pf_commit and pf_abort without a reservation
 *              PF_RECORD_BUSY, as ever), the others PF_STATUS_NOT_OPEN.
 */
#ifndef PARQUET_FLOW_H
#define PARQUET_FLOW_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define PF_NOEXCEPT noexcept
#define PF_ENUM : int /* every int is a value: one that is out of range is refused, not undefined */
extern "C" {
#else
#define PF_NOEXCEPT
#define PF_ENUM
#endif

#if defined(__GNUC__)
#define PF_API __attribute__((visibility("default")))
#else
#define PF_API
#endif

/* ------------------------------------------------------------------------------------------------
 * Status and errors
 */

typedef enum pf_status PF_ENUM {
  PF_STATUS_OK = 0,
  PF_STATUS_INVALID_ARGUMENT = 1, /* the caller's mistake; nothing was changed */
  PF_STATUS_NOT_OPEN = 2,         /* a call in the wrong order; nothing was changed */
  PF_STATUS_INTERNAL = 3,         /* a broken invariant of ours; the handle stops working */
  PF_STATUS_OUT_OF_MEMORY = 4,
  PF_STATUS_IO = 5,          /* the system, or the application's own output, failed */
  PF_STATUS_TIMEOUT = 6,     /* not finished in time; may be called again */
  PF_STATUS_UNSUPPORTED = 7, /* this build is not able; the sentence says what is missing */
  PF_STATUS_CORRUPT = 8,     /* a file contradicts itself */
  PF_STATUS_EXISTS = 9,      /* something is there already and is not overwritten */
  PF_STATUS_LIMIT = 10,      /* above a stated limit; nothing was written */
  PF_STATUS_CLOSED = 11,     /* the sink has been closed */
  PF_STATUS_DATA_LOST = 12,  /* finished, but accepted rows did not reach a file (see the ledger) */
  PF_STATUS_WOULD_BLOCK = 13, /* no room now, and the caller does not wait; nothing was taken */
  PF_STATUS_CANCELLED = 14    /* stopped because somebody asked for it */
} pf_status_t;

/* "ok", "invalid argument", ...; "unknown status" for what is none. Never NULL; static storage. Any
 * thread. */
PF_API const char* pf_status_name(pf_status_t status) PF_NOEXCEPT;

/* "X.Y.Z"; static storage. Any thread. */
PF_API const char* pf_version(void) PF_NOEXCEPT;

#define PF_ERROR_MESSAGE_BYTES 512

/* Caller-owned. A message that does not fit is cut at a character boundary. */
typedef struct pf_error {
  uint32_t struct_size;
  int32_t status;       /* pf_status_t */
  int32_t system_error; /* errno of the failing call; 0 where there was none */
  uint32_t reserved;
  char message[PF_ERROR_MESSAGE_BYTES]; /* NUL-terminated */
} pf_error_t;

PF_API void pf_error_init(pf_error_t* error, size_t struct_size) PF_NOEXCEPT;

typedef enum pf_log_level PF_ENUM {
  PF_LOG_INFO = 0,
  PF_LOG_WARNING = 1,
  PF_LOG_ERROR = 2
} pf_log_level_t;

/* A hook for what cannot be returned from a call: one line, no newline. Runs on a thread of ours,
 * or inside the call that has something to say. Must be quick, and not call into the handle. */
typedef void (*pf_log_fn)(void* user, pf_log_level_t level, const char* message);

/* ------------------------------------------------------------------------------------------------
 * Types
 */

typedef enum pf_physical_type PF_ENUM {
  PF_PHYSICAL_BOOLEAN = 0,
  PF_PHYSICAL_INT32 = 1,
  PF_PHYSICAL_INT64 = 2,
  PF_PHYSICAL_INT96 = 3,
  PF_PHYSICAL_FLOAT = 4,
  PF_PHYSICAL_DOUBLE = 5,
  PF_PHYSICAL_BYTE_ARRAY = 6,
  PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY = 7
} pf_physical_type_t;

typedef enum pf_repetition PF_ENUM {
  PF_REPETITION_REQUIRED = 0,
  PF_REPETITION_OPTIONAL = 1,
  PF_REPETITION_REPEATED = 2
} pf_repetition_t;

/*
 * The codec of pages, and its levels: higher takes longer and gives less. GZIP is in every build;
 * another that this build has not gives PF_STATUS_UNSUPPORTED, and a message that names it. A level
 * that the codec has not gives PF_STATUS_INVALID_ARGUMENT; PF_LEVEL_DEFAULT goes with every codec.
 */
typedef enum pf_compression PF_ENUM {
  PF_COMPRESSION_UNCOMPRESSED = 0, /* no levels */
  PF_COMPRESSION_SNAPPY = 1,       /* no levels */
  PF_COMPRESSION_GZIP = 2,         /* 0 (stored) .. 9, default 1 */
  PF_COMPRESSION_BROTLI = 4,       /* 0 .. 11, default 2 */
  PF_COMPRESSION_ZSTD = 6,         /* 1 .. 22, default 1 */
  PF_COMPRESSION_LZ4_RAW = 7       /* 1 (default); 2 .. 12: those of LZ4 HC */
} pf_compression_t;

/* What the values of a leaf mean. a and b are parameters of pf_schema_add_leaf, else 0. Values are
 * written as they come: that text is UTF-8, and that a number has no more bits or digits than its
 * type says, is the caller's to see to; readers may cut off what is beyond. */
typedef enum pf_logical_type PF_ENUM {
  PF_LOGICAL_NONE = 0,
  PF_LOGICAL_STRING = 1,  /* BYTE_ARRAY, UTF-8 */
  PF_LOGICAL_ENUM = 2,    /* BYTE_ARRAY */
  PF_LOGICAL_JSON = 3,    /* BYTE_ARRAY */
  PF_LOGICAL_BSON = 4,    /* BYTE_ARRAY */
  PF_LOGICAL_UUID = 5,    /* FIXED_LEN_BYTE_ARRAY(16) */
  PF_LOGICAL_DECIMAL = 6, /* INT32, INT64, FIXED_LEN_BYTE_ARRAY, BYTE_ARRAY; a precision, b scale */
  PF_LOGICAL_DATE = 7,    /* INT32, days since 1970-01-01 */
  PF_LOGICAL_TIME = 8,    /* INT32 (ms), INT64 (us, ns); a pf_time_unit_t, b 1 = adjusted to UTC */
  PF_LOGICAL_TIMESTAMP = 9, /* INT64; a pf_time_unit_t, b 1 = adjusted to UTC */
  PF_LOGICAL_INTEGER = 10,  /* INT32 (8, 16, 32 bits), INT64 (64); a bit width, b 1 = signed */
  PF_LOGICAL_FLOAT16 = 11,  /* FIXED_LEN_BYTE_ARRAY(2) */
  PF_LOGICAL_INTERVAL = 12, /* FIXED_LEN_BYTE_ARRAY(12) */
  PF_LOGICAL_UNKNOWN = 13   /* any type; every value is null: an OPTIONAL leaf */
} pf_logical_type_t;

typedef enum pf_time_unit PF_ENUM {
  PF_TIME_MILLIS = 0,
  PF_TIME_MICROS = 1,
  PF_TIME_NANOS = 2
} pf_time_unit_t;

/* ------------------------------------------------------------------------------------------------
 * Schemas: a tree of groups and leaves under an unnamed root
 *
 * Nodes are added depth first (a group's children before its next sibling) and named by the number
 * that pf_schema_add_... returns through its last output; PF_SCHEMA_ROOT is the root. Names are
 * unique among siblings and not empty. Leaves are numbered from 0 in the order of their adding.
 *
 * Threads: one at a time per schema. Cost: each call allocates; not for hot threads.
 */

typedef struct pf_schema pf_schema_t;

#define PF_SCHEMA_ROOT 0u

/* *schema is to be freed with pf_schema_destroy; calls that take a schema copy it.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_schema_create(pf_schema_t** schema, pf_error_t* error) PF_NOEXCEPT;
PF_API void pf_schema_destroy(pf_schema_t* schema) PF_NOEXCEPT; /* NULL is fine */

/*
 * pf_schema_add_leaf - a column of values under `parent`.
 *
 *   type_length     bytes of a FIXED_LEN_BYTE_ARRAY value, 1 .. 2^20; 0 for every other type.
 *   logical, a, b   see pf_logical_type_t; what does not fit the physical type is refused.
 *   field_id        -1: none. Either every node of a schema has one, or none has.
 *   leaf_index      may be NULL; the leaf's number.
 *
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT (the schema is unchanged), _LIMIT (nesting above 100
 * levels), _OUT_OF_MEMORY.
 */
PF_API pf_status_t pf_schema_add_leaf(pf_schema_t* schema, uint32_t parent, const char* name,
                                      pf_physical_type_t physical_type, pf_repetition_t repetition,
                                      uint32_t type_length, pf_logical_type_t logical, int32_t a,
                                      int32_t b, int32_t field_id, uint32_t* leaf_index,
                                      pf_error_t* error) PF_NOEXCEPT;

/* A group of columns (a struct). Its children are added under *node; a group left without children
 * is refused when the schema is used. REPEATED is a legacy list of structs. */
PF_API pf_status_t pf_schema_add_group(pf_schema_t* schema, uint32_t parent, const char* name,
                                       pf_repetition_t repetition, int32_t field_id, uint32_t* node,
                                       pf_error_t* error) PF_NOEXCEPT;

/* A LIST: `repetition group name (LIST) { repeated group list { ... } }`, REQUIRED or OPTIONAL.
 * Exactly one child, by custom named "element", is added under *element_parent. */
PF_API pf_status_t pf_schema_add_list(pf_schema_t* schema, uint32_t parent, const char* name,
                                      pf_repetition_t repetition, int32_t field_id,
                                      uint32_t* element_parent, pf_error_t* error) PF_NOEXCEPT;

/* A MAP: `repetition group name (MAP) { repeated group key_value { required key; value } }`,
 * REQUIRED or OPTIONAL. Two children are added under *key_value_parent: a REQUIRED "key", then
 * "value". */
PF_API pf_status_t pf_schema_add_map(pf_schema_t* schema, uint32_t parent, const char* name,
                                     pf_repetition_t repetition, int32_t field_id,
                                     uint32_t* key_value_parent, pf_error_t* error) PF_NOEXCEPT;

/* The number of leaves; 0 for NULL. */
PF_API uint32_t pf_schema_leaf_count(const pf_schema_t* schema) PF_NOEXCEPT;

/* The leaf at a dotted path such as "phones.list.element.number", and its maximum levels; each
 * output may be NULL. Returns PF_STATUS_OK, _INVALID_ARGUMENT (no such leaf, or more than one). */
PF_API pf_status_t pf_schema_leaf_index(const pf_schema_t* schema, const char* path,
                                        uint32_t* leaf_index, uint8_t* max_definition_level,
                                        uint8_t* max_repetition_level,
                                        pf_error_t* error) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * Writing a file from columns
 *
 * Threads: one at a time per writer; writers are independent. Cost: a row group is encoded,
 * compressed and written inside the call that is given it, which may allocate and block on the
 * output; not for hot threads, whose call is pf_try_record.
 */

typedef struct pf_writer pf_writer_handle_t;

/*
 * The values of one leaf for one row group.
 *
 *   values      BOOLEAN: one byte each, nonzero is true. INT32, INT64, FLOAT, DOUBLE: the machine's
 *               own, little-endian, no alignment needed. INT96: 12 bytes each.
 *               FIXED_LEN_BYTE_ARRAY: type_length bytes each. BYTE_ARRAY: the bytes of all values,
 *               one after the other.
 *   values_len  values for BOOLEAN, INT32, INT64, FLOAT, DOUBLE; bytes for INT96, BYTE_ARRAY,
 *               FIXED_LEN_BYTE_ARRAY.
 *   offsets     BYTE_ARRAY only (else NULL, 0): value i is bytes offsets[i] .. offsets[i + 1] of
 *               values; never going backwards, the last at most values_len; the first may be
 *               above 0.
 *   offsets_len values + 1; NULL, 0 too where there are no values.
 *
 * Values that are null or absent have no place in `values`. NULL is accepted where the length is 0.
 */
typedef struct pf_column_input {
  const void* values;
  size_t values_len;
  const uint32_t* offsets;
  size_t offsets_len;
} pf_column_input_t;

/* The same with levels, one byte per level, one entry for each value, null and empty list.
 * Definition levels go with a maximum above 0 (NULL, 0 there means: all present), repetition
 * levels with a maximum above 0. The two lengths agree where both are given. */
typedef struct pf_column_input_with_levels {
  const void* values;
  size_t values_len;
  const uint32_t* offsets;
  size_t offsets_len;
  const uint8_t* definition_levels;
  size_t definition_levels_len;
  const uint8_t* repetition_levels;
  size_t repetition_levels_len;
} pf_column_input_with_levels_t;

/* A writer of flat columns to a path, to be given its columns and then opened. Returns NULL only
 * without memory; everything else that is wrong surfaces at pf_writer_open. */
PF_API pf_writer_handle_t* pf_writer_create(const char* path,
                                            pf_compression_t compression) PF_NOEXCEPT;

/* Before pf_writer_open. type_length: bytes of FIXED_LEN_BYTE_ARRAY, else 0.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN (opened or closed already), _OUT_OF_MEMORY. */
PF_API pf_status_t pf_writer_add_column(pf_writer_handle_t* writer, const char* name,
                                        pf_physical_type_t physical_type,
                                        pf_repetition_t repetition,
                                        uint32_t type_length) PF_NOEXCEPT;

/* Creates the file, aside: a hidden name in the same directory, which pf_writer_close moves over
 * the path. A file that is never closed leaves nothing at the path. A symbolic link to a file is
 * replaced, not followed; to anything else it is _INVALID_ARGUMENT.
 * Returns PF_STATUS_OK; _INVALID_ARGUMENT (path, columns, or what pf_writer_create was given),
 * _UNSUPPORTED (codec not built), _IO, _OUT_OF_MEMORY: nothing was created, and it may be called
 * again; _NOT_OPEN (opened twice). */
PF_API pf_status_t pf_writer_open(pf_writer_handle_t* writer) PF_NOEXCEPT;

/*
 * pf_writer_write_row_group - one call is one row group, whatever the bounds.
 *
 * Without levels an OPTIONAL column has a value in each row; REPEATED columns and nested schemas
 * are refused. `columns` has `column_count` entries, the columns in order. `row_count` 0 is a no-op
 * that succeeds, and the columns are not looked at.
 *
 * Ownership: everything stays the caller's and is not read after the return.
 * Returns PF_STATUS_OK; _INVALID_ARGUMENT, _LIMIT, _NOT_OPEN: nothing was written, the writer can
 * be used further; _IO, _OUT_OF_MEMORY, _INTERNAL: the writer has failed, and every later call says
 * so.
 */
PF_API pf_status_t pf_writer_write_row_group(pf_writer_handle_t* writer, uint64_t row_count,
                                             const pf_column_input_t* columns,
                                             size_t column_count) PF_NOEXCEPT;

/* The same with levels: the columns are the leaves in schema order. A row begins at each repetition
 * level 0; there must be row_count of them in every column. */
PF_API pf_status_t pf_writer_write_row_group_with_levels(
    pf_writer_handle_t* writer, uint64_t row_count, const pf_column_input_with_levels_t* columns,
    size_t column_count) PF_NOEXCEPT;

/* Writes the footer and publishes the file; does not fsync unless the options ask for it.
 * Afterwards only pf_writer_last_error, _memory, _get_stats and _destroy make sense. A writer that
 * has failed returns its failure again and leaves nothing at the path; but where `sync` is set and
 * the directory cannot be fsynced after the move, the whole file stands there, and only that it
 * stays after a power cut is in doubt.
 * Returns PF_STATUS_OK; _NOT_OPEN (not open, closed before, or rows of a row writer are not
 * flushed); _EXISTS (no_replace, and something is at the path by now), _IO, _OUT_OF_MEMORY,
 * _INTERNAL: the writer has failed. */
PF_API pf_status_t pf_writer_close(pf_writer_handle_t* writer) PF_NOEXCEPT;

/* The sentence of the last call on this writer that failed, "" when none did; for NULL, that there
 * is no writer. Valid until the next call. */
PF_API const char* pf_writer_last_error(const pf_writer_handle_t* writer) PF_NOEXCEPT;

/* Frees; a file that was not closed is discarded, not published. NULL is fine. */
PF_API void pf_writer_destroy(pf_writer_handle_t* writer) PF_NOEXCEPT;

typedef enum pf_output_kind PF_ENUM {
  PF_OUTPUT_PATH = 0,       /* `path`: written aside, then moved over it at close */
  PF_OUTPUT_DESCRIPTOR = 1, /* `descriptor`: written from its current position, left open; yours
                               to close once the writer's or pipeline's close has returned,
                               whatever it returned, or its destroy */
  PF_OUTPUT_MEMORY = 2,     /* see pf_writer_memory */
  PF_OUTPUT_CALLBACKS = 3,  /* `write`, optional `flush` and `close` */
  PF_OUTPUT_DISCARD = 4     /* counted and forgotten: for measuring */
} pf_output_kind_t;

/* `write` appends `bytes` bytes, all of them; 0 is success, anything else fails the writer and is
 * its system_error. Of a pf_writer_* it runs inside the call that has something to write; of a
 * pf_pipeline_*, one at a time, on whichever thread has completed a row group, and none once
 * pf_pipeline_close has returned, whatever it returned, or pf_pipeline_destroy. */
typedef int (*pf_output_write_fn)(void* user, const void* data, size_t bytes);
typedef int (*pf_output_flush_fn)(void* user); /* make durable; called where options.sync is set */
typedef int (*pf_output_close_fn)(void* user); /* the last call, once, after success or failure:
                                                  in pf_*_close, else in pf_*_destroy */

/* Where bytes go. pf_output_init sets PF_OUTPUT_PATH with path NULL. */
typedef struct pf_output {
  uint32_t struct_size;
  int32_t kind; /* pf_output_kind_t */
  const char* path;
  int32_t descriptor;
  uint32_t no_replace; /* PF_OUTPUT_PATH: 1 = PF_STATUS_EXISTS instead of replacing */
  pf_output_write_fn write;
  pf_output_flush_fn flush;
  pf_output_close_fn close;
  void* user;
} pf_output_t;

PF_API void pf_output_init(pf_output_t* output, size_t struct_size) PF_NOEXCEPT;

typedef struct pf_key_value {
  const char* key;
  const char* value; /* NULL: a key without a value */
} pf_key_value_t;

#define PF_LEVEL_DEFAULT INT32_MIN

/* How the values of a column are encoded. The format's names; the numbers are its own. */
typedef enum pf_encoding PF_ENUM {
  PF_ENCODING_PLAIN = 0,
  PF_ENCODING_PLAIN_DICTIONARY = 2,        /* in statistics alone: the baseline profile's name for
                                              RLE_DICTIONARY */
  PF_ENCODING_RLE = 3,                     /* BOOLEAN */
  PF_ENCODING_DELTA_BINARY_PACKED = 5,     /* INT32, INT64 */
  PF_ENCODING_DELTA_LENGTH_BYTE_ARRAY = 6, /* BYTE_ARRAY */
  PF_ENCODING_DELTA_BYTE_ARRAY = 7,        /* BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY */
  PF_ENCODING_RLE_DICTIONARY = 8,          /* all but BOOLEAN */
  PF_ENCODING_BYTE_STREAM_SPLIT = 9,       /* INT32, INT64, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY */
  PF_ENCODING_AUTO = 100                   /* chosen for each column chunk from a sample of its
                                              values */
} pf_encoding_t;

typedef enum pf_writer_profile PF_ENUM {
  PF_WRITER_PROFILE_MODERN = 0,
  PF_WRITER_PROFILE_BASELINE = 1 /* for readers of 2015: data pages of version 1, values PLAIN or
                                    PLAIN_DICTIONARY; UNCOMPRESSED, SNAPPY or GZIP */
} pf_writer_profile_t;

typedef enum pf_float_order PF_ENUM {
  PF_FLOAT_ORDER_TYPE = 0, /* bounds leave NaN out, and take zeros of both signs for equal */
  PF_FLOAT_ORDER_TOTAL = 1 /* IEEE 754's totalOrder, of the format since 2026: readers that do not
                              know it leave the bounds unused */
} pf_float_order_t;

typedef enum pf_field_ids PF_ENUM {
  PF_FIELD_IDS_SCHEMA = 0,  /* those that the schema's nodes were given, or none */
  PF_FIELD_IDS_NONE = 1,    /* left out */
  PF_FIELD_IDS_ASSIGNED = 2 /* every node has one, depth first from 1, whatever the schema says */
} pf_field_ids_t;

/* What differs for one column. pf_column_options_init sets that nothing does. */
typedef struct pf_column_options {
  const char* path;          /* dotted, as in pf_schema_leaf_index; of one leaf alone */
  int32_t compression;       /* pf_compression_t, or -1: the writer's */
  int32_t compression_level; /* PF_LEVEL_DEFAULT: as the writer's if compression is -1 */
  int32_t encoding;          /* pf_encoding_t, or -1: the writer's */
  int32_t statistics;        /* 0 off, 1 on, -1: the writer's */
  int32_t bloom_filter; /* 0 off, 1 on, -1: the writer's; not for BOOLEAN, DECIMAL of BYTE_ARRAY */
  int32_t reserved;     /* 0 */
  double bloom_filter_fpp;          /* as in pf_writer_options_t; 0: the writer's */
  uint64_t bloom_filter_ndv;        /* likewise */
  const pf_key_value_t* key_values; /* for the column's chunks, copied */
  size_t key_value_count;
} pf_column_options_t;

PF_API void pf_column_options_init(pf_column_options_t* options) PF_NOEXCEPT;

/* Rows are sorted by this column, and where they are equal in it by the next. */
typedef struct pf_sorting_column {
  const char* path;     /* dotted, of one leaf alone, which does not repeat; each once */
  uint32_t descending;  /* 0 or 1 */
  uint32_t nulls_first; /* 0 or 1 */
} pf_sorting_column_t;

typedef struct pf_writer_options {
  uint32_t struct_size;
  int32_t compression;       /* pf_compression_t; default UNCOMPRESSED */
  int32_t compression_level; /* as at pf_compression_t; default PF_LEVEL_DEFAULT */
  uint32_t statistics;       /* 1 (default): min, max, null and NaN counts of chunks and pages */
  uint32_t crc;              /* 1 (default): CRC-32 in every page header */
  uint32_t sync;             /* 1: close fsyncs the file and its directory; default 0 */
  uint64_t page_bytes; /* a page ends once its values reach this; 1 KiB .. 1 GiB, default 1 MiB */
  uint64_t page_rows;  /* or it has as many rows; 1 .. 2^31 - 1, default 1 Mi */
  uint32_t truncate_bytes; /* longest min/max of strings and bytes, 1 .. 65 535, default 64 */
  uint32_t reserved;       /* 0 */
  const pf_key_value_t* key_values; /* for the footer, copied */
  size_t key_value_count;
  const pf_column_options_t* columns; /* per-column overrides, copied */
  size_t column_count;
  int32_t encoding;           /* pf_encoding_t, for all columns that can have it; default AUTO */
  int32_t profile;            /* pf_writer_profile_t; default MODERN */
  uint32_t data_page_version; /* 1 (default) or 2 */
  uint32_t page_index;        /* 1 (default): column and offset index; bounds of pages stand there,
                                 without it in the page headers */
  uint32_t size_statistics;   /* 1 (default): level histograms and unencoded bytes */
  int32_t float_order;        /* pf_float_order_t; default TYPE */
  int32_t field_ids;          /* pf_field_ids_t; default SCHEMA */
  uint32_t bloom_filter; /* 1: split-block bloom filters, where a column may have one; default 0 */
  double bloom_filter_fpp;   /* its rate of false positives at most, 1e-6 .. 0.5; default 0.01 */
  uint64_t bloom_filter_ndv; /* distinct values of a chunk, which bound its filter; default 0: as
                                 many as it has values. A filter is folded to what the distinct
                                 values need in the end. */
  uint64_t dictionary_bytes; /* a dictionary page's values; 1 KiB .. 1 GiB, default 1 MiB. Values
                                 that find no room are encoded otherwise, from the next page on. */
  const pf_sorting_column_t* sorting_columns; /* copied; each row group is checked, and names them
                                                 in the footer if it is sorted */
  size_t sorting_column_count;
  uint64_t row_group_rows;  /* pf_writer_write_arrow_stream keeps row groups within these two, but
                               for a row that is larger itself; 1 .. 2^31 - 1, default 1 Mi */
  uint64_t row_group_bytes; /* of values and levels in memory; 1 KiB .. 1 TiB, default 128 MiB */
} pf_writer_options_t;

PF_API void pf_writer_options_init(pf_writer_options_t* options, size_t struct_size) PF_NOEXCEPT;

/*
 * pf_writer_create_with_options - the full form: an open writer of any schema to any output.
 *
 *   options   NULL: the defaults.
 *   *writer   takes pf_writer_write_row_group(_with_levels), _close, _last_error, _destroy.
 *
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _UNSUPPORTED, _EXISTS, _IO, _OUT_OF_MEMORY; *writer is
 * NULL unless it is OK.
 */
PF_API pf_status_t pf_writer_create_with_options(const pf_schema_t* schema,
                                                 const pf_writer_options_t* options,
                                                 const pf_output_t* output,
                                                 pf_writer_handle_t** writer,
                                                 pf_error_t* error) PF_NOEXCEPT;

/* The most memory, in bytes, that a writer with this schema and these options takes while no row
 * group has more than options->row_group_rows rows and options->row_group_bytes bytes of values and
 * levels, and no row more than row_bytes_max (1 .. 1 TiB) of them. Row groups of a stream keep to
 * the options' bounds, those of a row writer to its own, which are to be no larger; other calls are
 * row groups as large as what they are given. docs/writer.md says what it is made of: buffers of
 * the encoder, of one page each, the row group in its encoded form, and the rows that a row writer
 * or a stream has gathered; each column as large as values can make it, because its memory is kept
 * for the next row group. Little of it is touched where values encode well, and where the output is
 * a path, for which pages go out while others are encoded.
 *
 * On top come what is handed in; footer and page index, retained_bytes of the stats: up to three
 * times that while they grow; PF_OUTPUT_MEMORY: the file, likewise; and what Arrow data needs, see
 * pf_writer_write_arrow. options NULL: the defaults.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _UNSUPPORTED (codec not built), _OUT_OF_MEMORY. */
PF_API pf_status_t pf_writer_memory_ceiling(const pf_schema_t* schema,
                                            const pf_writer_options_t* options,
                                            uint64_t row_bytes_max, uint64_t* bytes,
                                            pf_error_t* error) PF_NOEXCEPT;

/* A key and value (NULL: none) for the footer, before or after pf_writer_open, until
 * pf_writer_close; the last value of a key stays.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN, _LIMIT (the footer would be too large),
 * _OUT_OF_MEMORY. */
PF_API pf_status_t pf_writer_set_key_value(pf_writer_handle_t* writer, const char* key,
                                           const char* value) PF_NOEXCEPT;

/* PF_OUTPUT_MEMORY, after pf_writer_close: the file's bytes, the writer's until pf_writer_destroy.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT (another output), _NOT_OPEN (not closed yet). */
PF_API pf_status_t pf_writer_memory(const pf_writer_handle_t* writer, const void** data,
                                    size_t* bytes) PF_NOEXCEPT;

typedef struct pf_writer_stats {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t row_groups;
  uint64_t rows;
  uint64_t pages;
  uint64_t uncompressed_bytes; /* of all pages with their headers, before compression */
  uint64_t compressed_bytes;   /* the same as stored */
  uint64_t file_bytes;         /* written so far; with the footer after close */
  uint64_t retained_bytes;     /* footer state kept in memory until close */
} pf_writer_stats_t;

PF_API void pf_writer_stats_init(pf_writer_stats_t* stats, size_t struct_size) PF_NOEXCEPT;
/* Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN (not open yet), or the writer's failure. */
PF_API pf_status_t pf_writer_get_stats(const pf_writer_handle_t* writer,
                                       pf_writer_stats_t* stats) PF_NOEXCEPT;

#define PF_COLUMN_STATS_ENCODINGS 16

/* What has become of one leaf's values in the row groups written so far. */
typedef struct pf_column_stats {
  uint32_t struct_size;
  int32_t encoding;            /* pf_encoding_t of the last chunk's first data page; -1: none yet */
  uint64_t entries;            /* values, nulls and empty lists */
  uint64_t plain_bytes;        /* the values, were they PLAIN; without levels */
  uint64_t uncompressed_bytes; /* pages with their headers, encoded, before compression */
  uint64_t compressed_bytes;   /* the same as stored */
  uint64_t dictionary_bytes;   /* of that: dictionary pages */
  uint64_t dictionary_pages;
  uint64_t data_pages[PF_COLUMN_STATS_ENCODINGS]; /* by pf_encoding_t */
} pf_column_stats_t;

PF_API void pf_column_stats_init(pf_column_stats_t* stats, size_t struct_size) PF_NOEXCEPT;
/* Returns PF_STATUS_OK, _INVALID_ARGUMENT (no such leaf), _NOT_OPEN (not open yet), or the writer's
 * failure. */
PF_API pf_status_t pf_writer_get_column_stats(const pf_writer_handle_t* writer, uint32_t leaf_index,
                                              pf_column_stats_t* stats) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * Writing a file from Arrow data
 *
 * Source: Arrow's C data and C stream interfaces
 * (arrow.apache.org/docs/format/CDataInterface.html); the structs are theirs, under their guards,
 * so that any other header that has them can be included too.
 */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/*
 * pf_schema_create_from_arrow - the Parquet schema of an Arrow struct of columns (format "+s").
 *
 * The types are mapped as Arrow C++'s writer maps them, times in seconds to milliseconds and date64
 * to days among them; further, decimals of up to 9 and 18 digits become INT32 and INT64, intervals
 * INTERVAL, run-end encoded types those of their values. A list's child is named "element", a map's
 * "key" and "value". Nullable fields are OPTIONAL. The extensions arrow.uuid and arrow.json become
 * UUID and JSON, others their storage. Field ids are taken from PARQUET:field_id in the metadata
 * where every field has one.
 *
 *   arrow     borrowed, not released.
 *   *schema   to be freed with pf_schema_destroy; NULL unless the call returns PF_STATUS_OK.
 *
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT (also names that are empty or twice in a group),
 * _UNSUPPORTED (unions, structs without fields, decimals with a negative scale, values of 0 bytes,
 * dictionaries of nested, dictionary or run-end encoded types, nested keys of maps that are
 * nullable), _LIMIT (more than 64 levels), _OUT_OF_MEMORY; the sentence names the column.
 */
PF_API pf_status_t pf_schema_create_from_arrow(const struct ArrowSchema* arrow,
                                               pf_schema_t** schema, pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_writer_create_for_arrow - an open writer for data of an Arrow type.
 *
 * As pf_schema_create_from_arrow and pf_writer_create_with_options. Besides, the footer gets what
 * Arrow C++ puts there: the keys and values of the Arrow schema's own metadata that are UTF-8, and
 * "ARROW:schema", from which Arrow's readers know the types that Parquet does not have:
 * dictionaries, large and view types, fixed-size lists, durations, time zones, extension names, and
 * fields' metadata, of which keys and values that are no UTF-8 are left out too, and field ids that
 * the columns do not get. A key that the options give stays as they give it. Texts of a dictionary
 * type are written with a dictionary where the options name no encoding that texts have: Arrow's
 * readers take few others for them. Where the options name one of DELTA they are said to be texts.
 */
PF_API pf_status_t pf_writer_create_for_arrow(const struct ArrowSchema* arrow,
                                              const pf_writer_options_t* options,
                                              const pf_output_t* output,
                                              pf_writer_handle_t** writer,
                                              pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_writer_write_arrow - the rows of a struct array (a record batch): one call is one row group,
 * whatever the bounds.
 *
 * Any writer takes them whose schema is, but for OPTIONAL and REQUIRED, the one that
 * pf_schema_create_from_arrow makes of `schema`; a null where the writer's column is REQUIRED is
 * refused. Arrays may be slices at any offset, and have dictionaries of their own. No rows is a
 * no-op that succeeds.
 *
 * Ownership: both are borrowed, never released, and not read after the return.
 * Memory:    levels of nested columns, four bytes an entry and one a slot; 8 to 24 bytes an element
 *            of lists that are not in order or in runs, and 8 a row of run-ends; unless the output
 *            is a path, the row group as it is encoded, and of a path each chunk that has a
 *            dictionary.
 * Checked:   counts, lengths, offsets, sizes and indices against the lengths that the arrays say;
 *            the interface does not say how long buffers are, so that is taken on trust.
 * Returns PF_STATUS_OK; _INVALID_ARGUMENT (naming column and row), _UNSUPPORTED, _LIMIT, _NOT_OPEN:
 * nothing was written, the writer can be used further; _IO, _OUT_OF_MEMORY, _INTERNAL: the writer
 * has failed, as in pf_writer_write_row_group.
 */
PF_API pf_status_t pf_writer_write_arrow(pf_writer_handle_t* writer, const struct ArrowArray* array,
                                         const struct ArrowSchema* schema,
                                         pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_writer_write_arrow_stream - all batches of a stream, into row groups within the options'
 * row_group_rows and row_group_bytes, whatever the sizes of its rows are.
 *
 * Rows of small batches are copied until a row group is full or the next ones do not fit; batches
 * are released before the next ones are asked for; a batch that fills a row group is written from
 * where it is, in as few row groups as the bounds allow, all of about the same size. The last row
 * group has what is left: nothing is pending on return.
 *
 * Ownership: the stream stays the caller's, who releases it, read to its end or not; what it gives
 *            is released here.
 * Returns as pf_writer_write_arrow; and PF_STATUS_IO, with the stream's error code in system_error,
 * when the stream fails ("the Arrow stream: ..."), which leaves the writer usable. After a failure
 * the rows that had filled row groups are written, and the others are not.
 */
PF_API pf_status_t pf_writer_write_arrow_stream(pf_writer_handle_t* writer,
                                                struct ArrowArrayStream* stream,
                                                pf_error_t* error) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * What is in a finished file, from its footer
 */

typedef struct pf_file_info {
  uint32_t struct_size;
  uint32_t column_count; /* leaves */
  uint64_t rows;
  uint64_t row_groups;
  uint64_t file_bytes;
} pf_file_info_t;

PF_API void pf_file_info_init(pf_file_info_t* info, size_t struct_size) PF_NOEXCEPT;

/* Reads and checks the footer of the file at `path`. Returns PF_STATUS_OK, _INVALID_ARGUMENT, _IO,
 * _CORRUPT (not a Parquet file, or not a finished one), _UNSUPPORTED, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_file_info_read(const char* path, pf_file_info_t* info,
                                     pf_error_t* error) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * Writing a file on several threads
 *
 * Batches are submitted from any number of threads into one file. The column chunks of a row group,
 * large ones in parts, are encoded by whichever threads have time, several row groups at once; one
 * thread at a time writes those that are whole, in the order of the rows. What is in the file
 * depends on the batches, their order and the options, not on the threads.
 *
 * A row group ends at row_group_rows and row_group_bytes of the writer's options, wherever in a
 * batch that is, or at pf_pipeline_flush. One with few values is encoded inside the call that
 * completes it, unless that is a no_wait one; a larger one by other threads, and by a submitting
 * thread that would else wait. Where there are no others, calls encode and write, no_wait or not.
 * A thread that the system does not start is done without, and tried again after a second:
 * pf_pipeline_get_progress says how many there are.
 *
 * The first error stops the pipeline: what is on its way is let go, every later call returns the
 * error, and nothing appears at the path.
 */

/* Threads that encode, for several pipelines at once. */
typedef struct pf_encoders pf_encoders_t;

/*
 * pf_encoders_create - so many threads that encode, a submitting one included; others are started
 * when there is enough to do.
 *
 *   threads     1 .. 256. 0: the number in the environment's PF_WRITER_PARALLELISM, and where that
 *               is not set, as many as CPUs that the process's affinity and control groups allow.
 *   *encoders   to be freed with pf_encoders_destroy, before or after the pipelines that use it.
 *
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT (PF_WRITER_PARALLELISM is no number, too),
 * _OUT_OF_MEMORY.
 */
PF_API pf_status_t pf_encoders_create(uint32_t threads, pf_encoders_t** encoders,
                                      pf_error_t* error) PF_NOEXCEPT;
/* The number, a submitting thread included; 0 for NULL. Any thread. */
PF_API uint32_t pf_encoders_threads(const pf_encoders_t* encoders) PF_NOEXCEPT;
PF_API void pf_encoders_destroy(pf_encoders_t* encoders) PF_NOEXCEPT; /* NULL is fine */

typedef struct pf_pipeline pf_pipeline_t;

typedef struct pf_pipeline_options {
  uint32_t struct_size;
  uint32_t threads;        /* as in pf_encoders_create, for this pipeline alone; 0 with encoders */
  pf_encoders_t* encoders; /* shared with others; NULL (default): its own */
  uint32_t row_groups_in_flight; /* complete and not written yet, 1 .. 1024; 0 (default): two more
                                    than there are threads */
  uint32_t reserved;             /* 0 */
} pf_pipeline_options_t;

PF_API void pf_pipeline_options_init(pf_pipeline_options_t* options,
                                     size_t struct_size) PF_NOEXCEPT;

/*
 * pf_pipeline_create - an open pipeline for columns of `schema`; schema, writer and output as in
 * pf_writer_create_with_options.
 *
 *   options   NULL: the defaults.
 *
 * Memory: row_groups_in_flight row groups and the open one, of row_group_bytes each, as columns and
 * encoded, and of one Arrow batch each what it has beside its rows; a page, a dictionary and a
 * codec's context for each encoding thread.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _UNSUPPORTED, _EXISTS, _IO, _OUT_OF_MEMORY; *pipeline is
 * NULL unless it is OK.
 */
PF_API pf_status_t pf_pipeline_create(const pf_schema_t* schema, const pf_writer_options_t* writer,
                                      const pf_output_t* output,
                                      const pf_pipeline_options_t* options,
                                      pf_pipeline_t** pipeline, pf_error_t* error) PF_NOEXCEPT;

/* For data of an Arrow type; schema and footer as in pf_writer_create_for_arrow. */
PF_API pf_status_t pf_pipeline_create_for_arrow(
    const struct ArrowSchema* arrow, const pf_writer_options_t* writer, const pf_output_t* output,
    const pf_pipeline_options_t* options, pf_pipeline_t** pipeline, pf_error_t* error) PF_NOEXCEPT;

/* A batch's rows are written (PF_STATUS_OK; the file is not complete yet), or never will be (the
 * status that stopped the pipeline), and its memory is not read any more. Runs on a thread of ours,
 * or inside a call on the pipeline, with no lock that other calls need. */
typedef void (*pf_batch_fn)(void* user, pf_status_t status);

typedef struct pf_submit_options {
  uint32_t struct_size;
  uint32_t
      no_wait; /* 1: PF_STATUS_WOULD_BLOCK, and nothing taken, where row_groups_in_flight are on
                       their way, or would be with those that the batch ends; a batch that ends
                       more than that is taken where there is none, and waits for its own. What
                       the call completes is left to other threads; with `threads` 1 there are
                       none, and it encodes and writes that itself, at the output's speed.
                       0 (default): encodes and waits meanwhile */
  pf_batch_fn on_done; /* runs once for each call that returned PF_STATUS_OK, maybe before it does,
                          at the latest in pf_pipeline_destroy. Nothing else is written meanwhile:
                          it must not wait for a call on the pipeline that may wait, nor for a lock
                          that is held around one. NULL (default): nothing runs */
  void* on_done_user;
} pf_submit_options_t;

PF_API void pf_submit_options_init(pf_submit_options_t* options, size_t struct_size) PF_NOEXCEPT;

/*
 * pf_pipeline_submit - rows of columns, which are the leaves in schema order, as in
 * pf_writer_write_row_group_with_levels. The rows of one call stay together.
 *
 * Ownership: without on_done the rows are copied; with it, where the call returns PF_STATUS_OK,
 *            they are borrowed until it runs.
 * Threads:   any number at once.
 * Returns PF_STATUS_OK; _INVALID_ARGUMENT, _NOT_OPEN (closed), _WOULD_BLOCK, _OUT_OF_MEMORY:
 * nothing was taken, the pipeline goes on; or what has stopped it, whose sentence begins "the
 * pipeline has stopped": _OUT_OF_MEMORY too, where that came behind the first rows. Where there is
 * no memory for the sentence either, `failed` of pf_pipeline_get_progress tells the two apart.
 */
PF_API pf_status_t pf_pipeline_submit(pf_pipeline_t* pipeline, uint64_t row_count,
                                      const pf_column_input_with_levels_t* columns,
                                      size_t column_count, const pf_submit_options_t* options,
                                      pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_pipeline_submit_arrow - the rows of a struct array (a record batch); types as in
 * pf_writer_write_arrow.
 *
 *   array    moved: *array is marked as released on return, and what was moved is released when it
 *            is not read any more, on error too: in the call where its rows are copied, as those
 *            of up to 256 mostly are. Only PF_STATUS_WOULD_BLOCK leaves it the caller's. What it
 *            has of dictionaries and buffers of views beside the bytes of its rows counts for
 *            row_group_bytes too, once for all arrays of a row group that have it.
 *            Its release callback may run on a thread of ours, where on_done would: what that must
 *            not wait for, it must not either.
 *   schema   borrowed; NULL: the type that pf_pipeline_create_for_arrow was given.
 *
 * What is checked when values are encoded, such as the indices of dictionaries, stops the pipeline.
 * Threads: any number at once. Returns as pf_pipeline_submit, and PF_STATUS_UNSUPPORTED, _LIMIT.
 */
PF_API pf_status_t pf_pipeline_submit_arrow(pf_pipeline_t* pipeline, struct ArrowArray* array,
                                            const struct ArrowSchema* schema,
                                            const pf_submit_options_t* options,
                                            pf_error_t* error) PF_NOEXCEPT;

/* Ends the row group. options: no_wait as in a submit; NULL: the defaults. Any thread. Returns as
 * pf_pipeline_submit. */
PF_API pf_status_t pf_pipeline_flush(pf_pipeline_t* pipeline, const pf_submit_options_t* options,
                                     pf_error_t* error) PF_NOEXCEPT;

/* For the footer, until pf_pipeline_close; value NULL: none. Any thread, and without waiting for
 * the output. Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN, _OUT_OF_MEMORY, or what has
 * stopped the pipeline. */
PF_API pf_status_t pf_pipeline_set_key_value(pf_pipeline_t* pipeline, const char* key,
                                             const char* value, pf_error_t* error) PF_NOEXCEPT;

/* Stops the pipeline with PF_STATUS_CANCELLED, which waiting calls return too: when the column
 * chunk or the write that they are at is finished, and those whose own on_done columns or array are
 * in row groups on their way when the write of these is. Does not wait itself. After a
 * pf_pipeline_close that succeeded there is nothing to stop. Any thread. Returns PF_STATUS_OK,
 * _NOT_OPEN (a forked child). */
PF_API pf_status_t pf_pipeline_cancel(pf_pipeline_t* pipeline, pf_error_t* error) PF_NOEXCEPT;

typedef struct pf_pipeline_progress {
  uint32_t struct_size;
  int32_t failed; /* the pf_status_t that has stopped it, else PF_STATUS_OK */
  uint64_t batches_submitted;
  uint64_t rows_submitted;
  uint64_t row_groups_submitted; /* complete: waiting for encoders, or further */
  uint64_t row_groups_encoded;   /* in any order */
  uint64_t row_groups_written;
  uint64_t rows_written;
  uint64_t bytes_written;
  uint64_t
      bytes_in_flight; /* of values and levels, about, in row groups complete and not written */
  uint64_t encode_ns;  /* spent by all threads together */
  uint64_t write_ns;
  uint32_t threads;     /* that encode by now, a submitting one included; of shared encoders all */
  int32_t thread_error; /* errno of a thread that could not be started, so that there are fewer than
                           were asked for; else 0 */
} pf_pipeline_progress_t;

PF_API void pf_pipeline_progress_init(pf_pipeline_progress_t* progress,
                                      size_t struct_size) PF_NOEXCEPT;
/* Each counter at its own moment. Any thread. Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN (a
 * forked child). */
PF_API pf_status_t pf_pipeline_get_progress(pf_pipeline_t* pipeline,
                                            pf_pipeline_progress_t* progress,
                                            pf_error_t* error) PF_NOEXCEPT;

/* Ends the row group, waits until all is written, writes the footer and publishes the file. Of a
 * pipeline that has stopped, it waits for the write that is under way: no thread is in the output
 * any more on return. One thread, after all submitting calls have returned. `info` may be NULL.
 * Returns PF_STATUS_OK; _NOT_OPEN (closed before); or what has stopped the pipeline, _EXISTS
 * (no_replace), _IO: nothing is at the path, unless `sync` is set and it is only the directory that
 * could not be fsynced after the move, as in pf_writer_close. */
PF_API pf_status_t pf_pipeline_close(pf_pipeline_t* pipeline, pf_file_info_t* info,
                                     pf_error_t* error) PF_NOEXCEPT;

/* PF_OUTPUT_MEMORY, after pf_pipeline_close: the file's bytes, the pipeline's until it goes.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT (another output), _NOT_OPEN (not closed yet). */
PF_API pf_status_t pf_pipeline_memory(pf_pipeline_t* pipeline, const void** data, size_t* bytes,
                                      pf_error_t* error) PF_NOEXCEPT;

/* Frees, waiting for threads that are at it; a file that was not closed is discarded, and the
 * batches on their way are told PF_STATUS_CANCELLED. NULL is fine. */
PF_API void pf_pipeline_destroy(pf_pipeline_t* pipeline) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * Rows, one value at a time
 *
 * Values of a row are appended in schema order, depth first:
 *
 *   leaf       one value, or pf_row_null where it is OPTIONAL
 *   group      pf_row_begin_group, its children, pf_row_end_group; or pf_row_null
 *   LIST       pf_row_begin_list, each element as its schema says, pf_row_end_list; or pf_row_null
 *   MAP        pf_row_begin_list, for each entry the key and the value, pf_row_end_list; or
 *              pf_row_null
 *   REPEATED   leaf or group: pf_row_begin_list, each occurrence, pf_row_end_list
 *
 * Every call returns 0, or nonzero once the row has broken its schema: the row is then rejected
 * whole, counted, and the next one starts clean; so returns need not be checked one by one. Bytes
 * are copied. Cost: no allocation once the column buffers have grown to a batch's size.
 */

typedef struct pf_row pf_row_t;

PF_API int pf_row_null(pf_row_t* row) PF_NOEXCEPT;
PF_API int pf_row_boolean(pf_row_t* row, int value) PF_NOEXCEPT;
PF_API int pf_row_int32(pf_row_t* row, int32_t value) PF_NOEXCEPT;
PF_API int pf_row_int64(pf_row_t* row, int64_t value) PF_NOEXCEPT;
PF_API int pf_row_float(pf_row_t* row, float value) PF_NOEXCEPT;
PF_API int pf_row_double(pf_row_t* row, double value) PF_NOEXCEPT;
/* BYTE_ARRAY: any length. FIXED_LEN_BYTE_ARRAY: exactly type_length. INT96: exactly 12. */
PF_API int pf_row_bytes(pf_row_t* row, const void* data, size_t bytes) PF_NOEXCEPT;
PF_API int pf_row_begin_group(pf_row_t* row) PF_NOEXCEPT;
PF_API int pf_row_end_group(pf_row_t* row) PF_NOEXCEPT;
PF_API int pf_row_begin_list(pf_row_t* row) PF_NOEXCEPT;
PF_API int pf_row_end_list(pf_row_t* row) PF_NOEXCEPT;

/*
 * pf_row_writer - the same rows for a writer.
 *
 * pf_row_writer_next takes the row filled before, if any, and gives the next one to fill; a row
 * that was asked for must be filled. A row group is written once it has row_group_rows rows
 * (1 .. 2^31 - 1) or row_group_bytes bytes of values and levels (1 KiB .. 1 GiB), and by
 * pf_row_writer_flush, which takes the last row too. Rows that are not flushed, that being filled
 * among them, keep pf_writer_close from closing.
 *
 * Both return PF_STATUS_INVALID_ARGUMENT when the row taken broke the schema, _OUT_OF_MEMORY or
 * _LIMIT when it could not be kept: it was dropped, and the row writer goes on, with *row the next
 * one. Where *row is NULL, and in pf_row_writer_flush, other failures are those of
 * pf_writer_write_row_group_with_levels; the rows are kept, and tried again by the next call.
 */
typedef struct pf_row_writer pf_row_writer_t;

/* Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_row_writer_create(pf_writer_handle_t* writer, uint64_t row_group_rows,
                                        uint64_t row_group_bytes, pf_row_writer_t** row_writer,
                                        pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_row_writer_next(pf_row_writer_t* row_writer, pf_row_t** row,
                                      pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_row_writer_flush(pf_row_writer_t* row_writer, pf_error_t* error) PF_NOEXCEPT;
/* Does not flush. Before pf_writer_destroy. NULL is fine. */
PF_API void pf_row_writer_destroy(pf_row_writer_t* row_writer) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * The sink: records from hot threads into Parquet files
 *
 * Each producing thread owns a ring. Recording copies the payload into it and returns; a worker of
 * ours drains the rings, orders the records, turns them into rows, and has row groups encoded and
 * written.
 */

typedef struct pf_sink pf_sink_t;
typedef struct pf_producer pf_producer_t;

typedef enum pf_shape PF_ENUM {
  PF_SHAPE_OPAQUE = 0,  /* one BYTE_ARRAY column `payload` */
  PF_SHAPE_STRUCT = 1,  /* struct_columns describe a C struct */
  PF_SHAPE_CALLBACK = 2 /* on_row fills a row of `schema` */
} pf_shape_t;

typedef enum pf_struct_field PF_ENUM {
  PF_FIELD_BOOL8 = 0, /* one byte, nonzero is true; BOOLEAN */
  PF_FIELD_INT8 = 1,
  PF_FIELD_INT16 = 2,
  PF_FIELD_INT32 = 3,
  PF_FIELD_INT64 = 4,
  PF_FIELD_UINT8 = 5,
  PF_FIELD_UINT16 = 6,
  PF_FIELD_UINT32 = 7,
  PF_FIELD_UINT64 = 8,
  PF_FIELD_FLOAT = 9,
  PF_FIELD_DOUBLE = 10,
  PF_FIELD_CHARS = 11,      /* `size` characters, trailing NULs and spaces trimmed; STRING */
  PF_FIELD_BYTES = 12,      /* `size` bytes as they are; FIXED_LEN_BYTE_ARRAY(size) */
  PF_FIELD_TAIL_BYTES = 13, /* {uint32_t offset, length} into the payload; BYTE_ARRAY */
  PF_FIELD_TAIL_STRING = 14 /* the same; STRING */
} pf_struct_field_t;

typedef enum pf_nullability PF_ENUM {
  PF_NULL_NEVER = 0,   /* a REQUIRED column */
  PF_NULL_BITMAP = 1,  /* null where bit `null_bit` of the bytes at `null_offset` is 0 */
  PF_NULL_SENTINEL = 2 /* null where the field equals `null_value` */
} pf_nullability_t;

/* One column of a struct record. Fields are little-endian and need no alignment. A record too short
 * for a field, or with an (offset, length) outside of it, is rejected and counted. */
typedef struct pf_struct_column {
  const char* name;
  uint32_t offset;      /* bytes from the payload's start */
  uint32_t size;        /* PF_FIELD_CHARS and _BYTES: 1 .. 65 535; else 0 or the field's own size */
  int32_t field;        /* pf_struct_field_t */
  int32_t nullability;  /* pf_nullability_t */
  uint32_t null_offset; /* bytes from the payload's start; bit i is bit i % 8 of byte i / 8 */
  uint32_t null_bit;    /* 0 .. 65 535 */
  uint64_t null_value;  /* the field's bytes as they lie, zero-extended; up to 8 bytes wide fields,
                           and CHARS, where it must be 0: null where empty after trimming */
  int32_t logical;      /* pf_logical_type_t of the integers: NONE, DATE, TIME, TIMESTAMP, DECIMAL;
                           NONE is INTEGER(width, sign) for all but INT32 and INT64 */
  int32_t logical_a;
  int32_t logical_b;
  int32_t reserved; /* 0 */
} pf_struct_column_t;

/* What a row callback is told of its record. */
typedef struct pf_record {
  const void* payload; /* valid during the call; 8-byte aligned */
  size_t bytes;
  int64_t time_ns; /* UTC, nanoseconds since 1970 */
  uint64_t attempt;
  uint32_t producer;
  uint32_t reserved;
} pf_record_t;

/* Fills `row` from `record`; nonzero rejects the row. Runs on the worker (or inside pf_sink_poll),
 * one call at a time. */
typedef int (*pf_row_fn)(void* user, const pf_record_t* record, pf_row_t* row);

/* A file was published, or (rows_lost > 0) rows of it were given up. Strings are valid during the
 * call, which runs on a thread of ours (or inside pf_sink_poll). */
typedef struct pf_file_event {
  uint32_t struct_size;
  uint32_t reserved;
  const char* path;
  uint64_t rows;
  uint64_t bytes;
  uint64_t row_groups;
  uint64_t rows_lost;
} pf_file_event_t;
typedef void (*pf_file_fn)(void* user, const pf_file_event_t* event);

/* Rows whose durability is in doubt: written, but the fsync that was to cover them failed. */
typedef struct pf_doubt_event {
  uint32_t struct_size;
  uint32_t producer;
  uint64_t first_attempt;
  uint64_t last_attempt;
  const char* path;
} pf_doubt_event_t;
typedef void (*pf_doubt_fn)(void* user, const pf_doubt_event_t* event);

typedef enum pf_clock PF_ENUM {
  PF_CLOCK_AUTO = 0,   /* TSC where constant and nonstop, else SYSTEM with a vDSO, else WORKER */
  PF_CLOCK_TSC = 1,    /* PF_STATUS_UNSUPPORTED where it is not constant and nonstop */
  PF_CLOCK_SYSTEM = 2, /* clock_gettime(CLOCK_REALTIME) in each call */
  PF_CLOCK_WORKER = 3  /* the worker stamps when it first sees a record */
} pf_clock_t;

typedef enum pf_worker_mode PF_ENUM {
  PF_WORKER_PARK = 0, /* parks between passes, and touches producers' cache lines once in each */
  PF_WORKER_SPIN = 1, /* a core of its own; costs each producer 10 .. 50 ns a record more */
  PF_WORKER_POLL = 2  /* no thread of ours: the application calls pf_sink_poll */
} pf_worker_mode_t;

typedef enum pf_profile PF_ENUM {
  PF_PROFILE_NANOS = 0,   /* capture_time is TIMESTAMP(NANOS, UTC) */
  PF_PROFILE_PORTABLE = 1 /* TIMESTAMP(MICROS, UTC), and capture_time_ns as plain INT64 */
} pf_profile_t;

typedef struct pf_sink_options {
  uint32_t struct_size;

  /* Rows. */
  int32_t shape;                            /* pf_shape_t; default OPAQUE */
  const pf_schema_t* schema;                /* CALLBACK: of a row; else NULL */
  const pf_struct_column_t* struct_columns; /* STRUCT */
  size_t struct_column_count;
  pf_row_fn on_row; /* CALLBACK */
  void* on_row_user;
  uint32_t no_capture_columns; /* 1: rows do not begin with capture_time, producer, attempt */
  int32_t profile;             /* pf_profile_t; default NANOS */

  /* Files: exactly one of output_path and directory, which prefix and rotate_... are for. */
  const char* output_path; /* one file; PF_STATUS_EXISTS at open if it exists, unless `replace` */
  const char* directory;   /* rotation: directory/date=YYYY-MM-DD/prefix-NNNNNN.parquet */
  const char* prefix;      /* default "feed"; letters, digits, '.', '_', '-'; no leading '.' */
  uint32_t replace;        /* output_path only */
  uint32_t no_sync;        /* 1: publishing does not fsync; pf_sink_flush still does, and where none
                              comes, each 65th file with those before it */
  uint64_t rotate_bytes;   /* of file; 0: no bound; default 1 GiB */
  uint64_t rotate_rows;    /* 0 (default): no bound */
  uint64_t rotate_time_ns; /* since the file was opened; 0: no bound; default 1 h */

  /* Row groups are sealed at the first of these bounds. */
  uint64_t row_group_rows;          /* 1 .. 2^31 - 1, default 1 Mi */
  uint64_t row_group_bytes;         /* of values in memory, 64 KiB .. 1 GiB, default 64 MiB */
  uint64_t row_group_time_ns;       /* since its first row; 0: no bound; default 5 s */
  int32_t compression;              /* pf_compression_t; default UNCOMPRESSED */
  int32_t compression_level;        /* as at pf_compression_t; default PF_LEVEL_DEFAULT */
  const pf_key_value_t* key_values; /* for each file's footer, copied */
  size_t key_value_count;

  /* Rings. */
  uint64_t ring_bytes;       /* of each producer, rounded up to a power of two; 64 KiB .. 16 GiB,
                                default 8 MiB */
  uint64_t record_bytes_max; /* largest payload, at most 1 GiB; 0 (default): that, or a quarter of
                                the ring less 24 where it is less */
  uint32_t lock_memory;      /* 1: mlock the rings; PF_STATUS_IO where the limit forbids it */
  uint32_t huge_pages;       /* 1: rings on 2 MiB pages; PF_STATUS_IO where there are none */
  uint32_t low_priority_percent; /* of a ring, for pf_try_record_low; 0 .. 100, default 50 */
  uint32_t producers_max;        /* live rings; 1 .. 65 535, default 1024 */

  /* Time and order. */
  int32_t clock;           /* pf_clock_t; default AUTO */
  int32_t worker;          /* pf_worker_mode_t; default PARK */
  uint64_t grace_ns;       /* records wait so long for those of other producers; at most a minute,
                              default 1 ms; with one producer nothing waits */
  uint64_t held_bytes_max; /* of records held for ordering; 64 KiB .. 1 GiB, default 64 MiB */
  uint64_t park_ns;        /* shortest park, 1 us .. 1 s, default 50 us */
  uint64_t park_max_ns;    /* longest park when idle, park_ns .. 1 s, default 10 ms */

  /* Threads of ours. */
  const uint32_t*
      worker_cpus; /* NULL: the process's mask, less the opener's core if it is pinned */
  size_t worker_cpu_count;
  uint32_t encode_threads;    /* 0 .. 64; 0: the worker encodes itself; default 1 */
  uint32_t row_group_buffers; /* the fixed pool, 2 .. 64, default 3 */

  /* Telling the application. */
  pf_log_fn log;
  void* log_user;
  pf_file_fn on_file;
  void* on_file_user;
  pf_doubt_fn on_doubt;
  void* on_doubt_user;

  /*
   * How the files' columns, pages and footers are: all of pf_writer_options_t, copied; NULL
   * (default): its defaults. Columns are named as in the file, with capture_time, producer and
   * attempt.
   *
   * The codec may stand here or there; where both say one (a compression or level that is not the
   * default), it has to be the same. Key values of both are written; of a key in both the sink's.
   * What the sink has its own word for has to be left alone: sync (no_sync), row_group_rows,
   * row_group_bytes.
   */
  const pf_writer_options_t* writer;

  /*
   * 1: pf_sink_open takes and touches the memory of the pools that records go through, which else
   * is taken when the load first calls for it: columns for row_group_buffers - 1 row groups, up to
   * twice their bytes, and one row group's encoded form, up to 1.7 times its bytes,
   * row_group_buffers of them with 0 or more than one encode thread; 0.36 GiB with the defaults,
   * for which opening takes a tenth of a second or more. Once two row groups are through, threads
   * of ours then allocate nothing but what footers grow by, new files and new producers, where the
   * encodings are asked for or the data stays of the kinds it has had. There is room for rows of
   * any kind where one column at most has strings, none of it null; several share what is left
   * beside the others, so that one with most of their bytes may still grow, as may one that
   * repeats; what has grown is kept, for which the ceiling is higher. A record larger than a piece
   * of 256 KiB takes memory of its own. 0 (default): nothing is taken ahead.
   */
  uint32_t prefault;
  uint32_t reserved; /* 0 */
} pf_sink_options_t;

PF_API void pf_sink_options_init(pf_sink_options_t* options, size_t struct_size) PF_NOEXCEPT;

/* The most memory, in bytes, that a sink opened with `options` takes with `producers` producers:
 * rings, row_group_buffers - 1 row groups as columns, those being encoded or written in their
 * encoded form (one with one encode thread), held records, and for each encode thread and column a
 * page, a dictionary with its tables, samples and the codec's context, each as large as values can
 * make it. Little of it is touched while encoding keeps up, unless `prefault` has it touched. On
 * top come footer and page index of the open file, retained_bytes of the stats, bounded by
 * rotation: up to three times that while they grow. Returns PF_STATUS_OK, _INVALID_ARGUMENT,
 * _UNSUPPORTED (codec not built). */
PF_API pf_status_t pf_sink_memory_ceiling(const pf_sink_options_t* options, uint32_t producers,
                                          uint64_t* bytes, pf_error_t* error) PF_NOEXCEPT;

/* Checks the options, locks the prefix, creates the first file aside and starts the threads.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _EXISTS (output_path is there, or another sink holds the
 * prefix), _UNSUPPORTED, _LIMIT, _IO, _OUT_OF_MEMORY; unless it is OK, *sink is NULL and no file is
 * left behind, at most the directory, a date's folder in it and the prefix's empty lock. */
PF_API pf_status_t pf_sink_open(const pf_sink_options_t* options, pf_sink_t** sink,
                                pf_error_t* error) PF_NOEXCEPT;

typedef enum pf_record_result PF_ENUM {
  PF_RECORD_OK = 0,
  PF_RECORD_FULL = 1,      /* no room; nothing written, the refusal counted: normal under load */
  PF_RECORD_TOO_LARGE = 2, /* 0 bytes, or more than record_bytes_max */
  PF_RECORD_CLOSED = 3,    /* pf_sink_close has begun, or this is a forked child */
  PF_RECORD_RESERVED = 4,  /* low priority, and the ring is filled above low_priority_percent */
  PF_RECORD_BUSY = 5,      /* a reservation of this producer is open */
  PF_RECORD_NO_RING = 6    /* this thread's ring could not be made; the sink counts these */
} pf_record_result_t;

/*
 * pf_sink_try_record - hand one record to the sink, from any thread.
 *
 * The first call of a thread makes its ring (system calls and allocation; pf_sink_prepare_thread
 * takes that early). Later calls find it in a thread-local and cost as pf_try_record plus that
 * look-up. A thread's exit releases its ring.
 *
 * Results and ownership as pf_try_record, and PF_RECORD_NO_RING, which the stats count as no_ring:
 * the ring could not be made, because of producers_max or the system. A call a millisecond later
 * tries again, and then ones twice as far apart each, up to a second; those between them read a
 * clock and return. A thread that comes without a ring after pf_sink_close has begun gets
 * PF_RECORD_CLOSED, which counts in the sink's attempted and refused_closed, and in no producer's.
 */
PF_API pf_record_result_t pf_sink_try_record(pf_sink_t* sink, const void* payload,
                                             size_t bytes) PF_NOEXCEPT;

/* Makes the calling thread's ring now. Any thread. Returns PF_STATUS_OK (also when it is there),
 * _LIMIT (producers_max), _CLOSED, _IO, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_sink_prepare_thread(pf_sink_t* sink, pf_error_t* error) PF_NOEXCEPT;

typedef struct pf_producer_options {
  uint32_t struct_size;
  uint32_t reserved;         /* 0 */
  const char* name;          /* for the ledger; at most 63 bytes; NULL: "producer-<index>" */
  uint64_t ring_bytes;       /* 0: the sink's */
  uint64_t record_bytes_max; /* 0: the sink's, or this ring's most */
} pf_producer_options_t;

PF_API void pf_producer_options_init(pf_producer_options_t* options,
                                     size_t struct_size) PF_NOEXCEPT;

/* An explicit producer with its own ring. Any thread. options NULL: the defaults. The handle is
 * given back with pf_producer_release, before or after pf_sink_close, before pf_sink_destroy.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT, _LIMIT (producers_max), _CLOSED, _IO, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_sink_add_producer(pf_sink_t* sink, const pf_producer_options_t* options,
                                        pf_producer_t** producer, pf_error_t* error) PF_NOEXCEPT;

/* Gives the handle back. What was accepted is still drained; the ring is freed after that. A
 * reservation left open is aborted. Where
 * the sink was destroyed in the middle of a call on this producer, later calls are refused, and
 * this frees what was left for them. NULL is fine. */
PF_API void pf_producer_release(pf_producer_t* producer) PF_NOEXCEPT;

/* The largest payload; 0 for NULL. Any thread. */
PF_API uint64_t pf_producer_record_bytes_max(const pf_producer_t* producer) PF_NOEXCEPT;
/* The number in the `producer` column, from 0 in the order of creation. Any thread. */
PF_API uint32_t pf_producer_index(const pf_producer_t* producer) PF_NOEXCEPT;

/*
 * pf_try_record - hand one record to the sink.
 *
 * Copies `bytes` bytes from `payload` into this producer's ring and returns. Encoding, compression
 * and I/O happen later, on the worker.
 *
 *   bytes   1 .. pf_producer_record_bytes_max(); the payload alone.
 *
 * Ownership: `payload` stays the caller's and may be reused on return.
 * Threads:   one thread at a time per producer; producers are independent. Not from signal
 *            handlers.
 * Cost:      wait-free; never allocates, locks, makes a system call or calls back.
 * Lifetime:  PF_RECORD_OK means "in the ring", not "on disk"; see pf_sink_flush.
 *
 * Returns PF_RECORD_OK, _FULL, _TOO_LARGE, _CLOSED, _BUSY. Each call that returns another value
 * than OK is an attempt that was refused, counted, and a gap in the `attempt` column. No argument
 * is checked for NULL.
 */
PF_API pf_record_result_t pf_try_record(pf_producer_t* producer, const void* payload,
                                        size_t bytes) PF_NOEXCEPT;

/* The same with the caller's own time, nanoseconds since 1970 UTC; never rewritten. */
PF_API pf_record_result_t pf_try_record_at(pf_producer_t* producer, int64_t time_ns,
                                           const void* payload, size_t bytes) PF_NOEXCEPT;

/* The same at low priority: PF_RECORD_RESERVED when the ring is filled above low_priority_percent,
 * so that important records still fit when one thread floods the ring with lesser ones. */
PF_API pf_record_result_t pf_try_record_low(pf_producer_t* producer, const void* payload,
                                            size_t bytes) PF_NOEXCEPT;

/*
 * pf_try_reserve, pf_commit, pf_abort - fill a record in place.
 *
 * pf_try_reserve gives `bytes` writable, contiguous, 8-byte aligned bytes in the ring; pf_commit
 * publishes the record, pf_abort drops it (counted as aborted). One reservation at a time per
 * producer. Do not hold one for long: pf_sink_close waits for it. Results as pf_try_record, with
 * *payload set on PF_RECORD_OK alone; pf_commit and pf_abort without a reservation return
 * PF_RECORD_BUSY and count nothing; a commit after close took its final position returns
 * PF_RECORD_CLOSED, and the record is a refusal.
 */
PF_API pf_record_result_t pf_try_reserve(pf_producer_t* producer, size_t bytes,
                                         void** payload) PF_NOEXCEPT;
PF_API pf_record_result_t pf_commit(pf_producer_t* producer) PF_NOEXCEPT;
PF_API pf_record_result_t pf_abort(pf_producer_t* producer) PF_NOEXCEPT;

#define PF_TIMEOUT_INFINITE UINT64_MAX

/* Everything accepted before the call is, on return, in a closed row group, written and fsynced; it
 * is readable once its file is published (pf_sink_rotate). Any thread.
 * Returns PF_STATUS_OK, _TIMEOUT, _CLOSED, _IO, _DATA_LOST (some of it is in no file and never will
 * be), _OUT_OF_MEMORY (here, or on the sink's threads, which then take no more records),
 * _INVALID_ARGUMENT (sink is NULL). */
PF_API pf_status_t pf_sink_flush(pf_sink_t* sink, uint64_t timeout_ns,
                                 pf_error_t* error) PF_NOEXCEPT;

/* The same, and the file is closed, published and readable; the next record opens a new one. A file
 * without rows is not published here; pf_sink_close publishes one where only the ledger has
 * something to say, or, trying once, where there are files of this sink and none of them says yet
 * that it is the last. Any thread. Returns as pf_sink_flush, and PF_STATUS_INVALID_ARGUMENT with
 * output_path, where there is but one file. */
PF_API pf_status_t pf_sink_rotate(pf_sink_t* sink, uint64_t timeout_ns,
                                  pf_error_t* error) PF_NOEXCEPT;

/* The number of this producer's last attempt so far; 0 before the first, once the sink is
 * destroyed, and in a forked child. Any thread. */
PF_API uint64_t pf_producer_last_attempt(const pf_producer_t* producer) PF_NOEXCEPT;
/* The last attempt up to which all are settled: in an fsynced row group, or refused, aborted,
 * rejected, reported as lost, or told to on_doubt. Any thread. */
PF_API uint64_t pf_producer_durable_attempt(const pf_producer_t* producer) PF_NOEXCEPT;
/* Waits until `attempt` is durable, asking for a flush once it was made. Any thread. Returns
 * PF_STATUS_OK, _TIMEOUT, _CLOSED (it never will be), _IO (syncing its file failed), _DATA_LOST (of
 * the attempts around it some were accepted and reached no file), and as pf_sink_flush
 * _OUT_OF_MEMORY, _INVALID_ARGUMENT (producer is NULL). */
PF_API pf_status_t pf_producer_wait_durable(pf_producer_t* producer, uint64_t attempt,
                                            uint64_t timeout_ns) PF_NOEXCEPT;

/* attempted = rows + refused + aborted + rejected + write_lost + what is still on its way. */
typedef struct pf_sink_stats_t {
  uint32_t struct_size;
  uint32_t producers; /* live rings */
  uint64_t attempted;
  uint64_t accepted; /* published into a ring; aborted ones not counted */
  uint64_t refused_full;
  uint64_t refused_too_large;
  uint64_t refused_closed;
  uint64_t refused_busy;
  uint64_t refused_reserved;
  uint64_t no_ring; /* PF_RECORD_NO_RING returned; in no producer's attempts */
  uint64_t aborted;
  uint64_t rejected; /* rows that the callback or the struct table refused */
  uint64_t write_lost;
  uint64_t rows; /* in written row groups; those of a file that is given up go to write_lost */
  uint64_t rows_durable; /* in fsynced ones; likewise */
  uint64_t row_groups;
  uint64_t files_published;
  uint64_t bytes_written;
  uint64_t retained_bytes;  /* footer state of the open file */
  uint64_t held_bytes;      /* held for ordering */
  uint64_t memory_bytes;    /* rings, pool, held records at this moment */
  uint64_t ring_high_water; /* most bytes ever in one ring */
  uint64_t worker_passes;
  uint64_t out_of_order;   /* rows that came after the grace, behind a later one */
  uint64_t clock_error_ns; /* bound of capture_time's error against CLOCK_REALTIME */
  uint64_t clock_epochs;   /* 1, and 1 for each step of CLOCK_REALTIME or change of rate seen */
  int32_t clock;           /* the pf_clock_t in use */
  int32_t failed;          /* the pf_status_t of the failure in force, PF_STATUS_OK when none */
} pf_sink_stats_t;

PF_API void pf_sink_stats_init(pf_sink_stats_t* stats, size_t struct_size) PF_NOEXCEPT;
/* Any thread, any time. Returns PF_STATUS_OK, _INVALID_ARGUMENT. */
PF_API pf_status_t pf_sink_stats(pf_sink_t* sink, pf_sink_stats_t* stats) PF_NOEXCEPT;

typedef struct pf_producer_stats_t {
  uint32_t struct_size;
  uint32_t index;
  uint64_t attempted;
  uint64_t accepted;
  uint64_t refused_full;
  uint64_t refused_too_large;
  uint64_t refused_closed;
  uint64_t refused_busy;
  uint64_t refused_reserved;
  uint64_t aborted;
  uint64_t durable_attempt;
  uint64_t ring_bytes;
  uint64_t ring_used_bytes;
  uint64_t ring_high_water;
} pf_producer_stats_t;

PF_API void pf_producer_stats_init(pf_producer_stats_t* stats, size_t struct_size) PF_NOEXCEPT;
/* Any thread, any time. Returns PF_STATUS_OK, _INVALID_ARGUMENT. */
PF_API pf_status_t pf_producer_stats(const pf_producer_t* producer,
                                     pf_producer_stats_t* stats) PF_NOEXCEPT;

/* PF_WORKER_POLL: does the worker's work for about `budget_ns` on the calling thread, one at a
 * time. *busy (may be NULL) is 1 when work was left. Returns PF_STATUS_OK, _INVALID_ARGUMENT
 * (another worker mode, sink is NULL), _CLOSED; where work failed, which later calls try again,
 * _IO, _EXISTS, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_sink_poll(pf_sink_t* sink, uint64_t budget_ns, int* busy,
                                pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_sink_close - stop accepting, drain, write the ledger, publish.
 *
 * Producers get PF_RECORD_CLOSED from here on. Records whose call had begun are waited for, up to
 * the timeout; after PF_STATUS_TIMEOUT it may be called again. Any thread but one inside a
 * reservation.
 *
 * Returns PF_STATUS_OK: every accepted record is in a published file, or accounted for as rejected;
 * _TIMEOUT; _DATA_LOST: finished, but accepted rows could not be written (write_lost in the stats
 * and in the ledger); _IO: not finished yet, as the disk fails, or finished with rows whose fsync
 * failed, which on_doubt was told: called again, it goes on, or returns _CLOSED (closed before); as
 * pf_sink_flush _OUT_OF_MEMORY, _INVALID_ARGUMENT.
 */
PF_API pf_status_t pf_sink_close(pf_sink_t* sink, uint64_t timeout_ns,
                                 pf_error_t* error) PF_NOEXCEPT;

/* Frees. A sink that is still open is closed first without waiting for more: what is not drained
 * then is lost, counted as write_lost and told to the log hook. Threads of ours are joined, so it
 * takes as long as a write or fsync that one is in. NULL is fine. */
PF_API void pf_sink_destroy(pf_sink_t* sink) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * Reading files
 *
 * A reader has the footer of one file; a scan of it gives rows: as Arrow data, as columns, or one
 * by one. What can be read is said in docs/reader.md. Nothing that a file says is believed before
 * it has been held against the bytes there are; a file that contradicts itself gives
 * PF_STATUS_CORRUPT and a sentence that names file, row group, column and page.
 */

typedef struct pf_reader pf_reader_t;
typedef struct pf_scan pf_scan_t;

typedef enum pf_input_kind PF_ENUM {
  PF_INPUT_PATH = 0,     /* `path`: a regular file */
  PF_INPUT_MEMORY = 1,   /* `memory`, `memory_bytes`: borrowed, unchanged, until the reader, its
                            scans and all that they gave as Arrow data are gone */
  PF_INPUT_CALLBACKS = 2 /* `read_at`, `file_bytes`, optional `close` */
} pf_input_kind_t;

/* Fills `data` with the `bytes` bytes at `offset`, which are inside of file_bytes. 0 is success;
 * anything else fails the call and is its system_error. Runs inside the calls on the reader and its
 * scans, and so on several threads where those are used on several, or scans have threads. */
typedef int (*pf_input_read_fn)(void* user, uint64_t offset, void* data, size_t bytes);
typedef void (*pf_input_close_fn)(void* user); /* the last call, once; also where opening fails
                                                  otherwise than with INVALID_ARGUMENT */

/* Where bytes come from. pf_input_init sets PF_INPUT_PATH with path NULL. */
typedef struct pf_input {
  uint32_t struct_size;
  int32_t kind; /* pf_input_kind_t */
  const char* path;
  uint32_t map; /* PATH: 1 = mapped instead of read; a file that is cut short meanwhile then raises
                   SIGBUS */
  uint32_t reserved; /* 0 */
  const void* memory;
  size_t memory_bytes;
  pf_input_read_fn read_at;
  pf_input_close_fn close;
  void* user;
  uint64_t file_bytes; /* CALLBACKS */
} pf_input_t;

PF_API void pf_input_init(pf_input_t* input, size_t struct_size) PF_NOEXCEPT;

typedef struct pf_reader_options {
  uint32_t struct_size;
  uint32_t no_crc;         /* 1: checksums of pages are not looked at */
  uint64_t page_bytes_max; /* default 64 MiB: a page that had more bytes, or rows that stand for so
                              many more than their pages have, give PF_STATUS_LIMIT; at most
                              2^31 - 1 count. So do, in one scan, columns that together hold more
                              than 8 times as much and 64 times the file's size (1 MiB a column
                              does not count), and pages that come to 64 times as much and 32768
                              times the file's size, by the time that their bytes take */
  uint32_t map_files;      /* pf_query_create_files: 1 = as `map` of pf_input_t, and arrays keep
                              their file mapped; elsewhere no effect, there the input says it */
  uint32_t reserved;       /* 0 */
} pf_reader_options_t;

PF_API void pf_reader_options_init(pf_reader_options_t* options, size_t struct_size) PF_NOEXCEPT;

/* Reads and checks the footer. options NULL: the defaults. *reader is to be given to
 * pf_reader_destroy, and is NULL unless the call returns PF_STATUS_OK. Memory: a multiple of the
 * footer's length. Returns PF_STATUS_OK, _INVALID_ARGUMENT, _IO, _CORRUPT (not a Parquet file, or
 * not a finished one), _UNSUPPORTED (encrypted), _LIMIT (nested too deep), _OUT_OF_MEMORY. */
PF_API pf_status_t pf_reader_open(const pf_input_t* input, const pf_reader_options_t* options,
                                  pf_reader_t** reader, pf_error_t* error) PF_NOEXCEPT;
/* Frees; scans and streams of it may go on. NULL is fine. */
PF_API void pf_reader_destroy(pf_reader_t* reader) PF_NOEXCEPT;

/* The functions from here to pf_scan_options_init may be called from any thread at any time; the
 * strings and bytes that they give are valid as long as the reader. */

PF_API pf_status_t pf_reader_info(const pf_reader_t* reader, pf_file_info_t* info,
                                  pf_error_t* error) PF_NOEXCEPT;
/* The file's tree, to be freed with pf_schema_destroy: a writer that is made with it writes such
 * files. *schema is NULL unless the call returns PF_STATUS_OK. Returns PF_STATUS_OK,
 * _INVALID_ARGUMENT, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_reader_schema(const pf_reader_t* reader, pf_schema_t** schema,
                                    pf_error_t* error) PF_NOEXCEPT;

typedef struct pf_reader_column {
  uint32_t struct_size;
  int32_t physical_type; /* pf_physical_type_t */
  uint32_t type_length;  /* FIXED_LEN_BYTE_ARRAY, else 0 */
  int32_t logical;       /* pf_logical_type_t, and its parameters as in pf_schema_add_leaf */
  int32_t logical_a;
  int32_t logical_b;
  uint32_t max_definition_level;
  uint32_t max_repetition_level;
  const char* path; /* dotted */
} pf_reader_column_t;

PF_API void pf_reader_column_init(pf_reader_column_t* column, size_t struct_size) PF_NOEXCEPT;
/* Of leaf `leaf_index`, in schema order. Returns PF_STATUS_OK, _INVALID_ARGUMENT. */
PF_API pf_status_t pf_reader_get_column(const pf_reader_t* reader, uint32_t leaf_index,
                                        pf_reader_column_t* column, pf_error_t* error) PF_NOEXCEPT;

/* Key and value number `index` of the footer; PF_STATUS_INVALID_ARGUMENT where there are fewer. */
PF_API pf_status_t pf_reader_get_key_value(const pf_reader_t* reader, size_t index,
                                           pf_key_value_t* key_value,
                                           pf_error_t* error) PF_NOEXCEPT;

/* Rows of a row group; PF_STATUS_INVALID_ARGUMENT where there is none of that number. */
PF_API pf_status_t pf_reader_row_group_rows(const pf_reader_t* reader, uint64_t row_group,
                                            uint64_t* rows, pf_error_t* error) PF_NOEXCEPT;

/* A column chunk as the footer has it. */
typedef struct pf_chunk_info {
  uint32_t struct_size;
  int32_t compression;         /* the format's number: a pf_compression_t, 3 (LZO) or 5 (LZ4) */
  uint64_t entries;            /* values, nulls and empty lists */
  uint64_t uncompressed_bytes; /* pages with their headers */
  uint64_t compressed_bytes;
  uint64_t offset;        /* of the first page in the file */
  int64_t null_count;     /* -1: not said, as the next */
  int64_t distinct_count; /* */
  const void* min_value;  /* PLAIN, of BYTE_ARRAY without a length; NULL: not said */
  size_t min_bytes;
  const void* max_value;
  size_t max_bytes;
  uint32_t is_min_exact; /* 1: it is a value; 0: perhaps below all of them */
  uint32_t is_max_exact;
  uint32_t encodings;        /* bit n: encoding n of the format is in the chunk */
  uint32_t has_page_index;   /* an offset index */
  uint32_t has_bloom_filter; /* */
  uint32_t reserved;
} pf_chunk_info_t;

PF_API void pf_chunk_info_init(pf_chunk_info_t* chunk, size_t struct_size) PF_NOEXCEPT;
/* Returns PF_STATUS_OK, _INVALID_ARGUMENT (no such row group or leaf). */
PF_API pf_status_t pf_reader_get_chunk(const pf_reader_t* reader, uint64_t row_group,
                                       uint32_t leaf_index, pf_chunk_info_t* chunk,
                                       pf_error_t* error) PF_NOEXCEPT;

typedef enum pf_strings PF_ENUM {
  PF_STRINGS_AS_STORED = 0, /* as ARROW:schema says, else 32-bit offsets */
  PF_STRINGS_OFFSETS = 1,   /* utf8 and binary, 32-bit offsets */
  PF_STRINGS_VIEWS = 2      /* utf8 view and binary view */
} pf_strings_t;

/*
 * Predicates: which rows a scan is to give. Columns are leaves by their dotted path, in no list;
 * docs/scan.md says what comparisons mean for each type. Every pf_predicate_... below that has
 * `predicate` gives one that is to be given to pf_predicate_destroy, and NULL unless it returns
 * PF_STATUS_OK; else PF_STATUS_INVALID_ARGUMENT, _LIMIT (nested deeper than 100), _OUT_OF_MEMORY.
 * All arguments are the caller's again on return. Any thread; one predicate may be used by many.
 */
typedef struct pf_predicate pf_predicate_t;

typedef enum pf_comparison PF_ENUM {
  PF_COMPARISON_EQUAL = 0,
  PF_COMPARISON_NOT_EQUAL = 1,
  PF_COMPARISON_LESS = 2,
  PF_COMPARISON_LESS_OR_EQUAL = 3,
  PF_COMPARISON_GREATER = 4,
  PF_COMPARISON_GREATER_OR_EQUAL = 5
} pf_comparison_t;

typedef enum pf_literal_kind PF_ENUM {
  PF_LITERAL_NULL = 0,
  PF_LITERAL_BOOLEAN = 1, /* `integer`: 0 or 1 */
  PF_LITERAL_INT64 = 2,   /* `integer` */
  PF_LITERAL_UINT64 = 3,  /* `integer`, as the bits of one */
  PF_LITERAL_DOUBLE = 4,  /* `real` */
  PF_LITERAL_NUMBER = 5,  /* `data`, `bytes`: "-12.50", of any size and exact, as the next two */
  PF_LITERAL_TEXT = 6,    /* text, and of other columns what their type reads out of it */
  PF_LITERAL_BYTES = 7
} pf_literal_kind_t;

typedef struct pf_literal {
  int32_t kind; /* pf_literal_kind_t */
  uint32_t reserved;
  int64_t integer;
  double real;
  const void* data;
  size_t bytes;
} pf_literal_t;

typedef enum pf_text_match PF_ENUM {
  PF_TEXT_STARTS_WITH = 0,
  PF_TEXT_ENDS_WITH = 1,
  PF_TEXT_CONTAINS = 2,
  PF_TEXT_LIKE = 3 /* % any characters, _ one */
} pf_text_match_t;

/* Out of text, "type = 'P' and price > 100.25": the language is in docs/scan.md. An error says
 * where, "at 17: expected a literal, found 'and'". */
PF_API pf_status_t pf_predicate_parse(const char* text, pf_predicate_t** predicate,
                                      pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_predicate_compare(const char* column, int32_t comparison,
                                        const pf_literal_t* literal, pf_predicate_t** predicate,
                                        pf_error_t* error) PF_NOEXCEPT;
/* From *least to *most, both taken in. */
PF_API pf_status_t pf_predicate_between(const char* column, const pf_literal_t* least,
                                        const pf_literal_t* most, pf_predicate_t** predicate,
                                        pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_predicate_in(const char* column, const pf_literal_t* literals, size_t count,
                                   pf_predicate_t** predicate, pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_predicate_is_null(const char* column, pf_predicate_t** predicate,
                                        pf_error_t* error) PF_NOEXCEPT;
/* match: pf_text_match_t. escape: of LIKE, a byte behind which % and _ stand for themselves; -1:
 * none. */
PF_API pf_status_t pf_predicate_text(const char* column, int32_t match, const void* text,
                                     size_t bytes, int32_t escape, pf_predicate_t** predicate,
                                     pf_error_t* error) PF_NOEXCEPT;
/* Of copies of the children; of none the one is true, the other false. */
PF_API pf_status_t pf_predicate_and(const pf_predicate_t* const* children, size_t count,
                                    pf_predicate_t** predicate, pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_predicate_or(const pf_predicate_t* const* children, size_t count,
                                   pf_predicate_t** predicate, pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_predicate_not(const pf_predicate_t* child, pf_predicate_t** predicate,
                                    pf_error_t* error) PF_NOEXCEPT;
/* Frees. NULL is fine. */
PF_API void pf_predicate_destroy(pf_predicate_t* predicate) PF_NOEXCEPT;

typedef struct pf_scan_options {
  uint32_t struct_size;
  int32_t strings;              /* pf_strings_t; of Arrow data, as the next two */
  uint32_t raw_int96;           /* 1: INT96 as 12 bytes, not as timestamps in nanoseconds */
  uint32_t ignore_arrow_schema; /* 1: types from the Parquet schema alone */
  const char* const* columns;   /* dotted paths of leaves, or of groups with all under them */
  size_t column_count;          /* 0: all columns */
  uint64_t first_row;           /* of the file */
  uint64_t row_count;           /* default UINT64_MAX: all there are from there on */
  uint64_t batch_rows;          /* 1 .. 2^31 - 1, default 65 536 */
  uint32_t threads;   /* that columns are decoded on, the calling one among them: default 1, at most
                         256 and as many as there are columns; 0: as many as the process has CPUs */
  uint32_t reserved2; /* 0 */
  const pf_predicate_t* predicate; /* which of these rows; NULL: all. Read until the call returns;
                                      with one, columns are decoded on the calling thread alone */
  uint64_t skip;                   /* of the rows that it takes */
  uint64_t limit;                  /* and then no more than so many; default UINT64_MAX */
} pf_scan_options_t;

PF_API void pf_scan_options_init(pf_scan_options_t* options, size_t struct_size) PF_NOEXCEPT;

/*
 * pf_reader_scan - some columns and rows of a file, batch by batch.
 *
 * Columns come in the order of the schema, each once. A batch ends with its row group, so it may
 * have fewer rows than batch_rows; and where rows are wider than page_bytes_max / batch_rows, texts
 * of a dictionary among them.
 * options NULL: the defaults. *scan is to be given to pf_scan_destroy, and is NULL unless the call
 * returns PF_STATUS_OK. Any thread; scans of one reader are independent. Threads that are asked for
 * start and end with the scan and sleep between calls; rows and errors are the same as without.
 *
 * With a predicate, batches have the rows that it takes alone, and what can be ruled out by
 * statistics, bloom filters, dictionaries or the page index is not read: pf_scan_get_stats counts
 * it. Columns of the predicate need not be among those of the scan.
 *
 * Memory: of each column, the predicate's too, a page as it was before compression, its dictionary,
 * its levels and decoded values, and a batch. Pages without wanted rows are not opened, and where
 * the input is read, not read.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT (columns that are not there, a first row behind the
 * last, a predicate that compares what its column's type does not have, or a column in a list),
 * _IO (no thread can be started), _OUT_OF_MEMORY.
 */
PF_API pf_status_t pf_reader_scan(const pf_reader_t* reader, const pf_scan_options_t* options,
                                  pf_scan_t** scan, pf_error_t* error) PF_NOEXCEPT;
/* Frees; arrays that it gave stay valid. NULL is fine. */
PF_API void pf_scan_destroy(pf_scan_t* scan) PF_NOEXCEPT;

/* The type of the arrays, a struct of columns; *schema is the caller's to release. The mapping is
 * in docs/reader.md. Returns PF_STATUS_OK, _INVALID_ARGUMENT, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_scan_arrow_schema(const pf_scan_t* scan, struct ArrowSchema* schema,
                                        pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_scan_next_arrow - the next batch as a struct array; at the end one that is released.
 *
 * Ownership: *array is the caller's to release, from any thread, also after pf_scan_destroy; its
 *            memory is used again for later batches then. Children may be moved out of it.
 * Copied:    all but null-free PLAIN values of a fixed width in an uncompressed page of a mapping
 *            or of memory, where they are aligned and one page has the batch.
 * Returns PF_STATUS_OK; _CORRUPT, _UNSUPPORTED (an encoding or codec), _LIMIT (see page_bytes_max,
 * and 2 GiB of strings or list elements in a batch), _IO, _OUT_OF_MEMORY: *array is released then,
 * and later calls fail alike. Not UTF-8 where the schema says so is not looked for.
 */
PF_API pf_status_t pf_scan_next_arrow(pf_scan_t* scan, struct ArrowArray* array,
                                      pf_error_t* error) PF_NOEXCEPT;

/* A column of a batch. A slot is a place for a value or a null: each entry, but of a column in a
 * list only those that are an element of the innermost one. */
typedef struct pf_column_view {
  const void* values;      /* a value for each slot; at a null unspecified. BOOLEAN: bits, least
                         significant first, from bit_offset on; BYTE_ARRAY: see offsets; any
                         alignment */
  const uint32_t* offsets; /* BYTE_ARRAY: slot i is values[offsets[i]] .. values[offsets[i + 1]] */
  const uint8_t* validity; /* bit i of it: slot i is not null; NULL: there are no nulls */
  const uint8_t* definition_levels; /* one a byte for each entry; NULL unless the column is in a
                                       list, or in a group that can be null */
  const uint8_t* repetition_levels; /* the same; NULL unless the column is in a list */
  uint64_t bit_offset;
  uint64_t entries;
  uint64_t slots;
  uint64_t nulls; /* slots */
} pf_column_view_t;

/* The next batch as columns, which are valid until the next call on the scan: `column_count` is
 * how many the scan has, *rows is 0 at the end. Not together with pf_scan_next_arrow. Returns as
 * that, and PF_STATUS_INVALID_ARGUMENT. */
PF_API pf_status_t pf_scan_next_columns(pf_scan_t* scan, pf_column_view_t* columns,
                                        size_t column_count, uint64_t* rows,
                                        pf_error_t* error) PF_NOEXCEPT;

/*
 * Rows, one at a time: trees of values, which say what they are.
 *
 * Both structs are borrowed. Lists and maps are those that Arrow data would have, in whichever form
 * their writer kept them: a list of two levels is PF_VALUE_LIST too, and a group or leaf that is
 * REPEATED without being a LIST is a list of what it repeats. A map of which the keys or the values
 * are not asked for is a list of groups with the other.
 */
typedef enum pf_value_kind PF_ENUM {
  PF_VALUE_NULL = 0,
  PF_VALUE_BOOLEAN = 1,
  PF_VALUE_INT32 = 2, /* also what is of fewer bits, or unsigned: `logical` says so */
  PF_VALUE_INT64 = 3,
  PF_VALUE_FLOAT = 4,
  PF_VALUE_DOUBLE = 5,
  PF_VALUE_BYTES = 6, /* BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, and INT96 as its 12 bytes */
  PF_VALUE_LIST = 7,
  PF_VALUE_MAP = 8,
  PF_VALUE_GROUP = 9
} pf_value_kind_t;

#define PF_NO_LEAF UINT32_MAX

/* What the values in one place of each row are. Valid as long as the scan. */
typedef struct pf_field {
  const char* name; /* "" of the row itself */
  int32_t kind;     /* pf_value_kind_t of those that are not null */
  uint32_t is_nullable;
  uint32_t leaf_index;   /* of a leaf, in the file's schema; else PF_NO_LEAF, and zeros below */
  int32_t physical_type; /* pf_physical_type_t */
  uint32_t type_length;  /* FIXED_LEN_BYTE_ARRAY, else 0 */
  int32_t logical;       /* pf_logical_type_t, and its parameters as in pf_schema_add_leaf */
  int32_t logical_a;
  int32_t logical_b;
  int32_t field_id;     /* -1: none */
  uint32_t field_count; /* LIST: 1, the element; MAP: 2, key and value; GROUP: its fields */
  const struct pf_field* fields; /* field_count of them, one behind the other */
} pf_field_t;

/* A value. Valid until the next call on the scan. */
typedef struct pf_value {
  const pf_field_t* field;
  int32_t kind;      /* pf_value_kind_t: PF_VALUE_NULL, or that of the field */
  uint32_t count;    /* BYTES: bytes; LIST: elements; MAP: entries; GROUP: fields; else 0 */
  union {            /* by `kind`; of PF_VALUE_NULL none */
    int32_t boolean; /* 0 or 1 */
    int32_t int32;
    int64_t int64;
    float float32;
    double float64;
    const void* data;              /* BYTES: any alignment; never NULL */
    const struct pf_value* values; /* LIST: elements; GROUP: fields; MAP: key 0, value 0, key 1,
                                      ...: 2 * count */
  };
} pf_value_t;

/* The field of the scan's rows: a group of its columns. Returns PF_STATUS_OK, _INVALID_ARGUMENT,
 * _OUT_OF_MEMORY. */
PF_API pf_status_t pf_scan_row_field(pf_scan_t* scan, const pf_field_t** field,
                                     pf_error_t* error) PF_NOEXCEPT;

/*
 * pf_scan_next_row - the next row, a PF_VALUE_GROUP of the scan's columns; NULL at the end.
 *
 * Not together with pf_scan_next_arrow or _next_columns: what was called first is all that the scan
 * gives. Rows are read in batches of batch_rows, and bytes point into them.
 *
 * Memory: beside the batch 48 bytes for each value of a row, 72 of what is in a list that has more
 *         than leaves, and as much again while it grows; kept for the next rows. Nothing is
 *         allocated for a row that is no larger than those before it.
 * Returns PF_STATUS_OK; _INVALID_ARGUMENT; as pf_scan_next_arrow _CORRUPT, also where columns of
 * one list or group contradict each other and where the key of a map is null, _UNSUPPORTED, _LIMIT,
 * also of a row whose values take more than 8 times page_bytes_max and 64 times the file's size at
 * 48 bytes each, _IO, _OUT_OF_MEMORY: *row is NULL then, and later calls fail alike.
 */
PF_API pf_status_t pf_scan_next_row(pf_scan_t* scan, const pf_value_t** row,
                                    pf_error_t* error) PF_NOEXCEPT;

/* The same as looking into a pf_value_t, checked: each gives what is in a value of the kind that
 * its name says, and zero or NULL unless it returns PF_STATUS_OK; else PF_STATUS_INVALID_ARGUMENT
 * (of another kind, null, no such index), _OUT_OF_MEMORY. Numbers are not converted. Any thread,
 * while the value is valid. */
PF_API pf_status_t pf_value_boolean(const pf_value_t* value, int* boolean,
                                    pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_int32(const pf_value_t* value, int32_t* int32,
                                  pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_int64(const pf_value_t* value, int64_t* int64,
                                  pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_float(const pf_value_t* value, float* float32,
                                  pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_double(const pf_value_t* value, double* float64,
                                   pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_bytes(const pf_value_t* value, const void** data, size_t* bytes,
                                  pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_element(const pf_value_t* list, size_t index,
                                    const pf_value_t** element, pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_entry(const pf_value_t* map, size_t index, const pf_value_t** key,
                                  const pf_value_t** value, pf_error_t* error) PF_NOEXCEPT;
/* A group's field by its number, or by its name: refused where none has it, or more than one. */
PF_API pf_status_t pf_value_field(const pf_value_t* group, size_t index, const pf_value_t** field,
                                  pf_error_t* error) PF_NOEXCEPT;
PF_API pf_status_t pf_value_find(const pf_value_t* group, const char* name,
                                 const pf_value_t** field, pf_error_t* error) PF_NOEXCEPT;

/* What a scan had before it up to now, and what it went without. */
typedef struct pf_scan_stats {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t row_groups; /* with rows asked for, up to where the scan stopped: the sum of the next */
  uint64_t row_groups_by_statistics; /* ruled out, by which means */
  uint64_t row_groups_by_bloom_filter;
  uint64_t row_groups_by_dictionary;
  uint64_t row_groups_by_page_index;
  uint64_t row_groups_read;
  uint64_t rows;               /* asked for in these */
  uint64_t rows_by_page_index; /* ruled out, of row groups that were read */
  uint64_t rows_tested;        /* by their values */
  uint64_t rows_selected;      /* before skip and limit */
  uint64_t chunk_bytes;        /* of the scan's and the predicate's columns, as stored */
  uint64_t pages_read;
  uint64_t pages_skipped; /* of column chunks that were begun */
  uint64_t bytes_read;    /* of pages, bloom filters and page indexes */
} pf_scan_stats_t;

PF_API void pf_scan_stats_init(pf_scan_stats_t* stats, size_t struct_size) PF_NOEXCEPT;
/* Returns PF_STATUS_OK, _INVALID_ARGUMENT (also: the scan has no predicate). */
PF_API pf_status_t pf_scan_get_stats(const pf_scan_t* scan, pf_scan_stats_t* stats,
                                     pf_error_t* error) PF_NOEXCEPT;

/* The same batches as an Arrow stream, which is the caller's to release and needs neither reader
 * nor scan any more: get_next fails with ENOMEM, ENOTSUP (unsupported), EOVERFLOW (above a limit),
 * EIO (also where the input failed otherwise) or EINVAL (corrupt), and get_last_error has the
 * sentence. Returns as pf_reader_scan. */
PF_API pf_status_t pf_reader_export_arrow_stream(const pf_reader_t* reader,
                                                 const pf_scan_options_t* options,
                                                 struct ArrowArrayStream* stream,
                                                 pf_error_t* error) PF_NOEXCEPT;

/* ------------------------------------------------------------------------------------------------
 * Queries: the rows of files that are asked for, or aggregates of them
 *
 *   pf_query_create or pf_query_create_files -> what is asked for, in any order -> pf_query_run ->
 *   an Arrow stream
 *
 * Text is in the languages of `pf query`, which docs/scan.md and docs/query.md have: predicates
 * such as "type = 'P' and price > 100.25", columns by dotted paths, "count, sum(shares) as total".
 * One thread at a time for a query and the streams that it has run; queries are independent.
 */

typedef struct pf_query pf_query_t;

/* All rows and columns of a file, read as the reader does: what is cut off a file that it maps
 * raises SIGBUS here too. *query is to be given to pf_query_destroy, and is NULL unless the call
 * returns PF_STATUS_OK. Returns PF_STATUS_OK, _INVALID_ARGUMENT, _OUT_OF_MEMORY. */
PF_API pf_status_t pf_query_create(const pf_reader_t* reader, pf_query_t** query,
                                   pf_error_t* error) PF_NOEXCEPT;
/* All rows and columns of several files, one behind the other, as one table whose schema is that of
 * the first file. `paths`: path_count words, each a file; a directory, for all files below it that
 * end in .parquet; or a pattern with *, ? or [...], and "**" as a part of it for any number of
 * directories; in this order, those of one word by name. Of directories what begins with a dot or
 * "_" is left out; links count as what they lead to, once more than that does itself, but one to a
 * directory that it is in is passed by. Columns of later files are found by their names, and are of
 * the same types; docs/query.md says which. Directories called
 * NAME=VALUE in the path of a file are columns, behind those of the files: int64 where all values
 * are whole numbers, date32 where all are days, else strings; a file that they rule out is not
 * opened, unless it is the first.
 *
 * Files are looked for now, and opened while their rows are read, anew by each run, with `options`
 * (NULL: the defaults). What is wrong with one is said by pf_query_run where it is the first, else
 * by the stream, also that its schema is another one, or that it was cut short meanwhile (EIO). Of
 * a file that is read arrays keep nothing, nor its descriptor. The words are copied. *query as
 * above. Returns PF_STATUS_OK; _INVALID_ARGUMENT: no words, one that is NULL or empty, a directory
 * or a pattern without files; _IO; _OUT_OF_MEMORY. */
PF_API pf_status_t pf_query_create_files(const char* const* paths, size_t path_count,
                                         const pf_reader_options_t* options, pf_query_t** query,
                                         pf_error_t* error) PF_NOEXCEPT;
/* Frees; streams may go on, and the reader need not live so long. NULL is fine. */
PF_API void pf_query_destroy(pf_query_t* query) PF_NOEXCEPT;

/* Each adds to what is asked for, and copies its text. Returns PF_STATUS_OK; _INVALID_ARGUMENT with
 * the place in the text that is not understood, or _LIMIT (predicates nested too deep): nothing was
 * added; _OUT_OF_MEMORY. Whether the file has the columns is seen by pf_query_run. */

/* Rows that the predicate is true of; of several all have to be. */
PF_API pf_status_t pf_query_where(pf_query_t* query, const char* predicate,
                                  pf_error_t* error) PF_NOEXCEPT;
/* The same of one that was made by pf_predicate_..., which stays the caller's. */
PF_API pf_status_t pf_query_where_predicate(pf_query_t* query, const pf_predicate_t* predicate,
                                            pf_error_t* error) PF_NOEXCEPT;
/* "a, b.c": leaves, or groups with all under them, in this order. Not together with the next
 * two. */
PF_API pf_status_t pf_query_select(pf_query_t* query, const char* columns,
                                   pf_error_t* error) PF_NOEXCEPT;
/* A row for each of the columns' values taken together, nulls among them. */
PF_API pf_status_t pf_query_group_by(pf_query_t* query, const char* columns,
                                     pf_error_t* error) PF_NOEXCEPT;
/* "count, count(a), distinct(a), sum(a), avg(a), min(a), max(a) as most": of each group, or of all
 * rows. Counts are int64; sums of whole numbers and decimals decimal128(38, scale), exact; other
 * sums and averages double; least and greatest values of the column's type. Of no value at all
 * sums, averages, least and greatest are null. */
PF_API pf_status_t pf_query_aggregate(pf_query_t* query, const char* aggregates,
                                      pf_error_t* error) PF_NOEXCEPT;
/* "a, sum(b) desc": columns of the rows, or of the groups by their names. Nulls are last, NaN above
 * all numbers, and rows that are equal in it stay in the order of the files. */
PF_API pf_status_t pf_query_order_by(pf_query_t* query, const char* columns,
                                     pf_error_t* error) PF_NOEXCEPT;

/* Rows or groups left out at first, then at most so many, of which no more is read than it takes.
 * Default 0 and UINT64_MAX. Returns PF_STATUS_OK, _INVALID_ARGUMENT. */
PF_API pf_status_t pf_query_limit(pf_query_t* query, uint64_t skip, uint64_t limit,
                                  pf_error_t* error) PF_NOEXCEPT;
/* Bytes that groups, and rows that are sorted with their columns, may take, beside the batch that
 * is given: above it the stream fails. They are freed with the stream. Default 1 GiB.
 * Returns PF_STATUS_OK, _INVALID_ARGUMENT. */
PF_API pf_status_t pf_query_memory(pf_query_t* query, uint64_t bytes_max,
                                   pf_error_t* error) PF_NOEXCEPT;

/* What is asked for, as an Arrow stream, which is the caller's to release and fails as that of
 * pf_reader_export_arrow_stream; work is done as batches are taken. May be called again, also with
 * more asked for. Returns PF_STATUS_OK; _INVALID_ARGUMENT: columns that are not there, or cannot be
 * compared, sorted or aggregated so, as those in a list, naming them; _UNSUPPORTED (a sum of more
 * digits behind the point than sums have); _LIMIT; _OUT_OF_MEMORY; of several files also _IO,
 * _CORRUPT and _UNSUPPORTED of the first, and _INVALID_ARGUMENT where directories name other
 * columns than those of the first. *stream is released unless it returns PF_STATUS_OK. */
PF_API pf_status_t pf_query_run(pf_query_t* query, struct ArrowArrayStream* stream,
                                pf_error_t* error) PF_NOEXCEPT;

/* How many rows the predicates are true of, whatever else is asked for; nothing is read where the
 * footer says it. Returns as pf_query_run, and PF_STATUS_CORRUPT, _UNSUPPORTED, _IO where the file
 * cannot be read. */
PF_API pf_status_t pf_query_count(pf_query_t* query, uint64_t* rows, pf_error_t* error) PF_NOEXCEPT;

/* Of the last pf_query_run or _count, up to now. */
typedef struct pf_query_stats {
  uint32_t struct_size;
  uint32_t is_from_footer;           /* 1: footers alone have the answer */
  uint64_t row_groups;               /* those come to: none behind an early stop */
  uint64_t row_groups_by_statistics; /* skipped, by these; so the next three */
  uint64_t row_groups_by_bloom_filter;
  uint64_t row_groups_by_dictionary;
  uint64_t row_groups_by_page_index;
  uint64_t row_groups_read;
  uint64_t rows;
  uint64_t rows_by_page_index; /* skipped in row groups that were read */
  uint64_t rows_tested;        /* by their values */
  uint64_t rows_selected;      /* before skip and limit */
  uint64_t pages_read;
  uint64_t pages_skipped;
  uint64_t chunk_bytes; /* of the columns, in the file */
  uint64_t bytes_read;  /* of them, and of bloom filters and page indexes */
  uint64_t rows_given;
  uint64_t files;
  uint64_t files_by_partition; /* not opened: their directories rule them out */
  uint64_t files_opened;
} pf_query_stats_t;

PF_API void pf_query_stats_init(pf_query_stats_t* stats, size_t struct_size) PF_NOEXCEPT;
/* Returns PF_STATUS_OK, _INVALID_ARGUMENT, _NOT_OPEN (nothing has been run). */
PF_API pf_status_t pf_query_get_stats(const pf_query_t* query, pf_query_stats_t* stats,
                                      pf_error_t* error) PF_NOEXCEPT;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* PARQUET_FLOW_H */
