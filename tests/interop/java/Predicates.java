import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.booleanColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.doubleColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.floatColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.intColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.longColumn;

import java.util.Collections;
import java.util.HexFormat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;

/** Values and predicates of a request: values are written as in the rows. */
final class Predicates {
  private Predicates() {}

  static Object value(PrimitiveType type, JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> json.booleanValue();
      case INT32 -> json.intValue();
      case INT64 -> json.longValue();
      case FLOAT -> Float.intBitsToFloat((int) json.longValue());
      case DOUBLE -> Double.longBitsToDouble(json.bigIntegerValue().longValue());
      case INT96, BINARY, FIXED_LEN_BYTE_ARRAY ->
          Binary.fromConstantByteArray(HexFormat.of().parseHex(json.textValue()));
    };
  }

  /** `column` `op` `value`; what FilterApi has no such operator for is refused by it. */
  static FilterPredicate predicate(PrimitiveType type, String column, String op, JsonNode json) {
    final Object value = value(type, json);
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> equality(booleanColumn(column), op, (Boolean) value);
      case INT32 -> ordered(intColumn(column), op, (Integer) value);
      case INT64 -> ordered(longColumn(column), op, (Long) value);
      case FLOAT -> ordered(floatColumn(column), op, (Float) value);
      case DOUBLE -> ordered(doubleColumn(column), op, (Double) value);
      case INT96, BINARY, FIXED_LEN_BYTE_ARRAY ->
          ordered(binaryColumn(column), op, (Binary) value);
    };
  }

  private static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsEqNotEq>
      FilterPredicate equality(C column, String op, T value) {
    return switch (op) {
      case "=" -> FilterApi.eq(column, value);
      case "!=" -> FilterApi.notEq(column, value);
      default -> throw new IllegalArgumentException("operator " + op);
    };
  }

  private static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsLtGt>
      FilterPredicate ordered(C column, String op, T value) {
    return switch (op) {
      case "<" -> FilterApi.lt(column, value);
      case "<=" -> FilterApi.ltEq(column, value);
      case ">" -> FilterApi.gt(column, value);
      case ">=" -> FilterApi.gtEq(column, value);
      case "in" -> FilterApi.in(column, Collections.singleton(value));
      default -> equality(column, op, value);
    };
  }
}
