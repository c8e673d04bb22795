// Predicates out of text: the language of `--where`.
//
//   predicate  := conjunction { OR conjunction }
//   conjunction := negation { AND negation }
//   negation   := NOT negation | "(" predicate ")" | TRUE | FALSE | test
//   test       := column [NOT] IN "(" literal { "," literal } ")"
//               | column [NOT] BETWEEN literal AND literal
//               | column [NOT] LIKE string [ESCAPE string]
//               | column [NOT] CONTAINS string
//               | column [NOT] STARTS WITH string
//               | column [NOT] ENDS WITH string
//               | column IS [NOT] NULL
//               | column ("=" | "==" | "<>" | "!=" | "<" | "<=" | ">" | ">=") literal
//               | literal (one of these) column
//               | column, which is column = TRUE
//   literal    := ["+" | "-"] number | string | X'hex' | TRUE | FALSE | NULL
//               | (DATE | TIME | TIMESTAMP | UUID) string
//   column     := name { "." name }
//   name       := letters, digits and "_", not beginning with a digit | "\"" any "\""
//   string     := "'" any "'"
//
// Words are of either case. A quote within quotes is doubled. A name that is a word of the language
// is to be quoted; "a.b" in quotes is the path a.b as well.
#pragma once

#include <string_view>

#include "base/status.hpp"
#include "scan/predicate.hpp"

namespace parquet_flow::scan {

// kInvalidArgument, "at 17: expected a literal, found 'and'": the byte that is wrong, counted from
// 1, and what was expected there; kLimit: nested deeper than kPredicateDepthMax.
[[nodiscard]] Result<Predicate> parsePredicate(std::string_view text);

}  // namespace parquet_flow::scan
