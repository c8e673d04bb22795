// filter_rows FILE PREDICATE COLUMN - how many rows of a file a predicate takes, how many of them
// have a value in a column, and what was not read for it.
#include <cinttypes>
#include <cstdio>
#include <parquet_flow.hpp>

namespace {

namespace pf = parquet_flow;

pf::Result<> filterRows(const pf::Reader& reader, const char* text, const char* column) {
  pf::Result<pf::Predicate> predicate = pf::Predicate::parse(text);
  if (!predicate) return predicate.error();
  pf::ScanOptions options;
  options.setPredicate(*predicate);
  options.setColumns({&column, 1});
  pf::Result<pf::Scan> scan = reader.scan(options);
  if (!scan) return scan.error();

  std::uint64_t rows = 0;
  std::uint64_t values = 0;
  for (;;) {
    pf_column_view_t view;
    const pf::Result<std::uint64_t> batch = scan->nextColumns({&view, 1});
    if (!batch) return batch.error();
    if (*batch == 0) break;
    rows += *batch;
    values += view.slots - view.nulls;
  }
  const pf_scan_stats_t stats = *scan->stats();
  std::printf("rows=%" PRIu64 " values=%" PRIu64 "\n", rows, values);
  std::printf("row_groups=%" PRIu64 " by_statistics=%" PRIu64 " bytes_read=%" PRIu64 "\n",
              stats.row_groups, stats.row_groups_by_statistics, stats.bytes_read);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const pf::Result<pf::Reader> reader =
      pf::Reader::open(pf::Input::path(argc > 1 ? argv[1] : "write_columns.parquet"));
  pf::Result<> done = reader ? pf::Result<>() : pf::Result<>(reader.error());
  if (done) done = filterRows(*reader, argc > 2 ? argv[2] : "true", argc > 3 ? argv[3] : "name");
  if (!done) std::fprintf(stderr, "filter_rows: %s\n", done.error().message());
  return done ? 0 : 1;
}
