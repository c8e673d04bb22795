// Goal: what is read where memory runs out is right as far as it goes, and after that nothing is
// given any more: no batch is left out, and none has rows of another.
//
// Method: a file with a column of each kind, read in small batches through streams, columns,
// rows and queries, with every allocation of a run failing in turn; what came before is held
// against the whole. One thread reads, so that they come in the same order.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "capi_fixture.hpp"
#include "row_text.hpp"
#include "support/allocation_faults.hpp"
#include "support/sanitizers.hpp"

namespace parquet_flow::test {
namespace {

constexpr std::size_t kRows = 100;  // of each of two row groups

using ReaderHandle = std::unique_ptr<pf_reader_t, Destroy<pf_reader_destroy>>;
using ScanHandle = std::unique_ptr<pf_scan_t, Destroy<pf_scan_destroy>>;
using QueryHandle = std::unique_ptr<pf_query_t, Destroy<pf_query_destroy>>;

template <class T>
T at(const void* values, std::int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + index * std::int64_t{sizeof(T)},
              sizeof(T));
  return value;
}

// A value of INT64, a string or a list of INT32, as text.
std::string valueAt(const ArrowArray& array, std::int64_t row) {
  if (array.null_count != 0 && (at<std::uint8_t>(array.buffers[0], row / 8) >> row % 8 & 1) == 0) {
    return "-";
  }
  if (array.n_buffers == 3) {
    const auto begin = at<std::int32_t>(array.buffers[1], row);
    return {static_cast<const char*>(array.buffers[2]) + begin,
            static_cast<std::size_t>(at<std::int32_t>(array.buffers[1], row + 1) - begin)};
  }
  if (array.n_children == 0) {
    return std::to_string(at<std::int64_t>(array.buffers[1], row + array.offset));
  }
  std::string text = "[";
  for (auto i = at<std::int32_t>(array.buffers[1], row);
       i < at<std::int32_t>(array.buffers[1], row + 1); ++i) {
    text += std::to_string(at<std::int32_t>(array.children[0]->buffers[1], i)) + " ";
  }
  return text + "]";
}

// Releases it.
void appendRows(ArrowArray& array, std::vector<std::string>& rows) {
  const AllocationScope own(false);
  for (std::int64_t row = 0; row < array.length; ++row) {
    std::string text;
    for (std::int64_t column = 0; column < array.n_children; ++column) {
      text += valueAt(*array.children[column], row) + ",";
    }
    rows.push_back(text);
  }
  array.release(&array);
}

class ReadingMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (parquet_flow::test::kThreadSanitized) {
      GTEST_SKIP() << "TSan's operator new goes before this program's";
    }
    pf_input_init(&input_, sizeof input_);
    writeFile();
    input_.kind = PF_INPUT_MEMORY;
    input_.memory = file_.data();
    input_.memory_bytes = file_.size();
  }

  pf_status_t open(ReaderHandle& reader) {
    pf_reader_t* opened = nullptr;
    const pf_status_t status = pf_reader_open(&input_, nullptr, &opened, nullptr);
    reader.reset(opened);
    return status;
  }

  // All of a stream, which is released. After a failure there is nothing more.
  static pf_status_t readStream(ArrowArrayStream& stream, std::vector<std::string>& rows) {
    int failure = 0;
    for (;;) {
      ArrowArray array{};
      failure = stream.get_next(&stream, &array);
      if (failure != 0 || array.release == nullptr) break;
      appendRows(array, rows);
    }
    const AllocationScope own(false);
    for (int i = 0; i < 3 && failure != 0; ++i) {
      ArrowArray array{};
      EXPECT_EQ(stream.get_next(&stream, &array), failure);
      EXPECT_EQ(array.release, nullptr);
    }
    stream.release(&stream);
    EXPECT_TRUE(failure == 0 || failure == ENOMEM) << failure;
    return failure == 0 ? PF_STATUS_OK : PF_STATUS_OUT_OF_MEMORY;
  }

  // `read` gives the status of the first call that is not OK, and appends rows.
  template <class Read>
  static void failEach(std::size_t rowCount, Read&& read) {
    std::vector<std::string> all;
    ASSERT_EQ(read(all), PF_STATUS_OK);
    ASSERT_EQ(all.size(), rowCount);
    const auto attempt = [&] {
      std::vector<std::string> rows;
      const pf_status_t status = read(rows);
      const AllocationScope own(false);
      EXPECT_LE(rows.size(), all.size());
      EXPECT_TRUE(rows.size() == all.size() || status != PF_STATUS_OK) << rows.size();
      for (std::size_t i = 0; i < std::min(rows.size(), all.size()); ++i) {
        EXPECT_EQ(rows[i], all[i]) << "row " << i;
      }
      return status;
    };
    std::uint64_t nth = 0;
    bool wasReached = true;
    while (wasReached && ++nth < 100'000) {
      failAllocations(nth, 1);
      const pf_status_t status = attempt();
      wasReached = countedAllocations() >= nth;
      healAllocations();
      // An allocation may be one that can be done without.
      EXPECT_TRUE(status == PF_STATUS_OK || (wasReached && status == PF_STATUS_OUT_OF_MEMORY))
          << "allocation " << nth << ": " << pf_status_name(status);
    }
    EXPECT_GT(nth, 50U);
  }

  pf_status_t ask(const pf_reader_t* reader, const std::vector<std::string_view>& words,
                  std::vector<std::string>& rows) {
    pf_query_t* made = nullptr;
    pf_status_t status = pf_query_create(reader, &made, nullptr);
    const QueryHandle query(made);
    using Ask = pf_status_t (*)(pf_query_t*, const char*, pf_error_t*);
    const Ask asks[] = {pf_query_where, pf_query_select, pf_query_group_by, pf_query_aggregate,
                        pf_query_order_by};
    for (std::size_t i = 0; i < words.size() && status == PF_STATUS_OK; ++i) {
      if (!words[i].empty()) status = asks[i](query.get(), words[i].data(), nullptr);
    }
    ArrowArrayStream stream{};
    if (status == PF_STATUS_OK) status = pf_query_run(query.get(), &stream, nullptr);
    return status == PF_STATUS_OK ? readStream(stream, rows) : status;
  }

  pf_input_t input_{};

 private:
  // id: 0, 1, ...; name: every third is null, of ten others; list: [] [i] [i i + 1].
  void writeFile() {
    const SchemaHandle schema = makeSchema();
    addLeaf(schema.get(), PF_SCHEMA_ROOT, "id", PF_PHYSICAL_INT64);
    addLeaf(schema.get(), PF_SCHEMA_ROOT, "name", PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_OPTIONAL, 0,
            PF_LOGICAL_STRING);
    std::uint32_t list = 0;
    ASSERT_EQ(pf_schema_add_list(schema.get(), PF_SCHEMA_ROOT, "list", PF_REPETITION_OPTIONAL, -1,
                                 &list, nullptr),
              PF_STATUS_OK);
    addLeaf(schema.get(), list, "element", PF_PHYSICAL_INT32);
    const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
    for (std::size_t group = 0; group < 2; ++group) {
      writeRowGroup(writer.get(), group * kRows);
    }
    ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
    const void* data = nullptr;
    std::size_t bytes = 0;
    ASSERT_EQ(pf_writer_memory(writer.get(), &data, &bytes), PF_STATUS_OK);
    file_.assign(static_cast<const char*>(data), bytes);
  }

  static void writeRowGroup(pf_writer_handle_t* writer, std::size_t first) {
    std::vector<std::int64_t> ids;
    std::string text;
    std::vector<std::uint32_t> offsets = {0};
    std::vector<std::uint8_t> present;
    std::vector<std::int32_t> elements;
    std::vector<std::uint8_t> definitions;
    std::vector<std::uint8_t> repetitions;
    for (std::size_t row = first; row < first + kRows; ++row) {
      ids.push_back(static_cast<std::int64_t>(row));
      present.push_back(row % 3 != 0 ? 1 : 0);
      if (row % 3 != 0) {
        text += "a name of some length " + std::to_string(row % 10);
        offsets.push_back(static_cast<std::uint32_t>(text.size()));
      }
      for (std::size_t i = 0; i < std::max<std::size_t>(row % 3, 1); ++i) {
        definitions.push_back(row % 3 == 0 ? 1 : 2);
        repetitions.push_back(i == 0 ? 0 : 1);
        if (row % 3 != 0) elements.push_back(static_cast<std::int32_t>(row + i));
      }
    }
    const pf_column_input_with_levels_t columns[] = {
        {ids.data(), kRows, nullptr, 0, nullptr, 0, nullptr, 0},
        {text.data(), text.size(), offsets.data(), offsets.size(), present.data(), kRows, nullptr,
         0},
        {elements.data(), elements.size(), nullptr, 0, definitions.data(), definitions.size(),
         repetitions.data(), repetitions.size()}};
    ErrorText error;
    ASSERT_EQ(pf_writer_write_row_group_with_levels(writer, kRows, columns, 3), PF_STATUS_OK)
        << pf_writer_last_error(writer);
  }

  std::string file_;
};

TEST_F(ReadingMemory, ofAStream) {
  for (const char* predicate : {"", "id >= 30 and name like '%7'"}) {
    failEach(*predicate == '\0' ? 2 * kRows : 12, [&](std::vector<std::string>& rows) {
      ReaderHandle reader;
      pf_status_t status = open(reader);
      pf_scan_options_t options;
      pf_scan_options_init(&options, sizeof options);
      options.batch_rows = 30;
      options.threads = 1;
      pf_predicate_t* parsed = nullptr;
      if (status == PF_STATUS_OK && *predicate != '\0') {
        status = pf_predicate_parse(predicate, &parsed, nullptr);
        options.predicate = parsed;
      }
      ArrowArrayStream stream{};
      if (status == PF_STATUS_OK) {
        status = pf_reader_export_arrow_stream(reader.get(), &options, &stream, nullptr);
      }
      pf_predicate_destroy(parsed);
      return status == PF_STATUS_OK ? readStream(stream, rows) : status;
    });
  }
}

TEST_F(ReadingMemory, ofColumns) {
  failEach(2 * kRows, [&](std::vector<std::string>& rows) {
    ReaderHandle reader;
    pf_status_t status = open(reader);
    pf_scan_options_t options;
    pf_scan_options_init(&options, sizeof options);
    options.batch_rows = 30;
    options.threads = 1;
    pf_scan_t* made = nullptr;
    if (status == PF_STATUS_OK) status = pf_reader_scan(reader.get(), &options, &made, nullptr);
    const ScanHandle scan(made);
    std::uint64_t count = 1;
    while (status == PF_STATUS_OK && count != 0) {
      pf_column_view_t columns[3];
      status = pf_scan_next_columns(scan.get(), columns, 3, &count, nullptr);
      const AllocationScope own(false);
      std::size_t entry = 0;
      for (std::uint64_t row = 0; status == PF_STATUS_OK && row < count; ++row) {
        const auto* const texts = static_cast<const char*>(columns[1].values);
        std::string text =
            std::to_string(at<std::int64_t>(columns[0].values, static_cast<std::int64_t>(row)));
        text.append(texts + columns[1].offsets[row],
                    columns[1].offsets[row + 1] - columns[1].offsets[row]);
        do {
          text += std::to_string(columns[2].definition_levels[entry++]);
        } while (entry < columns[2].entries && columns[2].repetition_levels[entry] != 0);
        rows.push_back(text);
      }
    }
    const AllocationScope own(false);
    for (int i = 0; i < 3 && made != nullptr && status != PF_STATUS_OK; ++i) {
      pf_column_view_t columns[3];
      EXPECT_EQ(pf_scan_next_columns(scan.get(), columns, 3, &count, nullptr), status);
      EXPECT_EQ(count, 0U);
    }
    return status;
  });
}

TEST_F(ReadingMemory, ofRows) {
  failEach(2 * kRows, [&](std::vector<std::string>& rows) {
    ReaderHandle reader;
    pf_status_t status = open(reader);
    pf_scan_options_t options;
    pf_scan_options_init(&options, sizeof options);
    options.batch_rows = 30;
    options.threads = 1;
    pf_scan_t* made = nullptr;
    if (status == PF_STATUS_OK) status = pf_reader_scan(reader.get(), &options, &made, nullptr);
    const ScanHandle scan(made);
    const pf_value_t* row = nullptr;
    if (status == PF_STATUS_OK) status = pf_scan_next_row(scan.get(), &row, nullptr);
    while (status == PF_STATUS_OK && row != nullptr) {
      {
        const AllocationScope own(false);
        rows.push_back(textOf(*row));
      }
      status = pf_scan_next_row(scan.get(), &row, nullptr);
    }
    const AllocationScope own(false);
    for (int i = 0; i < 3 && made != nullptr && status != PF_STATUS_OK; ++i) {
      EXPECT_EQ(pf_scan_next_row(scan.get(), &row, nullptr), status);
      EXPECT_EQ(row, nullptr);
    }
    return status;
  });
}

TEST_F(ReadingMemory, ofQueries) {
  // where, select, group by, aggregates, order by; and how many rows.
  const std::vector<std::pair<std::vector<std::string_view>, std::size_t>> queries = {
      {{"id < 50"}, 50},
      {{"", "name, id", "", "", "name desc"}, 2 * kRows},
      {{"id > 10", "", "name", "count, sum(id), min(name)"}, 11},
      {{"", "", "name", "count, distinct(id)", "name"}, 11},
      {{"", "", "", "count, min(id), max(name)"}, 1},
  };
  for (const auto& [words, rowCount] : queries) {
    failEach(rowCount, [&](std::vector<std::string>& rows) {
      ReaderHandle reader;
      const pf_status_t status = open(reader);
      return status == PF_STATUS_OK ? ask(reader.get(), words, rows) : status;
    });
  }
}

}  // namespace
}  // namespace parquet_flow::test
