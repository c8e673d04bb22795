// Views straight onto the Arrow buffers, through the encoder: flat columns.
#include "our_writer.hpp"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include "io/discard_file.hpp"
#include "io/memory_file.hpp"
#include "io/posix_file.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::peers {
namespace {

template <class T>
T take(Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().message());
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

schema::PhysicalType physicalType(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return schema::PhysicalType::kBoolean;
    case arrow::Type::INT32:
      return schema::PhysicalType::kInt32;
    case arrow::Type::INT64:
      return schema::PhysicalType::kInt64;
    case arrow::Type::FLOAT:
      return schema::PhysicalType::kFloat;
    case arrow::Type::DOUBLE:
      return schema::PhysicalType::kDouble;
    case arrow::Type::STRING:
      return schema::PhysicalType::kByteArray;
    default:
      throw std::runtime_error("not yet: " + type.ToString());
  }
}

std::shared_ptr<const schema::Schema> schemaOf(const arrow::Schema& from) {
  auto schema = std::make_shared<schema::Schema>();
  for (const auto& field : from.fields()) {
    const auto type = physicalType(*field->type());
    const schema::LogicalType logical{type == schema::PhysicalType::kByteArray
                                          ? schema::LogicalKind::kString
                                          : schema::LogicalKind::kNone};
    const auto repetition =
        field->nullable() ? schema::Repetition::kOptional : schema::Repetition::kRequired;
    take(schema->addLeaf(schema::kRoot, field->name(), type, repetition, 0, logical));
  }
  return schema;
}

column::LeafView viewOf(const arrow::ArrayData& array, std::uint64_t first, std::uint64_t rows) {
  column::LeafView view;
  view.rows = rows;
  view.entries = rows;
  view.spaced = true;
  view.values.count = rows;
  const auto* data = reinterpret_cast<const std::byte*>(array.buffers[1]->data());
  if (array.type->id() == arrow::Type::BOOL) {
    view.values.layout = column::ValuesLayout::kBits;
    view.values.data = data;
    view.values.bitOffset = first;
  } else if (array.type->id() == arrow::Type::STRING) {
    view.values.layout = column::ValuesLayout::kOffsets32;
    view.values.offsets = reinterpret_cast<const std::uint32_t*>(data) + first;
    view.values.data = reinterpret_cast<const std::byte*>(array.buffers[2]->data());
    view.values.dataBytes = static_cast<std::uint64_t>(array.buffers[2]->size());
  } else {
    view.values.data = data + first * static_cast<std::uint64_t>(array.type->byte_width());
  }
  if (array.GetNullCount() != 0) {
    view.validity = array.buffers[0]->data();
    view.validityBitOffset = first;
  }
  return view;
}

std::optional<encoding::Encoding> encodingOf(Encoding encoding) {
  switch (encoding) {
    case Encoding::kChosen:
      return std::nullopt;
    case Encoding::kPlain:
      return encoding::Encoding::kPlain;
    case Encoding::kDictionary:
      return encoding::Encoding::kRleDictionary;
    case Encoding::kDelta:
      return encoding::Encoding::kDeltaBinaryPacked;
    case Encoding::kDeltaLength:
      return encoding::Encoding::kDeltaLengthByteArray;
    case Encoding::kDeltaByteArray:
      return encoding::Encoding::kDeltaByteArray;
    case Encoding::kByteStreamSplit:
      return encoding::Encoding::kByteStreamSplit;
  }
  return std::nullopt;
}

write::WriterOptions optionsOf(const WriteOptions& from, const schema::Schema& schema) {
  write::WriterOptions options;
  options.column.compression = static_cast<codec::Compression>(from.compression);
  options.column.encoding = encodingOf(from.encoding);
  options.column.statistics = from.statistics.value_or(options.column.statistics);
  options.sizeStatistics = from.statistics.value_or(options.sizeStatistics);
  options.pageIndex = from.pageIndex.value_or(options.pageIndex);
  options.crc = from.crc.value_or(options.crc);
  options.pageBytes = from.pageBytes != 0 ? from.pageBytes : options.pageBytes;
  options.pageRows = from.pageRows != 0 ? from.pageRows : options.pageRows;
  take(write::validateOptions(options, schema));
  return options;
}

std::unique_ptr<io::OutputFile> openOutput(const Output& output) {
  if (!output.path.empty()) {
    return std::make_unique<io::PosixOutputFile>(
        io::Descriptor(::open(output.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)),
        output.path);
  }
  if (output.memory != nullptr) {
    return std::make_unique<io::MemoryOutputFile>();
  }
  return std::make_unique<io::DiscardFile>();
}

}  // namespace

std::uint64_t writeWithOurs(const std::shared_ptr<arrow::RecordBatch>& batch,
                            const WriteOptions& options, const Output& output) {
  const auto schema = schemaOf(*batch->schema());
  const auto writerOptions = optionsOf(options, *schema);
  const auto encoder = take(write::RowGroupEncoder::create(schema, writerOptions));
  const auto file = take(write::FileWriter::open(openOutput(output), schema, writerOptions));
  write::EncodedRowGroup rowGroup;
  std::vector<column::LeafView> views(static_cast<std::size_t>(batch->num_columns()));
  const auto rows = static_cast<std::uint64_t>(batch->num_rows());
  const std::uint64_t step = options.rowGroupRows != 0 ? options.rowGroupRows : 1 << 20;
  for (std::uint64_t first = 0; first < rows; first += step) {
    const std::uint64_t count = std::min(step, rows - first);
    for (std::size_t i = 0; i < views.size(); ++i) {
      views[i] = viewOf(*batch->column_data(static_cast<int>(i)), first, count);
    }
    take(encoder->encode(count, views, rowGroup));
    take(file->writeRowGroup(rowGroup));
  }
  take(file->finish());
  if (output.path.empty() && output.memory != nullptr) {
    const auto contents = static_cast<io::MemoryOutputFile&>(file->file()).contents();
    *output.memory = arrow::Buffer::FromString(
        std::string(reinterpret_cast<const char*>(contents.data()), contents.size()));
  }
  take(file->file().close());
  return file->totals().fileBytes;
}

}  // namespace parquet_flow::peers
