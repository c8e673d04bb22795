import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.EncodingStats;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.schema.PrimitiveType;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;
import shaded.parquet.com.fasterxml.jackson.databind.node.ArrayNode;
import shaded.parquet.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import shaded.parquet.com.fasterxml.jackson.databind.node.ObjectNode;

/** What parquet-hadoop makes of a footer, of the page index and of bloom filters, through its API. */
final class Footer {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Footer() {}

  /** `bloom`: values by column and row group, asked of that chunk's bloom filter. */
  static ObjectNode facts(ParquetFileReader reader, JsonNode bloom) throws IOException {
    final ObjectNode facts = JSON.objectNode();
    facts.put("created_by", reader.getFileMetaData().getCreatedBy());
    final ObjectNode keyValues = facts.putObject("key_values");
    reader.getFileMetaData().getKeyValueMetaData().forEach(keyValues::put);
    final ArrayNode groups = facts.putArray("row_groups");
    for (BlockMetaData block : reader.getRowGroups()) {
      final ObjectNode group = groups.addObject();
      group.put("rows", block.getRowCount());
      final ArrayNode columns = group.putArray("columns");
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        final ObjectNode column = columns.addObject();
        final String path = chunk.getPath().toDotString();
        final JsonNode values = bloom.path(path).path(groups.size() - 1);
        column.put("path", path);
        chunk(column, chunk);
        column.set("column_index", columnIndex(reader.readColumnIndex(chunk)));
        column.set("offset_index", offsetIndex(reader.readOffsetIndex(chunk)));
        column.set("bloom", bloom(reader.readBloomFilter(chunk), chunk, values));
      }
    }
    return facts;
  }

  private static void chunk(ObjectNode column, ColumnChunkMetaData chunk) {
    column.put("codec", chunk.getCodec().name());
    column.put("values", chunk.getValueCount());
    final ArrayNode encodings = column.putArray("encodings");
    chunk.getEncodings().stream().map(Enum::name).sorted().forEach(encodings::add);
    column.set("statistics", statistics(chunk.getStatistics()));
    column.set("encoding_stats", encodingStats(chunk.getEncodingStats()));
    final SizeStatistics size = chunk.getSizeStatistics();
    if (size != null) {
      final ObjectNode sizes = column.putObject("size");
      size.getUnencodedByteArrayDataBytes().ifPresent(bytes -> sizes.put("bytes", bytes));
      sizes.set("repetition", numbers(size.getRepetitionLevelHistogram()));
      sizes.set("definition", numbers(size.getDefinitionLevelHistogram()));
    }
  }

  private static JsonNode statistics(Statistics<?> statistics) {
    if (statistics == null) {
      return JSON.nullNode();
    }
    final ObjectNode node = JSON.objectNode();
    if (statistics.isNumNullsSet()) {
      node.put("nulls", statistics.getNumNulls());
    }
    if (statistics.isNanCountSet()) {
      node.put("nans", statistics.getNanCount());
    }
    if (statistics.hasNonNullValue()) {
      node.put("min", HexFormat.of().formatHex(statistics.getMinBytes()));
      node.put("max", HexFormat.of().formatHex(statistics.getMaxBytes()));
    }
    return node;
  }

  private static JsonNode encodingStats(EncodingStats stats) {
    if (stats == null) {
      return JSON.nullNode();
    }
    final ObjectNode node = JSON.objectNode();
    final ObjectNode dictionary = node.putObject("dictionary");
    for (Encoding encoding : stats.getDictionaryEncodings()) {
      dictionary.put(encoding.name(), stats.getNumDictionaryPagesEncodedAs(encoding));
    }
    final ObjectNode data = node.putObject("data");
    for (Encoding encoding : stats.getDataEncodings()) {
      data.put(encoding.name(), stats.getNumDataPagesEncodedAs(encoding));
    }
    node.put("v2", stats.usesV2Pages());
    return node;
  }

  private static JsonNode columnIndex(ColumnIndex index) {
    if (index == null) {
      return JSON.nullNode();
    }
    final ObjectNode node = JSON.objectNode();
    node.put("order", index.getBoundaryOrder().name());
    node.set("nulls", numbers(index.getNullCounts()));
    node.set("nans", numbers(index.getNanCounts()));
    final ArrayNode nullPages = node.putArray("null_pages");
    index.getNullPages().forEach(nullPages::add);
    node.set("min", bytes(index.getMinValues()));
    node.set("max", bytes(index.getMaxValues()));
    node.set("repetition", numbers(index.getRepetitionLevelHistogram()));
    node.set("definition", numbers(index.getDefinitionLevelHistogram()));
    return node;
  }

  private static JsonNode offsetIndex(OffsetIndex index) {
    if (index == null) {
      return JSON.nullNode();
    }
    final ArrayNode pages = JSON.arrayNode();
    for (int i = 0; i < index.getPageCount(); ++i) {
      final ObjectNode page = pages.addObject();
      page.put("offset", index.getOffset(i));
      page.put("size", index.getCompressedPageSize(i));
      page.put("first_row", index.getFirstRowIndex(i));
      index.getUnencodedByteArrayDataBytes(i).ifPresent(bytes -> page.put("bytes", bytes));
    }
    return pages;
  }

  /** Whether the filter may hold each of the values; null where there is no filter. */
  private static JsonNode bloom(BloomFilter filter, ColumnChunkMetaData chunk, JsonNode values) {
    if (filter == null) {
      return JSON.nullNode();
    }
    final PrimitiveType type = chunk.getPrimitiveType();
    final ArrayNode found = JSON.arrayNode();
    for (JsonNode value : values) {
      found.add(filter.findHash(filter.hash(Predicates.value(type, value))));
    }
    return found;
  }

  private static JsonNode numbers(List<Long> numbers) {
    if (numbers == null) {
      return JSON.nullNode();
    }
    final ArrayNode node = JSON.arrayNode();
    numbers.forEach(node::add);
    return node;
  }

  private static ArrayNode bytes(List<ByteBuffer> values) {
    final ArrayNode node = JSON.arrayNode();
    for (ByteBuffer value : values) {
      final byte[] bytes = new byte[value.remaining()];
      value.duplicate().get(bytes);
      node.add(HexFormat.of().formatHex(bytes));
    }
    return node;
  }
}
