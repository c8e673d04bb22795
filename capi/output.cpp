#include "output.hpp"

#include <utility>

#include "boundary.hpp"
#include "defaults.hpp"
#include "io/borrowed_descriptor.hpp"
#include "io/callback_file.hpp"
#include "io/discard_file.hpp"
#include "io/memory_file.hpp"
#include "io/posix_directory.hpp"
#include "struct_versions.hpp"

namespace parquet_flow::capi {

Result<OutputOptions> readOutput(const pf_output_t* output) {
  PF_TRY_ASSIGN(const pf_output_t given, readStruct(output, "output", defaultOutput()));
  OutputOptions options;
  PF_TRY_ASSIGN(const bool noReplace, requireSwitch(given.no_replace, "output->no_replace"));
  options.replace = !noReplace;
  switch (given.kind) {
    case PF_OUTPUT_PATH:
      PF_TRY(requirePointer(given.path, "output->path"));
      options.path = given.path;
      break;
    case PF_OUTPUT_DESCRIPTOR:
      if (given.descriptor < 0) {
        return invalid("output->descriptor is ", given.descriptor);
      }
      options.descriptor = given.descriptor;
      break;
    case PF_OUTPUT_CALLBACKS:
      if (given.write == nullptr) return invalid("output->write is NULL");
      options.write = given.write;
      options.flush = given.flush;
      options.close = given.close;
      options.user = given.user;
      break;
    case PF_OUTPUT_MEMORY:
    case PF_OUTPUT_DISCARD:
      break;
    default:
      return notEnumerated(given.kind, "output->kind", "pf_output_kind_t");
  }
  options.kind = static_cast<pf_output_kind_t>(given.kind);
  return options;
}

Result<std::unique_ptr<Output>> Output::open(const OutputOptions& options, bool sync) {
  if (sync && options.kind == PF_OUTPUT_CALLBACKS && options.flush == nullptr) {
    return invalid("options->sync is 1, but output->flush is NULL");
  }
  std::unique_ptr<Output> output(new Output(options));
  PF_TRY(output->openFile());
  // A pipe cannot be synced. Better said now.
  if (sync && options.kind == PF_OUTPUT_DESCRIPTOR) PF_TRY(output->file_->sync());
  return output;
}

Result<void> Output::openFile() {
  switch (options_.kind) {
    case PF_OUTPUT_PATH:
      return openAside();
    case PF_OUTPUT_DESCRIPTOR: {
      PF_TRY_ASSIGN(file_, io::borrowDescriptor(options_.descriptor));
      return {};
    }
    case PF_OUTPUT_MEMORY:
      file_ = std::make_unique<io::MemoryOutputFile>();
      return {};
    case PF_OUTPUT_CALLBACKS: {
      io::OutputCallbacks callbacks{.write = writeThrough, .user = this};
      if (options_.flush != nullptr) callbacks.flush = flushThrough;
      if (options_.close != nullptr) callbacks.close = closeThrough;
      PF_TRY_ASSIGN(file_, io::makeCallbackFile(callbacks));
      return {};
    }
    case PF_OUTPUT_DISCARD:
      file_ = std::make_unique<io::DiscardFile>();
      return {};
  }
  return {};
}

int Output::writeThrough(void* self, const void* data, std::size_t bytes) {
  const auto& output = *static_cast<Output*>(self);
  return output.isMuted_ ? 0 : output.options_.write(output.options_.user, data, bytes);
}

int Output::flushThrough(void* self) {
  const auto& output = *static_cast<Output*>(self);
  return output.isMuted_ ? 0 : output.options_.flush(output.options_.user);
}

int Output::closeThrough(void* self) {
  const auto& output = *static_cast<Output*>(self);
  const bool isOurs = output.isAdopted_ && !output.isMuted_;
  return isOurs ? output.options_.close(output.options_.user) : 0;
}

Result<void> Output::openAside() {
  io::SplitPath split = io::splitPath(options_.path);
  if (split.name.empty() || split.name == "." || split.name == "..") {
    return invalid("path ", options_.path, options_.path.empty() ? "is empty" : " names no file");
  }
  name_ = std::move(split.name);
  PF_TRY_ASSIGN(directory_, io::openDirectory(split.directory, io::IfMissing::kFail));
  const auto ifTaken = options_.replace ? io::IfTaken::kReplace : io::IfTaken::kRefuse;
  PF_TRY_ASSIGN(aside_, io::PendingFile::create(*directory_, name_, ifTaken));
  file_ = aside_->takeFile();
  return {};
}

Result<void> Output::publish(io::OutputFile& file, bool sync) {
  if (aside_) {
    return aside_->publish(file, name_, sync ? io::Durability::kSynced : io::Durability::kSystem);
  }
  if (sync) PF_TRY(file.sync());
  return file.close();
}

void Output::discard() noexcept {
  // Nothing can be said any more, and a hidden file that stays does no harm.
  if (aside_ && !isMuted_) (void)contain([&] { return aside_->discard(); });
}

Output::~Output() { discard(); }

}  // namespace parquet_flow::capi
