#include <algorithm>
#include <cstring>
#include <string_view>

#include "boundary.hpp"
#include "parquet_flow.h"
#include "struct_versions.hpp"

namespace parquet_flow::capi {
namespace {

// How many bytes of `text` fit into `room` without cutting a UTF-8 character in two.
std::size_t cutAtCharacter(std::string_view text, std::size_t room) noexcept {
  if (text.size() <= room) return text.size();
  std::size_t bytes = room;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return bytes;
}

}  // namespace

bool isUsable(const pf_error_t* error) noexcept { return error == nullptr || hasKnownSize(*error); }

void setError(pf_error_t* error, const Error& what) noexcept {
  if (error == nullptr) return;
  error->status = statusOf(what.code());
  error->system_error = what.systemError();
  const std::size_t bytes = cutAtCharacter(what.message(), sizeof error->message - 1);
  std::memcpy(error->message, what.message().data(), bytes);
  error->message[bytes] = '\0';
}

void clearError(pf_error_t* error) noexcept {
  if (error == nullptr) return;
  error->status = PF_STATUS_OK;
  error->system_error = 0;
  error->message[0] = '\0';
}

Result<void> requirePresent(bool isPresent, const char* name) {
  if (isPresent) return {};
  return invalid(name, " is NULL");
}

Result<bool> requireSwitch(std::uint32_t value, const char* name) {
  if (value <= 1) return value == 1;
  return invalid(name, " is ", value, ", it must be 0 or 1");
}

Result<void> requireZero(std::uint64_t value, const char* name) {
  if (value == 0) return {};
  return invalid(name, " is ", value, ", it must be 0");
}

Result<void> requireRange(std::uint64_t value, std::uint64_t least, std::uint64_t most,
                          const char* name) {
  if (value >= least && value <= most) return {};
  return invalid(name, " is ", value, ", it must be ", least, " .. ", most);
}

tl::unexpected<Error> notEnumerated(std::int64_t value, const char* name, const char* enumeration) {
  return invalid(name, " is ", value, ", which is no ", enumeration);
}

Error detail::unexpectedException(const char* what) noexcept {
  try {
    return {ErrorCode::kInternal, std::string("an exception came out of the library: ") + what};
  } catch (...) {
    return {ErrorCode::kInternal, "exception"};  // short: needs no allocation
  }
}

}  // namespace parquet_flow::capi

using parquet_flow::ErrorCode;

extern "C" const char* pf_status_name(pf_status_t status) noexcept {
  if (status == PF_STATUS_OK) return "ok";
  if (status < PF_STATUS_OK || status > PF_STATUS_CANCELLED) return "unknown status";
  // The names are literals, so they end with a NUL.
  return parquet_flow::errorCodeName(static_cast<ErrorCode>(status)).data();
}
