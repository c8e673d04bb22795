#include "arrow_seen.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace parquet_flow::capi {
namespace {

constexpr int kDepthMax = 64;  // as for readArrowSchema

// As giveSchema; a count is only gone by once it has been taken.
template <class Take>
bool giveMetadata(const char* metadata, const Take& take) {
  const auto takeCount = [&](std::int32_t& count) {
    count = loadLe<std::int32_t>(metadata);
    const std::string_view bytes(metadata, sizeof count);
    metadata += sizeof count;
    return count >= 0 && take(bytes);
  };
  std::int32_t pairs = 0;
  if (!takeCount(pairs)) return false;
  for (std::int64_t texts = 2 * std::int64_t{pairs}; texts > 0; --texts) {
    std::int32_t bytes = 0;
    if (!takeCount(bytes) || !take({metadata, static_cast<std::size_t>(bytes)})) return false;
    metadata += bytes;
  }
  return true;
}

// Gives what `schema` says to `take(bytes)` piece by piece, as long as that returns true. Texts end
// with their zero, and other pieces are as long as what is in front of them says. False: not all
// was taken, or something is not as it is to be, which is readArrowSchema's to name.
template <class Take>
bool giveSchema(const ArrowSchema* schema, const Take& take, int depth) {
  if (schema == nullptr || schema->release == nullptr || schema->format == nullptr ||
      depth > kDepthMax || schema->n_children < 0 ||
      (schema->n_children > 0 && schema->children == nullptr)) {
    return false;
  }
  const auto takeText = [&](const char* text) {
    return take(std::string_view(text, std::strlen(text) + 1));
  };
  const std::int64_t head[] = {schema->flags, schema->n_children, schema->metadata != nullptr,
                               schema->dictionary != nullptr};
  const char* const name = schema->name == nullptr ? "" : schema->name;
  if (!take({reinterpret_cast<const char*>(head), sizeof head}) || !takeText(schema->format) ||
      !takeText(name)) {
    return false;
  }
  if (schema->metadata != nullptr && !giveMetadata(schema->metadata, take)) return false;
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    if (!giveSchema(schema->children[i], take, depth + 1)) return false;
  }
  return schema->dictionary == nullptr || giveSchema(schema->dictionary, take, depth + 1);
}

}  // namespace

const ArrowField& SeenArrowSchema::keep(const ArrowSchema& schema, ArrowField type) {
  type_.emplace(std::move(type));
  said_.clear();
  const auto append = [this](std::string_view bytes) {
    said_ += bytes;
    return true;
  };
  if (!giveSchema(&schema, append, 0)) said_.clear();
  return *type_;
}

const ArrowField* SeenArrowSchema::find(const ArrowSchema* schema) const noexcept {
  if (said_.empty()) return nullptr;
  std::string_view left = said_;
  const auto isNext = [&left](std::string_view bytes) {
    if (!left.starts_with(bytes)) return false;
    left.remove_prefix(bytes.size());
    return true;
  };
  return giveSchema(schema, isNext, 0) && left.empty() ? &*type_ : nullptr;
}

}  // namespace parquet_flow::capi
