// Whether deflating a page is worth trying, from a look at some of its bytes.
//
// Deflate gains in two ways: symbols that are not equally frequent, and sequences of four bytes and
// more that came before within 32 KiB. Both are estimated on samples spread over the page. The
// estimate decides only against pages that look like noise in every sample; all others are
// deflated, and stored if that did not pay.
#pragma once

#include "base/bytes.hpp"

namespace parquet_flow::codec {

// False: deflating would save less than about 2 % of the page. Costs some 60 us for a mebibyte.
[[nodiscard]] bool mayCompress(ConstBytes page) noexcept;

}  // namespace parquet_flow::codec
