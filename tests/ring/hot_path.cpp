// What hot_path_test.py takes apart: the calls of a hot thread, compiled as the C API compiles
// them.
#include <cstddef>
#include <cstdint>

#include "ring/ring.hpp"

using parquet_flow::ring::Producer;

extern "C" {

int hotTryRecord(Producer* producer, const void* payload, std::size_t bytes);
int hotTryRecordAt(Producer* producer, std::int64_t timeNs, const void* payload, std::size_t bytes);
int hotTryRecordLow(Producer* producer, const void* payload, std::size_t bytes);
int hotTryReserve(Producer* producer, std::size_t bytes, void** out);
int hotCommit(Producer* producer);
int hotAbort(Producer* producer);

int hotTryRecord(Producer* producer, const void* payload, std::size_t bytes) {
  return static_cast<int>(producer->tryRecord(payload, bytes));
}
int hotTryRecordAt(Producer* producer, std::int64_t timeNs, const void* payload,
                   std::size_t bytes) {
  return static_cast<int>(producer->tryRecordAt(timeNs, payload, bytes));
}
int hotTryRecordLow(Producer* producer, const void* payload, std::size_t bytes) {
  return static_cast<int>(producer->tryRecordLow(payload, bytes));
}
int hotTryReserve(Producer* producer, std::size_t bytes, void** out) {
  return static_cast<int>(producer->tryReserve(bytes, out));
}
int hotCommit(Producer* producer) { return static_cast<int>(producer->commit()); }
int hotAbort(Producer* producer) { return static_cast<int>(producer->abort()); }

}  // extern "C"
