#include "merge/colf.hpp"

#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/thread.hpp"
#include "base/utf8.hpp"
#include "merge/output.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::string_view kMagic = "COLF";
constexpr std::uint64_t kHeadBytes = 13;       // of the first form
constexpr std::uint64_t kCodedHeadBytes = 14;  // of the later one
constexpr std::uint64_t kEntryBytes = 24;
constexpr std::uint8_t kSnappy = 1;

template <class T>
Result<T> readBe(ByteReader& reader) {
  PF_TRY_ASSIGN(const T value, reader.read<T>());
  static_assert(std::endian::native == std::endian::little);
  if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<T>(__builtin_bswap32(value));
  } else {
    return static_cast<T>(__builtin_bswap64(value));
  }
}

std::uint64_t bitmapBytesOf(std::uint64_t rows) noexcept { return (rows + 7) / 8; }

}  // namespace

Result<ConstBytes> ColfReader::bytesAt(std::uint64_t offset, std::uint64_t bytes) {
  if (offset > file_->size() || bytes > file_->size() - offset) {
    return fail(io::pastEndError(*file_, offset, bytes));
  }
  end_ = std::max(end_, offset + bytes);
  scratch_.clear();
  PF_TRY_ASSIGN(std::byte* const at, scratch_.appendUninitialized(bytes));
  PF_TRY(file_->readAt(offset, {at, static_cast<std::size_t>(bytes)}));
  return scratch_.span();
}

Result<std::unique_ptr<ColfReader>> ColfReader::open(std::unique_ptr<io::InputFile> file) {
  std::unique_ptr<ColfReader> reader(new ColfReader());
  reader->file_ = std::move(file);
  Result<void> read = reader->readHead();
  for (std::size_t i = 0; read && i < reader->columns_.size(); ++i) {
    Column& column = reader->columns_[i];
    read = reader->readData(column);
    if (!read) read = fail(std::move(read).error().withContext("column '" + column.name + "'"));
  }
  if (read && reader->end_ != reader->file_->size()) {
    read = fail(ErrorCode::kCorrupt, std::to_string(reader->file_->size() - reader->end_) +
                                         " bytes behind the last column");
  }
  if (read) read = reader->makeSchema();
  if (!read) return fail(std::move(read).error().withContext(reader->file_->name()));
  return reader;
}

Result<void> ColfReader::readHead() {
  const std::uint64_t some = std::min<std::uint64_t>(file_->size(), kCodedHeadBytes + 8);
  PF_TRY_ASSIGN(const ConstBytes head, bytesAt(0, some));
  ByteReader reader(head);
  PF_TRY_ASSIGN(const ConstBytes magic, reader.readBytes(kMagic.size()));
  if (asText(magic) != kMagic) return fail(ErrorCode::kCorrupt, "it does not begin with COLF");
  PF_TRY_ASSIGN(const auto version, readBe<std::uint8_t>(reader));
  if (version != 1) {
    return fail(ErrorCode::kUnsupported, "version " + std::to_string(version) + " of COLF");
  }
  ByteReader first(head.subspan(reader.position()), reader.position());
  PF_TRY_ASSIGN(auto columns, readBe<std::uint32_t>(first));
  PF_TRY_ASSIGN(auto rows, readBe<std::uint32_t>(first));
  // A head and nothing behind it: there is no metadata to tell the forms apart by.
  const bool isFirstAlone = head.size() == kHeadBytes && columns == 0;
  const bool isCodedAlone =
      head.size() == kCodedHeadBytes && loadLe<std::uint32_t>(head.data() + 6) == 0;
  if (isFirstAlone || isCodedAlone) return fail(ErrorCode::kCorrupt, "it has no columns");
  PF_TRY_ASSIGN(auto metadata, readBe<std::uint64_t>(first));
  std::uint64_t headBytes = kHeadBytes;
  if (columns == 0 || metadata != kHeadBytes + kEntryBytes * columns) {
    headBytes = kCodedHeadBytes;
    PF_TRY_ASSIGN(const auto codec, readBe<std::uint8_t>(reader));
    PF_TRY_ASSIGN(columns, readBe<std::uint32_t>(reader));
    PF_TRY_ASSIGN(rows, readBe<std::uint32_t>(reader));
    PF_TRY_ASSIGN(metadata, readBe<std::uint64_t>(reader));
    if (columns == 0 || metadata != kCodedHeadBytes + kEntryBytes * columns) {
      return fail(ErrorCode::kCorrupt, "the first column's metadata is at " +
                                           std::to_string(metadata) +
                                           ", which is not behind the entries of " +
                                           std::to_string(columns) + " columns");
    }
    if (codec > kSnappy) {
      return fail(ErrorCode::kUnsupported, "codec " + std::to_string(codec) + " of COLF");
    }
    if (codec == kSnappy) {
      PF_TRY_ASSIGN(decompressor_, codec::makeDecompressor(codec::Compression::kSnappy));
    }
  }
  rows_ = rows;
  return readEntries(headBytes, columns);
}

Result<void> ColfReader::readEntries(std::uint64_t headBytes, std::uint32_t columns) {
  // That they are in the file bounds what is made room for.
  PF_TRY_ASSIGN(const ConstBytes borrowed, bytesAt(headBytes, kEntryBytes * columns));
  ByteBuffer entries;
  PF_TRY(entries.append(borrowed));
  ByteReader entry(entries.span(), headBytes);
  for (std::uint32_t i = 0; i < columns; ++i) {
    PF_TRY_ASSIGN(const auto offset, readBe<std::uint64_t>(entry));
    Column& column = columns_.emplace_back();
    PF_TRY_ASSIGN(column.dataOffset, readBe<std::uint64_t>(entry));
    PF_TRY(entry.skip(2 * sizeof(std::uint32_t)));  // a size, see the layout, and padding
    Result<void> read = readMetadata(offset, column);
    if (!read) return fail(std::move(read).error().withContext("column " + std::to_string(i)));
  }
  return {};
}

Result<void> ColfReader::readMetadata(std::uint64_t offset, Column& out) {
  PF_TRY_ASSIGN(const ConstBytes front, bytesAt(offset, sizeof(std::uint32_t)));
  ByteReader length(front, offset);
  PF_TRY_ASSIGN(const auto nameBytes, readBe<std::uint32_t>(length));
  PF_TRY_ASSIGN(const ConstBytes rest,
                bytesAt(offset + sizeof nameBytes, std::uint64_t{nameBytes} + 2));
  ByteReader reader(rest, offset + sizeof nameBytes);
  PF_TRY_ASSIGN(const ConstBytes name, reader.readBytes(nameBytes));
  out.name = asText(name);
  PF_TRY_ASSIGN(const auto type, readBe<std::uint8_t>(reader));
  PF_TRY_ASSIGN(const auto nullable, readBe<std::uint8_t>(reader));
  if (type < 1 || type > 3) return reader.failCorrupt("type " + std::to_string(type));
  if (nullable > 1) return reader.failCorrupt("nullable is " + std::to_string(nullable));
  out.type = static_cast<Type>(type);
  out.isNullable = nullable == 1;
  return {};
}

Result<void> ColfReader::readData(Column& column) {
  PF_TRY_ASSIGN(const ConstBytes front, bytesAt(column.dataOffset, sizeof(std::uint32_t)));
  ByteReader length(front, column.dataOffset);
  PF_TRY_ASSIGN(const auto bytes, readBe<std::uint32_t>(length));
  const std::uint64_t begin = column.dataOffset + sizeof bytes;
  PF_TRY_ASSIGN(const ConstBytes block, bytesAt(begin, bytes));
  if (decompressor_ != nullptr) {
    PF_TRY(inflate(block, column.data));
  } else {
    column.data = std::move(scratch_);
    scratch_ = {};
  }
  const std::uint64_t bitmap = bitmapBytesOf(rows_);
  if (column.data.size() < bitmap) {
    return fail(ErrorCode::kCorrupt, std::to_string(column.data.size()) +
                                         " bytes are too few for the nulls of " +
                                         std::to_string(rows_) + " rows");
  }
  // Of what was compressed offsets count from the block's own beginning.
  column.values = ByteReader(column.data.span().subspan(bitmap),
                             decompressor_ != nullptr ? bitmap : begin + bitmap);
  return {};
}

// A block of Snappy begins with how many bytes it stands for.
Result<void> ColfReader::inflate(ConstBytes block, ByteBuffer& out) {
  ByteReader reader(block);
  PF_TRY_ASSIGN(const auto bytes, reader.readVarint32());
  if (bytes > decompressor_->bytesMax(block.size())) {
    return reader.failCorrupt("a block that cannot hold " + std::to_string(bytes) + " bytes");
  }
  PF_TRY_ASSIGN(std::byte* const at, out.appendUninitialized(bytes));
  return decompressor_->decompress(block, {at, bytes});
}

Result<void> ColfReader::makeSchema() {
  auto schema = std::make_shared<schema::Schema>();
  for (const Column& column : columns_) {
    using schema::PhysicalType;
    const PhysicalType type = column.type == Type::kInt32     ? PhysicalType::kInt32
                              : column.type == Type::kBoolean ? PhysicalType::kBoolean
                                                              : PhysicalType::kByteArray;
    const schema::LogicalType logical = {.kind = column.type == Type::kString
                                                     ? schema::LogicalKind::kString
                                                     : schema::LogicalKind::kNone};
    const auto added = schema->addLeaf(
        schema::kRoot, column.name, type,
        column.isNullable ? schema::Repetition::kOptional : schema::Repetition::kRequired, 0,
        logical);
    // Two of one name, or one without: the file's fault.
    if (!added) return fail(ErrorCode::kCorrupt, std::string(added.error().message()));
  }
  if (const auto valid = schema->validate(); !valid) {
    return fail(ErrorCode::kCorrupt, std::string(valid.error().message()));
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].batch = std::make_unique<column::LeafBuffer>(schema->leaves()[i]);
  }
  schema_ = std::move(schema);
  views_.resize(columns_.size());
  return {};
}

Result<std::uint64_t> ColfReader::next(std::uint64_t rowsMax) {
  const std::uint64_t rows = std::min(rowsMax, rows_ - row_);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    Result<void> read = readBatch(column, rows);
    if (read && row_ + rows == rows_ && !column.values.atEnd()) {
      read = column.values.failCorrupt("bytes behind the last value");
    }
    if (!read) {
      return fail(std::move(read).error().withContext(std::string(file_->name()) + ": column '" +
                                                      column.name + "'"));
    }
    views_[i] = column.batch->view(rows);
  }
  row_ += rows;
  return rows;
}

Result<void> ColfReader::readBatch(Column& column, std::uint64_t rows) {
  column.batch->clear();
  const std::uint8_t level = column.isNullable ? 1 : 0;
  for (std::uint64_t row = row_; row < row_ + rows; ++row) {
    const auto bits = std::to_integer<unsigned>(column.data.data()[row / 8]);
    const bool isNull = (bits >> (row % 8) & 1U) != 0;
    Result<void> read;
    if (isNull && !column.isNullable) {
      read = fail(ErrorCode::kCorrupt, "a null, where there are none");
    } else if (!isNull) {
      read = readValue(column);
    }
    if (!read) return fail(std::move(read).error().withContext("row " + std::to_string(row)));
    if (!column.batch->appendLevels(isNull ? 0 : level, 0)) {
      return fail(ErrorCode::kOutOfMemory, std::string());
    }
  }
  return {};
}

Result<void> ColfReader::readValue(Column& column) {
  bool hasRoom = true;
  switch (column.type) {
    case Type::kInt32: {
      PF_TRY_ASSIGN(const auto value, readBe<std::uint32_t>(column.values));
      hasRoom = column.batch->appendValue(value);
      break;
    }
    case Type::kBoolean: {
      PF_TRY_ASSIGN(const auto value, readBe<std::uint8_t>(column.values));
      if (value > 1) return column.values.failCorrupt("boolean " + std::to_string(value));
      hasRoom = column.batch->appendBoolean(value != 0);
      break;
    }
    case Type::kString: {
      PF_TRY_ASSIGN(const auto bytes, readBe<std::uint32_t>(column.values));
      PF_TRY_ASSIGN(const ConstBytes text, column.values.readBytes(bytes));
      if (!isUtf8(asText(text))) return column.values.failCorrupt("text that is not UTF-8");
      hasRoom = column.batch->appendBytes(text.data(), text.size());
      break;
    }
  }
  return hasRoom ? Result<void>{}
                 : fail(ErrorCode::kLimit,
                        "the values of a batch come to 4 GiB, or to more than "
                        "there is memory for");
}

Result<MergeResult> importColf(const MergeOptions& options, std::unique_ptr<io::InputFile> file,
                               const MergeEvents& events) {
  PF_TRY(validate(options));
  const std::uint64_t beganNs = monotonicNs();
  PF_TRY_ASSIGN(const auto reader, ColfReader::open(std::move(file)));
  write::WriterOptions writer;
  if (options.compression) {
    writer.column.compression = options.compression->compression;
    writer.column.compressionLevel = options.compression->level;
  }
  PF_TRY(write::validateOptions(writer, *reader->schema()));
  PF_TRY_ASSIGN(const auto output, Output::open(options, reader->schema(), writer));
  for (;;) {
    if (events.isStopped()) {
      return fail(ErrorCode::kCancelled, "stopped: there is no output");
    }
    PF_TRY_ASSIGN(const std::uint64_t rows, reader->next(options.batchRows));
    if (rows == 0) break;
    PF_TRY_ASSIGN(const bool isFull, output->isFull());
    if (isFull) PF_TRY(output->endFile({}));
    PF_TRY(output->append(rows, reader->views(), nullptr, [&] { return output->endFile({}); }));
  }
  PF_TRY(output->endFile({}));
  MergeResult result;
  PF_TRY_ASSIGN(result.outputs, output->publish());
  result.files = 1;
  result.rows = reader->rows();
  result.seconds = static_cast<double>(monotonicNs() - beganNs) * 1e-9;
  return result;
}

}  // namespace parquet_flow::merge
