// Where a writer's bytes go, and what becomes of them at the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/status.hpp"
#include "io/directory.hpp"
#include "io/file.hpp"
#include "io/pending_file.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

// A pf_output_t, checked and copied.
struct OutputOptions {
  pf_output_kind_t kind = PF_OUTPUT_PATH;
  std::string path;
  std::int32_t descriptor = -1;
  bool replace = true;
  pf_output_write_fn write = nullptr;
  pf_output_flush_fn flush = nullptr;
  pf_output_close_fn close = nullptr;
  void* user = nullptr;
};

[[nodiscard]] Result<OutputOptions> readOutput(const pf_output_t* output);

// An output that is being written. One thread at a time.
//
//   open  ->  takeFile  ->  (the file is written)  ->  publish
//
// A path is written aside: a hidden file in the same directory, which publish moves over the path,
// and which goes when the Output goes unpublished.
class Output {
 public:
  // `sync`: publish will be asked for it. kInvalidArgument, kIo: the output is not able to.
  [[nodiscard]] static Result<std::unique_ptr<Output>> open(const OutputOptions& options,
                                                            bool sync);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // Once. The file is to be destroyed before the Output.
  [[nodiscard]] std::unique_ptr<io::OutputFile> takeFile() noexcept { return std::move(file_); }

  // Closes the file that was taken, and gives it its name. `sync`: both are on the disk on return.
  // kExists where nothing may be replaced, and something has come to be there.
  [[nodiscard]] Result<void> publish(io::OutputFile& file, bool sync);

  // It will not be published: a file aside goes now.
  void discard() noexcept;

  // The writer exists: the application's `close` is ours to call from now on.
  void adopt() noexcept { isAdopted_ = true; }
  // From now on neither the application's callbacks are run nor is a file removed: in a forked
  // child both are the parent's.
  void mute() noexcept { isMuted_ = true; }
  [[nodiscard]] bool isMemory() const noexcept { return options_.kind == PF_OUTPUT_MEMORY; }

 private:
  explicit Output(const OutputOptions& options) : options_(options) {}
  // The application's callbacks, where they may be run; `self` is the Output.
  static int writeThrough(void* self, const void* data, std::size_t bytes);
  static int flushThrough(void* self);
  static int closeThrough(void* self);
  [[nodiscard]] Result<void> openFile();
  [[nodiscard]] Result<void> openAside();

  OutputOptions options_;
  bool isAdopted_ = false;
  bool isMuted_ = false;
  std::unique_ptr<io::OutputFile> file_;
  // PF_OUTPUT_PATH
  std::unique_ptr<io::Directory> directory_;
  std::string name_;
  std::optional<io::PendingFile> aside_;
};

}  // namespace parquet_flow::capi
