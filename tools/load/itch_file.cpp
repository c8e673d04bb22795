#include "load/itch_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <new>

namespace parquet_flow::load {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

// "'A' (0x41)", or the number alone for what cannot be printed.
std::string describeType(std::uint8_t type) {
  char text[16];
  if (type >= 0x20 && type < 0x7F) {
    std::snprintf(text, sizeof text, "'%c' (0x%02X)", type, type);
  } else {
    std::snprintf(text, sizeof text, "0x%02X", type);
  }
  return text;
}

Result<std::vector<std::uint8_t>> readWhole(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    return fail(systemError(errno, "opening " + path));
  }
  std::vector<std::uint8_t> bytes;
  std::size_t filled = 0;
  while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0) {
    if (filled == bytes.size()) {
      bytes.resize(bytes.empty() ? 1U << 20 : 2 * bytes.size());
    }
    filled += std::fread(bytes.data() + filled, 1, bytes.size() - filled, file.get());
  }
  if (std::ferror(file.get()) != 0) {
    return fail(systemError(errno, "reading " + path));
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

Result<ItchFile> ItchFile::read(const std::string& path) {
  try {
    PF_TRY_ASSIGN(std::vector<std::uint8_t> bytes, readWhole(path));
    return fromBytes(std::move(bytes), path);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, "reading " + path + ": it does not fit in memory");
  }
}

Result<ItchFile> ItchFile::fromBytes(std::vector<std::uint8_t> bytes, std::string_view name) {
  ItchFile file;
  file.bytes_ = std::move(bytes);
  PF_TRY(file.check(name));
  return file;
}

Result<> ItchFile::check(std::string_view name) {
  std::size_t offset = 0;
  const auto corrupt = [&](std::string what) {
    return fail(ErrorCode::kCorrupt, std::string(name) + ": message " + std::to_string(messages_) +
                                         " at byte " + std::to_string(offset) + ": " +
                                         std::move(what));
  };
  while (offset < bytes_.size()) {
    const std::size_t left = bytes_.size() - offset;
    if (left < kItchFrameBytes + 1) {
      return corrupt("the file ends inside its length or type");
    }
    const std::uint64_t length = readBigEndian(&bytes_[offset], kItchFrameBytes);
    const std::uint8_t type = bytes_[offset + kItchFrameBytes];
    const ItchMessageSpec* const message = itchMessage(type);
    if (message == nullptr) {
      return corrupt("ITCH 5.0 has no type " + describeType(type));
    }
    if (length != 0 && length != message->bytes) {
      return corrupt("length " + std::to_string(length) + " where type " + describeType(type) +
                     " has " + std::to_string(message->bytes) + " bytes");
    }
    if (left - kItchFrameBytes < message->bytes) {
      return corrupt("type " + describeType(type) + " has " + std::to_string(message->bytes) +
                     " bytes, the file ends after " + std::to_string(left - kItchFrameBytes));
    }
    ++perType_[type];
    ++messages_;
    offset += kItchFrameBytes + message->bytes;
  }
  return {};
}

void appendItchFrame(std::span<const std::uint8_t> message, std::vector<std::uint8_t>& out) {
  out.push_back(static_cast<std::uint8_t>(message.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(message.size()));
  out.insert(out.end(), message.begin(), message.end());
}

ItchReplay::ItchReplay(const ItchFile& file, std::uint64_t loops, std::uint64_t first,
                       std::uint64_t step) noexcept
    : file_(&file), loopsLeft_(file.bytes().empty() ? 0 : loops), step_(step), skip_(first) {}

std::span<const std::uint8_t> ItchReplay::next() noexcept {
  const std::span<const std::uint8_t> bytes = file_->bytes();
  while (loopsLeft_ != 0) {
    if (offset_ == bytes.size()) {
      offset_ = 0;
      if (loopsLeft_ != kForever) {
        --loopsLeft_;
      }
      continue;
    }
    const std::size_t begin = offset_ + kItchFrameBytes;
    const std::size_t size = itchMessage(bytes[begin])->bytes;
    offset_ = begin + size;
    if (skip_ == 0) {
      skip_ = step_ - 1;
      return bytes.subspan(begin, size);
    }
    --skip_;
  }
  return {};
}

}  // namespace parquet_flow::load
