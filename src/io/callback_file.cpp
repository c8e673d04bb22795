#include "io/callback_file.hpp"

#include <string>

namespace parquet_flow::io {
namespace {

Error callbackError(std::string_view callback, int code) {
  std::string message = "the application's ";
  message.append(callback).append(" callback returned ").append(std::to_string(code));
  return {ErrorCode::kIo, code, std::move(message)};
}

class CallbackFile final : public OutputFile {
 public:
  explicit CallbackFile(const OutputCallbacks& callbacks) noexcept : callbacks_(callbacks) {}
  ~CallbackFile() override { (void)closeOnce(); }

  Result<void> write(std::span<const ConstBytes> parts) override {
    if (isClosed_) {
      return fail(ErrorCode::kNotOpen, "writing to callbacks: the file is closed");
    }
    for (const ConstBytes part : parts) {
      if (part.empty()) {
        continue;
      }
      if (writeError_ == 0) {
        writeError_ = callbacks_.write(callbacks_.user, part.data(), part.size());
      }
      if (writeError_ != 0) [[unlikely]] {
        return fail(callbackError("write", writeError_));
      }
      position_ += part.size();
    }
    return {};
  }

  Result<void> sync() override {
    if (isClosed_) {
      return fail(ErrorCode::kNotOpen, "syncing callbacks: the file is closed");
    }
    if (callbacks_.flush == nullptr) {
      return fail(ErrorCode::kUnsupported, "the application gave no flush callback");
    }
    if (syncError_ == 0) {
      syncError_ = callbacks_.flush(callbacks_.user);
    }
    if (syncError_ != 0) {
      return fail(callbackError("flush", syncError_));
    }
    return {};
  }

  Result<void> truncate(std::uint64_t /*bytes*/) override {
    return fail(ErrorCode::kUnsupported, "what was given to callbacks cannot be taken back");
  }

  Result<void> close() override {
    const int error = closeOnce();
    if (error != 0) {
      return fail(callbackError("close", error));
    }
    return {};
  }

  std::uint64_t position() const noexcept override { return position_; }
  std::string_view name() const noexcept override { return "<callbacks>"; }

 private:
  int closeOnce() noexcept {
    const bool wasClosed = std::exchange(isClosed_, true);
    return wasClosed || callbacks_.close == nullptr ? 0 : callbacks_.close(callbacks_.user);
  }

  OutputCallbacks callbacks_;
  std::uint64_t position_ = 0;
  int writeError_ = 0;  // of the first write that failed
  int syncError_ = 0;   // of the first flush that failed
  bool isClosed_ = false;
};

class CallbackInput final : public InputFile {
 public:
  explicit CallbackInput(const InputCallbacks& callbacks) noexcept : callbacks_(callbacks) {}
  ~CallbackInput() override {
    if (callbacks_.close != nullptr) {
      callbacks_.close(callbacks_.user);
    }
  }

  Result<void> readAt(std::uint64_t offset, MutableBytes into) const override {
    if (offset > size() || into.size() > size() - offset) {
      return fail(pastEndError(*this, offset, into.size()));
    }
    if (into.empty()) {
      return {};
    }
    const int error = callbacks_.readAt(callbacks_.user, offset, into.data(), into.size());
    return error == 0 ? Result<void>{} : fail(callbackError("read_at", error));
  }
  std::uint64_t size() const noexcept override { return callbacks_.fileBytes; }
  std::string_view name() const noexcept override { return "<callbacks>"; }

 private:
  InputCallbacks callbacks_;
};

}  // namespace

Result<std::unique_ptr<InputFile>> makeCallbackInput(const InputCallbacks& callbacks) {
  if (callbacks.readAt == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "input: the read_at callback is NULL");
  }
  return std::make_unique<CallbackInput>(callbacks);
}

Result<std::unique_ptr<OutputFile>> makeCallbackFile(const OutputCallbacks& callbacks) {
  if (callbacks.write == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "output: the write callback is NULL");
  }
  return std::make_unique<CallbackFile>(callbacks);
}

}  // namespace parquet_flow::io
