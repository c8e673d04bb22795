#include <algorithm>
#include <string>
#include <utility>

#include "base/thread.hpp"
#include "contact/leaf_views.hpp"
#include "contacts/output.hpp"
#include "write/file_writer.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::contacts {
namespace {

struct EncodedRowGroup final : Encoded {
  write::EncodedRowGroup rowGroup;
};

// Fixed: a choice by sample would be a thread's own, and depend on what it has seen. These are what
// the sample chooses where nothing is compressed.
write::ColumnOverride encodedAs(std::string path, encoding::Encoding encoding) {
  write::ColumnOverride column;
  column.path = std::move(path);
  column.encoding = write::ColumnOverride::EncodingChoice{encoding};
  return column;
}

write::WriterOptions writerOptions(const RunOptions& options) {
  using encoding::Encoding;
  write::WriterOptions writer;
  writer.column.compression = options.compression;
  writer.column.compressionLevel = options.compressionLevel;
  writer.overrides = {
      encodedAs("name", Encoding::kDeltaLengthByteArray),
      encodedAs("phones.list.element.number", Encoding::kDeltaByteArray),
      encodedAs("phones.list.element.phone_type", Encoding::kRleDictionary),
  };
  return writer;
}

class RowGroupEncoder final : public UnitEncoder {
 public:
  RowGroupEncoder(const RunOptions& options, RunState& state,
                  std::unique_ptr<write::RowGroupEncoder> encoder)
      : generator_({.seed = options.seed}),
        chunkRows_(options.chunkRows),
        state_(state),
        encoder_(std::move(encoder)) {}

  Result<bool> encode(const Unit& unit, Encoded& out, WorkTotals& totals) override {
    std::uint64_t now = monotonicNs();
    const auto lap = [&now](std::uint64_t& ns) {
      const std::uint64_t before = std::exchange(now, monotonicNs());
      ns += now - before;
    };
    encoder_->begin(static_cast<EncodedRowGroup&>(out).rowGroup);
    const auto unitRows = static_cast<double>(unit.end - unit.begin);
    std::uint64_t bytes = 0;
    for (std::uint64_t begin = unit.begin; begin < unit.end;) {
      if (state_.isStopped.load(std::memory_order_relaxed)) {
        return false;
      }
      const std::uint64_t end = std::min(begin + chunkRows_, unit.end);
      PF_TRY(generator_.fill(begin, end, columns_));
      lap(totals.generateNs);
      auto views = contact::leafViews(columns_);
      for (column::LeafView& view : views) {
        view.transient = true;
      }
      PF_TRY(encoder_->append(end - begin, views, static_cast<double>(end - begin) / unitRows));
      bytes += inMemoryBytes(columns_);
      lap(totals.encodeNs);
      state_.rowsDone.fetch_add(end - begin, std::memory_order_relaxed);
      begin = end;
    }
    PF_TRY(encoder_->finish());
    lap(totals.encodeNs);
    out.inMemoryBytes = bytes;
    return true;
  }

 private:
  const contact::ContactGenerator generator_;
  const std::uint64_t chunkRows_;
  RunState& state_;
  const std::unique_ptr<write::RowGroupEncoder> encoder_;
  contact::ContactColumns columns_;
};

class ParquetFile final : public FileOutput {
 public:
  explicit ParquetFile(std::unique_ptr<write::FileWriter> writer) : writer_(std::move(writer)) {}

  Result<void> write(const Encoded& encoded) override {
    return writer_->writeRowGroup(static_cast<const EncodedRowGroup&>(encoded).rowGroup);
  }
  Result<void> finish() override { return writer_->finish(); }
  io::OutputFile& file() noexcept override { return writer_->file(); }

 private:
  const std::unique_ptr<write::FileWriter> writer_;
};

class ParquetOutputs final : public Outputs {
 public:
  ParquetOutputs(const RunOptions& options, std::shared_ptr<const schema::Schema> schema)
      : options_(options), writer_(writerOptions(options)), schema_(std::move(schema)) {}

  [[nodiscard]] Result<void> validate() const { return write::validateOptions(writer_, *schema_); }
  std::unique_ptr<Encoded> makeEncoded() override { return std::make_unique<EncodedRowGroup>(); }
  Result<std::unique_ptr<UnitEncoder>> makeEncoder(RunState& state) override {
    PF_TRY_ASSIGN(auto encoder,
                  write::RowGroupEncoder::create(schema_, writer_, write::Feeding::kPieces));
    return std::make_unique<RowGroupEncoder>(options_, state, std::move(encoder));
  }
  Result<std::unique_ptr<FileOutput>> open(std::unique_ptr<io::OutputFile> file) override {
    PF_TRY_ASSIGN(auto writer, write::FileWriter::open(std::move(file), schema_, writer_));
    return std::make_unique<ParquetFile>(std::move(writer));
  }

 private:
  const RunOptions options_;
  const write::WriterOptions writer_;
  const std::shared_ptr<const schema::Schema> schema_;
};

}  // namespace

Result<std::unique_ptr<Outputs>> makeParquetOutputs(const RunOptions& options) {
  PF_TRY_ASSIGN(schema::Schema schema, contact::makeContactSchema());
  auto outputs = std::make_unique<ParquetOutputs>(
      options, std::make_shared<const schema::Schema>(std::move(schema)));
  PF_TRY(outputs->validate());
  return outputs;
}

}  // namespace parquet_flow::contacts
