// Goal: what a batch of a stream or a pipeline is refused for is named by its row in that batch,
// wherever row groups and what is gathered at once begin.
//
// Method: a batch that is right and one of which one row is not, of each kind of mistake that is
// found at a row: written in row groups of a part of a batch, and gathered into one of both. Of a
// pipeline those that are found while it encodes.
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"

namespace parquet_flow::test {
namespace {

using PipelineHandle = std::unique_ptr<pf_pipeline_t, Destroy<pf_pipeline_destroy>>;

constexpr std::size_t kRows = 100'000;
constexpr std::size_t kBadRow = 70'001;

struct GoodThenBad : BatchStream {
  GoodThenBad(const ArrowSchema& itsSchema, const ArrowArray& good, const ArrowArray& itsBad)
      : BatchStream(itsSchema, good, 2), bad(itsBad) {
    get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& mine = *static_cast<GoodThenBad*>(self);
      *out = mine.left == 2 ? mine.batch : mine.bad;
      if (mine.left-- == 0) out->release = nullptr;
      return 0;
    };
  }
  ArrowArray bad;
};

class ArrowRefusedRows : public testing::TestWithParam<std::uint64_t> {
 protected:
  ArrowRefusedRows() {
    backwards_[kBadRow + 1] = 0;
    wrongIndices_[kBadRow] = 2;
    bits_[kBadRow / 8] = static_cast<std::uint8_t>(0xFF ^ 1U << kBadRow % 8);
  }

  static std::vector<std::int32_t> ascending() {
    std::vector<std::int32_t> numbers(kRows + 1);
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }

  static std::shared_ptr<Array> arrayOf(std::vector<const void*> buffers,
                                        std::vector<std::shared_ptr<Array>> children = {}) {
    return std::make_shared<Array>(static_cast<std::int64_t>(kRows), std::move(buffers),
                                   std::move(children));
  }
  std::shared_ptr<Array> texts(const std::vector<std::int32_t>& offsets) const {
    return arrayOf({nullptr, offsets.data(), bytes_.data()});
  }
  std::shared_ptr<Array> lists(const std::vector<std::int32_t>& offsets) const {
    return arrayOf({nullptr, offsets.data()}, {numbers(nullptr)});
  }
  std::shared_ptr<Array> numbers(const std::uint8_t* bits) const {
    auto array = arrayOf({bits, numbers_.data()});
    array->null_count = bits == nullptr ? 0 : 1;
    return array;
  }
  std::shared_ptr<Array> words(const std::vector<std::int8_t>& indices) {
    auto array = arrayOf({nullptr, indices.data()});
    array->dictionary = &dictionary_;
    return array;
  }

  // Two batches of a column, the second one bad, and what to write them with.
  struct Batches {
    Batches(const std::shared_ptr<Field>& column, std::shared_ptr<Array> itsGood,
            std::shared_ptr<Array> itsBad)
        : schema(field("+s", "", std::vector{column}, false)),
          good(static_cast<std::int64_t>(kRows), {nullptr}, {std::move(itsGood)}),
          bad(static_cast<std::int64_t>(kRows), {nullptr}, {std::move(itsBad)}) {
      pf_writer_options_init(&options, sizeof options);
      options.row_group_rows = GetParam();
    }

    std::shared_ptr<Field> schema;
    Array good;
    Array bad;
    pf_writer_options_t options;
    OutputTo output{PF_OUTPUT_DISCARD};
    ErrorText error;
  };

  static void expectRefused(Batches&& two, const std::string& sentence) {
    pf_writer_handle_t* made = nullptr;
    ASSERT_EQ(
        pf_writer_create_for_arrow(two.schema.get(), &two.options, &two.output, &made, &two.error),
        PF_STATUS_OK)
        << two.error.message;
    const WriterHandle writer(made);
    GoodThenBad stream(*two.schema, two.good, two.bad);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_writer_write_arrow_stream(made, &stream, &two.error), two.error.message,
                     "batch 1: " + sentence);
  }

  static void expectRefusedByPipeline(Batches&& two, const std::string& sentence) {
    pf_pipeline_t* made = nullptr;
    ASSERT_EQ(pf_pipeline_create_for_arrow(two.schema.get(), &two.options, &two.output, nullptr,
                                           &made, &two.error),
              PF_STATUS_OK)
        << two.error.message;
    const PipelineHandle pipeline(made);
    ArrowArray moved = two.good;
    ASSERT_EQ(pf_pipeline_submit_arrow(made, &moved, nullptr, nullptr, &two.error), PF_STATUS_OK)
        << two.error.message;
    moved = two.bad;
    pf_status_t status = pf_pipeline_submit_arrow(made, &moved, nullptr, nullptr, &two.error);
    if (status == PF_STATUS_OK) status = pf_pipeline_close(made, nullptr, &two.error);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, status, two.error.message, "batch 1: " + sentence);
  }

  std::string bytes_ = std::string(kRows, 't');
  std::vector<std::int32_t> offsets_ = ascending();
  std::vector<std::int32_t> backwards_ = offsets_;
  std::vector<std::int32_t> numbers_ = std::vector<std::int32_t>(kRows, 5);
  std::vector<std::uint8_t> bits_ = std::vector<std::uint8_t>(kRows / 8 + 16, 0xFF);
  std::vector<std::int8_t> indices_ = std::vector<std::int8_t>(kRows, 1);
  std::vector<std::int8_t> wrongIndices_ = indices_;
  Array dictionary_ = Array(2, {nullptr, offsets_.data(), bytes_.data()});
};

TEST_P(ArrowRefusedRows, ofOffsetsThatGoBackwardsAreThoseOfTheBatch) {
  const std::string sentence = "column 's': row 70001: the offsets go backwards";
  expectRefused({field("u", "s"), texts(offsets_), texts(backwards_)}, sentence);
  expectRefusedByPipeline({field("u", "s"), texts(offsets_), texts(backwards_)}, sentence);
}

TEST_P(ArrowRefusedRows, ofListsThatGoBackwardsAreThoseOfTheBatch) {
  expectRefused(
      {field("+l", "l", std::vector{field("i", "item")}), lists(offsets_), lists(backwards_)},
      "column 'l.list.element': row 70001: the offsets of the list go backwards");
}

TEST_P(ArrowRefusedRows, ofNullsWhereNoneAreAllowedAreThoseOfTheBatch) {
  const std::vector<std::shared_ptr<Field>> none;
  expectRefused({field("i", "r", none, false), numbers(nullptr), numbers(bits_.data())},
                "column 'r': row 70001: a null where none is allowed");
}

TEST_P(ArrowRefusedRows, ofIndicesPastTheDictionaryAreThoseOfTheBatch) {
  const auto column = field("c", "d");
  column->owned.push_back(field("u", ""));
  column->dictionary = column->owned.back().get();
  const std::string sentence = "column 'd': row 70001: the index is negative or not below";
  expectRefused({column, words(indices_), words(wrongIndices_)}, sentence);
  expectRefusedByPipeline({column, words(indices_), words(wrongIndices_)}, sentence);
}

// Whole row groups out of a batch; both batches in one.
INSTANTIATE_TEST_SUITE_P(RowGroups, ArrowRefusedRows, testing::Values(30'000U, 1'000'000U),
                         [](const testing::TestParamInfo<std::uint64_t>& rows) {
                           return rows.param < kRows ? "inPlace" : "gathered";
                         });

}  // namespace
}  // namespace parquet_flow::test
