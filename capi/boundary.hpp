// Where C and C++ meet: every function of the ABI runs its body in here.
//
// Nothing may be thrown past a C frame, so what the standard library or Thrift throws ends here as
// a status; and a failure becomes a pf_status_t and a sentence in the caller's pf_error_t.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/status.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

[[nodiscard]] constexpr pf_status_t statusOf(ErrorCode code) noexcept {
  return static_cast<pf_status_t>(code);  // the values agree; a test holds them to it
}

// Runs what gives a Result. An exception becomes kOutOfMemory or kInternal.
template <class Function>
[[nodiscard]] Result<void> contain(Function&& function) noexcept;

// NULL, or of a size that pf_error_t has had. Else the call is refused before it does anything.
[[nodiscard]] bool isUsable(const pf_error_t* error) noexcept;

// Both take what isUsable accepts. A message that does not fit is cut between two characters.
void setError(pf_error_t* error, const Error& what) noexcept;
void clearError(pf_error_t* error) noexcept;

// The boundary of a function that takes a pf_error_t: `function` gives a Result<void>.
template <class Function>
[[nodiscard]] pf_status_t guard(pf_error_t* error, Function&& function) noexcept {
  if (!isUsable(error)) return PF_STATUS_INVALID_ARGUMENT;
  const Result<void> result = contain(std::forward<Function>(function));
  if (result) {
    clearError(error);
    return PF_STATUS_OK;
  }
  setError(error, result.error());
  return statusOf(result.error().code());
}

// --- checks of arguments, by the names they have in the header -------------------------------

// `<name> is NULL`
[[nodiscard]] Result<void> requirePresent(bool isPresent, const char* name);
template <class T>
[[nodiscard]] Result<void> requirePointer(const T* pointer, const char* name) {
  return requirePresent(pointer != nullptr, name);
}
// As guard, for a function that gives something in *made: NULL, 0 or released unless it returns
// PF_STATUS_OK, also where `error` is the mistake.
template <class T, class Function>
[[nodiscard]] pf_status_t guardMaking(T* made, const char* name, pf_error_t* error,
                                      Function&& function) noexcept {
  if (made == nullptr) return guard(error, [&] { return requirePointer(made, name); });
  *made = T{};
  return guard(error, std::forward<Function>(function));
}
// `<name> is <value>, it must be 0 or 1`
[[nodiscard]] Result<bool> requireSwitch(std::uint32_t value, const char* name);
// `reserved is <value>, it must be 0`
[[nodiscard]] Result<void> requireZero(std::uint64_t value, const char* name);
// `<name> is <value>, it must be <least> .. <most>`
[[nodiscard]] Result<void> requireRange(std::uint64_t value, std::uint64_t least,
                                        std::uint64_t most, const char* name);
// `<name> is <value>, which is no <enumeration>`
[[nodiscard]] tl::unexpected<Error> notEnumerated(std::int64_t value, const char* name,
                                                  const char* enumeration);

template <class... Parts>
[[nodiscard]] tl::unexpected<Error> invalid(Parts&&... parts);

// --- the rest is how ---------------------------------------------------------------------------

namespace detail {

// Never throws: a sentence that does not fit the memory left is left out.
[[nodiscard]] Error unexpectedException(const char* what) noexcept;

inline void appendPart(std::string& text, std::string_view part) { text += part; }
inline void appendPart(std::string& text, const char* part) { text += part; }
template <class Integer>
  requires std::is_integral_v<Integer>
void appendPart(std::string& text, Integer part) {
  text += std::to_string(part);
}

}  // namespace detail

template <class Function>
Result<void> contain(Function&& function) noexcept {
  try {
    return std::forward<Function>(function)();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, "out of memory");  // short: needs no allocation itself
  } catch (const std::exception& exception) {
    return fail(detail::unexpectedException(exception.what()));
  } catch (...) {
    return fail(detail::unexpectedException("of an unknown type"));
  }
}

// kInvalidArgument with the parts, strings and integers, put together.
template <class... Parts>
tl::unexpected<Error> invalid(Parts&&... parts) {
  std::string text;
  (detail::appendPart(text, std::forward<Parts>(parts)), ...);
  return fail(ErrorCode::kInvalidArgument, std::move(text));
}

}  // namespace parquet_flow::capi
