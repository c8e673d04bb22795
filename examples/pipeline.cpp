// pipeline [OUTPUT] - one file from batches of two threads, encoded on as many as there are CPUs.
#include <cstdio>
#include <numeric>
#include <parquet_flow.hpp>
#include <thread>
#include <vector>

namespace pf = parquet_flow;

namespace {

constexpr std::int64_t kBatches = 20;
constexpr std::int64_t kBatchRows = 10'000;

int fail(const pf::Error& error) {
  std::fprintf(stderr, "%s\n", error.message());
  return 1;
}

// Every second batch, each on its own: the vector lives until nothing reads it any more.
void submitBatches(pf::Pipeline& pipeline, std::int64_t first) {
  for (std::int64_t batch = first; batch < kBatches; batch += 2) {
    std::vector<std::int64_t> ids(kBatchRows);
    std::iota(ids.begin(), ids.end(), batch * kBatchRows);
    const pf::Column columns[] = {pf::columns::values(ids)};
    // The error stops the pipeline, and close returns it too.
    const auto done = pipeline.submit(kBatchRows, columns, [ids = std::move(ids)](pf_status_t) {});
    if (!done) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "pipeline.parquet";
  pf::Schema schema;
  schema.leaf("id", pf::types::kInt64);
  auto pipeline = pf::Pipeline::create(schema, pf::Output::path(path));
  if (!pipeline) return fail(pipeline.error());
  std::thread other([&] { submitBatches(*pipeline, 1); });
  submitBatches(*pipeline, 0);
  other.join();
  const auto closed = pipeline->close();
  if (!closed) return fail(closed.error());
  std::printf("%s: %llu rows in %llu row groups\n", path,
              static_cast<unsigned long long>(closed->rows),
              static_cast<unsigned long long>(closed->row_groups));
  return closed->rows == kBatches * kBatchRows ? 0 : 1;
}
