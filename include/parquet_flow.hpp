// parquet_flow.hpp - parquet_flow.h in C++20, header-only.
//
// Handles become objects that free themselves, pointer and length pairs become spans, callbacks may
// be lambdas. What a call does, costs and returns, and from which thread, stands in parquet_flow.h
// beside the function of the same name; here stands what is different.
//
// Errors are values: a Result holds what was asked for or an Error. Nothing here throws, and it
// works with -fno-exceptions -fno-rtti. Who wants exceptions defines PARQUET_FLOW_EXCEPTIONS before
// the include: then Result::value() is there, and throws parquet_flow::Exception.
//
//   auto sink = parquet_flow::LogSink::open(options);
//   if (!sink) return report(sink.error().message());
//   sink->tryRecord(order);                       // any thread, any trivially copyable type
//   auto closed = sink->close();
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "parquet_flow.h"

#ifdef PARQUET_FLOW_EXCEPTIONS
#include <stdexcept>
#endif

namespace parquet_flow {
inline namespace v0 {

// ------------------------------------------------------------------------------------------------
// Errors

// A status, and the sentence that goes with it unless it is PF_STATUS_OK. Allocates nothing.
class [[nodiscard]] Error {
 public:
  Error() noexcept { pf_error_init(&raw_, sizeof raw_); }
  // A status without a sentence but its name.
  explicit Error(pf_status_t status) noexcept : Error(status, pf_status_name(status)) {}
  Error(pf_status_t status, std::string_view message) noexcept : Error() {
    raw_.status = status;
    const std::size_t bytes = message.substr(0, PF_ERROR_MESSAGE_BYTES - 1)
                                  .copy(raw_.message, PF_ERROR_MESSAGE_BYTES - 1);
    raw_.message[bytes] = '\0';
  }

  [[nodiscard]] pf_status_t status() const noexcept {
    return static_cast<pf_status_t>(raw_.status);
  }
  [[nodiscard]] bool isOk() const noexcept { return raw_.status == PF_STATUS_OK; }
  // errno of the failing call; 0 where there was none.
  [[nodiscard]] int systemError() const noexcept { return raw_.system_error; }
  [[nodiscard]] const char* message() const noexcept { return raw_.message; }

  // For the C functions.
  [[nodiscard]] pf_error_t* raw() noexcept { return &raw_; }

 private:
  pf_error_t raw_;
};

#ifdef PARQUET_FLOW_EXCEPTIONS
class Exception : public std::runtime_error {
 public:
  explicit Exception(const Error& error) : std::runtime_error(error.message()), error_(error) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};
#endif

// A T, or why there is none.
template <class T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)) {}
  Result(Error error) noexcept : error_(std::move(error)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  // PF_STATUS_OK when there is a value.
  [[nodiscard]] const Error& error() const noexcept { return error_; }
  // Only when there is a value.
  [[nodiscard]] T& operator*() & noexcept { return *value_; }
  [[nodiscard]] T&& operator*() && noexcept { return *std::move(value_); }
  [[nodiscard]] const T& operator*() const& noexcept { return *value_; }
  [[nodiscard]] T* operator->() noexcept { return &*value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &*value_; }

#ifdef PARQUET_FLOW_EXCEPTIONS
  [[nodiscard]] T& value() & {
    if (!value_) throw Exception(error_);
    return *value_;
  }
  [[nodiscard]] T&& value() && {
    if (!value_) throw Exception(error_);
    return *std::move(value_);
  }
#endif

 private:
  std::optional<T> value_;
  Error error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() noexcept = default;
  Result(Error error) noexcept : error_(std::move(error)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return error_.isOk(); }
  [[nodiscard]] const Error& error() const noexcept { return error_; }

#ifdef PARQUET_FLOW_EXCEPTIONS
  void value() const {
    if (!error_.isOk()) throw Exception(error_);
  }
#endif

 private:
  Error error_;
};

// A NUL-terminated string, borrowed for a call.
class TextRef {
 public:
  TextRef(const char* text) noexcept : text_(text) {}
  TextRef(const std::string& text) noexcept : text_(text.c_str()) {}
  [[nodiscard]] const char* get() const noexcept { return text_; }

 private:
  const char* text_;
};

namespace detail {

template <auto kFree>
struct Deleter {
  template <class Handle>
  void operator()(Handle* handle) const noexcept {
    kFree(handle);
  }
};
template <class Handle, auto kFree>
using Owner = std::unique_ptr<Handle, Deleter<kFree>>;

// What can be recorded by its bytes. Views are out: their bytes are a pointer and a length.
template <class T>
concept Recordable =
    std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::is_array_v<T> &&
    !std::is_null_pointer_v<T> && !std::ranges::enable_borrowed_range<T> &&
    !std::convertible_to<const T&, std::string_view> &&
    !std::convertible_to<const T&, std::span<const std::byte>>;

}  // namespace detail

// ------------------------------------------------------------------------------------------------
// Schemas

enum class Repetition : int {
  kRequired = PF_REPETITION_REQUIRED,
  kOptional = PF_REPETITION_OPTIONAL,
  kRepeated = PF_REPETITION_REPEATED
};
inline constexpr Repetition kRequired = Repetition::kRequired;
inline constexpr Repetition kOptional = Repetition::kOptional;
inline constexpr Repetition kRepeated = Repetition::kRepeated;

// The type of a leaf: physical, and what its values mean.
struct Type {
  pf_physical_type_t physical = PF_PHYSICAL_BYTE_ARRAY;
  pf_logical_type_t logical = PF_LOGICAL_NONE;
  std::int32_t a = 0;  // the parameters of pf_logical_type_t
  std::int32_t b = 0;
  std::uint32_t length = 0;  // FIXED_LEN_BYTE_ARRAY
};

namespace types {

inline constexpr Type kBoolean{PF_PHYSICAL_BOOLEAN};
inline constexpr Type kInt32{PF_PHYSICAL_INT32};
inline constexpr Type kInt64{PF_PHYSICAL_INT64};
inline constexpr Type kInt96{PF_PHYSICAL_INT96};
inline constexpr Type kFloat{PF_PHYSICAL_FLOAT};
inline constexpr Type kDouble{PF_PHYSICAL_DOUBLE};
inline constexpr Type kByteArray{PF_PHYSICAL_BYTE_ARRAY};
inline constexpr Type kString{PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_STRING};
inline constexpr Type kEnum{PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_ENUM};
inline constexpr Type kJson{PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_JSON};
inline constexpr Type kBson{PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_BSON};
inline constexpr Type kUuid{PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_LOGICAL_UUID, 0, 0, 16};
inline constexpr Type kFloat16{PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_LOGICAL_FLOAT16, 0, 0, 2};
inline constexpr Type kInterval{PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_LOGICAL_INTERVAL, 0, 0, 12};
inline constexpr Type kDate{PF_PHYSICAL_INT32, PF_LOGICAL_DATE};

constexpr Type fixed(std::uint32_t bytes) noexcept {
  return {PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_LOGICAL_NONE, 0, 0, bytes};
}
constexpr Type integer(std::int32_t bits, bool isSigned) noexcept {
  return {bits > 32 ? PF_PHYSICAL_INT64 : PF_PHYSICAL_INT32, PF_LOGICAL_INTEGER, bits,
          isSigned ? 1 : 0};
}
// On INT32 up to 9 digits, on INT64 up to 18.
constexpr Type decimal(std::int32_t precision, std::int32_t scale) noexcept {
  return {precision > 9 ? PF_PHYSICAL_INT64 : PF_PHYSICAL_INT32, PF_LOGICAL_DECIMAL, precision,
          scale};
}
// On `bytes` bytes, big-endian.
constexpr Type decimal(std::int32_t precision, std::int32_t scale, std::uint32_t bytes) noexcept {
  return {PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_LOGICAL_DECIMAL, precision, scale, bytes};
}
constexpr Type time(pf_time_unit_t unit, bool isUtc = true) noexcept {
  return {unit == PF_TIME_MILLIS ? PF_PHYSICAL_INT32 : PF_PHYSICAL_INT64, PF_LOGICAL_TIME, unit,
          isUtc ? 1 : 0};
}
constexpr Type timestamp(pf_time_unit_t unit, bool isUtc = true) noexcept {
  return {PF_PHYSICAL_INT64, PF_LOGICAL_TIMESTAMP, unit, isUtc ? 1 : 0};
}

}  // namespace types

// Where columns are added: a schema, or a group, list or map in it. A failure is kept by the schema
// and comes back from what the schema is given to; so calls can be chained without a look at each.
//
//   Schema schema;
//   schema.leaf("name", types::kString, kOptional)
//       .list("phones", kOptional, [](Group& list) {
//         list.group("element", kRequired,
//                    [](Group& phone) { phone.leaf("number", types::kString); });
//       });
class Group {
 public:
  Group& leaf(TextRef name, const Type& type, Repetition repetition = kRequired,
              std::int32_t fieldId = -1) noexcept {
    return add([&](pf_error_t* error) {
      return pf_schema_add_leaf(schema_, node_, name.get(), type.physical, toC(repetition),
                                type.length, type.logical, type.a, type.b, fieldId, nullptr, error);
    });
  }
  template <std::invocable<Group&> Fill>
  Group& group(TextRef name, Repetition repetition, Fill&& fill, std::int32_t fieldId = -1) {
    return nest(pf_schema_add_group, name, repetition, std::forward<Fill>(fill), fieldId);
  }
  // `fill` adds one child, by custom named "element".
  template <std::invocable<Group&> Fill>
  Group& list(TextRef name, Repetition repetition, Fill&& fill, std::int32_t fieldId = -1) {
    return nest(pf_schema_add_list, name, repetition, std::forward<Fill>(fill), fieldId);
  }
  // `fill` adds a REQUIRED "key" and a "value".
  template <std::invocable<Group&> Fill>
  Group& map(TextRef name, Repetition repetition, Fill&& fill, std::int32_t fieldId = -1) {
    return nest(pf_schema_add_map, name, repetition, std::forward<Fill>(fill), fieldId);
  }

 protected:
  Group(pf_schema_t* schema, std::uint32_t node, Error& error) noexcept
      : schema_(schema), node_(node), error_(&error) {}
  Group(const Group&) = default;
  Group& operator=(const Group&) = default;

  pf_schema_t* schema_;
  std::uint32_t node_;
  Error* error_;  // the schema's

 private:
  static pf_repetition_t toC(Repetition repetition) noexcept {
    return static_cast<pf_repetition_t>(repetition);
  }
  template <class Call>
  Group& add(Call&& call) noexcept {
    if (error_->isOk()) (void)call(error_->raw());
    return *this;
  }
  template <class Call, class Fill>
  Group& nest(Call call, TextRef name, Repetition repetition, Fill&& fill, std::int32_t fieldId) {
    std::uint32_t node = 0;
    add([&](pf_error_t* error) {
      return call(schema_, node_, name.get(), toC(repetition), fieldId, &node, error);
    });
    if (error_->isOk()) {
      Group inner(schema_, node, *error_);
      std::forward<Fill>(fill)(inner);
    }
    return *this;
  }
};

class Schema : public Group {
 public:
  Schema() noexcept : Group(nullptr, PF_SCHEMA_ROOT, ownError_) {
    (void)pf_schema_create(&schema_, ownError_.raw());
  }
  // That of an Arrow struct of columns.
  explicit Schema(const ArrowSchema& arrow) noexcept : Group(nullptr, PF_SCHEMA_ROOT, ownError_) {
    (void)pf_schema_create_from_arrow(&arrow, &schema_, ownError_.raw());
  }
  Schema(const Schema&) = delete;  // groups point to its error
  Schema& operator=(const Schema&) = delete;
  ~Schema() { pf_schema_destroy(schema_); }

  // The first failure so far.
  [[nodiscard]] const Error& error() const noexcept { return ownError_; }
  [[nodiscard]] std::uint32_t leafCount() const noexcept { return pf_schema_leaf_count(schema_); }
  [[nodiscard]] const pf_schema_t* get() const noexcept { return schema_; }

 private:
  Error ownError_;
};

// ------------------------------------------------------------------------------------------------
// Rows

// A row being filled: pf_row_t's calls, to be chained. Borrowed; copies are the same row.
class Row {
 public:
  explicit Row(pf_row_t* row) noexcept : row_(row) {}

  Row& null() noexcept { return note(pf_row_null(row_)); }
  Row& boolean(bool value) noexcept { return note(pf_row_boolean(row_, value ? 1 : 0)); }
  Row& int32(std::int32_t value) noexcept { return note(pf_row_int32(row_, value)); }
  Row& int64(std::int64_t value) noexcept { return note(pf_row_int64(row_, value)); }
  Row& float32(float value) noexcept { return note(pf_row_float(row_, value)); }
  Row& float64(double value) noexcept { return note(pf_row_double(row_, value)); }
  Row& bytes(std::span<const std::byte> value) noexcept {
    return note(pf_row_bytes(row_, value.data(), value.size()));
  }
  Row& string(std::string_view value) noexcept {
    return note(pf_row_bytes(row_, value.data(), value.size()));
  }
  // What `fill` appends is inside.
  template <std::invocable<Row&> Fill>
  Row& group(Fill&& fill) {
    note(pf_row_begin_group(row_));
    std::forward<Fill>(fill)(*this);
    return note(pf_row_end_group(row_));
  }
  template <std::invocable<Row&> Fill>
  Row& list(Fill&& fill) {
    note(pf_row_begin_list(row_));
    std::forward<Fill>(fill)(*this);
    return note(pf_row_end_list(row_));
  }

  // Whether the row keeps to its schema so far.
  [[nodiscard]] bool isGood() const noexcept { return isGood_; }
  [[nodiscard]] pf_row_t* get() const noexcept { return row_; }

 private:
  Row& note(int broken) noexcept {
    isGood_ = isGood_ && broken == 0;
    return *this;
  }

  pf_row_t* row_;
  bool isGood_ = true;
};

// ------------------------------------------------------------------------------------------------
// Writing files

// The values of one leaf for one row group, borrowed.
using Column = pf_column_input_with_levels_t;

namespace columns {

template <class T>
concept FixedValue = std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t> ||
                     std::same_as<T, float> || std::same_as<T, double>;

// INT32, INT64, FLOAT, DOUBLE.
template <FixedValue T, std::size_t kCount>
Column values(std::span<const T, kCount> values) noexcept {
  Column column{};
  column.values = values.data();
  column.values_len = values.size();
  return column;
}
// Of anything that a span can be made of.
template <class Container>
auto values(const Container& container) noexcept -> decltype(values(std::span(container))) {
  return values(std::span(container));
}
// BOOLEAN: one byte each, nonzero is true.
inline Column booleans(std::span<const std::uint8_t> values) noexcept {
  Column column{};
  column.values = values.data();
  column.values_len = values.size();
  return column;
}
// FIXED_LEN_BYTE_ARRAY, INT96: the values one after the other.
inline Column fixed(std::span<const std::byte> values) noexcept {
  Column column{};
  column.values = values.data();
  column.values_len = values.size();
  return column;
}
// BYTE_ARRAY: value i is bytes offsets[i] .. offsets[i + 1].
inline Column byteArrays(std::span<const std::byte> bytes,
                         std::span<const std::uint32_t> offsets) noexcept {
  Column column{};
  column.values = bytes.data();
  column.values_len = bytes.size();
  column.offsets = offsets.data();
  column.offsets_len = offsets.size();
  return column;
}
inline Column byteArrays(std::string_view bytes, std::span<const std::uint32_t> offsets) noexcept {
  return byteArrays(std::as_bytes(std::span(bytes)), offsets);
}
// `column` with levels, one byte each.
inline Column withLevels(Column column, std::span<const std::uint8_t> definition,
                         std::span<const std::uint8_t> repetition = {}) noexcept {
  column.definition_levels = definition.data();
  column.definition_levels_len = definition.size();
  column.repetition_levels = repetition.data();
  column.repetition_levels_len = repetition.size();
  return column;
}

}  // namespace columns

// Where a writer's bytes go.
class Output {
 public:
  // Written aside, then moved over the path by close.
  static Output path(TextRef path) noexcept {
    Output output(PF_OUTPUT_PATH);
    output.raw_.path = path.get();
    return output;
  }
  // The same, unless something is there.
  static Output newPath(TextRef path) noexcept {
    Output output = Output::path(path);
    output.raw_.no_replace = 1;
    return output;
  }
  static Output descriptor(int descriptor) noexcept {
    Output output(PF_OUTPUT_DESCRIPTOR);
    output.raw_.descriptor = descriptor;
    return output;
  }
  static Output memory() noexcept { return Output(PF_OUTPUT_MEMORY); }
  static Output discard() noexcept { return Output(PF_OUTPUT_DISCARD); }
  // Calls write(std::span<const std::byte>), which returns 0 or a number for systemError(); and
  // flush() and close(), where `target` has them. Borrowed: `target` lives as long as the writer.
  template <class Target>
  static Output callbacks(Target& target) noexcept {
    Output output(PF_OUTPUT_CALLBACKS);
    output.raw_.user = &target;
    output.raw_.write = [](void* user, const void* data, std::size_t bytes) -> int {
      return static_cast<Target*>(user)->write(
          std::span(static_cast<const std::byte*>(data), bytes));
    };
    if constexpr (requires {
                    { target.flush() } -> std::convertible_to<int>;
                  }) {
      output.raw_.flush = [](void* user) -> int { return static_cast<Target*>(user)->flush(); };
    }
    if constexpr (requires {
                    { target.close() } -> std::convertible_to<int>;
                  }) {
      output.raw_.close = [](void* user) -> int { return static_cast<Target*>(user)->close(); };
    }
    return output;
  }

  [[nodiscard]] const pf_output_t* get() const noexcept { return &raw_; }

 private:
  explicit Output(pf_output_kind_t kind) noexcept {
    pf_output_init(&raw_, sizeof raw_);
    raw_.kind = kind;
  }

  pf_output_t raw_;
};

// The fields of pf_writer_options_t, set to their defaults.
struct WriterOptions : pf_writer_options_t {
  WriterOptions() noexcept { pf_writer_options_init(this, sizeof(pf_writer_options_t)); }
  // Both borrowed until the writer is made.
  void setKeyValues(std::span<const pf_key_value_t> all) noexcept {
    key_values = all.data();
    key_value_count = all.size();
  }
  void setColumns(std::span<const pf_column_options_t> all) noexcept {
    columns = all.data();
    column_count = all.size();
  }

  // The most memory that a writer with these options takes, of rows no larger than that.
  [[nodiscard]] Result<std::uint64_t> memoryCeiling(const Schema& schema,
                                                    std::uint64_t rowBytesMax) const noexcept {
    if (!schema.error().isOk()) return schema.error();
    Error error;
    std::uint64_t bytes = 0;
    if (pf_writer_memory_ceiling(schema.get(), this, rowBytesMax, &bytes, error.raw()) !=
        PF_STATUS_OK) {
      return error;
    }
    return bytes;
  }
};

// Of the column at a dotted path: nothing differs yet. Borrows the path.
[[nodiscard]] inline pf_column_options_t columnOptions(TextRef path) noexcept {
  pf_column_options_t options;
  pf_column_options_init(&options);
  options.path = path.get();
  return options;
}

class Writer {
 public:
  static Result<Writer> create(const Schema& schema, const Output& output,
                               const WriterOptions& options = {}) noexcept {
    if (!schema.error().isOk()) return schema.error();
    Error error;
    pf_writer_handle_t* writer = nullptr;
    if (pf_writer_create_with_options(schema.get(), &options, output.get(), &writer, error.raw()) !=
        PF_STATUS_OK) {
      return error;
    }
    return Writer(writer);
  }

  // For data of an Arrow type, with ARROW:schema in the footer.
  static Result<Writer> createForArrow(const ArrowSchema& arrow, const Output& output,
                                       const WriterOptions& options = {}) noexcept {
    Error error;
    pf_writer_handle_t* writer = nullptr;
    if (pf_writer_create_for_arrow(&arrow, &options, output.get(), &writer, error.raw()) !=
        PF_STATUS_OK) {
      return error;
    }
    return Writer(writer);
  }

  // A record batch as one row group; borrowed.
  Result<> write(const ArrowArray& batch, const ArrowSchema& schema) noexcept {
    Error error;
    (void)pf_writer_write_arrow(get(), &batch, &schema, error.raw());
    return error;
  }
  // All batches of a stream, which stays the caller's.
  Result<> write(ArrowArrayStream& stream) noexcept {
    Error error;
    (void)pf_writer_write_arrow_stream(get(), &stream, error.raw());
    return error;
  }

  // One row group; the columns are the leaves in schema order.
  Result<> write(std::uint64_t rows, std::span<const Column> columns) noexcept {
    return take(pf_writer_write_row_group_with_levels(get(), rows, columns.data(), columns.size()));
  }
  Result<> write(std::uint64_t rows, std::initializer_list<Column> columns) noexcept {
    return write(rows, std::span(columns.begin(), columns.size()));
  }
  Result<> setKeyValue(TextRef key, TextRef value) noexcept {
    return take(pf_writer_set_key_value(get(), key.get(), value.get()));
  }
  // Without it the file is discarded.
  Result<> close() noexcept { return take(pf_writer_close(get())); }

  [[nodiscard]] Result<pf_writer_stats_t> stats() const noexcept {
    pf_writer_stats_t stats;
    pf_writer_stats_init(&stats, sizeof stats);
    const Result<> taken = take(pf_writer_get_stats(get(), &stats));
    if (!taken) return taken.error();
    return stats;
  }
  [[nodiscard]] Result<pf_column_stats_t> columnStats(std::uint32_t leafIndex) const noexcept {
    pf_column_stats_t stats;
    pf_column_stats_init(&stats, sizeof stats);
    const Result<> taken = take(pf_writer_get_column_stats(get(), leafIndex, &stats));
    if (!taken) return taken.error();
    return stats;
  }
  // Output::memory(), after close: the file, until the writer goes.
  [[nodiscard]] Result<std::span<const std::byte>> memory() const noexcept {
    const void* data = nullptr;
    std::size_t bytes = 0;
    const Result<> taken = take(pf_writer_memory(get(), &data, &bytes));
    if (!taken) return taken.error();
    return std::span(static_cast<const std::byte*>(data), bytes);
  }
  [[nodiscard]] pf_writer_handle_t* get() const noexcept { return owner_.get(); }

 private:
  explicit Writer(pf_writer_handle_t* writer) noexcept : owner_(writer) {}
  Result<> take(pf_status_t status) const noexcept {
    if (status == PF_STATUS_OK) return {};
    return Error(status, pf_writer_last_error(get()));
  }

  detail::Owner<pf_writer_handle_t, pf_writer_destroy> owner_;
};

// Threads that encode, for several pipelines; may go before them.
class Encoders {
 public:
  // 0: as the environment or the machine says.
  static Result<Encoders> create(std::uint32_t threads = 0) noexcept {
    Error error;
    pf_encoders_t* encoders = nullptr;
    if (pf_encoders_create(threads, &encoders, error.raw()) != PF_STATUS_OK) return error;
    return Encoders(encoders);
  }
  [[nodiscard]] std::uint32_t threads() const noexcept { return pf_encoders_threads(get()); }
  [[nodiscard]] pf_encoders_t* get() const noexcept { return owner_.get(); }

 private:
  explicit Encoders(pf_encoders_t* encoders) noexcept : owner_(encoders) {}
  detail::Owner<pf_encoders_t, pf_encoders_destroy> owner_;
};

// The fields of pf_pipeline_options_t, set to their defaults.
struct PipelineOptions : pf_pipeline_options_t {
  PipelineOptions() noexcept { pf_pipeline_options_init(this, sizeof(pf_pipeline_options_t)); }
};

enum class WhenFull : std::uint32_t {
  kWait = 0,
  kRefuse = 1  // PF_STATUS_WOULD_BLOCK
};

// A file encoded on several threads. submit, flush, setKeyValue, cancel and progress may be called
// from any of them.
class Pipeline {
 public:
  static Result<Pipeline> create(const Schema& schema, const Output& output,
                                 const PipelineOptions& options = {},
                                 const WriterOptions& writer = {}) noexcept {
    if (!schema.error().isOk()) return schema.error();
    Error error;
    pf_pipeline_t* pipeline = nullptr;
    if (pf_pipeline_create(schema.get(), &writer, output.get(), &options, &pipeline, error.raw()) !=
        PF_STATUS_OK) {
      return error;
    }
    return Pipeline(pipeline);
  }
  static Result<Pipeline> createForArrow(const ArrowSchema& arrow, const Output& output,
                                         const PipelineOptions& options = {},
                                         const WriterOptions& writer = {}) noexcept {
    Error error;
    pf_pipeline_t* pipeline = nullptr;
    if (pf_pipeline_create_for_arrow(&arrow, &writer, output.get(), &options, &pipeline,
                                     error.raw()) != PF_STATUS_OK) {
      return error;
    }
    return Pipeline(pipeline);
  }

  // Copies of the columns, which are the leaves in schema order.
  Result<> submit(std::uint64_t rows, std::span<const Column> columns,
                  WhenFull whenFull = WhenFull::kWait) noexcept {
    const pf_submit_options_t options = submitOptions(whenFull);
    Error error;
    (void)pf_pipeline_submit(get(), rows, columns.data(), columns.size(), &options, error.raw());
    return error;
  }
  Result<> submit(std::uint64_t rows, std::initializer_list<Column> columns,
                  WhenFull whenFull = WhenFull::kWait) noexcept {
    return submit(rows, std::span(columns.begin(), columns.size()), whenFull);
  }
  // The columns themselves, borrowed until onDone(pf_status_t) is called: once, on any thread, if
  // this succeeds; if not, one that was moved in comes back. It may own what they borrow; it must
  // not throw, and neither must moving it. PF_STATUS_OUT_OF_MEMORY where copying one does.
  template <class Function>
    requires std::invocable<std::decay_t<Function>&, pf_status_t>
  Result<> submit(std::uint64_t rows, std::span<const Column> columns, Function&& onDone,
                  WhenFull whenFull = WhenFull::kWait) noexcept {
    return submitTelling(std::forward<Function>(onDone), whenFull,
                         [&](const pf_submit_options_t& options, pf_error_t* error) {
                           return pf_pipeline_submit(get(), rows, columns.data(), columns.size(),
                                                     &options, error);
                         });
  }
  // Moves the array, and releases it; not where this returns PF_STATUS_WOULD_BLOCK.
  Result<> submit(ArrowArray& array, const ArrowSchema* schema = nullptr,
                  WhenFull whenFull = WhenFull::kWait) noexcept {
    const pf_submit_options_t options = submitOptions(whenFull);
    Error error;
    (void)pf_pipeline_submit_arrow(get(), &array, schema, &options, error.raw());
    return error;
  }
  // The same, and calls onDone(pf_status_t) when it is released, as for columns.
  template <class Function>
    requires std::invocable<std::decay_t<Function>&, pf_status_t>
  Result<> submit(ArrowArray& array, Function&& onDone, const ArrowSchema* schema = nullptr,
                  WhenFull whenFull = WhenFull::kWait) noexcept {
    return submitTelling(std::forward<Function>(onDone), whenFull,
                         [&](const pf_submit_options_t& options, pf_error_t* error) {
                           return pf_pipeline_submit_arrow(get(), &array, schema, &options, error);
                         });
  }
  Result<> flush(WhenFull whenFull = WhenFull::kWait) noexcept {
    const pf_submit_options_t options = submitOptions(whenFull);
    Error error;
    (void)pf_pipeline_flush(get(), &options, error.raw());
    return error;
  }
  Result<> setKeyValue(TextRef key, TextRef value) noexcept {
    Error error;
    (void)pf_pipeline_set_key_value(get(), key.get(), value.get(), error.raw());
    return error;
  }
  Result<> cancel() noexcept {
    Error error;
    (void)pf_pipeline_cancel(get(), error.raw());
    return error;
  }
  [[nodiscard]] Result<pf_pipeline_progress_t> progress() const noexcept {
    pf_pipeline_progress_t progress;
    pf_pipeline_progress_init(&progress, sizeof progress);
    Error error;
    if (pf_pipeline_get_progress(get(), &progress, error.raw()) != PF_STATUS_OK) return error;
    return progress;
  }
  // What is in the file. Without it the file is discarded.
  Result<pf_file_info_t> close() noexcept {
    pf_file_info_t info;
    pf_file_info_init(&info, sizeof info);
    Error error;
    if (pf_pipeline_close(get(), &info, error.raw()) != PF_STATUS_OK) return error;
    return info;
  }
  // Output::memory(), after close: the file, until the pipeline goes.
  [[nodiscard]] Result<std::span<const std::byte>> memory() const noexcept {
    const void* data = nullptr;
    std::size_t bytes = 0;
    Error error;
    if (pf_pipeline_memory(get(), &data, &bytes, error.raw()) != PF_STATUS_OK) return error;
    return std::span(static_cast<const std::byte*>(data), bytes);
  }
  [[nodiscard]] pf_pipeline_t* get() const noexcept { return owner_.get(); }

 private:
  explicit Pipeline(pf_pipeline_t* pipeline) noexcept : owner_(pipeline) {}
  static pf_submit_options_t submitOptions(WhenFull whenFull) noexcept {
    pf_submit_options_t options;
    pf_submit_options_init(&options, sizeof options);
    options.no_wait = static_cast<std::uint32_t>(whenFull);
    return options;
  }
  // nullptr: no memory for it, or for what a copy of it takes.
  template <class Function, class Given>
  static Function* keep(Given&& given) noexcept {
#ifdef __cpp_exceptions
    try {
      return new (std::nothrow) Function(std::forward<Given>(given));
    } catch (...) {
      return nullptr;
    }
#else
    return new (std::nothrow) Function(std::forward<Given>(given));
#endif
  }
  template <class Given, class Call>
  static Result<> submitTelling(Given&& onDone, WhenFull whenFull, Call&& call) noexcept {
    using Function = std::decay_t<Given>;
    static_assert(std::is_nothrow_move_constructible_v<Function>);
    auto* const kept = keep<Function>(std::forward<Given>(onDone));
    if (kept == nullptr) return Error(PF_STATUS_OUT_OF_MEMORY);
    pf_submit_options_t options = submitOptions(whenFull);
    options.on_done_user = kept;
    options.on_done = [](void* user, pf_status_t status) {
      const std::unique_ptr<Function> function(static_cast<Function*>(user));
      (*function)(status);
    };
    Error error;
    if (call(options, error.raw()) == PF_STATUS_OK) return error;
    if constexpr (!std::is_lvalue_reference_v<Given> && !std::is_const_v<Given>) {
      // A lambda cannot be assigned to.
      std::destroy_at(&onDone);
      std::construct_at(&onDone, std::move(*kept));
    }
    delete kept;
    return error;
  }

  detail::Owner<pf_pipeline_t, pf_pipeline_destroy> owner_;
};

// Rows for a writer, one at a time. Goes before its writer.
class RowWriter {
 public:
  // A row group is written at these bounds.
  static Result<RowWriter> create(Writer& writer, std::uint64_t rowGroupRows,
                                  std::uint64_t rowGroupBytes) noexcept {
    Error error;
    pf_row_writer_t* rows = nullptr;
    if (pf_row_writer_create(writer.get(), rowGroupRows, rowGroupBytes, &rows, error.raw()) !=
        PF_STATUS_OK) {
      return error;
    }
    return RowWriter(rows);
  }

  // The next row to fill, unless row.get() is NULL. With a row, an error says that the one before
  // broke the schema and was dropped.
  struct Next {
    Row row;
    Error error;
  };
  [[nodiscard]] Next next() noexcept {
    Error error;
    pf_row_t* row = nullptr;
    (void)pf_row_writer_next(owner_.get(), &row, error.raw());
    return {Row(row), error};
  }
  // Takes the last row, and writes what is left.
  Result<> flush() noexcept {
    Error error;
    (void)pf_row_writer_flush(owner_.get(), error.raw());
    return error;
  }

 private:
  explicit RowWriter(pf_row_writer_t* rows) noexcept : owner_(rows) {}

  detail::Owner<pf_row_writer_t, pf_row_writer_destroy> owner_;
};

// What is in a finished file, from its footer.
[[nodiscard]] inline Result<pf_file_info_t> readFileInfo(TextRef path) noexcept {
  Error error;
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  if (pf_file_info_read(path.get(), &info, error.raw()) != PF_STATUS_OK) return error;
  return info;
}

// ------------------------------------------------------------------------------------------------
// The sink

enum class RecordResult : int {
  kOk = PF_RECORD_OK,
  kFull = PF_RECORD_FULL,
  kTooLarge = PF_RECORD_TOO_LARGE,
  kClosed = PF_RECORD_CLOSED,
  kReserved = PF_RECORD_RESERVED,
  kBusy = PF_RECORD_BUSY,
  kNoRing = PF_RECORD_NO_RING
};

namespace detail {

// A callable of any type, owned; made once, when options are set.
class Callable {
 public:
  virtual ~Callable() = default;
};
template <class Function>
class CallableOf final : public Callable {
 public:
  explicit CallableOf(Function callable) noexcept : function(std::move(callable)) {}
  Function function;
};

}  // namespace detail

// The fields of pf_sink_options_t, set to their defaults; the functions are set by onRow, onFile,
// onDoubt and log. Those take any callable and keep it; they must not throw.
class SinkOptions : public pf_sink_options_t {
 public:
  SinkOptions() noexcept { pf_sink_options_init(this, sizeof(pf_sink_options_t)); }

  // Shape CALLBACK: fill(const pf_record_t&, Row&) fills a row of `rowSchema`; where it returns a
  // bool, false rejects the row. `rowSchema` is borrowed until the sink is open.
  template <class Fill>
  void onRow(const Schema& rowSchema, Fill fill) noexcept {
    shape = PF_SHAPE_CALLBACK;
    schema = rowSchema.get();
    if (error_.isOk() && !rowSchema.error().isOk()) error_ = rowSchema.error();
    on_row_user = keep(kRow, std::move(fill));
    on_row = [](void* user, const pf_record_t* record, pf_row_t* row) -> int {
      Row filled(row);
      if constexpr (std::is_void_v<std::invoke_result_t<Fill&, const pf_record_t&, Row&>>) {
        (*static_cast<Fill*>(user))(*record, filled);
        return 0;
      } else {
        return (*static_cast<Fill*>(user))(*record, filled) ? 0 : 1;
      }
    };
  }
  // told(const pf_file_event_t&)
  template <std::invocable<const pf_file_event_t&> Told>
  void onFile(Told told) noexcept {
    on_file_user = keep(kFile, std::move(told));
    on_file = [](void* user, const pf_file_event_t* event) { (*static_cast<Told*>(user))(*event); };
  }
  // told(const pf_doubt_event_t&)
  template <std::invocable<const pf_doubt_event_t&> Told>
  void onDoubt(Told told) noexcept {
    on_doubt_user = keep(kDoubt, std::move(told));
    on_doubt = [](void* user, const pf_doubt_event_t* event) {
      (*static_cast<Told*>(user))(*event);
    };
  }
  // told(pf_log_level_t, std::string_view)
  template <std::invocable<pf_log_level_t, std::string_view> Told>
  void onLog(Told told) noexcept {
    log_user = keep(kLog, std::move(told));
    log = [](void* user, pf_log_level_t level, const char* message) {
      (*static_cast<Told*>(user))(level, std::string_view(message));
    };
  }
  // All borrowed until the sink is open.
  void setStructColumns(std::span<const pf_struct_column_t> all) noexcept {
    shape = PF_SHAPE_STRUCT;
    struct_columns = all.data();
    struct_column_count = all.size();
  }
  void setKeyValues(std::span<const pf_key_value_t> all) noexcept {
    key_values = all.data();
    key_value_count = all.size();
  }
  void setWriter(const WriterOptions& options) noexcept { writer = &options; }
  void setWorkerCpus(std::span<const std::uint32_t> all) noexcept {
    worker_cpus = all.data();
    worker_cpu_count = all.size();
  }

  // The most memory that a sink with these options takes with so many producers.
  [[nodiscard]] Result<std::uint64_t> memoryCeiling(std::uint32_t producers) const noexcept {
    Error error;
    std::uint64_t bytes = 0;
    if (pf_sink_memory_ceiling(this, producers, &bytes, error.raw()) != PF_STATUS_OK) return error;
    return bytes;
  }

 private:
  friend class LogSink;
  enum Slot : std::uint8_t {
    kRow,
    kFile,
    kDoubt,
    kLog,
    kSlots
  };

  template <class Function>
  Function* keep(Slot slot, Function function) noexcept {
    static_assert(std::is_nothrow_move_constructible_v<Function>);
    auto* kept = new (std::nothrow) detail::CallableOf<Function>(std::move(function));
    kept_[slot].reset(kept);
    if (kept != nullptr) return &kept->function;
    if (error_.isOk()) error_ = Error(PF_STATUS_OUT_OF_MEMORY);
    return nullptr;
  }

  std::unique_ptr<detail::Callable> kept_[kSlots];
  Error error_;  // the first failure so far; comes back from LogSink::open
};

class Producer;

// What Producer and LogSink have in common: any trivially copyable value can be recorded by its
// bytes.
template <class Recorder>
class RecordsValues {
 public:
  template <detail::Recordable T>
  RecordResult tryRecord(const T& value) noexcept {
    return static_cast<Recorder*>(this)->tryRecordBytes(&value, sizeof value);
  }
  RecordResult tryRecord(std::span<const std::byte> payload) noexcept {
    return static_cast<Recorder*>(this)->tryRecordBytes(payload.data(), payload.size());
  }
  // Its characters.
  RecordResult tryRecord(std::string_view payload) noexcept {
    return static_cast<Recorder*>(this)->tryRecordBytes(payload.data(), payload.size());
  }
  RecordResult tryRecord(std::nullptr_t) = delete;
};

// A record being filled in place. Aborted where it is not committed.
class Reservation {
 public:
  Reservation(Reservation&& other) noexcept
      : producer_(std::exchange(other.producer_, nullptr)),
        bytes_(other.bytes_),
        result_(other.result_) {}
  Reservation& operator=(Reservation&&) = delete;
  ~Reservation() { abort(); }

  // Whether there is room to fill; result() says why not.
  [[nodiscard]] explicit operator bool() const noexcept { return producer_ != nullptr; }
  [[nodiscard]] RecordResult result() const noexcept { return result_; }
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }

  RecordResult commit() noexcept { return end(pf_commit); }
  RecordResult abort() noexcept { return end(pf_abort); }

 private:
  friend class Producer;
  Reservation(pf_producer_t* producer, std::size_t bytes) noexcept {
    void* payload = nullptr;
    result_ = static_cast<RecordResult>(pf_try_reserve(producer, bytes, &payload));
    if (result_ != RecordResult::kOk) return;
    producer_ = producer;
    bytes_ = {static_cast<std::byte*>(payload), bytes};
  }
  RecordResult end(pf_record_result_t (*how)(pf_producer_t*)) noexcept {
    if (producer_ == nullptr) return RecordResult::kBusy;
    return static_cast<RecordResult>(how(std::exchange(producer_, nullptr)));
  }

  pf_producer_t* producer_ = nullptr;  // while it is open
  std::span<std::byte> bytes_;
  RecordResult result_ = RecordResult::kBusy;
};

// One thread's way into a sink. Goes before its sink.
class Producer : public RecordsValues<Producer> {
 public:
  RecordResult tryRecordBytes(const void* payload, std::size_t bytes) noexcept {
    return static_cast<RecordResult>(pf_try_record(get(), payload, bytes));
  }
  RecordResult tryRecordAt(std::int64_t timeNs, std::span<const std::byte> payload) noexcept {
    return static_cast<RecordResult>(
        pf_try_record_at(get(), timeNs, payload.data(), payload.size()));
  }
  template <detail::Recordable T>
  RecordResult tryRecordAt(std::int64_t timeNs, const T& value) noexcept {
    return static_cast<RecordResult>(pf_try_record_at(get(), timeNs, &value, sizeof value));
  }
  RecordResult tryRecordLow(std::span<const std::byte> payload) noexcept {
    return static_cast<RecordResult>(pf_try_record_low(get(), payload.data(), payload.size()));
  }
  template <detail::Recordable T>
  RecordResult tryRecordLow(const T& value) noexcept {
    return static_cast<RecordResult>(pf_try_record_low(get(), &value, sizeof value));
  }
  // Room for `bytes` bytes, to be filled and committed.
  [[nodiscard]] Reservation tryReserve(std::size_t bytes) noexcept {
    return Reservation(get(), bytes);
  }

  [[nodiscard]] std::uint64_t recordBytesMax() const noexcept {
    return pf_producer_record_bytes_max(get());
  }
  [[nodiscard]] std::uint32_t index() const noexcept { return pf_producer_index(get()); }
  [[nodiscard]] std::uint64_t lastAttempt() const noexcept {
    return pf_producer_last_attempt(get());
  }
  [[nodiscard]] std::uint64_t durableAttempt() const noexcept {
    return pf_producer_durable_attempt(get());
  }
  Result<> waitDurable(std::uint64_t attempt,
                       std::uint64_t timeoutNs = PF_TIMEOUT_INFINITE) noexcept {
    const pf_status_t status = pf_producer_wait_durable(get(), attempt, timeoutNs);
    if (status == PF_STATUS_OK) return {};
    return Error(status);
  }
  [[nodiscard]] pf_producer_stats_t stats() const noexcept {
    pf_producer_stats_t stats;
    pf_producer_stats_init(&stats, sizeof stats);
    (void)pf_producer_stats(get(), &stats);
    return stats;
  }
  [[nodiscard]] pf_producer_t* get() const noexcept { return owner_.get(); }

 private:
  friend class LogSink;
  explicit Producer(pf_producer_t* producer) noexcept : owner_(producer) {}

  detail::Owner<pf_producer_t, pf_producer_release> owner_;
};

class LogSink : public RecordsValues<LogSink> {
 public:
  // Takes over the callables of `options`.
  static Result<LogSink> open(SinkOptions options) noexcept {
    if (!options.error_.isOk()) return options.error_;
    Error error;
    pf_sink_t* sink = nullptr;
    if (pf_sink_open(&options, &sink, error.raw()) != PF_STATUS_OK) return error;
    return LogSink(sink, std::move(options));
  }
  LogSink(LogSink&&) noexcept = default;
  // The sink that was here goes first: until it is closed, it calls what is kept for it.
  LogSink& operator=(LogSink&& other) noexcept {
    owner_ = std::move(other.owner_);
    for (std::size_t i = 0; i < SinkOptions::kSlots; ++i) kept_[i] = std::move(other.kept_[i]);
    return *this;
  }
  // Closes, where that was not done: drained and published, however long it takes. close() says
  // what came of it.
  ~LogSink() = default;

  // Any thread, its own ring.
  RecordResult tryRecordBytes(const void* payload, std::size_t bytes) noexcept {
    return static_cast<RecordResult>(pf_sink_try_record(get(), payload, bytes));
  }
  Result<> prepareThread() noexcept {
    return call([&](pf_error_t* error) { return pf_sink_prepare_thread(get(), error); });
  }
  // name NULL: "producer-<index>"; 0: the sink's.
  Result<Producer> addProducer(TextRef name = nullptr, std::uint64_t ringBytes = 0,
                               std::uint64_t recordBytesMax = 0) noexcept {
    pf_producer_options_t options;
    pf_producer_options_init(&options, sizeof options);
    options.name = name.get();
    options.ring_bytes = ringBytes;
    options.record_bytes_max = recordBytesMax;
    pf_producer_t* producer = nullptr;
    const Result<> added = call(
        [&](pf_error_t* error) { return pf_sink_add_producer(get(), &options, &producer, error); });
    if (!added) return added.error();
    return Producer(producer);
  }
  Result<> flush(std::uint64_t timeoutNs = PF_TIMEOUT_INFINITE) noexcept {
    return call([&](pf_error_t* error) { return pf_sink_flush(get(), timeoutNs, error); });
  }
  Result<> rotate(std::uint64_t timeoutNs = PF_TIMEOUT_INFINITE) noexcept {
    return call([&](pf_error_t* error) { return pf_sink_rotate(get(), timeoutNs, error); });
  }
  // PF_WORKER_POLL. True when work was left.
  Result<bool> poll(std::uint64_t budgetNs) noexcept {
    int busy = 0;
    const Result<> polled =
        call([&](pf_error_t* error) { return pf_sink_poll(get(), budgetNs, &busy, error); });
    if (!polled) return polled.error();
    return busy != 0;
  }
  Result<> close(std::uint64_t timeoutNs = PF_TIMEOUT_INFINITE) noexcept {
    return call([&](pf_error_t* error) { return pf_sink_close(get(), timeoutNs, error); });
  }
  [[nodiscard]] pf_sink_stats_t stats() const noexcept {
    pf_sink_stats_t stats;
    pf_sink_stats_init(&stats, sizeof stats);
    (void)pf_sink_stats(get(), &stats);
    return stats;
  }
  [[nodiscard]] pf_sink_t* get() const noexcept { return owner_.get(); }

 private:
  static void closeAndDestroy(pf_sink_t* sink) noexcept {
    (void)pf_sink_close(sink, PF_TIMEOUT_INFINITE, nullptr);
    pf_sink_destroy(sink);
  }
  LogSink(pf_sink_t* sink, SinkOptions&& options) noexcept : owner_(sink) {
    for (std::size_t i = 0; i < SinkOptions::kSlots; ++i) kept_[i] = std::move(options.kept_[i]);
  }
  template <class Call>
  Result<> call(Call&& call) const noexcept {
    Error error;
    (void)std::forward<Call>(call)(error.raw());
    return error;
  }

  std::unique_ptr<detail::Callable> kept_[SinkOptions::kSlots];  // go after the sink
  detail::Owner<pf_sink_t, closeAndDestroy> owner_;
};

// ------------------------------------------------------------------------------------------------
// Reading files

class Input {
 public:
  static Input path(TextRef path) noexcept {
    Input input(PF_INPUT_PATH);
    input.raw_.path = path.get();
    return input;
  }
  // Mapped instead of read.
  static Input mapping(TextRef path) noexcept {
    Input input = Input::path(path);
    input.raw_.map = 1;
    return input;
  }
  // Borrowed until all that was read of it is gone.
  static Input memory(std::span<const std::byte> bytes) noexcept {
    Input input(PF_INPUT_MEMORY);
    input.raw_.memory = bytes.data();
    input.raw_.memory_bytes = bytes.size();
    return input;
  }
  [[nodiscard]] const pf_input_t* get() const noexcept { return &raw_; }

 private:
  explicit Input(pf_input_kind_t kind) noexcept {
    pf_input_init(&raw_, sizeof raw_);
    raw_.kind = kind;
  }
  pf_input_t raw_;
};

struct ReaderOptions : pf_reader_options_t {
  ReaderOptions() noexcept : pf_reader_options_t() { pf_reader_options_init(this, sizeof *this); }
};

// What a column is compared with. Text and bytes are borrowed for a call.
struct Literal : pf_literal_t {
  Literal(std::nullptr_t) noexcept : pf_literal_t{} {}
  template <class T>
    requires std::is_arithmetic_v<T>
  Literal(T value) noexcept : pf_literal_t{} {
    if constexpr (std::is_floating_point_v<T>) {
      kind = PF_LITERAL_DOUBLE;
      real = static_cast<double>(value);
    } else {
      kind = std::is_same_v<T, bool> ? PF_LITERAL_BOOLEAN
             : std::is_unsigned_v<T> ? PF_LITERAL_UINT64
                                     : PF_LITERAL_INT64;
      integer = static_cast<std::int64_t>(value);
    }
  }
  Literal(std::string_view text) noexcept : Literal(PF_LITERAL_TEXT, text.data(), text.size()) {}
  Literal(const char* text) noexcept : Literal(std::string_view(text)) {}
  Literal(const std::string& text) noexcept : Literal(std::string_view(text)) {}
  static Literal bytes(std::span<const std::byte> value) noexcept {
    return {PF_LITERAL_BYTES, value.data(), value.size()};
  }
  // "-12.50", exact.
  static Literal number(std::string_view text) noexcept {
    return {PF_LITERAL_NUMBER, text.data(), text.size()};
  }

 private:
  Literal(pf_literal_kind_t ofKind, const void* from, std::size_t count) noexcept : pf_literal_t{} {
    kind = ofKind;
    data = from;
    pf_literal_t::bytes = count;
  }
};

// Which rows a scan is to give.
class Predicate {
 public:
  static Result<Predicate> parse(TextRef text) noexcept {
    return made([&](auto... out) { return pf_predicate_parse(text.get(), out...); });
  }
  static Result<Predicate> compare(TextRef column, pf_comparison_t comparison,
                                   const Literal& literal) noexcept {
    return made([&](auto... out) {
      return pf_predicate_compare(column.get(), comparison, &literal, out...);
    });
  }
  static Result<Predicate> between(TextRef column, const Literal& least,
                                   const Literal& most) noexcept {
    return made(
        [&](auto... out) { return pf_predicate_between(column.get(), &least, &most, out...); });
  }
  static Result<Predicate> in(TextRef column, std::initializer_list<Literal> literals) noexcept {
    static_assert(sizeof(Literal) == sizeof(pf_literal_t));
    return made([&](auto... out) {
      return pf_predicate_in(column.get(), literals.begin(), literals.size(), out...);
    });
  }
  static Result<Predicate> isNull(TextRef column) noexcept {
    return made([&](auto... out) { return pf_predicate_is_null(column.get(), out...); });
  }
  // escape: of LIKE, a byte; -1: none.
  static Result<Predicate> text(TextRef column, pf_text_match_t match, std::string_view text,
                                int escape = -1) noexcept {
    return made([&](auto... out) {
      return pf_predicate_text(column.get(), match, text.data(), text.size(), escape, out...);
    });
  }
  Result<Predicate> operator&&(const Predicate& other) const noexcept {
    const pf_predicate_t* const both[] = {get(), other.get()};
    return made([&](auto... out) { return pf_predicate_and(both, 2, out...); });
  }
  Result<Predicate> operator||(const Predicate& other) const noexcept {
    const pf_predicate_t* const both[] = {get(), other.get()};
    return made([&](auto... out) { return pf_predicate_or(both, 2, out...); });
  }
  Result<Predicate> operator!() const noexcept {
    return made([&](auto... out) { return pf_predicate_not(get(), out...); });
  }
  [[nodiscard]] const pf_predicate_t* get() const noexcept { return owner_.get(); }

 private:
  explicit Predicate(pf_predicate_t* predicate) noexcept : owner_(predicate) {}
  template <class Call>
  static Result<Predicate> made(Call&& call) noexcept {
    Error error;
    pf_predicate_t* predicate = nullptr;
    if (call(&predicate, error.raw()) != PF_STATUS_OK) return error;
    return Predicate(predicate);
  }

  detail::Owner<pf_predicate_t, pf_predicate_destroy> owner_;
};

struct ScanOptions : pf_scan_options_t {
  ScanOptions() noexcept : pf_scan_options_t() { pf_scan_options_init(this, sizeof *this); }
  // Borrowed until the scan is made.
  void setPredicate(const Predicate& which) noexcept { predicate = which.get(); }
  // Borrowed until the scan is made.
  void setColumns(std::span<const char* const> paths) noexcept {
    columns = paths.data();
    column_count = paths.size();
  }
};

class Scan {
 public:
  [[nodiscard]] Result<ArrowSchema> arrowSchema() const noexcept {
    Error error;
    ArrowSchema schema{};
    if (pf_scan_arrow_schema(owner_.get(), &schema, error.raw()) != PF_STATUS_OK) return error;
    return schema;
  }
  // The caller's to release; released at the end.
  [[nodiscard]] Result<ArrowArray> nextArrow() noexcept {
    Error error;
    ArrowArray array{};
    if (pf_scan_next_arrow(owner_.get(), &array, error.raw()) != PF_STATUS_OK) return error;
    return array;
  }
  // Valid until the next call; 0 rows: the end.
  [[nodiscard]] Result<std::uint64_t> nextColumns(std::span<pf_column_view_t> columns) noexcept {
    Error error;
    std::uint64_t rows = 0;
    if (pf_scan_next_columns(owner_.get(), columns.data(), columns.size(), &rows, error.raw()) !=
        PF_STATUS_OK) {
      return error;
    }
    return rows;
  }
  [[nodiscard]] Result<pf_scan_stats_t> stats() const noexcept {
    Error error;
    pf_scan_stats_t stats;
    pf_scan_stats_init(&stats, sizeof stats);
    if (pf_scan_get_stats(owner_.get(), &stats, error.raw()) != PF_STATUS_OK) return error;
    return stats;
  }

 private:
  friend class Reader;
  friend class Rows;
  explicit Scan(pf_scan_t* scan) noexcept : owner_(scan) {}

  detail::Owner<pf_scan_t, pf_scan_destroy> owner_;
};

// A value of a row, and all that is in it. Borrowed: valid until the next row is asked for. What is
// not there, as a field of a name that none has, is null and has no field; so paths need no check
// on their way: row["position"]["x"].float64().
class Value {
 public:
  Value() noexcept : value_(&kMissing) {}
  explicit Value(const pf_value_t* value) noexcept : value_(value) {}

  [[nodiscard]] pf_value_kind_t kind() const noexcept {
    return static_cast<pf_value_kind_t>(value_->kind);
  }
  [[nodiscard]] bool isNull() const noexcept { return value_->kind == PF_VALUE_NULL; }
  // Its name, and its logical type, among others; nullptr: it is not there.
  [[nodiscard]] const pf_field_t* field() const noexcept { return value_->field; }

  // Nothing: null, or of another kind. Numbers are not converted.
  [[nodiscard]] std::optional<bool> boolean() const noexcept {
    const std::optional<std::int32_t> value = of(PF_VALUE_BOOLEAN, &pf_value_t::boolean);
    return value ? std::optional(*value != 0) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::int32_t> int32() const noexcept {
    return of(PF_VALUE_INT32, &pf_value_t::int32);
  }
  [[nodiscard]] std::optional<std::int64_t> int64() const noexcept {
    return of(PF_VALUE_INT64, &pf_value_t::int64);
  }
  [[nodiscard]] std::optional<float> float32() const noexcept {
    return of(PF_VALUE_FLOAT, &pf_value_t::float32);
  }
  [[nodiscard]] std::optional<double> float64() const noexcept {
    return of(PF_VALUE_DOUBLE, &pf_value_t::float64);
  }
  [[nodiscard]] std::optional<std::span<const std::byte>> bytes() const noexcept {
    if (kind() != PF_VALUE_BYTES) return std::nullopt;
    return std::span(static_cast<const std::byte*>(value_->data), value_->count);
  }
  [[nodiscard]] std::optional<std::string_view> string() const noexcept {
    if (kind() != PF_VALUE_BYTES) return std::nullopt;
    return std::string_view(static_cast<const char*>(value_->data), value_->count);
  }

  // Elements of a list, entries of a map, fields of a group; 0 of all else.
  [[nodiscard]] std::size_t size() const noexcept {
    return kind() >= PF_VALUE_LIST ? value_->count : 0;
  }
  // An element of a list, a field of a group.
  [[nodiscard]] Value operator[](std::size_t index) const noexcept {
    const bool isThere = kind() != PF_VALUE_MAP && index < size();
    return isThere ? Value(&value_->values[index]) : Value();
  }
  // Of a group: the first field of the name.
  [[nodiscard]] Value operator[](std::string_view name) const noexcept;

  // What a list, map or group has, to iterate over; of all else nothing.
  template <std::size_t kStride>
  class Range;
  [[nodiscard]] Range<1> elements() const noexcept;
  [[nodiscard]] Range<1> fields() const noexcept;
  [[nodiscard]] Range<2> entries() const noexcept;  // pairs of key and value

  [[nodiscard]] const pf_value_t* get() const noexcept { return value_; }

 private:
  static constexpr pf_value_t kMissing{};

  template <class T>
  [[nodiscard]] std::optional<T> of(pf_value_kind_t wanted, T pf_value_t::* member) const noexcept {
    return kind() == wanted ? std::optional<T>(value_->*member) : std::nullopt;
  }
  template <std::size_t kStride>
  [[nodiscard]] Range<kStride> range(pf_value_kind_t wanted) const noexcept;

  const pf_value_t* value_;
};

template <std::size_t kStride>
class Value::Range {
 public:
  class Iterator {
   public:
    using value_type = std::conditional_t<kStride == 1, Value, std::pair<Value, Value>>;
    using difference_type = std::ptrdiff_t;

    Iterator() noexcept = default;
    explicit Iterator(const pf_value_t* at) noexcept : at_(at) {}
    [[nodiscard]] value_type operator*() const noexcept {
      if constexpr (kStride == 1) {
        return Value(at_);
      } else {
        return {Value(at_), Value(at_ + 1)};
      }
    }
    Iterator& operator++() noexcept {
      at_ += kStride;
      return *this;
    }
    Iterator operator++(int) noexcept { return std::exchange(*this, Iterator(at_ + kStride)); }
    [[nodiscard]] bool operator==(const Iterator&) const noexcept = default;

   private:
    const pf_value_t* at_ = nullptr;
  };

  Range(const pf_value_t* values, std::size_t size) noexcept : values_(values), size_(size) {}
  [[nodiscard]] Iterator begin() const noexcept { return Iterator(values_); }
  [[nodiscard]] Iterator end() const noexcept { return Iterator(values_ + size_ * kStride); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  const pf_value_t* values_;
  std::size_t size_;
};

template <std::size_t kStride>
Value::Range<kStride> Value::range(pf_value_kind_t wanted) const noexcept {
  return kind() == wanted ? Range<kStride>(value_->values, value_->count)
                          : Range<kStride>(nullptr, 0);
}
inline Value::Range<1> Value::elements() const noexcept { return range<1>(PF_VALUE_LIST); }
inline Value::Range<1> Value::fields() const noexcept { return range<1>(PF_VALUE_GROUP); }
inline Value::Range<2> Value::entries() const noexcept { return range<2>(PF_VALUE_MAP); }

inline Value Value::operator[](std::string_view name) const noexcept {
  for (const Value field : fields()) {
    if (field.field()->name == name) return field;
  }
  return {};
}

// The rows of a scan, one at a time:
//
//   for (const Value row : *rows) use(row["id"].int64());
//   if (!rows->error().isOk()) return report(rows->error().message());
class Rows {
 public:
  // A row as a group of its columns; nullopt: the end.
  [[nodiscard]] Result<std::optional<Value>> next() noexcept {
    advance();
    if (!error_.isOk()) return error_;
    return row_ != nullptr ? std::optional(Value(row_)) : std::nullopt;
  }

  // One pass, from the next row to the end or to an error.
  class Iterator {
   public:
    explicit Iterator(Rows& rows) noexcept : rows_(&rows) { rows_->advance(); }
    [[nodiscard]] Value operator*() const noexcept { return Value(rows_->row_); }
    Iterator& operator++() noexcept {
      rows_->advance();
      return *this;
    }
    [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept {
      return rows_->row_ == nullptr;
    }

   private:
    Rows* rows_;
  };
  [[nodiscard]] Iterator begin() noexcept { return Iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
  // Why there is no further row; PF_STATUS_OK: it is the end, or there may be more.
  [[nodiscard]] const Error& error() const noexcept { return error_; }

  // Of the rows, a group of the columns; as long as they.
  [[nodiscard]] const pf_field_t& field() const noexcept { return *field_; }
  [[nodiscard]] Result<pf_scan_stats_t> stats() const noexcept { return scan_.stats(); }

 private:
  friend class Reader;
  Rows(Scan scan, const pf_field_t* field) noexcept : scan_(std::move(scan)), field_(field) {}
  void advance() noexcept { (void)pf_scan_next_row(scan_.owner_.get(), &row_, error_.raw()); }

  Scan scan_;
  const pf_field_t* field_;
  const pf_value_t* row_ = nullptr;
  Error error_;
};

// A question to a file, put together call by call:
//
//   reader.query().where("price > 100.25").groupBy({"stock"}).aggregate("count, sum(shares) as s")
//       .orderBy("s desc").limit(10).run()
//
// The first call that fails is kept, and is what run returns. Texts are those of pf_query_...
class Query {
 public:
  // Of several files as one table: paths, directories and patterns; directories NAME=VALUE are
  // columns. See pf_query_create_files.
  [[nodiscard]] static Query files(std::span<const char* const> paths,
                                   const ReaderOptions& options = {}) noexcept {
    Error error;
    pf_query_t* query = nullptr;
    const pf_status_t status =
        pf_query_create_files(paths.data(), paths.size(), &options, &query, error.raw());
    return status == PF_STATUS_OK ? Query(query) : Query(error);
  }
  [[nodiscard]] static Query files(TextRef path, const ReaderOptions& options = {}) noexcept {
    const char* const one = path.get();
    return files({&one, 1}, options);
  }

  Query& where(TextRef predicate) noexcept { return add(pf_query_where, predicate.get()); }
  Query& where(const Predicate& predicate) noexcept {
    return call([&](pf_query_t* query, pf_error_t* error) {
      return pf_query_where_predicate(query, predicate.get(), error);
    });
  }
  Query& select(TextRef columns) noexcept { return add(pf_query_select, columns.get()); }
  Query& select(std::initializer_list<std::string_view> paths) {
    return add(pf_query_select, quoted(paths).c_str());
  }
  Query& groupBy(TextRef columns) noexcept { return add(pf_query_group_by, columns.get()); }
  Query& groupBy(std::initializer_list<std::string_view> paths) {
    return add(pf_query_group_by, quoted(paths).c_str());
  }
  Query& aggregate(TextRef aggregates) noexcept {
    return add(pf_query_aggregate, aggregates.get());
  }
  Query& orderBy(TextRef columns) noexcept { return add(pf_query_order_by, columns.get()); }
  Query& limit(std::uint64_t rows) noexcept {
    limit_ = rows;
    return *this;
  }
  Query& skip(std::uint64_t rows) noexcept {
    skip_ = rows;
    return *this;
  }
  Query& memory(std::uint64_t bytesMax) noexcept {
    return call([=](pf_query_t* query, pf_error_t* error) {
      return pf_query_memory(query, bytesMax, error);
    });
  }

  // The caller's to release.
  [[nodiscard]] Result<ArrowArrayStream> run() noexcept {
    ArrowArrayStream stream{};
    call([&](pf_query_t* query, pf_error_t* error) {
      const pf_status_t limited = pf_query_limit(query, skip_, limit_, error);
      return limited != PF_STATUS_OK ? limited : pf_query_run(query, &stream, error);
    });
    return isFailed_ ? takeError<ArrowArrayStream>() : Result<ArrowArrayStream>(stream);
  }
  // Of the rows that the predicates are true of.
  [[nodiscard]] Result<std::uint64_t> count() noexcept {
    std::uint64_t rows = 0;
    call([&](pf_query_t* query, pf_error_t* error) { return pf_query_count(query, &rows, error); });
    return isFailed_ ? takeError<std::uint64_t>() : Result<std::uint64_t>(rows);
  }
  [[nodiscard]] Result<pf_query_stats_t> stats() const noexcept {
    Error error;
    pf_query_stats_t stats;
    pf_query_stats_init(&stats, sizeof stats);
    if (pf_query_get_stats(owner_.get(), &stats, error.raw()) != PF_STATUS_OK) return error;
    return stats;
  }
  [[nodiscard]] pf_query_t* get() const noexcept { return owner_.get(); }

 private:
  friend class Reader;
  explicit Query(pf_query_t* query) noexcept : owner_(query) {}
  explicit Query(const Error& error) noexcept : owner_(nullptr), error_(error), isFailed_(true) {}

  template <class Call>
  Query& call(Call&& function) noexcept {
    Error error;
    if (!isFailed_ && function(owner_.get(), error.raw()) != PF_STATUS_OK) {
      error_ = error;
      isFailed_ = true;
    }
    return *this;
  }
  Query& add(pf_status_t (*function)(pf_query_t*, const char*, pf_error_t*),
             const char* text) noexcept {
    return call([=](pf_query_t* query, pf_error_t* error) { return function(query, text, error); });
  }
  // The next call begins anew.
  template <class T>
  [[nodiscard]] Result<T> takeError() noexcept {
    isFailed_ = owner_.get() == nullptr;
    return error_;
  }
  static std::string quoted(std::initializer_list<std::string_view> paths) {
    std::string text;
    for (const std::string_view path : paths) {
      text += text.empty() ? "\"" : ",\"";
      for (const char byte : path) {
        text.append(byte == '"' ? 2 : 1, byte);
      }
      text += '"';
    }
    return text;
  }

  detail::Owner<pf_query_t, pf_query_destroy> owner_;
  Error error_;
  bool isFailed_ = false;
  std::uint64_t skip_ = 0;
  std::uint64_t limit_ = UINT64_MAX;
};

class Reader {
 public:
  static Result<Reader> open(const Input& input, const ReaderOptions& options = {}) noexcept {
    Error error;
    pf_reader_t* reader = nullptr;
    if (pf_reader_open(input.get(), &options, &reader, error.raw()) != PF_STATUS_OK) return error;
    return Reader(reader);
  }

  [[nodiscard]] Result<pf_file_info_t> info() const noexcept {
    Error error;
    pf_file_info_t info;
    pf_file_info_init(&info, sizeof info);
    if (pf_reader_info(get(), &info, error.raw()) != PF_STATUS_OK) return error;
    return info;
  }
  [[nodiscard]] Result<pf_reader_column_t> column(std::uint32_t leafIndex) const noexcept {
    Error error;
    pf_reader_column_t column;
    pf_reader_column_init(&column, sizeof column);
    if (pf_reader_get_column(get(), leafIndex, &column, error.raw()) != PF_STATUS_OK) return error;
    return column;
  }
  [[nodiscard]] Result<pf_chunk_info_t> chunk(std::uint64_t rowGroup,
                                              std::uint32_t leafIndex) const noexcept {
    Error error;
    pf_chunk_info_t chunk;
    pf_chunk_info_init(&chunk, sizeof chunk);
    if (pf_reader_get_chunk(get(), rowGroup, leafIndex, &chunk, error.raw()) != PF_STATUS_OK) {
      return error;
    }
    return chunk;
  }
  [[nodiscard]] Result<Scan> scan(const ScanOptions& options = {}) const noexcept {
    Error error;
    pf_scan_t* scan = nullptr;
    if (pf_reader_scan(get(), &options, &scan, error.raw()) != PF_STATUS_OK) return error;
    return Scan(scan);
  }
  // The same rows one at a time.
  [[nodiscard]] Result<Rows> rows(const ScanOptions& options = {}) const noexcept {
    Result<Scan> made = scan(options);
    if (!made) return made.error();
    Error error;
    const pf_field_t* field = nullptr;
    if (pf_scan_row_field(made->owner_.get(), &field, error.raw()) != PF_STATUS_OK) return error;
    return Rows(std::move(*made), field);
  }
  // All rows and columns, to be asked for less.
  [[nodiscard]] Query query() const noexcept {
    Error error;
    pf_query_t* query = nullptr;
    if (pf_query_create(get(), &query, error.raw()) != PF_STATUS_OK) return Query(error);
    return Query(query);
  }
  // The caller's to release.
  [[nodiscard]] Result<ArrowArrayStream> arrowStream(
      const ScanOptions& options = {}) const noexcept {
    Error error;
    ArrowArrayStream stream{};
    if (pf_reader_export_arrow_stream(get(), &options, &stream, error.raw()) != PF_STATUS_OK) {
      return error;
    }
    return stream;
  }
  [[nodiscard]] pf_reader_t* get() const noexcept { return owner_.get(); }

 private:
  explicit Reader(pf_reader_t* reader) noexcept : owner_(reader) {}

  detail::Owner<pf_reader_t, pf_reader_destroy> owner_;
};

}  // namespace v0
}  // namespace parquet_flow
