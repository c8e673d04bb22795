#include "sink/row_shape.hpp"

namespace parquet_flow::sink {

Result<std::unique_ptr<RowShape>> makeRowShape(const SinkOptions& options,
                                               const std::shared_ptr<const schema::Schema>& row,
                                               std::uint64_t captureBytes) {
  switch (options.shape) {
    case Shape::kOpaque:
      return makeOpaqueShape(captureBytes);
    case Shape::kStruct:
      return makeStructShape(options.structColumns, captureBytes);
    case Shape::kCallback:
      return makeCallbackShape(options, row, captureBytes);
  }
  return fail(ErrorCode::kInvalidArgument, "shape has no such value");
}

}  // namespace parquet_flow::sink
