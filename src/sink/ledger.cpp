#include "sink/ledger.hpp"

#include <array>
#include <cstddef>

#include "sink/json_text.hpp"

namespace parquet_flow::sink {
namespace {

std::string_view sourceName(ClockChoice source) noexcept {
  switch (source) {
    case ClockChoice::kTicks:
      return "tsc";
    case ClockChoice::kSystem:
      return "system";
    case ClockChoice::kAuto:
    case ClockChoice::kWorker:
      break;
  }
  return "worker";
}

void writeReasons(const RefusedByReason& refused, JsonText* json) {
  // In the order of RecordResult, from kFull.
  constexpr std::array<std::string_view, ring::kRefusalReasons> kNames = {
      "full", "too_large", "closed", "reserved", "busy"};
  json->beginObject("refused_by_reason");
  for (std::size_t i = 0; i < kNames.size(); ++i) json->field(kNames[i], refused[i]);
  json->end();
}

void writeClock(const ClockReport& clock, JsonText* json) {
  json->beginObject("clock");
  json->field("source", sourceName(clock.source));
  json->field("reason", clockReasonText(clock.reason));
  json->field("error_ns", clock.errorNs);
  json->field("epochs", clock.epochs);
  json->beginArray("anchors");
  for (const ClockAnchor& anchor : clock.anchors) {
    json->beginObject();
    json->field("epoch", anchor.epoch);
    json->field("ticks", anchor.ticks);
    json->field("utc_ns", anchor.utcNs);
    json->field("ns_per_tick_2_40", anchor.nsPerTick);
    json->field("error_ns", anchor.errorNs);
    json->end();
  }
  json->end();
  json->end();
}

void writeAccount(const Account& account, JsonText* json) {
  const LedgerLine& line = account.line;
  json->beginObject();
  json->field("producer", account.index);
  json->field("name", account.name);
  json->field("previous", line.previous);
  json->field("last", line.last);
  json->field("rows", line.rows);
  json->field("refused", line.refused());
  json->field("aborted", line.aborted);
  json->field("rejected", line.rejected);
  json->field("write_lost", line.writeLost);
  if (account.refusedByReason) writeReasons(*account.refusedByReason, json);
  json->end();
}

}  // namespace

std::string ledgerText(const Session& session, const ClockReport& clock, const LedgerFile& file) {
  static_assert(kNsPerTickShift == 40, "the field's name says so");
  JsonText json;
  json.beginObject();
  json.field("version", std::uint64_t{1});
  json.beginArray("sessions");
  json.beginObject();
  json.field("session", uuidText(session.uuid));
  json.field("host", session.host);
  json.field("pid", session.processId);
  json.field("opened_ns", session.openedUtcNs);
  json.field("file", file.number);
  json.field("last_file", file.totals.has_value());
  writeClock(clock, &json);
  json.beginArray("producers");
  for (const auto& account : file.accounts) writeAccount(*account, &json);
  json.end();
  if (file.totals) {
    writeReasons(file.totals->refusedByReason, &json);
    json.field("no_ring", file.totals->noRing);
  }
  json.end();
  json.end();
  json.end();
  return std::move(json).take();
}

}  // namespace parquet_flow::sink
