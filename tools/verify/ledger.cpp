#include "verify/ledger.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace parquet_flow::verify {
namespace {

using nlohmann::json;

tl::unexpected<Error> corrupt(const std::string& message) {
  return fail(ErrorCode::kCorrupt, message);
}

Result<std::uint64_t> numberIn(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) {
    return corrupt(std::string("'") + key + "' is not a number from 0 on");
  }
  return found->get<std::uint64_t>();
}

Result<std::string> textIn(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) {
    return corrupt(std::string("'") + key + "' is not a text");
  }
  return found->get<std::string>();
}

Result<const json*> listIn(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) {
    return corrupt(std::string("'") + key + "' is not a list");
  }
  return &*found;
}

Result<LedgerProducer> producerOf(const json& object) {
  LedgerProducer producer;
  PF_TRY_ASSIGN(const std::uint64_t number, numberIn(object, "producer"));
  producer.number = static_cast<std::int64_t>(number);
  PF_TRY_ASSIGN(producer.name, textIn(object, "name"));
  PF_TRY_ASSIGN(producer.previous, numberIn(object, "previous"));
  PF_TRY_ASSIGN(producer.last, numberIn(object, "last"));
  PF_TRY_ASSIGN(producer.rows, numberIn(object, "rows"));
  PF_TRY_ASSIGN(producer.refused, numberIn(object, "refused"));
  PF_TRY_ASSIGN(producer.aborted, numberIn(object, "aborted"));
  PF_TRY_ASSIGN(producer.rejected, numberIn(object, "rejected"));
  PF_TRY_ASSIGN(producer.writeLost, numberIn(object, "write_lost"));
  return producer;
}

Result<LedgerSession> sessionOf(const json& object) {
  LedgerSession session;
  PF_TRY_ASSIGN(session.uuid, textIn(object, "session"));
  if (object.contains("file")) {
    PF_TRY_ASSIGN(session.file, numberIn(object, "file"));
  }
  session.isMerged = session.file == 0 || object.contains("first_file");
  PF_TRY_ASSIGN(const json* const producers, listIn(object, "producers"));
  for (const json& each : *producers) {
    PF_TRY_ASSIGN(LedgerProducer producer, producerOf(each));
    session.producers.push_back(std::move(producer));
  }
  return session;
}

}  // namespace

Result<std::vector<LedgerSession>> parseLedger(std::string_view text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded() || !document.is_object()) {
    return corrupt("it is no JSON object");
  }
  PF_TRY_ASSIGN(const std::uint64_t version, numberIn(document, "version"));
  if (version != 1) {
    return fail(ErrorCode::kUnsupported, "its version is " + std::to_string(version));
  }
  PF_TRY_ASSIGN(const json* const list, listIn(document, "sessions"));
  std::vector<LedgerSession> sessions;
  for (const json& each : *list) {
    PF_TRY_ASSIGN(LedgerSession session, sessionOf(each));
    sessions.push_back(std::move(session));
  }
  return sessions;
}

void LedgerChain::add(const std::string& file, const std::vector<LedgerSession>& sessions) {
  if (sessions.size() == 1 && !sessions[0].isMerged) {
    sessions_[sessions[0].uuid].push_back({file, sessions[0]});
  }
}

std::vector<LedgerChain::Break> LedgerChain::breaks() const {
  std::vector<Break> breaks;
  for (const auto& [uuid, given] : sessions_) {
    if (given.size() < 2) {
      continue;
    }
    std::vector<Link> links = given;
    std::ranges::sort(links, {}, [](const Link& link) {
      return std::pair(link.session.file, std::string_view(link.file));
    });
    std::map<std::int64_t, std::uint64_t> covered;  // the last attempt of each producer
    bool hasAll = links[0].session.file == 1;       // from the session's begin on
    std::uint64_t before = links[0].session.file - 1;
    for (const Link& link : links) {
      const std::uint64_t number = link.session.file;
      if (number != before + 1) {
        breaks.push_back(
            {link.file,
             "it is file " + std::to_string(number) + " of session " + uuid +
                 (number == before ? ", and so is another"
                                   : ", and the one before it is file " + std::to_string(before))});
        covered.clear();
        hasAll = false;
      }
      for (const LedgerProducer& producer : link.session.producers) {
        const auto found = covered.find(producer.number);
        const std::uint64_t expected = found != covered.end() ? found->second : 0;
        if ((found != covered.end() || hasAll) && producer.previous != expected) {
          breaks.push_back(
              {link.file, "producer " + std::to_string(producer.number) +
                              " goes on behind attempt " + std::to_string(producer.previous) +
                              ", the files before it end at " + std::to_string(expected)});
        }
        covered[producer.number] = producer.last;
      }
      before = number;
    }
  }
  return breaks;
}

}  // namespace parquet_flow::verify
