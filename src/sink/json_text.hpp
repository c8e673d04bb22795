// Writes JSON (RFC 8259), one value after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parquet_flow::sink {

//   JsonText json;
//   json.beginObject();
//   json.field("rows", 12);
//   json.beginArray("producers"); ... json.end();
//   json.end();
//
// Keys are ours and need no escaping; text is escaped, and what is not UTF-8 in it is replaced by
// U+FFFD, so that the result is always valid.
class JsonText {
 public:
  void beginObject() { open('{', '}'); }  // in an array, or outermost
  void beginObject(std::string_view key) { openAt(key, '{', '}'); }
  void beginArray(std::string_view key) { openAt(key, '[', ']'); }
  void end();

  void field(std::string_view key, std::uint64_t value);
  void field(std::string_view key, std::int64_t value);
  void field(std::string_view key, std::uint32_t value) { field(key, std::uint64_t{value}); }
  void field(std::string_view key, bool value);
  void field(std::string_view key, std::string_view text);

  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  void open(char bracket, char closing);
  void openAt(std::string_view key, char bracket, char closing);
  void separate();
  void writeKey(std::string_view key);

  std::string text_;
  std::string closings_;  // of what is open
  bool first_ = true;     // nothing stands yet in what was opened last
};

}  // namespace parquet_flow::sink
