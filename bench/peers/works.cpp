#include "works.hpp"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <array>

namespace parquet_flow::peers {
namespace {

constexpr std::array kWorks = {
    Work{"int64_plain", Encoding::kPlain, randomInt64s, true},
    Work{"double_plain", Encoding::kPlain, randomDoubles, true},
    Work{"int32_plain", Encoding::kPlain, randomInt32s, true},
    Work{"float_plain", Encoding::kPlain, randomFloats, true},
    Work{"boolean_plain", Encoding::kPlain, randomBooleans, true},
    Work{"int64_delta", Encoding::kDelta, climbingInt64s, true},
    Work{"int32_delta", Encoding::kDelta, climbingInt32s, true},
    Work{"int32_dictionary", Encoding::kDictionary, repeatedInt32s, true},
    Work{"double_byte_stream_split", Encoding::kByteStreamSplit, priceDoubles, true},
    Work{"symbol_plain", Encoding::kPlain, randomSymbols, true},
    Work{"symbol_dictionary", Encoding::kDictionary, repeatedSymbols, true},
    Work{"text_plain", Encoding::kPlain, randomTexts, true},
    Work{"text_delta_length", Encoding::kDeltaLength, randomTexts, true},
    Work{"text_delta_byte_array", Encoding::kDeltaByteArray, randomTexts, true},
    Work{"list_int32", Encoding::kPlain, int32Lists, false},
    Work{"list_text", Encoding::kPlain, textLists, false},
    Work{"struct_primitives", Encoding::kPlain, primitiveStructs, false},
};

}  // namespace

std::span<const Work> works() noexcept { return kWorks; }

std::shared_ptr<arrow::RecordBatch> makeBatch(const Work& work, Shape shape) {
  const auto array = work.make(shape);
  const auto field = arrow::field("c", array->type(), shape.nullPercent != 0);
  return arrow::RecordBatch::Make(arrow::schema({field}), array->length(), {array});
}

}  // namespace parquet_flow::peers
