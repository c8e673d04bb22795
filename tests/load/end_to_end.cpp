// Drives real sinks and a real writer with the load sources, for end_to_end_test.py, which reads
// the files back with other readers. Beside each file it writes what the rows must be, made by the
// sources alone.
//
//   load_end_to_end contacts  DIRECTORY RECORDS PRODUCERS null|empty
//   load_end_to_end columns   FILE ROWS
//   load_end_to_end itch      DIRECTORY FILE
//   load_end_to_end generated DIRECTORY MESSAGES
//   load_end_to_end overload  DIRECTORY RECORDS PRODUCERS
//
// The sink's files are in DIRECTORY; Contacts as JSON lines in DIRECTORY/expected.jsonl (or
// FILE.jsonl), line i + 1 being Contact i; generated messages with their frames in
// DIRECTORY/messages.itch. Prints a JSON object: each producer's attempts by result.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "contact/generator.hpp"
#include "load/c_api.hpp"
#include "load/contact_rows.hpp"
#include "load/driver.hpp"
#include "load/itch_file.hpp"
#include "load/itch_generator.hpp"
#include "load/itch_rows.hpp"

namespace parquet_flow::load {
namespace {

constexpr std::uint64_t kSeed = 20'261'120;
constexpr std::uint64_t kColumnsRowGroupRows = 3000;

// --- what is expected ----------------------------------------------------------------------------

void writeText(std::ostream& out, std::string_view text) {
  out << '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out << '\\';
    }
    out << c;
  }
  out << '"';
}

void writeTextOrNull(std::ostream& out, const std::optional<std::string_view>& text) {
  if (text) {
    writeText(out, *text);
  } else {
    out << "null";
  }
}

void writePhone(std::ostream& out, const contact::Phone& phone) {
  out << "{\"number\": ";
  writeTextOrNull(out, phone.number);
  out << ", \"phone_type\": ";
  if (phone.type) {
    writeText(out, contact::kPhoneTypeNames[static_cast<std::size_t>(*phone.type)]);
  } else {
    out << "null";
  }
  out << "}";
}

bool writeExpected(const std::string& path, const contact::ContactOptions& options,
                   std::uint64_t rows) {
  const contact::ContactGenerator generator(options);
  std::ofstream out(path);
  for (std::uint64_t i = 0; i < rows; ++i) {
    contact::ContactText text;
    const contact::Contact contact = generator.contactAt(i, text);
    out << "{\"name\": ";
    writeTextOrNull(out, contact.name);
    out << ", \"phones\": ";
    if (contact.hasPhones) {
      out << "[";
      for (std::size_t phone = 0; phone < contact.phones().size(); ++phone) {
        out << (phone == 0 ? "" : ", ");
        writePhone(out, contact.phones()[phone]);
      }
      out << "]}\n";
    } else {
      out << "null}\n";
    }
  }
  return static_cast<bool>(out.flush());
}

bool writeMessages(const std::string& path, std::uint64_t messages) {
  const ItchGenerator generator(kSeed);
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t i = 0; i < messages; ++i) {
    std::array<std::uint8_t, kItchMessageBytesMax> message;
    appendItchFrame(generator.messageAt(i, message), bytes);
  }
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  return static_cast<bool>(out.flush());
}

void printReport(const DriveReport& report) {
  std::cout << "{\"producers\": [";
  for (std::size_t i = 0; i < report.producers.size(); ++i) {
    const ProducerReport& producer = report.producers[i];
    std::cout << (i == 0 ? "" : ", ") << "{\"producer\": " << producer.producer
              << ", \"attempted\": " << producer.attempted
              << ", \"accepted\": " << producer.accepted()
              << ", \"refused_full\": " << producer.results[PF_RECORD_FULL]
              << ", \"refused\": " << producer.refused() << "}";
  }
  std::cout << "]}\n";
}

// --- sinks ---------------------------------------------------------------------------------------

Result<DriveReport> throughSink(const std::string& directory, const pf_schema_t* schema,
                                pf_row_fn onRow, const SourceFactory& sources,
                                const DriveOptions& drive, std::uint64_t ringBytes,
                                pf_profile_t profile = PF_PROFILE_NANOS) {
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.shape = PF_SHAPE_CALLBACK;
  options.schema = schema;
  options.on_row = onRow;
  options.directory = directory.c_str();
  // Several files, and several row groups in each.
  options.row_group_rows = drive.records / 10 + 1;
  options.rotate_rows = drive.records / 4 + 1;
  options.compression = PF_COMPRESSION_GZIP;
  options.ring_bytes = ringBytes;
  options.profile = profile;
  pf_error_t error = makeError();
  pf_sink_t* sink = nullptr;
  PF_TRY(checkStatus(pf_sink_open(&options, &sink, &error), error));
  Result<DriveReport> report = parquet_flow::load::drive(sink, sources, drive);
  const Result<> closed = checkStatus(pf_sink_close(sink, PF_TIMEOUT_INFINITE, &error), error);
  pf_sink_destroy(sink);
  PF_TRY(closed);
  return report;
}

constexpr std::uint64_t kRoomyRing = std::uint64_t{8} << 20;  // holds all that a test hands over
constexpr std::uint64_t kSmallRing = std::uint64_t{64} << 10;

Result<> contactsThroughSink(const std::string& directory, std::uint64_t records,
                             std::uint32_t producers, std::uint64_t ringBytes, bool emptyLists,
                             pf_profile_t profile = PF_PROFILE_NANOS) {
  const contact::ContactOptions contacts{
      .seed = kSeed, .emptyLists = emptyLists, .distinctNames = emptyLists};
  PF_TRY_ASSIGN(const SchemaHandle schema, makeContactSchema());
  PF_TRY_ASSIGN(const DriveReport report,
                throughSink(directory, schema.get(), appendContactRow, contactSource(contacts),
                            {.producers = producers, .records = records}, ringBytes, profile));
  if (!writeExpected(directory + "/expected.jsonl", contacts, records)) {
    return fail(ErrorCode::kIo, "the expected rows could not be written");
  }
  printReport(report);
  return {};
}

Result<> itchThroughSink(const std::string& directory, const SourceFactory& sources,
                         std::uint64_t messages) {
  PF_TRY_ASSIGN(const SchemaHandle schema, makeItchSchema());
  PF_TRY_ASSIGN(const DriveReport report,
                throughSink(directory, schema.get(), appendItchRow, sources,
                            {.producers = 2, .records = messages}, kRoomyRing));
  printReport(report);
  return {};
}

Result<> replay(const std::string& directory, const std::string& path) {
  PF_TRY_ASSIGN(const ItchFile file, ItchFile::read(path));
  return itchThroughSink(directory, itchReplaySource(file, 1), file.messages());
}

Result<> generated(const std::string& directory, std::uint64_t messages) {
  PF_TRY(itchThroughSink(directory, itchSource(kSeed), messages));
  if (!writeMessages(directory + "/messages.itch", messages)) {
    return fail(ErrorCode::kIo, "the messages could not be written");
  }
  return {};
}

// --- columns -------------------------------------------------------------------------------------

// Types as the C header takes them, values rather than indices.
struct TypeTexts {
  std::vector<std::uint32_t> offsets;
  std::string bytes;

  contact::ContactColumns::Leaf of(const contact::ContactColumns::TypeLeaf& leaf) {
    offsets.assign(1, 0);
    bytes.clear();
    for (const std::uint32_t type : leaf.types) {
      bytes += contact::kPhoneTypeNames.at(type);
      offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
    return {.definitionLevels = leaf.definitionLevels,
            .repetitionLevels = leaf.repetitionLevels,
            .offsets = offsets,
            .bytes = bytes};
  }
};

pf_column_input_with_levels_t inputOf(const contact::ContactColumns::Leaf& leaf) {
  pf_column_input_with_levels_t input{};
  input.values = leaf.bytes.data();
  input.values_len = leaf.bytes.size();
  input.offsets = leaf.offsets.data();
  input.offsets_len = leaf.offsets.size();
  input.definition_levels = leaf.definitionLevels.data();
  input.definition_levels_len = leaf.definitionLevels.size();
  input.repetition_levels = leaf.repetitionLevels.data();
  input.repetition_levels_len = leaf.repetitionLevels.size();
  return input;
}

Result<> checkWriter(pf_status_t status, const pf_writer_handle_t* writer) {
  if (status == PF_STATUS_OK) {
    return {};
  }
  return fail(static_cast<ErrorCode>(status), pf_writer_last_error(writer));
}

Result<> writeRows(pf_writer_handle_t* writer, const contact::ContactOptions& options,
                   std::uint64_t rows) {
  const contact::ContactGenerator generator(options);
  contact::ContactColumns columns;
  TypeTexts types;
  for (std::uint64_t begin = 0; begin < rows; begin += kColumnsRowGroupRows) {
    const std::uint64_t end = std::min(begin + kColumnsRowGroupRows, rows);
    PF_TRY(generator.fill(begin, end, columns));
    const pf_column_input_with_levels_t inputs[] = {
        inputOf(columns.name()), inputOf(columns.number()), inputOf(types.of(columns.phoneType()))};
    PF_TRY(checkWriter(
        pf_writer_write_row_group_with_levels(writer, end - begin, inputs, std::size(inputs)),
        writer));
  }
  return checkWriter(pf_writer_close(writer), writer);
}

Result<> contactColumns(const std::string& path, std::uint64_t rows) {
  const contact::ContactOptions contacts{.seed = kSeed};
  PF_TRY_ASSIGN(const SchemaHandle schema, makeContactSchema());
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = path.c_str();
  pf_error_t error = makeError();
  pf_writer_handle_t* writer = nullptr;
  PF_TRY(checkStatus(pf_writer_create_with_options(schema.get(), nullptr, &output, &writer, &error),
                     error));
  const Result<> written = writeRows(writer, contacts, rows);
  pf_writer_destroy(writer);
  PF_TRY(written);
  if (!writeExpected(path + ".jsonl", contacts, rows)) {
    return fail(ErrorCode::kIo, "the expected rows could not be written");
  }
  return {};
}

Result<> run(const std::vector<std::string>& words) {
  const auto number = [&](std::size_t i) { return std::stoull(words.at(i)); };
  const auto producers = [&](std::size_t i) { return static_cast<std::uint32_t>(number(i)); };
  const std::string& mode = words.at(0);
  if (mode == "contacts") {
    return contactsThroughSink(words.at(1), number(2), producers(3), kRoomyRing,
                               words.at(4) == "empty");
  }
  if (mode == "columns") {
    return contactColumns(words.at(1), number(2));
  }
  if (mode == "itch") {
    return replay(words.at(1), words.at(2));
  }
  if (mode == "generated") {
    return generated(words.at(1), number(2));
  }
  if (mode == "portable") {
    return contactsThroughSink(words.at(1), number(2), producers(3), kRoomyRing, false,
                               PF_PROFILE_PORTABLE);
  }
  if (mode == "overload") {
    return contactsThroughSink(words.at(1), number(2), producers(3), kSmallRing, false);
  }
  return fail(ErrorCode::kInvalidArgument, "unknown mode " + mode);
}

}  // namespace
}  // namespace parquet_flow::load

int main(int argc, char** argv) {
  try {
    const auto done = parquet_flow::load::run(std::vector<std::string>(argv + 1, argv + argc));
    if (!done) {
      std::fprintf(stderr, "load_end_to_end: %s\n", done.error().message().c_str());
      return 1;
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load_end_to_end: %s\n", error.what());
    return 2;
  }
}
