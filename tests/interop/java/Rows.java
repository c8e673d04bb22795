import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import shaded.parquet.com.fasterxml.jackson.core.JsonFactory;
import shaded.parquet.com.fasterxml.jackson.core.JsonGenerator;

/**
 * Rows as parquet-hadoop's Group reader gives them, in the form that description.py writes: floats
 * and doubles as their bits, everything of bytes as hex, LIST as an array, MAP as an array of pairs.
 */
final class Rows {
  private static final JsonFactory JSON = new JsonFactory();

  private Rows() {}

  /** One row and its place in the file. */
  record Row(long index, String text) {}

  private static final class Reader extends ParquetReader.Builder<Group> {
    Reader(InputFile file) {
      super(file, new PlainParquetConfiguration());
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  /** Of all rows, as they come. */
  static ParquetReader<Group> reader(InputFile file) throws IOException {
    return new Reader(file).build();
  }

  /** All rows, page checksums verified, nothing skipped. */
  static List<Row> all(InputFile file) throws IOException {
    return rows(new Reader(file).withFilter(FilterCompat.NOOP));
  }

  /**
   * The rows that a predicate keeps. With `skipping`, everything that rules rows out is used:
   * statistics, dictionaries, bloom filters, the page index. With `exact`, what is left is looked
   * at row by row.
   */
  static List<Row> filtered(
      InputFile file, FilterCompat.Filter filter, boolean skipping, boolean exact)
      throws IOException {
    return rows(
        new Reader(file)
            .withFilter(filter)
            .useStatsFilter(skipping)
            .useDictionaryFilter(skipping)
            .useBloomFilter(skipping)
            .useColumnIndexFilter(skipping)
            .useRecordFilter(exact));
  }

  private static List<Row> rows(ParquetReader.Builder<Group> builder) throws IOException {
    final List<Row> found = new ArrayList<>();
    try (ParquetReader<Group> reader = builder.usePageChecksumVerification(true).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
          fields(json, row, row.getType());
        }
        found.add(new Row(reader.getCurrentRowIndex(), text.toString()));
      }
    }
    return found;
  }

  private static void fields(JsonGenerator json, Group group, GroupType type) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < type.getFieldCount(); ++i) {
      json.writeFieldName(type.getFieldName(i));
      field(json, group, type.getType(i), i);
    }
    json.writeEndObject();
  }

  private static void field(JsonGenerator json, Group group, Type type, int i) throws IOException {
    final int count = group.getFieldRepetitionCount(i);
    if (type.isRepetition(Type.Repetition.REPEATED)) {
      json.writeStartArray();
      for (int j = 0; j < count; ++j) {
        present(json, group, type, i, j);
      }
      json.writeEndArray();
    } else if (count == 0) {
      json.writeNull();
    } else {
      present(json, group, type, i, 0);
    }
  }

  private static void present(JsonGenerator json, Group group, Type type, int i, int j)
      throws IOException {
    if (type.isPrimitive()) {
      leaf(json, group, type, i, j);
      return;
    }
    final Group inner = group.getGroup(i, j);
    final LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    final boolean list = logical instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation;
    if (!list && !(logical instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation)) {
      fields(json, inner, type.asGroupType());
      return;
    }
    final GroupType entry = type.asGroupType().getType(0).asGroupType();
    json.writeStartArray();
    for (int k = 0; k < inner.getFieldRepetitionCount(0); ++k) {
      final Group element = inner.getGroup(0, k);
      if (list) {
        field(json, element, entry.getType(0), 0);
      } else {
        json.writeStartArray();
        field(json, element, entry.getType(0), 0);
        field(json, element, entry.getType(1), 1);
        json.writeEndArray();
      }
    }
    json.writeEndArray();
  }

  private static void leaf(JsonGenerator json, Group group, Type type, int i, int j)
      throws IOException {
    switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> json.writeBoolean(group.getBoolean(i, j));
      case INT32 -> json.writeNumber(group.getInteger(i, j));
      case INT64 -> json.writeNumber(group.getLong(i, j));
      case FLOAT ->
          json.writeNumber(Integer.toUnsignedLong(Float.floatToRawIntBits(group.getFloat(i, j))));
      case DOUBLE ->
          json.writeNumber(
              Long.toUnsignedString(Double.doubleToRawLongBits(group.getDouble(i, j))));
      case INT96 -> json.writeString(hex(group.getInt96(i, j)));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> json.writeString(hex(group.getBinary(i, j)));
    }
  }

  static String hex(Binary bytes) {
    return java.util.HexFormat.of().formatHex(bytes.getBytes());
  }
}
