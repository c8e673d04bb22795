#include "predicate.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "boundary.hpp"
#include "scan/number.hpp"
#include "scan/predicate_text.hpp"
#include "text.hpp"

namespace parquet_flow::capi {
namespace {

using scan::Literal;
using scan::Predicate;
using scan::PredicateKind;

// The boundary of a function that gives a predicate: `function` gives a Result of one.
template <class Function>
pf_status_t make(pf_predicate_t** out, pf_error_t* error, Function&& function) noexcept {
  return guardMaking(out, "predicate", error, [&]() -> Result<void> {
    PF_TRY_ASSIGN(Predicate made, function());
    *out = std::make_unique<pf_predicate>(pf_predicate{std::move(made)}).release();
    return {};
  });
}

std::uint32_t depthOf(const Predicate& predicate) {
  std::uint32_t depth = 0;
  for (const Predicate& child : predicate.children) depth = std::max(depth, depthOf(child));
  return depth + 1;
}

// One more level above them is still to be had.
Result<void> checkDepth(const Predicate& child) {
  if (depthOf(child) < scan::kPredicateDepthMax) return {};
  return fail(ErrorCode::kLimit, "nested deeper than " + std::to_string(scan::kPredicateDepthMax));
}

Result<std::string> readBytes(const void* data, std::size_t bytes, const char* name) {
  if (bytes != 0) PF_TRY(requirePointer(data, name));
  return std::string(static_cast<const char*>(data), bytes);
}

Result<Literal> readLiteral(const pf_literal_t* literal, const char* name) {
  PF_TRY(requirePointer(literal, name));
  PF_TRY(requireZero(literal->reserved, "reserved"));
  switch (literal->kind) {
    case PF_LITERAL_NULL:
      return Literal::ofNull();
    case PF_LITERAL_BOOLEAN:
      if (literal->integer != 0 && literal->integer != 1) {
        return invalid("integer is ", literal->integer, ", it must be 0 or 1");
      }
      return Literal::ofBoolean(literal->integer != 0);
    case PF_LITERAL_INT64:
      return Literal::ofInteger(literal->integer);
    case PF_LITERAL_UINT64:
      return Literal::ofUnsigned(static_cast<std::uint64_t>(literal->integer));
    case PF_LITERAL_DOUBLE:
      return Literal::ofDouble(literal->real);
    case PF_LITERAL_NUMBER:
    case PF_LITERAL_TEXT:
    case PF_LITERAL_BYTES:
      break;
    default:
      return notEnumerated(literal->kind, "kind", "pf_literal_kind_t");
  }
  PF_TRY_ASSIGN(std::string text, readBytes(literal->data, literal->bytes, "data"));
  if (literal->kind == PF_LITERAL_TEXT) return Literal::ofText(std::move(text));
  if (literal->kind == PF_LITERAL_BYTES) return Literal::ofBytes(std::move(text));
  if (!scan::isNumber(text)) return invalid("'", text, "' is no number");
  return Literal::ofNumber(std::move(text));
}

Result<std::string> readColumn(const char* column) {
  PF_TRY_ASSIGN(const auto path, requireText(column, "column"));
  return std::string(path);
}

Result<Predicate> join(PredicateKind kind, const pf_predicate_t* const* children,
                       std::size_t count) {
  if (count != 0) PF_TRY(requirePointer(children, "children"));
  Predicate joined;
  joined.kind = kind;
  for (std::size_t i = 0; i < count; ++i) {
    PF_TRY(requirePointer(children[i], "one of children"));
    PF_TRY(checkDepth(children[i]->predicate));
    joined.children.push_back(children[i]->predicate);
  }
  return joined;
}

Result<PredicateKind> matchKind(std::int32_t match) {
  switch (match) {
    case PF_TEXT_STARTS_WITH:
      return PredicateKind::kStartsWith;
    case PF_TEXT_ENDS_WITH:
      return PredicateKind::kEndsWith;
    case PF_TEXT_CONTAINS:
      return PredicateKind::kContains;
    case PF_TEXT_LIKE:
      return PredicateKind::kLike;
    default:
      return notEnumerated(match, "match", "pf_text_match_t");
  }
}

}  // namespace
}  // namespace parquet_flow::capi

using parquet_flow::Result;
namespace capi = parquet_flow::capi;
namespace scan = parquet_flow::scan;

extern "C" {

pf_status_t pf_predicate_parse(const char* text, pf_predicate_t** predicate,
                               pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY(capi::requirePointer(text, "text"));
    return scan::parsePredicate(text);
  });
}

pf_status_t pf_predicate_compare(const char* column, int32_t comparison,
                                 const pf_literal_t* literal, pf_predicate_t** predicate,
                                 pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY_ASSIGN(std::string path, capi::readColumn(column));
    if (comparison < PF_COMPARISON_EQUAL || comparison > PF_COMPARISON_GREATER_OR_EQUAL) {
      return capi::notEnumerated(comparison, "comparison", "pf_comparison_t");
    }
    PF_TRY_ASSIGN(scan::Literal value, capi::readLiteral(literal, "literal"));
    return scan::compare(std::move(path), static_cast<scan::Comparison>(comparison),
                         std::move(value));
  });
}

pf_status_t pf_predicate_between(const char* column, const pf_literal_t* least,
                                 const pf_literal_t* most, pf_predicate_t** predicate,
                                 pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY_ASSIGN(std::string path, capi::readColumn(column));
    PF_TRY_ASSIGN(scan::Literal from, capi::readLiteral(least, "least"));
    PF_TRY_ASSIGN(scan::Literal to, capi::readLiteral(most, "most"));
    return scan::between(std::move(path), std::move(from), std::move(to));
  });
}

pf_status_t pf_predicate_in(const char* column, const pf_literal_t* literals, size_t count,
                            pf_predicate_t** predicate, pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY_ASSIGN(std::string path, capi::readColumn(column));
    if (count != 0) PF_TRY(capi::requirePointer(literals, "literals"));
    std::vector<scan::Literal> values;
    for (size_t i = 0; i < count; ++i) {
      PF_TRY_ASSIGN(scan::Literal value, capi::readLiteral(&literals[i], "literals"));
      values.push_back(std::move(value));
    }
    return scan::in(std::move(path), std::move(values));
  });
}

pf_status_t pf_predicate_is_null(const char* column, pf_predicate_t** predicate,
                                 pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY_ASSIGN(std::string path, capi::readColumn(column));
    return scan::isNull(std::move(path));
  });
}

pf_status_t pf_predicate_text(const char* column, int32_t match, const void* text, size_t bytes,
                              int32_t escape, pf_predicate_t** predicate,
                              pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY_ASSIGN(std::string path, capi::readColumn(column));
    scan::Predicate made = scan::like(std::move(path), {});
    PF_TRY_ASSIGN(made.kind, capi::matchKind(match));
    PF_TRY_ASSIGN(made.literals[0].text, capi::readBytes(text, bytes, "text"));
    if (escape < scan::kNoEscape || escape > UINT8_MAX) {
      return capi::invalid("escape is ", escape, ", it must be a byte, or -1");
    }
    made.escape = static_cast<std::int16_t>(escape);
    return made;
  });
}

pf_status_t pf_predicate_and(const pf_predicate_t* const* children, size_t count,
                             pf_predicate_t** predicate, pf_error_t* error) noexcept {
  return capi::make(predicate, error,
                    [&] { return capi::join(scan::PredicateKind::kAnd, children, count); });
}

pf_status_t pf_predicate_or(const pf_predicate_t* const* children, size_t count,
                            pf_predicate_t** predicate, pf_error_t* error) noexcept {
  return capi::make(predicate, error,
                    [&] { return capi::join(scan::PredicateKind::kOr, children, count); });
}

pf_status_t pf_predicate_not(const pf_predicate_t* child, pf_predicate_t** predicate,
                             pf_error_t* error) noexcept {
  return capi::make(predicate, error, [&]() -> Result<scan::Predicate> {
    PF_TRY(capi::requirePointer(child, "child"));
    PF_TRY(capi::checkDepth(child->predicate));
    return scan::negationOf(child->predicate);
  });
}

void pf_predicate_destroy(pf_predicate_t* predicate) noexcept { delete predicate; }

}  // extern "C"
