#include "load/sources.hpp"

#include <array>

#include "contact/generator.hpp"
#include "contact/payload.hpp"
#include "load/itch_generator.hpp"

namespace parquet_flow::load {
namespace {

// The places of one producer in the feed.
class Places {
 public:
  Places(std::uint32_t producer, std::uint32_t producers) noexcept
      : next_(producer), step_(producers) {}

  std::uint64_t take() noexcept {
    const std::uint64_t place = next_;
    next_ += step_;
    return place;
  }

 private:
  std::uint64_t next_;
  std::uint64_t step_;
};

class ContactSource final : public RecordSource {
 public:
  ContactSource(const contact::ContactOptions& options, Places places) noexcept
      : generator_(options), places_(places) {}

  std::span<const std::uint8_t> next() noexcept override {
    const contact::Contact contact = generator_.contactAt(places_.take(), text_);
    return std::span(payload_).first(contact::encodePayload(contact, payload_));
  }

 private:
  contact::ContactGenerator generator_;
  Places places_;
  contact::ContactText text_;
  std::array<std::uint8_t, contact::kPayloadBytesMax> payload_;
};

class ItchReplaySource final : public RecordSource {
 public:
  explicit ItchReplaySource(ItchReplay replay) noexcept : replay_(replay) {}

  std::span<const std::uint8_t> next() noexcept override { return replay_.next(); }

 private:
  ItchReplay replay_;
};

class ItchSource final : public RecordSource {
 public:
  ItchSource(std::uint64_t seed, Places places) noexcept : generator_(seed), places_(places) {}

  std::span<const std::uint8_t> next() noexcept override {
    return generator_.messageAt(places_.take(), message_);
  }

 private:
  ItchGenerator generator_;
  Places places_;
  std::array<std::uint8_t, kItchMessageBytesMax> message_;
};

class OrderSource final : public RecordSource {
 public:
  OrderSource(const OrderFeed& feed, Places places) noexcept : feed_(feed), places_(places) {}

  std::span<const std::uint8_t> next() noexcept override {
    record_ = feed_.recordAt(places_.take());
    return {reinterpret_cast<const std::uint8_t*>(&record_), sizeof record_};
  }

 private:
  OrderFeed feed_;
  Places places_;
  OrderRecord record_{};
};

}  // namespace

SourceFactory contactSource(const contact::ContactOptions& options) {
  return [options](std::uint32_t producer, std::uint32_t producers) {
    return std::make_unique<ContactSource>(options, Places(producer, producers));
  };
}

SourceFactory itchReplaySource(const ItchFile& file, std::uint64_t loops) {
  return [&file, loops](std::uint32_t producer, std::uint32_t producers) {
    return std::make_unique<ItchReplaySource>(ItchReplay(file, loops, producer, producers));
  };
}

SourceFactory itchSource(std::uint64_t seed) {
  return [seed](std::uint32_t producer, std::uint32_t producers) {
    return std::make_unique<ItchSource>(seed, Places(producer, producers));
  };
}

SourceFactory orderSource(const OrderFeed& feed) {
  return [feed](std::uint32_t producer, std::uint32_t producers) {
    return std::make_unique<OrderSource>(feed, Places(producer, producers));
  };
}

}  // namespace parquet_flow::load
