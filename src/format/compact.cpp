#include "format/compact.hpp"

#include <thrift/TBase.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/TVirtualProtocol.h>
#include <thrift/transport/TVirtualTransport.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "base/varint.hpp"

namespace parquet_flow::format {
namespace {

using apache::thrift::TConfiguration;
using apache::thrift::protocol::TCompactProtocolT;
using apache::thrift::protocol::TProtocol;
using apache::thrift::protocol::TType;
using apache::thrift::protocol::TVirtualProtocol;
using apache::thrift::transport::TTransport;
using apache::thrift::transport::TTransportException;
using apache::thrift::transport::TVirtualTransport;

// What a protocol insists on having; nothing goes through it. Thrift's own (TMemoryBuffer) would
// pull objects into the archive that cannot be linked into a shared library.
class NoTransport final : public TTransport {
 public:
  using TTransport::TTransport;
};

// Writes what the structs of the format have: no sets, maps or doubles. Thrift's own goes through
// two virtual calls and a transport for each byte, and keeps the numbers of fields in a deque:
// twice the instructions.
class CompactOut final : public TVirtualProtocol<CompactOut> {
 public:
  enum class Failure : std::uint8_t {
    kNone,
    kNoMemory,
    kUnknown,  // a type that the format does not have, or structs deeper than any reader goes
  };

  explicit CompactOut(std::shared_ptr<TTransport> transport)
      : TVirtualProtocol(std::move(transport)) {}

  void begin(ByteBuffer& out) noexcept {
    out_ = &out;
    first_ = at_ = end_ = nullptr;
    depth_ = 0;
    lastField_ = 0;
    boolField_ = kNoField;
    failure_ = Failure::kNone;
  }
  void finish() noexcept {
    out_->commit(static_cast<std::size_t>(at_ - first_));
    first_ = at_ = end_ = nullptr;
  }
  // Of a write: what is in the buffer is then nothing to keep.
  [[nodiscard]] Failure failure() const noexcept { return failure_; }

  std::uint32_t writeStructBegin(const char* /*name*/) {
    if (depth_ == fields_.size()) {
      fail(Failure::kUnknown);
      depth_ = 0;
    }
    fields_[depth_++] = lastField_;
    lastField_ = 0;
    return 0;
  }
  std::uint32_t writeStructEnd() noexcept {
    lastField_ = depth_ == 0 ? std::int16_t{0} : fields_[--depth_];
    return 0;
  }
  // A BOOL is in the header of its field.
  std::uint32_t writeFieldBegin(const char* /*name*/, TType type, std::int16_t id) {
    if (type == apache::thrift::protocol::T_BOOL) {
      boolField_ = id;
    } else {
      putField(compactType(type), id);
    }
    return 0;
  }
  std::uint32_t writeFieldEnd() noexcept { return 0; }
  std::uint32_t writeFieldStop() { return putByte(0); }
  std::uint32_t writeListBegin(TType type, std::uint32_t count) {
    const unsigned element = compactType(type);
    if (count <= kShortCountMax) {
      return putByte(count << 4U | element);
    }
    putByte(kLongCount | element);
    return putNumber(count);
  }
  std::uint32_t writeListEnd() noexcept { return 0; }
  std::uint32_t writeBool(bool value) {
    const unsigned type = value ? kTrue : kFalse;
    if (boolField_ == kNoField) {
      return putByte(type);  // of a list
    }
    putField(type, static_cast<std::int16_t>(boolField_));
    boolField_ = kNoField;
    return 0;
  }
  std::uint32_t writeByte(std::int8_t value) { return putByte(static_cast<std::uint8_t>(value)); }
  std::uint32_t writeI16(std::int16_t value) { return putNumber(zigzagEncode64(value)); }
  std::uint32_t writeI32(std::int32_t value) { return putNumber(zigzagEncode64(value)); }
  std::uint32_t writeI64(std::int64_t value) { return putNumber(zigzagEncode64(value)); }
  std::uint32_t writeString(const std::string& value) { return writeBinary(value); }
  std::uint32_t writeBinary(const std::string& value) {
    putNumber(value.size());
    if (!value.empty() && hasRoom(value.size())) {
      std::memcpy(at_, value.data(), value.size());
      at_ += value.size();
    }
    return 0;
  }

 private:
  static constexpr std::uint32_t kShortCountMax = 14;
  static constexpr unsigned kLongCount = 0xF0;
  static constexpr unsigned kTrue = 1;
  static constexpr unsigned kFalse = 2;
  static constexpr int kFieldDistanceMax = 15;
  static constexpr int kNoField = INT_MIN;

  unsigned compactType(TType type) noexcept {
    switch (type) {
      case apache::thrift::protocol::T_BOOL:
        return kTrue;
      case apache::thrift::protocol::T_BYTE:
        return 3;
      case apache::thrift::protocol::T_I16:
        return 4;
      case apache::thrift::protocol::T_I32:
        return 5;
      case apache::thrift::protocol::T_I64:
        return 6;
      case apache::thrift::protocol::T_STRING:
        return 8;
      case apache::thrift::protocol::T_LIST:
        return 9;
      case apache::thrift::protocol::T_STRUCT:
        return 12;
      default:
        fail(Failure::kUnknown);
        return 0;
    }
  }
  void putField(unsigned type, std::int16_t id) {
    const int distance = id - lastField_;
    lastField_ = id;
    if (distance > 0 && distance <= kFieldDistanceMax) {
      putByte(static_cast<unsigned>(distance) << 4U | type);
      return;
    }
    putByte(type);
    putNumber(zigzagEncode64(id));
  }
  std::uint32_t putByte(unsigned value) {
    if (hasRoom(1)) {
      *at_++ = static_cast<std::byte>(value);
    }
    return 0;
  }
  std::uint32_t putNumber(std::uint64_t value) {
    if (hasRoom(kVarint64BytesMax)) {
      at_ = putVarint(at_, value);
    }
    return 0;
  }
  [[nodiscard]] bool hasRoom(std::size_t bytes) {
    return static_cast<std::size_t>(end_ - at_) >= bytes || grow(bytes);
  }
  [[nodiscard]] bool grow(std::size_t bytes) {
    finish();
    const Result<std::byte*> room = out_->reserveExtra(bytes);
    if (!room) {
      fail(Failure::kNoMemory);
      return false;
    }
    first_ = at_ = *room;
    end_ = at_ + (out_->capacity() - out_->size());
    return true;
  }
  // The first one is kept.
  void fail(Failure failure) noexcept {
    failure_ = failure_ == Failure::kNone ? failure : failure_;
  }

  ByteBuffer* out_ = nullptr;
  // Of what is reserved behind `out_`: what has been written, and where it ends.
  std::byte* first_ = nullptr;
  std::byte* at_ = nullptr;
  std::byte* end_ = nullptr;
  std::array<std::int16_t, CompactReader::kDepthMax> fields_{};  // of the structs around
  std::size_t depth_ = 0;
  std::int16_t lastField_ = 0;
  int boolField_ = kNoField;  // whose value comes next
  Failure failure_ = Failure::kNone;
};

class SpanTransport final : public TVirtualTransport<SpanTransport> {
 public:
  // int{}: Thrift's constant is declared, but defined in no archive, so it must not be referred to.
  SpanTransport()
      : TVirtualTransport(std::make_shared<TConfiguration>(
            INT_MAX, int{TConfiguration::DEFAULT_MAX_FRAME_SIZE}, CompactReader::kDepthMax)) {}

  // `bytes` has at most INT_MAX bytes. The protocol checks strings against the message size, after
  // it has read them.
  void setBytes(ConstBytes bytes) {
    bytes_ = bytes;
    position_ = 0;
    setKnownMessageSize(static_cast<long>(bytes.size()));
    setRemainingMessageSize(static_cast<long>(bytes.size()));
  }
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  // Lets Thrift throw where fewer than `bytes` are left.
  void checkRemaining(std::uint64_t bytes) {
    setRemainingMessageSize(static_cast<long>(remaining()));
    checkReadBytesAvailable(static_cast<long>(bytes));
    setRemainingMessageSize(getKnownMessageSize());
  }

  bool isOpen() const override { return true; }
  std::uint32_t read(std::uint8_t* out, std::uint32_t bytes) {
    const auto taken = static_cast<std::uint32_t>(std::min<std::size_t>(bytes, remaining()));
    if (taken != 0) {
      std::memcpy(out, bytes_.data() + position_, taken);
    }
    position_ += taken;
    return taken;
  }
  const std::uint8_t* borrow(std::uint8_t* /*out*/, std::uint32_t* bytes) {
    if (*bytes > remaining()) {
      return nullptr;
    }
    *bytes = static_cast<std::uint32_t>(remaining());
    return reinterpret_cast<const std::uint8_t*>(bytes_.data() + position_);
  }
  void consume(std::uint32_t bytes) { position_ += bytes; }

 private:
  ConstBytes bytes_;
  std::size_t position_ = 0;
};

// Thrift makes room for a container's elements before it reads the first one, and takes a struct to
// need no bytes at all; so lengths are held here against what is left of the input.
class CheckedProtocol final : public TCompactProtocolT<SpanTransport> {
 public:
  using Base = TCompactProtocolT<SpanTransport>;
  explicit CheckedProtocol(const std::shared_ptr<SpanTransport>& transport)
      : Base(transport), transport_(*transport) {}

  std::uint32_t readListBegin_virt(TType& type, std::uint32_t& count) override {
    limitCount();
    const std::uint32_t bytes = Base::readListBegin(type, count);
    transport_.checkRemaining(count * minBytes(type));
    return bytes;
  }
  std::uint32_t readSetBegin_virt(TType& type, std::uint32_t& count) override {
    return readListBegin_virt(type, count);
  }
  std::uint32_t readMapBegin_virt(TType& key, TType& value, std::uint32_t& count) override {
    limitCount();
    const std::uint32_t bytes = Base::readMapBegin(key, value, count);
    transport_.checkRemaining(count * (minBytes(key) + minBytes(value)));
    return bytes;
  }
  // Thrift's would call the methods of the base, without the checks above.
  std::uint32_t skip_virt(TType type) override {
    return apache::thrift::protocol::skip(static_cast<TProtocol&>(*this), type);
  }
  std::uint32_t readBinary_virt(std::string& out) override { return readChecked(out); }
  std::uint32_t readString_virt(std::string& out) override { return readChecked(out); }

 private:
  // Thrift multiplies a count with the least bytes of an element, 16 at most, as ints: above this
  // limit the product could overflow. No element has less than a byte.
  void limitCount() {
    container_limit_ =
        static_cast<std::int32_t>(std::clamp<std::size_t>(transport_.remaining(), 1, INT_MAX / 16));
  }
  // Every struct that the format has in a list has a required field, of at least two bytes, before
  // its stop byte.
  static std::uint64_t minBytes(TType type) noexcept {
    return type == apache::thrift::protocol::T_STRUCT ? 3 : 1;
  }
  // A string longer than the rest is refused before memory is got for it.
  std::uint32_t readChecked(std::string& out) {
    string_limit_ = static_cast<std::int32_t>(std::max<std::size_t>(transport_.remaining(), 1));
    return Base::readBinary(out);
  }

  SpanTransport& transport_;
};

}  // namespace

// What is in it belongs to nobody but it, as far as Thrift's pointers tell.
struct CompactWriter::Impl {
  template <class Part>
  static std::shared_ptr<Part> unowned(Part& part) noexcept {
    return {std::shared_ptr<Part>(), &part};
  }

  TConfiguration configuration;
  NoTransport transport{unowned(configuration)};
  CompactOut protocol{unowned<TTransport>(transport)};
};

CompactWriter::CompactWriter() = default;
CompactWriter::~CompactWriter() = default;

Result<void> CompactWriter::write(const apache::thrift::TBase& value, ByteBuffer& out) {
  const std::size_t before = out.size();
  try {
    if (impl_ == nullptr) {
      impl_ = std::make_unique<Impl>();
    }
    impl_->protocol.begin(out);
    value.write(&impl_->protocol);
    impl_->protocol.finish();
    switch (impl_->protocol.failure()) {
      case CompactOut::Failure::kNone:
        return {};
      case CompactOut::Failure::kNoMemory:
        break;
      case CompactOut::Failure::kUnknown:
        out.truncate(before);
        return fail(ErrorCode::kInternal, "encoding metadata: what the format does not have");
    }
    out.truncate(before);
    return fail(ErrorCode::kOutOfMemory, "no memory for encoded metadata");
  } catch (const std::bad_alloc&) {
    out.truncate(before);
    impl_.reset();  // it counts the structs that it is in
    return fail(ErrorCode::kOutOfMemory, "no memory for encoded metadata");
  } catch (const std::exception& error) {
    out.truncate(before);
    impl_.reset();
    return fail(ErrorCode::kInternal, std::string("encoding metadata: ") + error.what());
  }
}

struct CompactReader::Impl {
  std::shared_ptr<SpanTransport> transport = std::make_shared<SpanTransport>();
  CheckedProtocol protocol{transport};
};

CompactReader::CompactReader() = default;
CompactReader::~CompactReader() = default;

Result<std::size_t> CompactReader::read(ConstBytes bytes, apache::thrift::TBase& value,
                                        std::uint64_t baseOffset) {
  if (bytes.size() > INT32_MAX) {
    return fail(ErrorCode::kLimit, "metadata of " + std::to_string(bytes.size()) +
                                       " bytes: the format ends at 2^31 - 1");
  }
  std::string what;
  try {
    if (impl_ == nullptr) {
      impl_ = std::make_unique<Impl>();
    }
    impl_->transport->setBytes(bytes);
    value.read(&impl_->protocol);
    return impl_->transport->position();
  } catch (const std::bad_alloc&) {
    impl_.reset();
    return fail(ErrorCode::kOutOfMemory, "no memory for metadata");
  } catch (const TTransportException&) {
    what = "it ends in the middle";
  } catch (const std::exception& error) {
    what = error.what();
  }
  const std::size_t stoppedAt = impl_->transport->position();
  impl_.reset();  // it is still in the middle of a struct
  return fail(ErrorCode::kCorrupt,
              "offset " + std::to_string(baseOffset + stoppedAt) + ": metadata: " + what);
}

namespace {

// Both widths are zigzag varints; the type tells how wide the reader's variable is.
Result<void> appendIntegerField(unsigned distance, unsigned type, std::int64_t value,
                                ByteBuffer& out) {
  std::byte field[1 + kVarint64BytesMax];
  field[0] = static_cast<std::byte>((distance << 4U) | type);
  const std::byte* end = putZigzag(field + 1, value);
  return out.append(field, static_cast<std::size_t>(end - field));
}

}  // namespace

Result<void> appendI32Field(unsigned distance, std::int32_t value, ByteBuffer& out) {
  constexpr unsigned kI32Type = 5;
  return appendIntegerField(distance, kI32Type, value, out);
}

Result<void> appendI64Field(unsigned distance, std::int64_t value, ByteBuffer& out) {
  constexpr unsigned kI64Type = 6;
  return appendIntegerField(distance, kI64Type, value, out);
}

Result<void> appendStructListHeader(std::size_t count, ByteBuffer& out) {
  constexpr std::size_t kShortCountMax = 14;
  constexpr unsigned kStructType = 12;
  std::byte header[1 + kVarint64BytesMax];
  if (count <= kShortCountMax) {
    header[0] = static_cast<std::byte>((count << 4U) | kStructType);
    return out.append(header, 1);
  }
  header[0] = static_cast<std::byte>(0xF0U | kStructType);
  const std::byte* end = putVarint(header + 1, count);
  return out.append(header, static_cast<std::size_t>(end - header));
}

}  // namespace parquet_flow::format
