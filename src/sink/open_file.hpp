// One file of a sink, from its creation under a hidden name to its publication.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "io/directory.hpp"
#include "io/pending_file.hpp"
#include "schema/schema.hpp"
#include "write/file_writer.hpp"
#include "write/options.hpp"

namespace parquet_flow::sink {

// With the directory's own path in front of it.
[[nodiscard]] std::string pathOf(const io::Directory& directory, std::string_view name);

class OpenFile {
 public:
  // Creates it aside of `name`, and the directory that holds it. kExists when the name is taken and
  // not to be replaced. `directory` must outlive it.
  [[nodiscard]] static Result<std::unique_ptr<OpenFile>> create(
      io::Directory& directory, std::string name, io::IfTaken ifTaken,
      std::shared_ptr<const schema::Schema> schema, const write::WriterOptions& options);

  // As FileWriter::writeRowGroup. After a failure only finish, publish and discard make sense.
  [[nodiscard]] Result<void> writeRowGroup(const write::EncodedRowGroup& rowGroup);
  // What was written is on the disk, and so is the hidden name. Of a finished file it is so from
  // the first time on that it succeeds.
  [[nodiscard]] Result<void> sync();

  // Cuts the file back to its last whole row group where a write failed, and writes the footer.
  // After a failure it may be tried again.
  [[nodiscard]] Result<void> finish(const std::string& ledger);
  // Of a finished file. Goes on where it failed: see PendingFile::publish.
  [[nodiscard]] Result<void> publish(const std::string& name, io::Durability durability);
  // Removes it.
  [[nodiscard]] Result<void> discard() { return pending_.discard(); }

  // What it is to be called; publish may have given it another name.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string path() const { return pathOf(name_); }
  [[nodiscard]] std::string hiddenPath() const { return pathOf(pending_.hiddenName()); }
  // It ends with a row group, and takes another one.
  [[nodiscard]] bool isWhole() const noexcept { return isWhole_; }
  [[nodiscard]] bool isFinished() const noexcept { return finished_; }
  [[nodiscard]] bool isPublished() const noexcept { return pending_.isPublished(); }
  [[nodiscard]] bool isBroken() const noexcept { return pending_.isBroken(); }
  [[nodiscard]] const write::FileTotals& totals() const noexcept { return writer_->totals(); }

 private:
  OpenFile(io::Directory& directory, std::string name, io::PendingFile pending,
           std::unique_ptr<write::FileWriter> writer) noexcept
      : directory_(directory),
        name_(std::move(name)),
        pending_(std::move(pending)),
        writer_(std::move(writer)) {}

  [[nodiscard]] std::string pathOf(std::string_view name) const {
    return sink::pathOf(directory_, name);
  }

  io::Directory& directory_;
  std::string name_;
  io::PendingFile pending_;
  std::unique_ptr<write::FileWriter> writer_;
  bool isWhole_ = true;
  bool finished_ = false;
  bool nameSynced_ = false;
};

}  // namespace parquet_flow::sink
