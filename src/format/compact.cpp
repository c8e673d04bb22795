#include "format/compact.hpp"

#include <thrift/TBase.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TVirtualTransport.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <new>
#include <string>

#include "base/varint.hpp"

namespace parquet_flow::format {
namespace {

using apache::thrift::TConfiguration;
using apache::thrift::protocol::TCompactProtocolT;
using apache::thrift::protocol::TProtocol;
using apache::thrift::protocol::TType;
using apache::thrift::transport::TTransportException;
using apache::thrift::transport::TVirtualTransport;

// Ours, because Thrift's own (TMemoryBuffer) would pull objects into the archive that cannot be
// linked into a shared library.
class BufferTransport final : public TVirtualTransport<BufferTransport> {
 public:
  void setOut(ByteBuffer* out) noexcept {
    out_ = out;
    failed_ = false;
  }
  // Whether a write found no memory; those behind it did nothing.
  [[nodiscard]] bool failed() const noexcept { return failed_; }

  bool isOpen() const override { return true; }
  void write(const std::uint8_t* data, std::uint32_t bytes) {
    failed_ = failed_ || !out_->append(data, bytes);
  }

 private:
  ByteBuffer* out_ = nullptr;
  bool failed_ = false;
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

struct CompactWriter::Impl {
  std::shared_ptr<BufferTransport> transport = std::make_shared<BufferTransport>();
  TCompactProtocolT<BufferTransport> protocol{transport};
};

CompactWriter::CompactWriter() = default;
CompactWriter::~CompactWriter() = default;

Result<void> CompactWriter::write(const apache::thrift::TBase& value, ByteBuffer& out) {
  const std::size_t before = out.size();
  try {
    if (impl_ == nullptr) {
      impl_ = std::make_unique<Impl>();
    }
    impl_->transport->setOut(&out);
    value.write(&impl_->protocol);
    if (!impl_->transport->failed()) {
      return {};
    }
    out.truncate(before);
    return fail(ErrorCode::kOutOfMemory, "no memory for encoded metadata");
  } catch (const std::bad_alloc&) {
    out.truncate(before);
    impl_.reset();  // it is still in the middle of a struct
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
