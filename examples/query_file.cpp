/*
 * query_file FILE - the names of a file of write_columns with the greatest sums of ids, and how
 * much of the file it took to know.
 */
#include <cstdint>
#include <cstdio>
#include <parquet_flow.hpp>
#include <string>
#include <utility>

namespace pf = parquet_flow;

static pf::Result<std::int64_t> countGroups(const pf::Reader& reader) {
  pf::Query query = reader.query();
  pf::Result<ArrowArrayStream> made = query.where("id > 1")
                                          .groupBy({"name"})
                                          .aggregate("count, sum(id) as ids, max(id)")
                                          .orderBy("ids desc")
                                          .limit(2)
                                          .run();
  if (!made) return made.error();

  // Any consumer of Arrow data takes it; here the batches are counted by hand.
  ArrowArrayStream stream = *made;
  std::int64_t groups = 0;
  ArrowArray batch{};
  while (stream.get_next(&stream, &batch) == 0 && batch.release != nullptr) {
    groups += batch.length;
    batch.release(&batch);
  }
  stream.release(&stream);
  const pf::Result<pf_query_stats_t> stats = query.stats();
  if (!stats) return stats.error();
  std::printf("rows=%llu pages=%llu\n", static_cast<unsigned long long>(stats->rows_selected),
              static_cast<unsigned long long>(stats->pages_read));
  return groups;
}

int main(int argc, char** argv) {
  const pf::Result<pf::Reader> reader =
      pf::Reader::open(pf::Input::mapping(argc > 1 ? argv[1] : "write_columns.parquet"));
  if (!reader) {
    std::fprintf(stderr, "query_file: %s\n", reader.error().message());
    return 1;
  }
  const pf::Result<std::int64_t> groups = countGroups(*reader);
  if (!groups) {
    std::fprintf(stderr, "query_file: %s\n", groups.error().message());
    return 1;
  }
  std::printf("groups=%lld\n", static_cast<long long>(*groups));
  return 0;
}
