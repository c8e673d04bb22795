import java.io.IOException;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;

/** Writes the rows of a file again, in its own schema, with parquet-hadoop's writer. */
final class Rewrite {
  private Rewrite() {}

  /** `options`: as rewriters.py draws them. */
  static void rewrite(InputFile from, MessageType schema, OutputFile to, JsonNode options)
      throws IOException {
    try (ParquetReader<Group> reader = Rows.reader(from);
        ParquetWriter<Group> writer = writer(schema, to, options)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        writer.write(row);
      }
    }
  }

  private static ParquetWriter<Group> writer(MessageType schema, OutputFile to, JsonNode options)
      throws IOException {
    final ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(to)
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withWriterVersion(WriterVersion.valueOf(options.get("version").textValue()))
            .withRowGroupRowCountLimit(options.get("row_group_rows").intValue())
            .withPageRowCountLimit(options.get("page_rows").intValue())
            .withPageSize(options.get("page_bytes").intValue())
            .withMinRowCountForPageSizeCheck(1)
            .withDictionaryPageSize(options.get("dictionary_bytes").intValue())
            .withStatisticsTruncateLength(options.get("truncate_bytes").intValue())
            .withColumnIndexTruncateLength(options.get("truncate_bytes").intValue())
            .withPageWriteChecksumEnabled(options.get("crc").booleanValue())
            .withBloomFilterEnabled(options.get("bloom_filter").booleanValue())
            .withSizeStatisticsEnabled(options.get("size_statistics").booleanValue());
    for (Map.Entry<String, JsonNode> column : options.get("columns").properties()) {
      final String path = column.getKey();
      final JsonNode its = column.getValue();
      builder
          .withCompressionCodec(path, CompressionCodecName.valueOf(its.get("codec").textValue()))
          .withDictionaryEncoding(path, its.get("dictionary").booleanValue())
          .withByteStreamSplitEncoding(path, its.get("split").booleanValue())
          .withStatisticsEnabled(path, its.get("statistics").booleanValue());
    }
    return builder.build();
  }
}
