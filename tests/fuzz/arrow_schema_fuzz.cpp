// Goal: an ARROW:schema of any bytes is read or left out; what is read has no more fields, and no
// more text, than a multiple of its bytes.
//
// Input: the message, which is put into base64.
#include <string>
#include <string_view>

#include "arrow_message.hpp"
#include "arrow_message_reader.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string toBase64(const std::uint8_t* data, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; i += 3) {
    std::uint32_t word = 0;
    for (std::size_t k = i; k < i + 3; ++k) word = word << 8U | (k < bytes ? data[k] : 0U);
    for (int shift = 18; shift >= 0; shift -= 6) text += kDigits[word >> shift & 63U];
  }
  return text;
}

FuzzInput fromBase64(std::string_view text) {
  FuzzInput bytes;
  std::uint32_t word = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    word = word << 6U | static_cast<std::uint32_t>(kDigits.find(c));
    bits += 6;
    if (bits >= 8) bytes.push_back(static_cast<std::uint8_t>(word >> (bits -= 8)));
  }
  return bytes;
}

std::size_t weightOf(const capi::ArrowField& field) {
  std::size_t weight = 8 + field.name.size() + field.timezone.size();
  for (const auto& [key, value] : field.metadata) weight += 8 + key.size() + value.size();
  for (const capi::ArrowField& child : field.children) weight += weightOf(child);
  return weight + (field.dictionary != nullptr ? weightOf(*field.dictionary) : 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const auto field = capi::decodeArrowSchema(toBase64(data, bytes));
  // A dictionary has its field's name twice.
  if (field) PF_FUZZ_CHECK(weightOf(*field) <= 4 * bytes + 64);
  return 0;
}

std::vector<FuzzInput> fuzzSeeds() {
  using capi::ArrowField;
  using capi::ArrowKind;
  ArrowField root;
  root.kind = ArrowKind::kStruct;
  for (const ArrowKind kind : {ArrowKind::kInt32, ArrowKind::kTimestamp, ArrowKind::kDecimal,
                               ArrowKind::kLargeUtf8, ArrowKind::kDuration}) {
    ArrowField& field = root.children.emplace_back();
    field.name = "field";
    field.kind = kind;
    field.timezone = kind == ArrowKind::kTimestamp ? "Europe/Berlin" : "";
    field.precision = 10;
    field.bits = 128;
    field.metadata.emplace_back("key", "value");
  }
  ArrowField& list = root.children.emplace_back();
  list.name = "list";
  list.kind = ArrowKind::kLargeList;
  list.children.emplace_back().kind = ArrowKind::kBool;
  root.metadata.emplace_back("pandas", "{}");
  return {fromBase64(capi::encodeArrowSchema(root))};
}
