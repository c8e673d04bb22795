/*
 * Parquet's file metadata, as far as this library writes and reads it.
 *
 * Source: the Apache Parquet format specification, 2.12 and the additions of 2026. Field numbers,
 * types and names are the specification's; fields and structs that are missing here are skipped by
 * every Thrift reader, ours too.
 *
 * One thing differs, and does not show on the wire: fields that hold an enumeration are i32, so
 * that a value newer than this page is a number to be refused by name, not an enumerator that the
 * compiler takes to be impossible.
 */
namespace cpp parquet_flow.format

enum Type {
  BOOLEAN = 0
  INT32 = 1
  INT64 = 2
  INT96 = 3
  FLOAT = 4
  DOUBLE = 5
  BYTE_ARRAY = 6
  FIXED_LEN_BYTE_ARRAY = 7
}

enum FieldRepetitionType {
  REQUIRED = 0
  OPTIONAL = 1
  REPEATED = 2
}

/* The annotations of before LogicalType. Readers that know both prefer either, so both are written,
 * and say the same. */
enum ConvertedType {
  UTF8 = 0
  MAP = 1
  MAP_KEY_VALUE = 2
  LIST = 3
  ENUM = 4
  DECIMAL = 5
  DATE = 6
  TIME_MILLIS = 7
  TIME_MICROS = 8
  TIMESTAMP_MILLIS = 9
  TIMESTAMP_MICROS = 10
  UINT_8 = 11
  UINT_16 = 12
  UINT_32 = 13
  UINT_64 = 14
  INT_8 = 15
  INT_16 = 16
  INT_32 = 17
  INT_64 = 18
  JSON = 19
  BSON = 20
  INTERVAL = 21
}

enum Encoding {
  PLAIN = 0
  PLAIN_DICTIONARY = 2
  RLE = 3
  BIT_PACKED = 4
  DELTA_BINARY_PACKED = 5
  DELTA_LENGTH_BYTE_ARRAY = 6
  DELTA_BYTE_ARRAY = 7
  RLE_DICTIONARY = 8
  BYTE_STREAM_SPLIT = 9
  ALP = 10
}

enum CompressionCodec {
  UNCOMPRESSED = 0
  SNAPPY = 1
  GZIP = 2
  LZO = 3
  BROTLI = 4
  LZ4 = 5
  ZSTD = 6
  LZ4_RAW = 7
}

enum PageType {
  DATA_PAGE = 0
  INDEX_PAGE = 1
  DICTIONARY_PAGE = 2
  DATA_PAGE_V2 = 3
}

/* Of the bounds of a chunk's pages, those without values left out: both lists, the least and the
 * greatest, go that way. */
enum BoundaryOrder {
  UNORDERED = 0
  ASCENDING = 1
  DESCENDING = 2
}

/* ---- Schema ---------------------------------------------------------------------------------- */

struct StringType {}
struct MapType {}
struct ListType {}
struct EnumType {}
struct DateType {}
struct NullType {}
struct JsonType {}
struct BsonType {}
struct UUIDType {}
struct Float16Type {}

struct VariantType {
  1: optional i8 specification_version
}

/* Well-Known Binary in a BYTE_ARRAY. */
struct GeometryType {
  1: optional string crs                // OGC:CRS84 when not set
}

struct GeographyType {
  1: optional string crs
  2: optional i32 algorithm             // between two points: SPHERICAL, 0, when not set
}

struct DecimalType {
  1: required i32 scale
  2: required i32 precision
}

struct MilliSeconds {}
struct MicroSeconds {}
struct NanoSeconds {}
union TimeUnit {
  1: MilliSeconds MILLIS
  2: MicroSeconds MICROS
  3: NanoSeconds NANOS
}

struct TimeType {
  1: required bool isAdjustedToUTC
  2: required TimeUnit unit
}

struct TimestampType {
  1: required bool isAdjustedToUTC
  2: required TimeUnit unit
}

struct IntType {
  1: required i8 bitWidth
  2: required bool isSigned
}

/* A kind that is not listed leaves every field unset. INTERVAL has no number here: it is a
 * ConvertedType alone. */
union LogicalType {
  1: StringType STRING
  2: MapType MAP
  3: ListType LIST
  4: EnumType ENUM
  5: DecimalType DECIMAL
  6: DateType DATE
  7: TimeType TIME
  8: TimestampType TIMESTAMP
  10: IntType INTEGER
  11: NullType UNKNOWN
  12: JsonType JSON
  13: BsonType BSON
  14: UUIDType UUID
  15: Float16Type FLOAT16
  16: VariantType VARIANT
  17: GeometryType GEOMETRY
  18: GeographyType GEOGRAPHY
}

/* One node of the schema; the tree is listed depth first, the root first. */
struct SchemaElement {
  1: optional i32 type                  // Type; leaves only
  2: optional i32 type_length           // bytes of FIXED_LEN_BYTE_ARRAY
  3: optional i32 repetition_type       // FieldRepetitionType; not the root
  4: required string name
  5: optional i32 num_children          // groups only
  6: optional i32 converted_type        // ConvertedType
  7: optional i32 scale                 // DECIMAL, again
  8: optional i32 precision
  9: optional i32 field_id
  10: optional LogicalType logicalType
}

/* ---- Pages ----------------------------------------------------------------------------------- */

/* Of a page or a chunk. Bounds are PLAIN values, a BYTE_ARRAY without its length, ordered by the
 * leaf's ColumnOrder. */
struct Statistics {
  1: optional binary max                // deprecated: by signed comparison, whatever the type
  2: optional binary min
  3: optional i64 null_count
  4: optional i64 distinct_count
  5: optional binary max_value
  6: optional binary min_value
  7: optional bool is_max_value_exact
  8: optional bool is_min_value_exact
  9: optional i64 nan_count             // FLOAT, DOUBLE, FLOAT16
}

struct DataPageHeader {
  1: required i32 num_values            // nulls and empty lists counted
  2: required i32 encoding              // Encoding
  3: required i32 definition_level_encoding
  4: required i32 repetition_level_encoding
  5: optional Statistics statistics
}

/* The format has the page type, but nothing is in its header, and nobody writes one. */
struct IndexPageHeader {}

struct DictionaryPageHeader {
  1: required i32 num_values
  2: required i32 encoding
  3: optional bool is_sorted
}

struct DataPageHeaderV2 {
  1: required i32 num_values
  2: required i32 num_nulls
  3: required i32 num_rows
  4: required i32 encoding
  5: required i32 definition_levels_byte_length
  6: required i32 repetition_levels_byte_length
  7: optional bool is_compressed = true
  8: optional Statistics statistics
}

struct PageHeader {
  1: required i32 type                  // PageType: which of the headers below is set
  2: required i32 uncompressed_page_size  // bytes, this header excluded
  3: required i32 compressed_page_size
  4: optional i32 crc                   // of the compressed_page_size bytes behind this header
  5: optional DataPageHeader data_page_header
  6: optional IndexPageHeader index_page_header
  7: optional DictionaryPageHeader dictionary_page_header
  8: optional DataPageHeaderV2 data_page_header_v2
}

/* ---- Bloom filters --------------------------------------------------------------------------- */

struct SplitBlockAlgorithm {}
union BloomFilterAlgorithm {
  1: SplitBlockAlgorithm BLOCK
}

struct XxHash {}
union BloomFilterHash {
  1: XxHash XXHASH                      // XXH64, seed 0, of the PLAIN value
}

struct Uncompressed {}
union BloomFilterCompression {
  1: Uncompressed UNCOMPRESSED
}

/* Stands before the filter's bits. */
struct BloomFilterHeader {
  1: required i32 numBytes              // of the bits
  2: required BloomFilterAlgorithm algorithm
  3: required BloomFilterHash hash
  4: required BloomFilterCompression compression
}

/* ---- Page index ------------------------------------------------------------------------------ */

struct PageLocation {
  1: required i64 offset                // of the page header, from the start of the file
  2: required i32 compressed_page_size  // page header included
  3: required i64 first_row_index       // in the row group
}

/* The data pages of a chunk, in order; the dictionary page is not listed. */
struct OffsetIndex {
  1: required list<PageLocation> page_locations
  2: optional list<i64> unencoded_byte_array_data_bytes  // BYTE_ARRAY: one a page
}

/* One element of each list a page of the OffsetIndex; of the histograms, (maximum level + 1). */
struct ColumnIndex {
  1: required list<bool> null_pages     // pages of nulls alone; their bounds are empty
  2: required list<binary> min_values
  3: required list<binary> max_values
  4: required i32 boundary_order        // BoundaryOrder
  5: optional list<i64> null_counts
  6: optional list<i64> repetition_level_histograms
  7: optional list<i64> definition_level_histograms
  8: optional list<i64> nan_counts      // FLOAT, DOUBLE, FLOAT16
}

/* ---- Footer ---------------------------------------------------------------------------------- */

/* How often each level occurs, from 0 to the maximum: what a reader's memory will need. */
struct SizeStatistics {
  1: optional i64 unencoded_byte_array_data_bytes  // BYTE_ARRAY: PLAIN without the lengths
  2: optional list<i64> repetition_level_histogram
  3: optional list<i64> definition_level_histogram
}

struct KeyValue {
  1: required string key
  2: optional string value
}

struct PageEncodingStats {
  1: required i32 page_type             // PageType
  2: required i32 encoding              // Encoding
  3: required i32 count                 // pages
}

struct ColumnMetaData {
  1: required i32 type                  // Type
  2: required list<i32> encodings       // Encoding, of values and levels
  3: required list<string> path_in_schema
  4: required i32 codec                 // CompressionCodec
  5: required i64 num_values            // nulls and empty lists counted
  6: required i64 total_uncompressed_size  // bytes, page headers included
  7: required i64 total_compressed_size
  8: optional list<KeyValue> key_value_metadata
  9: required i64 data_page_offset      // from the start of the file
  11: optional i64 dictionary_page_offset
  12: optional Statistics statistics
  13: optional list<PageEncodingStats> encoding_stats
  14: optional i64 bloom_filter_offset  // of its header, from the start of the file
  15: optional i32 bloom_filter_length  // bytes, header included
  16: optional SizeStatistics size_statistics
}

/* What an encrypted file has where we read: enough to tell it apart. The fields of these structs
 * are skipped. */
struct ColumnCryptoMetaData {}
struct EncryptionAlgorithm {}

struct ColumnChunk {
  1: optional string file_path          // where the pages are, when not in this file
  2: required i64 file_offset = 0       // deprecated, 0
  3: optional ColumnMetaData meta_data
  4: optional i64 offset_index_offset   // from the start of the file
  5: optional i32 offset_index_length   // bytes
  6: optional i64 column_index_offset
  7: optional i32 column_index_length
  8: optional ColumnCryptoMetaData crypto_metadata
  9: optional binary encrypted_column_metadata
}

struct SortingColumn {
  1: required i32 column_idx            // of the leaf, in schema order
  2: required bool descending
  3: required bool nulls_first
}

struct RowGroup {
  1: required list<ColumnChunk> columns  // in schema order
  2: required i64 total_byte_size       // uncompressed
  3: required i64 num_rows
  4: optional list<SortingColumn> sorting_columns
  5: optional i64 file_offset           // of the first page
  6: optional i64 total_compressed_size
  7: optional i16 ordinal
}

struct TypeDefinedOrder {}
struct IEEE754TotalOrder {}
struct Int96TimestampOrder {}

/* Which order the bounds of a leaf are in; an order that is not listed leaves every field unset,
 * and the bounds are then to be ignored. */
union ColumnOrder {
  1: TypeDefinedOrder TYPE_ORDER
  2: IEEE754TotalOrder IEEE_754_TOTAL_ORDER  // FLOAT, DOUBLE, FLOAT16
  3: Int96TimestampOrder INT96_TIMESTAMP_ORDER
}

struct FileMetaData {
  1: required i32 version               // 1
  2: required list<SchemaElement> schema
  3: required i64 num_rows
  4: required list<RowGroup> row_groups
  5: optional list<KeyValue> key_value_metadata
  6: optional string created_by
  7: optional list<ColumnOrder> column_orders  // one a leaf
  8: optional EncryptionAlgorithm encryption_algorithm
  9: optional binary footer_signing_key_metadata
}
