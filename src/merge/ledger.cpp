#include "merge/ledger.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

namespace parquet_flow::merge {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 5> kCounts = {"rows", "refused", "aborted", "rejected",
                                                "write_lost"};
// Of a session, whatever came of it.
constexpr std::array<const char*, 4> kIdentity = {"session", "host", "pid", "opened_ns"};
constexpr std::size_t kAnchorsMax = 16;  // as many as a sink keeps

// A producer's line: attempts (previous, last], and what they came to.
struct Line {
  std::uint64_t previous = 0;
  std::uint64_t last = 0;
  std::array<std::uint64_t, kCounts.size()> counts{};
  Json json;  // all of it, with names and what else there is
};

struct Session {
  Json json;                                             // but for its producers
  std::map<std::uint64_t, std::vector<Line>> producers;  // by number; lines by their attempts
};

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(ErrorCode::kCorrupt, "the ledger: " + what);
}

std::optional<std::uint64_t> numberOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

bool isTrue(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

Result<Line> lineOf(const Json& json) {
  Line line;
  const auto previous = numberOf(json, "previous");
  const auto last = numberOf(json, "last");
  if (!json.is_object() || !previous || !last || *last < *previous) {
    return corrupt("a producer without its attempts");
  }
  line.previous = *previous;
  line.last = *last;
  std::uint64_t left = line.last - line.previous;
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    const auto count = numberOf(json, kCounts[i]);
    if (!count || *count > left) return corrupt("a producer whose attempts do not add up");
    line.counts[i] = *count;
    left -= *count;
  }
  if (left != 0) return corrupt("a producer whose attempts do not add up");
  line.json = json;
  return line;
}

// A line without attempts, which has a producer's end, is behind the one that it follows.
Result<void> addLine(Line line, std::vector<Line>& lines) {
  const auto next = std::find_if(lines.begin(), lines.end(),
                                 [&](const Line& other) { return other.last > line.previous; });
  if (next != lines.end() && next->previous < line.last) {
    return fail(ErrorCode::kInvalidArgument, "attempts " + std::to_string(next->previous + 1) +
                                                 " to " + std::to_string(next->last) +
                                                 " of a producer are there already");
  }
  lines.insert(next, std::move(line));
  return {};
}

// Lines that follow one another become one; names, and what only a last file says, are the later's.
void joinLines(std::vector<Line>& lines) {
  for (std::size_t i = 1; i < lines.size();) {
    Line& line = lines[i - 1];
    const Line& next = lines[i];
    if (line.last != next.previous) {
      ++i;
      continue;
    }
    for (const auto& [key, value] : next.json.items()) line.json[key] = value;
    line.last = next.last;
    line.json["previous"] = line.previous;
    line.json["last"] = line.last;
    for (std::size_t count = 0; count < kCounts.size(); ++count) {
      line.counts[count] += next.counts[count];
      line.json[kCounts[count]] = line.counts[count];
    }
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

Result<Session> sessionOf(const Json& json) {
  Session session;
  if (!json.is_object() || !json.contains("session") || !json["session"].is_string() ||
      !json.contains("producers") || !json["producers"].is_array()) {
    return corrupt("a session without a name or producers");
  }
  for (const Json& producer : json["producers"]) {
    const auto number = producer.is_object() ? numberOf(producer, "producer") : std::nullopt;
    if (!number) return corrupt("a producer without a number");
    PF_TRY_ASSIGN(Line line, lineOf(producer));
    PF_TRY(addLine(std::move(line), session.producers[*number]));
  }
  session.json = json;
  session.json["producers"] = Json::array();
  if (!session.json.contains("first_file") && session.json.contains("file")) {
    session.json["first_file"] = session.json["file"];
  }
  return session;
}

Result<std::vector<Session>> sessionsOf(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || numberOf(json, "version") != 1 || !json.contains("sessions") ||
      !json["sessions"].is_array()) {
    return corrupt("not one of version 1");
  }
  std::vector<Session> sessions;
  for (const Json& session : json["sessions"]) {
    PF_TRY_ASSIGN(auto one, sessionOf(session));
    sessions.push_back(std::move(one));
  }
  return sessions;
}

// The anchors of both, one an epoch, the newest epochs.
void joinAnchors(const Json& from, Json& to) {
  std::map<std::uint64_t, Json> byEpoch;
  for (const Json* clock : {static_cast<const Json*>(&to), &from}) {
    if (!clock->is_object() || !clock->contains("anchors") || !(*clock)["anchors"].is_array()) {
      continue;
    }
    for (const Json& anchor : (*clock)["anchors"]) {
      const auto epoch = anchor.is_object() ? numberOf(anchor, "epoch") : std::nullopt;
      if (epoch) byEpoch[*epoch] = anchor;
    }
  }
  while (byEpoch.size() > kAnchorsMax) byEpoch.erase(byEpoch.begin());
  Json anchors = Json::array();
  for (auto& [epoch, anchor] : byEpoch) anchors.push_back(std::move(anchor));
  to["anchors"] = std::move(anchors);
}

// Whether any of its files went in.
bool hasFiles(const Json& session) { return session.contains("file"); }

// What the later file of the two says of the session stays.
void joinSession(const Json& from, Json& to) {
  if (!hasFiles(from)) return;
  if (!hasFiles(to)) {
    to = from;
    return;
  }
  const std::uint64_t fromFile = numberOf(from, "file").value_or(0);
  const std::uint64_t toFile = numberOf(to, "file").value_or(0);
  const std::uint64_t first = std::min(numberOf(from, "first_file").value_or(fromFile),
                                       numberOf(to, "first_file").value_or(toFile));
  const bool isLater = fromFile > toFile;
  Json joined = isLater ? from : to;
  const Json& other = isLater ? to : from;
  if (joined.contains("clock") && joined["clock"].is_object() && other.contains("clock")) {
    Json clock = other["clock"];
    joinAnchors(joined["clock"], clock);
    if (clock.is_object()) joined["clock"]["anchors"] = clock["anchors"];
  }
  joined["first_file"] = first;
  joined["last_file"] = isTrue(from, "last_file") || isTrue(to, "last_file");
  to = std::move(joined);
}

}  // namespace

struct LedgerBook::Impl {
  std::vector<Session> sessions;
  std::unordered_map<std::string, std::size_t> numbers;  // by the session's UUID

  // A session of this JSON, until the next one is added; nullptr: it is not here.
  [[nodiscard]] Session* find(const Json& session) {
    const auto found = numbers.find(session["session"].get_ref<const std::string&>());
    return found == numbers.end() ? nullptr : &sessions[found->second];
  }
  Session& add(Session session) {
    numbers.emplace(session.json["session"].get_ref<const std::string&>(), sessions.size());
    return sessions.emplace_back(std::move(session));
  }
};

LedgerBook::LedgerBook() : impl_(std::make_unique<Impl>()) {}
LedgerBook::LedgerBook(LedgerBook&&) noexcept = default;
LedgerBook& LedgerBook::operator=(LedgerBook&&) noexcept = default;
LedgerBook::~LedgerBook() = default;

LedgerBook LedgerBook::emptied() const {
  LedgerBook book;
  for (const Session& session : impl_->sessions) {
    Json json;
    for (const char* const key : kIdentity) {
      if (session.json.contains(key)) json[key] = session.json[key];
    }
    json["producers"] = Json::array();
    book.impl_->add({std::move(json), {}});
  }
  return book;
}

Result<void> LedgerBook::add(std::string_view text) {
  PF_TRY_ASSIGN(std::vector<Session> added, sessionsOf(text));
  // First all that may be refused.
  std::vector<std::map<std::uint64_t, std::vector<Line>>> joined;
  for (const Session& session : added) {
    const Session* const known = impl_->find(session.json);
    joined.push_back(known == nullptr ? decltype(session.producers){} : known->producers);
    for (const auto& [number, lines] : session.producers) {
      for (const Line& line : lines) PF_TRY(addLine(line, joined.back()[number]));
      joinLines(joined.back()[number]);
    }
  }
  for (std::size_t i = 0; i < added.size(); ++i) {
    Session* known = impl_->find(added[i].json);
    if (known == nullptr) {
      known = &impl_->add(std::move(added[i]));
    } else {
      joinSession(added[i].json, known->json);
    }
    known->producers = std::move(joined[i]);
  }
  return {};
}

Result<std::vector<std::int32_t>> LedgerBook::numbersOf(std::string_view text) const {
  PF_TRY_ASSIGN(const std::vector<Session> sessions, sessionsOf(text));
  std::vector<std::int32_t> numbers;
  for (const Session& session : sessions) {
    const Session* const known = impl_->find(session.json);
    if (known == nullptr) {
      return fail(ErrorCode::kInvalidArgument, "its session was not there when the merge began");
    }
    numbers.push_back(static_cast<std::int32_t>(known - impl_->sessions.data()));
  }
  return numbers;
}

std::size_t LedgerBook::sessions() const noexcept { return impl_->sessions.size(); }

std::string LedgerBook::text() const {
  Json json;
  json["version"] = 1;
  json["sessions"] = Json::array();
  for (const Session& session : impl_->sessions) {
    Json one = session.json;
    for (const auto& [number, lines] : session.producers) {
      for (const Line& line : lines) one["producers"].push_back(line.json);
    }
    json["sessions"].push_back(std::move(one));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace parquet_flow::merge
