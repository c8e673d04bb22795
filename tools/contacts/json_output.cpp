#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/byte_buffer.hpp"
#include "base/thread.hpp"
#include "contacts/output.hpp"

namespace parquet_flow::contacts {
namespace {

struct EncodedLines final : Encoded {
  ByteBuffer text;
};

// What a line has beside the texts themselves, and what a phone has.
constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kPhoneBytes = 64;

char* append(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// The texts of a leaf, one after another. None of the tables has a character that JSON escapes.
class Texts {
 public:
  explicit Texts(const contact::ContactColumns::Leaf& leaf) noexcept
      : bytes_(leaf.bytes.data()), offset_(leaf.offsets.data()) {}

  char* appendNext(char* out) noexcept {
    const std::uint32_t begin = *offset_++;
    *out++ = '"';
    out = append(out, std::string_view(bytes_ + begin, *offset_ - begin));
    *out++ = '"';
    return out;
  }

 private:
  const char* bytes_;
  const std::uint32_t* offset_;
};

// {"name":"Ana Cruz","phones":[{"number":"+91-99-12345678","phone_type":"Home"}]}
Result<void> appendLines(const contact::ContactColumns& columns, ByteBuffer& text) {
  const auto nameLeaf = columns.name();
  const auto numberLeaf = columns.number();
  const auto typeLeaf = columns.phoneType();
  const std::size_t entries = numberLeaf.definitionLevels.size();
  PF_TRY_ASSIGN(std::byte* const begin,
                text.reserveExtra(nameLeaf.bytes.size() + numberLeaf.bytes.size() +
                                  columns.rows() * kLineBytes + entries * kPhoneBytes));
  char* const start = reinterpret_cast<char*>(begin);
  char* out = start;
  Texts names(nameLeaf);
  Texts numbers(numberLeaf);
  const std::uint32_t* type = typeLeaf.types.data();
  std::size_t entry = 0;
  for (const std::uint8_t nameLevel : nameLeaf.definitionLevels) {
    out = append(out, "{\"name\":");
    out = nameLevel == 0 ? append(out, "null") : names.appendNext(out);
    out = append(out, ",\"phones\":");
    if (numberLeaf.definitionLevels[entry] < contact::kLevelNullField) {
      out = append(out, "null}\n");
      ++entry;
      continue;
    }
    char before = '[';
    do {
      *out++ = std::exchange(before, ',');
      out = append(out, "{\"number\":");
      out = numberLeaf.definitionLevels[entry] == contact::kLevelPresent ? numbers.appendNext(out)
                                                                         : append(out, "null");
      out = append(out, ",\"phone_type\":");
      if (typeLeaf.definitionLevels[entry] == contact::kLevelPresent) {
        *out++ = '"';
        out = append(out, contact::kPhoneTypeNames[*type++]);
        *out++ = '"';
      } else {
        out = append(out, "null");
      }
      *out++ = '}';
      ++entry;
    } while (entry < entries && numberLeaf.repetitionLevels[entry] != 0);
    out = append(out, "]}\n");
  }
  text.commit(static_cast<std::size_t>(out - start));
  return {};
}

class LineEncoder final : public UnitEncoder {
 public:
  LineEncoder(const RunOptions& options, RunState& state)
      : generator_({.seed = options.seed}), chunkRows_(options.chunkRows), state_(state) {}

  Result<bool> encode(const Unit& unit, Encoded& out, WorkTotals& totals) override {
    ByteBuffer& text = static_cast<EncodedLines&>(out).text;
    text.clear();
    std::uint64_t bytes = 0;
    for (std::uint64_t begin = unit.begin; begin < unit.end;) {
      if (state_.isStopped.load(std::memory_order_relaxed)) {
        return false;
      }
      const std::uint64_t end = std::min(begin + chunkRows_, unit.end);
      const std::uint64_t start = monotonicNs();
      PF_TRY(generator_.fill(begin, end, columns_));
      const std::uint64_t generated = monotonicNs();
      PF_TRY(appendLines(columns_, text));
      totals.generateNs += generated - start;
      totals.encodeNs += monotonicNs() - generated;
      bytes += inMemoryBytes(columns_);
      state_.rowsDone.fetch_add(end - begin, std::memory_order_relaxed);
      begin = end;
    }
    out.inMemoryBytes = bytes;
    return true;
  }

 private:
  const contact::ContactGenerator generator_;
  const std::uint64_t chunkRows_;
  RunState& state_;
  contact::ContactColumns columns_;
};

class LineFile final : public FileOutput {
 public:
  explicit LineFile(std::unique_ptr<io::OutputFile> file) : file_(std::move(file)) {}

  Result<void> write(const Encoded& encoded) override {
    return file_->write(static_cast<const EncodedLines&>(encoded).text.span());
  }
  Result<void> finish() override { return {}; }
  io::OutputFile& file() noexcept override { return *file_; }

 private:
  const std::unique_ptr<io::OutputFile> file_;
};

class JsonOutputs final : public Outputs {
 public:
  explicit JsonOutputs(const RunOptions& options) : options_(options) {}

  std::unique_ptr<Encoded> makeEncoded() override { return std::make_unique<EncodedLines>(); }
  Result<std::unique_ptr<UnitEncoder>> makeEncoder(RunState& state) override {
    return std::make_unique<LineEncoder>(options_, state);
  }
  Result<std::unique_ptr<FileOutput>> open(std::unique_ptr<io::OutputFile> file) override {
    return std::make_unique<LineFile>(std::move(file));
  }

 private:
  const RunOptions options_;
};

}  // namespace

std::unique_ptr<Outputs> makeJsonOutputs(const RunOptions& options) {
  return std::make_unique<JsonOutputs>(options);
}

}  // namespace parquet_flow::contacts
