#include "sink/open_file.hpp"

#include <utility>

#include "sink/file_names.hpp"
#include "sink/ledger.hpp"

namespace parquet_flow::sink {

std::string pathOf(const io::Directory& directory, std::string_view name) {
  if (directory.path() == ".") return std::string(name);
  std::string path(directory.path());
  if (!path.ends_with('/')) path.push_back('/');
  return path.append(name);
}

Result<std::unique_ptr<OpenFile>> OpenFile::create(io::Directory& directory, std::string name,
                                                   io::IfTaken ifTaken,
                                                   std::shared_ptr<const schema::Schema> schema,
                                                   const write::WriterOptions& options) {
  const std::string_view below = FileNames::directoryOf(name);
  if (!below.empty()) PF_TRY(directory.makeDirectory(below));
  PF_TRY_ASSIGN(auto pending, io::PendingFile::create(directory, name, ifTaken));
  auto writer = write::FileWriter::open(pending.takeFile(), std::move(schema), options);
  if (!writer) {
    // Of the two failures the first one is the cause.
    static_cast<void>(pending.discard().has_value());
    return fail(std::move(writer).error());
  }
  return std::unique_ptr<OpenFile>(
      new OpenFile(directory, std::move(name), std::move(pending), std::move(*writer)));
}

Result<void> OpenFile::writeRowGroup(const write::EncodedRowGroup& rowGroup) {
  // Until it is known to: what is thrown leaves it so.
  const bool wasWhole = std::exchange(isWhole_, false);
  auto written = writer_->writeRowGroup(rowGroup);
  if (written || written.error().code() == ErrorCode::kLimit) isWhole_ = wasWhole;
  return written;
}

Result<void> OpenFile::sync() {
  io::OutputFile& file = writer_->file();
  PF_TRY(finished_ ? pending_.syncWhole(file) : file.sync());
  if (!nameSynced_) {
    PF_TRY(directory_.sync(FileNames::directoryOf(name_)));
    nameSynced_ = true;
  }
  return {};
}

Result<void> OpenFile::finish(const std::string& ledger) {
  if (finished_) return {};
  if (!isWhole_) PF_TRY(writer_->cutBack());
  isWhole_ = true;
  PF_TRY(writer_->setKeyValue(kLedgerKey, ledger));
  isWhole_ = false;
  PF_TRY(writer_->finish());
  isWhole_ = true;
  finished_ = true;
  return {};
}

Result<void> OpenFile::publish(const std::string& name, io::Durability durability) {
  name_ = name;
  return pending_.publish(writer_->file(), name, durability);
}

}  // namespace parquet_flow::sink
