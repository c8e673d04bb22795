#include "sink/json_text.hpp"

#include "base/json_string.hpp"

namespace parquet_flow::sink {
void JsonText::separate() {
  if (!first_) text_.push_back(',');
  first_ = false;
}

void JsonText::open(char bracket, char closing) {
  separate();
  text_.push_back(bracket);
  closings_.push_back(closing);
  first_ = true;
}

void JsonText::openAt(std::string_view key, char bracket, char closing) {
  writeKey(key);
  first_ = true;  // the key's value follows without a comma
  open(bracket, closing);
}

void JsonText::end() {
  text_.push_back(closings_.back());
  closings_.pop_back();
  first_ = false;
}

void JsonText::writeKey(std::string_view key) {
  separate();
  text_.append("\"").append(key).append("\":");
}

void JsonText::field(std::string_view key, std::uint64_t value) {
  writeKey(key);
  text_.append(std::to_string(value));
}

void JsonText::field(std::string_view key, std::int64_t value) {
  writeKey(key);
  text_.append(std::to_string(value));
}

void JsonText::field(std::string_view key, bool value) {
  writeKey(key);
  text_.append(value ? "true" : "false");
}

void JsonText::field(std::string_view key, std::string_view text) {
  writeKey(key);
  appendJsonString(text, text_);
}

}  // namespace parquet_flow::sink
