// What a unit of rows becomes, and the file it goes to: Parquet or JSON lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "contact/generator.hpp"
#include "contacts/plan.hpp"
#include "io/file.hpp"

namespace parquet_flow::contacts {

// What a thread did and how long it took; nanoseconds of a clock on the wall.
struct WorkTotals {
  std::uint64_t generateNs = 0;
  std::uint64_t encodeNs = 0;
  std::uint64_t writeNs = 0;
  std::uint64_t waitNs = 0;         // for memory that others had
  std::uint64_t inMemoryBytes = 0;  // see inMemoryBytes; of what was written

  WorkTotals& operator+=(const WorkTotals& other) noexcept;
};

// Bytes of the rows as Arrow has them: the text, a 32-bit offset for each string and each list, and
// a bit of validity for each name, list, number and type.
[[nodiscard]] std::uint64_t inMemoryBytes(const contact::ContactColumns& columns) noexcept;

// An encoded unit, made by an encoder and written once; used again.
class Encoded {
 public:
  Encoded() = default;
  Encoded(const Encoded&) = delete;
  Encoded& operator=(const Encoded&) = delete;
  virtual ~Encoded() = default;

  std::uint64_t rows = 0;
  std::uint64_t inMemoryBytes = 0;
  std::uint64_t sequence = 0;      // in its file
  Encoded* nextArrived = nullptr;  // the turn queue's
};

// Of one thread.
class UnitEncoder {
 public:
  UnitEncoder() = default;
  UnitEncoder(const UnitEncoder&) = delete;
  UnitEncoder& operator=(const UnitEncoder&) = delete;
  virtual ~UnitEncoder() = default;
  // Generates and encodes the unit chunk by chunk, and counts its rows in `rowsDone`. False: it
  // was stopped, and there is nothing to write.
  [[nodiscard]] virtual Result<bool> encode(const Unit& unit, Encoded& out, WorkTotals& totals) = 0;
};

// Of one file, one thread at a time.
class FileOutput {
 public:
  FileOutput() = default;
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;
  virtual ~FileOutput() = default;
  [[nodiscard]] virtual Result<void> write(const Encoded& encoded) = 0;
  // The file is whole then, but neither synced nor closed.
  [[nodiscard]] virtual Result<void> finish() = 0;
  [[nodiscard]] virtual io::OutputFile& file() noexcept = 0;
};

// What the encoders of a run share.
struct RunState {
  std::atomic<bool> isStopped{false};
  std::atomic<std::uint64_t> rowsDone{0};
};

class Outputs {
 public:
  virtual ~Outputs() = default;
  [[nodiscard]] virtual std::unique_ptr<Encoded> makeEncoded() = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<UnitEncoder>> makeEncoder(RunState& state) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<FileOutput>> open(
      std::unique_ptr<io::OutputFile> file) = 0;
};

[[nodiscard]] Result<std::unique_ptr<Outputs>> makeParquetOutputs(const RunOptions& options);
[[nodiscard]] std::unique_ptr<Outputs> makeJsonOutputs(const RunOptions& options);

}  // namespace parquet_flow::contacts
