// pf_demo: captures an ITCH feed, Contacts at a rate, order structs at a rate, and Contacts faster
// than they can be written, each into a sink of its own; prints what became of every attempt.
//
// Exit status: 0; 1 when something failed, or when rows in files and accepted records disagree.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <optional>

#include "demo/capture.hpp"
#include "demo/report.hpp"
#include "load/contact_rows.hpp"
#include "load/itch_file.hpp"
#include "load/itch_rows.hpp"
#include "load/order_feed.hpp"

namespace parquet_flow::demo {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kGeneratedMessages = 200'000;
constexpr std::uint64_t kOrdersPerSecondMax = 1'000'000'000;
constexpr std::uint64_t kOverloadRingBytes = std::uint64_t{64} << 10;

struct Options {
  std::string output;
  std::string itch;
  std::uint64_t itchMessages = 0;
  std::uint64_t itchRate = 50'000;
  double contactSeconds = 3;
  std::uint64_t contactRate = 200'000;
  double orderSeconds = 2;
  std::uint64_t orderRate = 500'000;
  double overloadSeconds = 0.5;
};

void declare(CLI::App& app, Options& o) {
  app.add_option("--output", o.output, "directory of the files; each feed has one inside")
      ->required();
  app.add_option("--itch", o.itch, "ITCH 5.0 file to replay; without it messages are generated");
  app.add_option("--itch-messages", o.itchMessages,
                 "of the file, over and over, or generated; 0: the file once, or 200 000");
  app.add_option("--itch-rate", o.itchRate, "messages a second; 0: flat out")
      ->check(CLI::Range(0, 1'000'000'000));
  app.add_option("--contact-seconds", o.contactSeconds, "how long Contacts are recorded")
      ->check(CLI::Range(0.001, 3600.0));
  app.add_option("--contact-rate", o.contactRate, "Contacts a second; 0: flat out")
      ->check(CLI::Range(0, 1'000'000'000));
  app.add_option("--order-seconds", o.orderSeconds, "how long order structs are recorded")
      ->check(CLI::Range(0.001, 86'400.0));
  app.add_option("--order-rate", o.orderRate, "order structs a second; 0: flat out")
      ->check(CLI::Range(std::uint64_t{0}, kOrdersPerSecondMax));
  app.add_option("--overload-seconds", o.overloadSeconds,
                 "how long Contacts come flat out into small rings")
      ->check(CLI::Range(0.001, 3600.0));
}

std::uint64_t toNs(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

std::string rateText(std::uint64_t perSecond) {
  return perSecond == 0 ? "flat out" : grouped(perSecond) + " a second";
}

// `file`: replayed where it is there; outlives the feed.
Result<Feed> itchFeed(const Options& options, const std::optional<load::ItchFile>& file) {
  Feed feed;
  feed.directory = options.output + "/itch";
  feed.prefix = "itch";
  PF_TRY_ASSIGN(feed.schema, load::makeItchSchema());
  feed.onRow = load::appendItchRow;
  feed.drive.name = "itch";
  feed.drive.ratePerSecond = options.itchRate;
  feed.drive.records = options.itchMessages;
  if (file) {
    feed.sources = load::itchReplaySource(*file, load::ItchReplay::kForever);
    if (feed.drive.records == 0) {
      feed.drive.records = file->messages();
    }
    feed.title = "ITCH 5.0, replayed from " + options.itch;
  } else {
    feed.sources = load::itchSource(kSeed);
    if (feed.drive.records == 0) {
      feed.drive.records = kGeneratedMessages;
    }
    feed.title = "ITCH 5.0, generated, as no file was given";
  }
  feed.title +=
      ": " + grouped(feed.drive.records) + " messages, one producer, " + rateText(options.itchRate);
  // Three files or so.
  feed.rotateRows = feed.drive.records * 2 / 5 + 1;
  return feed;
}

Result<Feed> contactFeed(const Options& options) {
  Feed feed;
  feed.directory = options.output + "/contacts";
  feed.prefix = "contacts";
  PF_TRY_ASSIGN(feed.schema, load::makeContactSchema());
  feed.onRow = load::appendContactRow;
  feed.sources = load::contactSource({.seed = kSeed});
  feed.drive.name = "contacts";
  feed.drive.producers = 2;
  feed.drive.ratePerSecond = options.contactRate;
  feed.drive.durationNs = toNs(options.contactSeconds);
  feed.rotateRows = 250'000;
  feed.title = "Contacts: two producers, together " + rateText(options.contactRate);
  return feed;
}

Feed orderFeed(const Options& options) {
  using std::chrono::nanoseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Feed feed;
  feed.directory = options.output + "/orders";
  feed.prefix = "orders";
  feed.structColumns = load::orderColumns();
  feed.sources =
      load::orderSource({kSeed, std::chrono::duration_cast<nanoseconds>(now).count(),
                         options.orderRate == 0 ? kOrdersPerSecondMax : options.orderRate});
  feed.drive.name = "orders";
  feed.drive.ratePerSecond = options.orderRate;
  feed.drive.durationNs = toNs(options.orderSeconds);
  feed.rotateRows = 1'000'000;
  feed.title = "Orders, structs of 64 bytes: one producer, " + rateText(options.orderRate);
  return feed;
}

Result<Feed> overloadFeed(const Options& options) {
  PF_TRY_ASSIGN(Feed feed, contactFeed(options));
  feed.directory = options.output + "/overload";
  feed.prefix = "overload";
  feed.drive.name = "overload";
  feed.drive.ratePerSecond = 0;
  feed.drive.durationNs = toNs(options.overloadSeconds);
  feed.ringBytes = kOverloadRingBytes;
  feed.title = "Overload on purpose: the same two producers flat out, rings of 64 KiB";
  return feed;
}

// True when all that was accepted is in the files.
Result<bool> show(const Feed& feed, const load::Histogram& emptyBracket) {
  PF_TRY_ASSIGN(const Capture captured, capture(feed));
  printCapture(feed, captured, emptyBracket);
  const std::optional<std::string> discrepancy = discrepancyOf(captured);
  if (discrepancy) {
    std::printf("  WRONG: %s\n\n", discrepancy->c_str());
  }
  return !discrepancy;
}

Result<bool> showAll(const Options& options) {
  std::optional<load::ItchFile> file;
  if (!options.itch.empty()) {
    PF_TRY_ASSIGN(file, load::ItchFile::read(options.itch));
  }
  const load::Histogram emptyBracket = emptyBracketNs();
  PF_TRY_ASSIGN(const Feed itch, itchFeed(options, file));
  PF_TRY_ASSIGN(const bool itchIsRight, show(itch, emptyBracket));
  PF_TRY_ASSIGN(const Feed contacts, contactFeed(options));
  PF_TRY_ASSIGN(const bool contactsAreRight, show(contacts, emptyBracket));
  PF_TRY_ASSIGN(const bool ordersAreRight, show(orderFeed(options), emptyBracket));
  PF_TRY_ASSIGN(const Feed overload, overloadFeed(options));
  PF_TRY_ASSIGN(const bool overloadIsRight, show(overload, emptyBracket));
  return itchIsRight && contactsAreRight && ordersAreRight && overloadIsRight;
}

int run(int argc, char** argv) {
  CLI::App app("pf_demo: captures feeds into Parquet files and accounts for every attempt");
  Options options;
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  const Result<bool> isRight = showAll(options);
  if (!isRight) {
    std::fprintf(stderr, "pf_demo: %s\n", isRight.error().message().c_str());
    return 1;
  }
  return *isRight ? 0 : 1;
}

}  // namespace
}  // namespace parquet_flow::demo

int main(int argc, char** argv) {
  try {
    return parquet_flow::demo::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf_demo: %s\n", error.what());
    return 1;
  }
}
