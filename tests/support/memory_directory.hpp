// A directory in memory that knows what a power loss would leave of it.
//
// After Directory's contract, strictly: data is on the disk after OutputFile::sync(), a name after
// Directory::sync() of the directory that holds it, and nothing before. So code that forgets one of
// the two loses something at crash(), whatever a lenient filesystem would have saved.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/directory.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::test {

// Any number of threads.
class MemoryDirectory final : public io::Directory {
 public:
  MemoryDirectory();
  ~MemoryDirectory() override;

  Result<std::unique_ptr<io::OutputFile>> createExclusive(std::string_view name) override;
  Result<std::unique_ptr<io::InputFile>> openForReading(std::string_view name) override;
  Result<void> publish(std::string_view from, std::string_view to) override;
  Result<void> replace(std::string_view from, std::string_view to) override;
  Result<void> remove(std::string_view name) override;
  Result<io::EntryKind> kind(std::string_view name) override;
  Result<std::vector<io::DirectoryEntry>> list(std::string_view name) override;
  Result<void> makeDirectory(std::string_view name) override;
  Result<void> syncFile(std::string_view name) override;
  Result<void> sync(std::string_view name) override;
  Result<std::unique_ptr<io::DirectoryLock>> lock(std::string_view name) override;
  std::string_view path() const noexcept override { return "<memory>"; }

  // Power loss: names and data go back to what was synced. Files and locks that were open fail from
  // now on, or are free.
  void crash();
  // The same, but of what was not synced a random part survives: of each directory all names or
  // none (journals keep renames whole), of each file a part of the bytes behind the synced ones.
  void crashTorn(SeededRandom& random);

  // The content of a file now; a test failure and "" when there is none.
  [[nodiscard]] std::string contents(std::string_view name) const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace parquet_flow::test
