// Goal: memory that runs out anywhere in a pipeline, on any of its threads, ends as the status of a
// call; the process goes on, and every owner of a batch is told.
//
// Method: the n-th allocation of the process fails, and in a second run it and all behind it, for
// ever greater n, until a run is reached by none. Row groups are such as several threads encode in
// parts, and such as the submitter does; owned and copied.
#include <gtest/gtest.h>

#include "base/contained.hpp"
#include "feed.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "support/allocation_faults.hpp"
#include "support/expect_result.hpp"
#include "support/sanitizers.hpp"

namespace parquet_flow::pipeline {
namespace {

using test::Ends;
using test::FeedBatch;
using test::KeptFile;

constexpr std::uint64_t kLargeRows = 270'000;  // n is of two parts
constexpr std::uint64_t kSmallRows = 500;

struct Batches {
  std::shared_ptr<FeedBatch> large = std::make_shared<FeedBatch>(0, kLargeRows);
  std::shared_ptr<FeedBatch> small = std::make_shared<FeedBatch>(kLargeRows, kSmallRows);
  std::vector<column::LeafView> largeViews = large->views();
  std::vector<column::LeafView> smallViews = small->views();
};

class KeepingOwner final : public BatchOwner {
 public:
  explicit KeepingOwner(Ends& ends) : ends_(ends) { ++ends_.made; }
  ~KeepingOwner() override { ++ends_.destroyed; }
  void onDone(const Error* failure) noexcept override {
    ++(failure == nullptr ? ends_.written : ends_.failed);
  }

 private:
  Ends& ends_;
};

// What the test itself needs is there before anything fails.
class OneRun {
 public:
  OneRun(const Batches& batches, std::uint32_t threads) : batches_(batches), threads_(threads) {
    bytes.reserve(8 << 20);
    for (auto& owner : owners_) owner = std::make_unique<KeepingOwner>(ends);
  }

  // The code of the first call that fails.
  std::optional<ErrorCode> write() noexcept {
    auto written = contained([&]() -> Result<void> {
      PF_TRY_ASSIGN(const auto pipeline,
                    Pipeline::open(std::make_unique<KeptFile>(bytes), test::feedSchema(), {},
                                   {.threads = makeEncodeThreads(threads_)}));
      auto done = contained([&] { return submitAll(*pipeline); });
      if (!done) {
        // Whatever the state, the calls that end it do.
        pipeline->cancel();
        static_cast<void>(contained([&] { return pipeline->finish(); }));
      }
      return done;
    });
    if (written) return std::nullopt;
    return written.error().code();
  }

  Ends ends;
  std::string bytes;

 private:
  Result<void> submitAll(Pipeline& pipeline) {
    PF_TRY(pipeline.submit(kLargeRows, batches_.largeViews, std::move(owners_[0])));
    PF_TRY(pipeline.flush());
    PF_TRY(pipeline.submit(kSmallRows, batches_.smallViews));
    PF_TRY(pipeline.submit(kSmallRows, batches_.smallViews, std::move(owners_[1])));
    return pipeline.finish();
  }

  const Batches& batches_;
  const std::uint32_t threads_;
  std::unique_ptr<BatchOwner> owners_[2];
};

class PipelineAllocation : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void SetUp() override {
    if (parquet_flow::test::kThreadSanitized) GTEST_SKIP() << "its operator new goes first";
  }
  // Whether a failure was reached.
  bool failOnce(std::uint64_t nth, bool andAllBehind) {
    OneRun run(batches, GetParam());
    parquet_flow::test::failAllocations(nth, andAllBehind ? UINT64_MAX - nth : 1);
    const auto code = run.write();
    const bool wasReached = parquet_flow::test::countedAllocations() >= nth;
    parquet_flow::test::healAllocations();
    if (code) {
      EXPECT_EQ(*code, ErrorCode::kOutOfMemory) << "allocation " << nth;
    } else {
      EXPECT_TRUE(run.bytes == expected) << "one that can be done without: " << nth;
    }
    // Those whose submit failed are still the run's.
    EXPECT_LE(run.ends.told(), run.ends.made);
    EXPECT_EQ(run.ends.destroyed, run.ends.told()) << "allocation " << nth;
    return wasReached;
  }

  const Batches batches;
  std::string expected = [this] {
    OneRun run(batches, 1);
    EXPECT_FALSE(run.write());
    return run.bytes;
  }();
};

TEST_P(PipelineAllocation, oneThatFailsIsAStatus) {
  std::uint64_t nth = 1;
  while (failOnce(nth, false)) ++nth;
  EXPECT_GT(nth, 100U);
}

TEST_P(PipelineAllocation, fromOneOnAllThatFailAreAStatus) {
  std::uint64_t nth = 1;
  while (failOnce(nth, true)) ++nth;
  EXPECT_GT(nth, 100U);
}

INSTANTIATE_TEST_SUITE_P(Threads, PipelineAllocation, ::testing::Values(1, 3));

}  // namespace
}  // namespace parquet_flow::pipeline
