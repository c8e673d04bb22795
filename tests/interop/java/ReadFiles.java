import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.Version;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;
import shaded.parquet.com.fasterxml.jackson.databind.ObjectMapper;
import shaded.parquet.com.fasterxml.jackson.databind.node.ArrayNode;
import shaded.parquet.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads Parquet files with Apache's own implementation, or writes their rows again. Says its version,
 * then answers requests, one line of JSON each, on standard output:
 *
 * <pre>
 * {"path": FILE, "bloom": {COLUMN: [[VALUE, ...] of a row group, ...]},
 *  "predicates": [{"column": COLUMN, "op": "=" | "!=" | "<" | "<=" | ">" | ">=" | "in",
 *                  "value": VALUE}, ...]}
 * {"rows": [ROW, ...], "footer": {...},
 *  "predicates": [{"rows": [INDEX, ...], "without_skipping": [INDEX, ...],
 *                  "looked_at": COUNT}, ...]}
 * {"path": FILE, "write": FILE, "options": {...}}
 * {}
 *
 * {"error": STACK_TRACE}
 * </pre>
 */
public final class ReadFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReadFiles() {}

  private static String answer(JsonNode request) throws IOException {
    final InputFile file = new LocalInputFile(Path.of(request.get("path").textValue()));
    final ObjectNode answer = JSON.createObjectNode();
    final MessageType schema;
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      schema = reader.getFileMetaData().getSchema();
      if (request.has("write")) {
        final Path to = Path.of(request.get("write").textValue());
        Rewrite.rewrite(file, schema, new LocalOutputFile(to), request.get("options"));
        return answer.toString();
      }
      answer.set("footer", Footer.facts(reader, request.path("bloom")));
    }
    final List<Rows.Row> rows = Rows.all(file);
    final ArrayNode predicates = answer.putArray("predicates");
    for (JsonNode predicate : request.path("predicates")) {
      predicates.add(filtered(file, schema, predicate, rows));
    }
    final StringBuilder texts = new StringBuilder();
    for (Rows.Row row : rows) {
      texts.append(texts.length() == 0 ? "" : ",").append(row.text());
    }
    final String rest = answer.toString();
    return "{\"rows\":[" + texts + "]," + rest.substring(1);
  }

  private static ObjectNode filtered(
      InputFile file, MessageType schema, JsonNode predicate, List<Rows.Row> rows)
      throws IOException {
    final String column = predicate.get("column").textValue();
    final FilterCompat.Filter filter =
        FilterCompat.get(
            Predicates.predicate(
                schema.getColumnDescription(column.split("\\.")).getPrimitiveType(),
                column,
                predicate.get("op").textValue(),
                predicate.get("value")));
    final ObjectNode found = JSON.createObjectNode();
    found.set("rows", indices(Rows.filtered(file, filter, true, true), rows));
    found.set("without_skipping", indices(Rows.filtered(file, filter, false, true), rows));
    found.put("looked_at", Rows.filtered(file, filter, true, false).size());
    return found;
  }

  /** Where rows stand in the file, each being the one that stands there among `all`. */
  private static ArrayNode indices(List<Rows.Row> rows, List<Rows.Row> all) throws IOException {
    final ArrayNode indices = JSON.createArrayNode();
    for (Rows.Row row : rows) {
      if (!all.get((int) row.index()).text().equals(row.text())) {
        throw new IOException("row " + row.index() + " differs when filtered: " + row.text());
      }
      indices.add(row.index());
    }
    return indices;
  }

  public static void main(String[] arguments) throws IOException {
    final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    final BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("parquet-java " + Version.VERSION_NUMBER);
    out.flush();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      try {
        out.println(answer(JSON.readTree(line)));
      } catch (IOException | RuntimeException | Error error) {
        final StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        out.println(JSON.createObjectNode().put("error", text.toString()));
      }
      out.flush();
    }
  }
}
