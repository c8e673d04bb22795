// GoogleTest's macros for Result.
#pragma once

#include <gtest/gtest.h>

#include "base/status.hpp"

#define PF_EXPECT_OK(expression)                                                            \
  do {                                                                                      \
    const auto& pfTested = (expression);                                                    \
    EXPECT_TRUE(pfTested.has_value()) << #expression << ": " << pfTested.error().message(); \
  } while (false)

#define PF_ASSERT_OK(expression)                                                            \
  do {                                                                                      \
    const auto& pfTested = (expression);                                                    \
    ASSERT_TRUE(pfTested.has_value()) << #expression << ": " << pfTested.error().message(); \
  } while (false)

// PF_ASSERT_OK_ASSIGN(auto file, openFile(path));
#define PF_ASSERT_OK_ASSIGN(declaration, expression) \
  PF_ASSERT_OK_ASSIGN_INNER(PF_CONCAT(pfTested, __LINE__), declaration, expression)
#define PF_ASSERT_OK_ASSIGN_INNER(result, declaration, expression)                    \
  auto result = (expression);                                                         \
  ASSERT_TRUE(result.has_value()) << #expression << ": " << result.error().message(); \
  declaration = std::move(*result)

// Fails with this code and a sentence that holds `text`.
#define PF_EXPECT_ERROR(expression, expectedCode, text)                     \
  do {                                                                      \
    const auto& pfTested = (expression);                                    \
    if (pfTested.has_value()) {                                             \
      ADD_FAILURE() << #expression << " succeeded";                         \
    } else {                                                                \
      EXPECT_EQ(::parquet_flow::errorCodeName(pfTested.error().code()),     \
                ::parquet_flow::errorCodeName(expectedCode))                \
          << pfTested.error().message();                                    \
      EXPECT_NE(pfTested.error().message().find(text), ::std::string::npos) \
          << "no \"" << (text) << "\" in: " << pfTested.error().message();  \
    }                                                                       \
  } while (false)
