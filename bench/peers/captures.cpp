#include "captures.hpp"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <vector>

#include "arrow_status.hpp"
#include "load/itch_decode.hpp"
#include "load/itch_file.hpp"

namespace parquet_flow::peers {
namespace {

using load::ItchColumn;
using load::ItchType;

constexpr std::int64_t kDayNs = 86'400'000'000'000;
// 2010-12-24 00:00 UTC: the day that the sample is named after.
constexpr std::int64_t kFirstDayNs = 14'967 * kDayNs;

// The builder of one column, and how the decoder's numbers reach it.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(ItchType type) : type_(type), builder_(make(type)) {}

  void null() { check(builder_->AppendNull()); }
  void text(std::string_view value) { check(as<arrow::StringBuilder>().Append(value)); }
  void number(std::uint64_t value) {
    switch (type_) {
      case ItchType::kUint16:
        return check(as<arrow::UInt16Builder>().Append(static_cast<std::uint16_t>(value)));
      case ItchType::kUint32:
        return check(as<arrow::UInt32Builder>().Append(static_cast<std::uint32_t>(value)));
      case ItchType::kUint64:
        return check(as<arrow::UInt64Builder>().Append(value));
      case ItchType::kTime:
      case ItchType::kSeconds:
        return check(
            as<arrow::TimestampBuilder>().Append(kFirstDayNs + static_cast<std::int64_t>(value)));
      default:
        return check(as<arrow::Int64Builder>().Append(static_cast<std::int64_t>(value)));
    }
  }

  std::shared_ptr<arrow::Array> finish() { return check(builder_->Finish()); }

 private:
  template <class Builder>
  Builder& as() {
    return static_cast<Builder&>(*builder_);
  }

  static std::unique_ptr<arrow::ArrayBuilder> make(ItchType type) {
    auto* const pool = arrow::default_memory_pool();
    switch (type) {
      case ItchType::kText:
        return std::make_unique<arrow::StringBuilder>(pool);
      case ItchType::kUint16:
        return std::make_unique<arrow::UInt16Builder>(pool);
      case ItchType::kUint32:
        return std::make_unique<arrow::UInt32Builder>(pool);
      case ItchType::kUint64:
        return std::make_unique<arrow::UInt64Builder>(pool);
      case ItchType::kTime:
      case ItchType::kSeconds:
        return std::make_unique<arrow::TimestampBuilder>(arrow::timestamp(arrow::TimeUnit::NANO),
                                                         pool);
      default:
        return std::make_unique<arrow::Int64Builder>(pool);
    }
  }

  ItchType type_;
  std::unique_ptr<arrow::ArrayBuilder> builder_;
};

// What decodeItch calls.
struct Columns {
  std::vector<ColumnBuilder> builders;

  void null(ItchColumn column) { at(column).null(); }
  void text(ItchColumn column, std::string_view value) { at(column).text(value); }
  void number(ItchColumn column, ItchType /*type*/, std::uint64_t value) {
    at(column).number(value);
  }
  ColumnBuilder& at(ItchColumn column) { return builders[static_cast<std::size_t>(column)]; }
};

arrow::ArrayVector decodeFile(const std::string& path) {
  const auto file = load::ItchFile::read(path);
  if (!file) {
    throw std::runtime_error(file.error().message());
  }
  Columns columns;
  for (std::size_t i = 0; i < load::kItchColumns; ++i) {
    columns.builders.emplace_back(load::itchColumn(static_cast<ItchColumn>(i)).type);
  }
  load::ItchReplay replay(*file, 1);
  for (auto message = replay.next(); !message.empty(); message = replay.next()) {
    if (!load::decodeItch(message, columns)) {
      throw std::runtime_error(path + ": a message that is not valid");
    }
  }
  arrow::ArrayVector arrays;
  for (auto& builder : columns.builders) {
    arrays.push_back(builder.finish());
  }
  return arrays;
}

// How far a column's values are from those of the repetition before: 0 where they are the same.
std::uint64_t stepOf(ItchColumn column, const arrow::Array& array) {
  switch (column) {
    case ItchColumn::kTimestamp:
    case ItchColumn::kIpoReleaseTime:
      return static_cast<std::uint64_t>(kDayNs);
    case ItchColumn::kOrderReference:
    case ItchColumn::kNewOrderReference:
    case ItchColumn::kMatchNumber: {
      const auto& numbers = static_cast<const arrow::UInt64Array&>(array);
      std::uint64_t most = 0;
      for (std::int64_t i = 0; i < numbers.length(); ++i) {
        most = std::max(most, numbers.IsNull(i) ? 0 : numbers.Value(i));
      }
      return most + 1;
    }
    default:
      return 0;
  }
}

// `array`, of 64-bit values, with `by` added to each.
std::shared_ptr<arrow::Array> shifted(const arrow::Array& array, std::uint64_t by) {
  auto data = array.data()->Copy();
  std::shared_ptr<arrow::Buffer> values = check(arrow::AllocateBuffer(array.length() * 8));
  const auto* from = data->GetValues<std::uint64_t>(1);
  std::transform(from, from + array.length(),
                 reinterpret_cast<std::uint64_t*>(values->mutable_data()),
                 [by](std::uint64_t value) { return value + by; });
  data->buffers[1] = std::move(values);
  return arrow::MakeArray(data);
}

}  // namespace

std::shared_ptr<arrow::RecordBatch> itchBatch(const std::string& path, std::uint64_t rows) {
  arrow::ArrayVector columns = decodeFile(path);
  const auto messages = static_cast<std::uint64_t>(columns.front()->length());
  const std::uint64_t repetitions = (rows + messages - 1) / messages;
  const auto steps = [&] {
    std::array<std::uint64_t, load::kItchColumns> all{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      all[i] = stepOf(static_cast<ItchColumn>(i), *columns[i]);
    }
    // Both name orders.
    auto& order = all[static_cast<std::size_t>(ItchColumn::kOrderReference)];
    auto& newOrder = all[static_cast<std::size_t>(ItchColumn::kNewOrderReference)];
    order = newOrder = std::max(order, newOrder);
    return all;
  }();
  arrow::FieldVector fields;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    arrow::ArrayVector parts;
    for (std::uint64_t k = 0; k < repetitions; ++k) {
      parts.push_back(steps[i] == 0 ? columns[i] : shifted(*columns[i], k * steps[i]));
    }
    columns[i] = check(arrow::Concatenate(parts))->Slice(0, static_cast<std::int64_t>(rows));
    fields.push_back(arrow::field(load::itchColumn(static_cast<ItchColumn>(i)).name,
                                  columns[i]->type(), i >= load::kItchRequiredColumns));
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), static_cast<std::int64_t>(rows), columns);
}

std::shared_ptr<arrow::RecordBatch> intsBatch(std::uint64_t rows) {
  std::mt19937_64 random(30);
  arrow::Int32Builder small;
  arrow::Int32Builder large;
  arrow::Int32Builder sequence;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const auto value = static_cast<std::int32_t>(random() % 1000);
    check(random() % 100 < 5 ? small.AppendNull() : small.Append(value));
    check(large.Append(static_cast<std::int32_t>(random() % 1'000'000)));
    check(sequence.Append(static_cast<std::int32_t>(row)));
  }
  const auto schema =
      arrow::schema({arrow::field("small", arrow::int32()), arrow::field("large", arrow::int32()),
                     arrow::field("sequence", arrow::int32())});
  return arrow::RecordBatch::Make(
      schema, static_cast<std::int64_t>(rows),
      {check(small.Finish()), check(large.Finish()), check(sequence.Finish())});
}

}  // namespace parquet_flow::peers
