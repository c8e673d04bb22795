// Goal: pf_schema_* refuse every bad argument with a status and a sentence, and leave the schema as
// it was; good ones give the tree that they say.
//
// Method: each call with each argument broken alone; levels of a nested schema against the numbers
// that parquet-format README.md, "Nested Encoding", gives for it.
#include <functional>
#include <string>
#include <vector>

#include "capi_fixture.hpp"

namespace parquet_flow::test {
namespace {

// pf_schema_add_leaf's arguments, good as they stand.
struct LeafArguments {
  bool hasSchema = true;
  uint32_t parent = PF_SCHEMA_ROOT;
  const char* name = "new";
  int type = PF_PHYSICAL_INT32;
  int repetition = PF_REPETITION_REQUIRED;
  uint32_t typeLength = 0;
  int logical = PF_LOGICAL_NONE;
  int32_t a = 0;
  int32_t b = 0;
  int32_t fieldId = -1;
};

pf_status_t add(pf_schema_t* schema, const LeafArguments& with, uint32_t* leaf, pf_error_t* error) {
  return pf_schema_add_leaf(with.hasSchema ? schema : nullptr, with.parent, with.name,
                            static_cast<pf_physical_type_t>(with.type),
                            static_cast<pf_repetition_t>(with.repetition), with.typeLength,
                            static_cast<pf_logical_type_t>(with.logical), with.a, with.b,
                            with.fieldId, leaf, error);
}

struct BadLeaf {
  const char* what;
  LeafArguments arguments;
  const char* part;
};

TEST(SchemaArguments, eachBadArgumentOfALeafIsRefusedAndNothingIsAdded) {
  const BadLeaf cases[] = {
      {"schema NULL", {.hasSchema = false}, "schema is NULL"},
      {"name NULL", {.name = nullptr}, "name is NULL"},
      {"name empty", {.name = ""}, "empty"},
      {"name not UTF-8", {.name = "\xC3("}, "UTF-8"},
      {"name taken", {.name = "x"}, "x"},
      {"no such parent", {.parent = 17}, "17"},
      {"parent is a leaf", {.parent = 1}, "x"},
      {"type above", {.type = 8}, "physical_type is 8"},
      {"type below", {.type = -1}, "physical_type is -1"},
      {"repetition above", {.repetition = 3}, "repetition is 3"},
      {"repetition below", {.repetition = -7}, "repetition is -7"},
      {"logical above", {.logical = 14}, "logical is 14"},
      {"logical below", {.logical = INT32_MIN}, "logical is -2147483648"},
      {"length of INT32", {.typeLength = 4}, "length"},
      {"no length", {.type = PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY}, "length"},
      {"length above 2^20",
       {.type = PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, .typeLength = (1U << 20) + 1},
       "1048577"},
      {"STRING on INT32", {.logical = PF_LOGICAL_STRING}, "STRING"},
      {"UNKNOWN that is REQUIRED", {.logical = PF_LOGICAL_UNKNOWN}, "UNKNOWN goes with OPTIONAL"},
      {"UNKNOWN that is REPEATED",
       {.repetition = PF_REPETITION_REPEATED, .logical = PF_LOGICAL_UNKNOWN},
       "UNKNOWN goes with OPTIONAL"},
      {"UUID of 15 bytes",
       {.type = PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, .typeLength = 15, .logical = PF_LOGICAL_UUID},
       "UUID"},
      {"DECIMAL of 10 digits on INT32", {.logical = PF_LOGICAL_DECIMAL, .a = 10, .b = 2}, "10"},
      {"DECIMAL scale above precision", {.logical = PF_LOGICAL_DECIMAL, .a = 4, .b = 5}, "scale"},
      {"TIMESTAMP on INT32", {.logical = PF_LOGICAL_TIMESTAMP, .a = PF_TIME_MILLIS}, "TIMESTAMP"},
      {"TIME of no unit", {.logical = PF_LOGICAL_TIME, .a = 3}, "unit of TIME"},
      {"TIME adjusted 2", {.logical = PF_LOGICAL_TIME, .a = PF_TIME_MILLIS, .b = 2}, "adjusted"},
      {"INTEGER of 64 bits on INT32", {.logical = PF_LOGICAL_INTEGER, .a = 64, .b = 1}, "64"},
      {"a parameter of none", {.a = 1}, ""},
      {"field id -2", {.fieldId = -2}, "-2"},
  };
  for (const BadLeaf& bad : cases) {
    SCOPED_TRACE(bad.what);
    const SchemaHandle schema = oneColumn();
    ErrorText error;
    uint32_t leaf = 99;
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, add(schema.get(), bad.arguments, &leaf, &error),
                     error.message, bad.part);
    EXPECT_EQ(error.status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_NE(error.message[0], '\0');
    EXPECT_EQ(leaf, 0U);
    EXPECT_EQ(pf_schema_leaf_count(schema.get()), 1U);
    // The schema takes the next good one.
    EXPECT_EQ(add(schema.get(), {}, &leaf, &error), PF_STATUS_OK) << error.message;
    EXPECT_EQ(error.status, PF_STATUS_OK);
    EXPECT_STREQ(error.message, "");
    EXPECT_EQ(leaf, 1U);
  }
}

using AddGroup = pf_status_t (*)(pf_schema_t*, uint32_t, const char*, pf_repetition_t, int32_t,
                                 uint32_t*, pf_error_t*) noexcept;

TEST(SchemaArguments, eachBadArgumentOfAGroupIsRefused) {
  const std::pair<AddGroup, const char*> calls[] = {{pf_schema_add_group, "node"},
                                                    {pf_schema_add_list, "element_parent"},
                                                    {pf_schema_add_map, "key_value_parent"}};
  for (const auto& [call, nodeName] : calls) {
    SCOPED_TRACE(nodeName);
    const SchemaHandle schema = oneColumn();
    ErrorText error;
    uint32_t node = 99;
    const auto expect = [&](pf_schema_t* on, uint32_t parent, const char* name, int repetition,
                            int32_t fieldId, uint32_t* out, const char* part) {
      PF_EXPECT_STATUS(
          PF_STATUS_INVALID_ARGUMENT,
          call(on, parent, name, static_cast<pf_repetition_t>(repetition), fieldId, out, &error),
          error.message, part);
      EXPECT_EQ(node, 0U);
    };
    expect(nullptr, PF_SCHEMA_ROOT, "g", PF_REPETITION_OPTIONAL, -1, &node, "schema is NULL");
    expect(schema.get(), 5, "g", PF_REPETITION_OPTIONAL, -1, &node, "5");
    expect(schema.get(), PF_SCHEMA_ROOT, nullptr, PF_REPETITION_OPTIONAL, -1, &node,
           "name is NULL");
    expect(schema.get(), PF_SCHEMA_ROOT, "x", PF_REPETITION_OPTIONAL, -1, &node, "x");
    expect(schema.get(), PF_SCHEMA_ROOT, "g", 4, -1, &node, "repetition is 4");
    expect(schema.get(), PF_SCHEMA_ROOT, "g", PF_REPETITION_OPTIONAL, -3, &node, "-3");
    expect(schema.get(), PF_SCHEMA_ROOT, "g", PF_REPETITION_OPTIONAL, -1, nullptr, nodeName);
    if (call != pf_schema_add_group) {
      expect(schema.get(), PF_SCHEMA_ROOT, "g", PF_REPETITION_REPEATED, -1, &node, "REPEATED");
    }
    EXPECT_EQ(call(schema.get(), PF_SCHEMA_ROOT, "g", PF_REPETITION_OPTIONAL, -1, &node, &error),
              PF_STATUS_OK)
        << error.message;
  }
}

TEST(SchemaArguments, nullsElsewhere) {
  ErrorText error;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_schema_create(nullptr, &error), error.message,
                   "schema is NULL");
  EXPECT_EQ(pf_schema_leaf_count(nullptr), 0U);
  pf_schema_destroy(nullptr);
  const SchemaHandle schema = oneColumn();
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_schema_leaf_index(nullptr, "x", nullptr, nullptr, nullptr, &error),
                   error.message, "schema is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_schema_leaf_index(schema.get(), nullptr, nullptr, nullptr, nullptr, &error),
                   error.message, "path is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_schema_leaf_index(schema.get(), "x.y", nullptr, nullptr, nullptr, &error),
                   error.message, "no column 'x.y'");
  EXPECT_EQ(pf_schema_leaf_index(schema.get(), "x", nullptr, nullptr, nullptr, nullptr),
            PF_STATUS_OK);
}

// An error struct that was not initialised: there is no place for a sentence, and nothing is done.
TEST(SchemaArguments, errorOfAnUnknownSizeRefusesTheCall) {
  const SchemaHandle schema = oneColumn();
  for (const uint32_t size : {0U, 4U, 527U, 4097U, UINT32_MAX}) {
    pf_error_t error;
    std::memset(&error, 0x5A, sizeof error);
    error.struct_size = size;
    EXPECT_EQ(add(schema.get(), {}, nullptr, &error), PF_STATUS_INVALID_ARGUMENT) << size;
    EXPECT_EQ(error.status, 0x5A5A5A5A);
    EXPECT_EQ(pf_schema_leaf_count(schema.get()), 1U);
  }
}

TEST(Schema, levelsAndNumbersOfNestedLeaves) {
  const SchemaHandle schema = contactSchema();
  EXPECT_EQ(pf_schema_leaf_count(schema.get()), 3U);
  struct Expected {
    const char* path;
    uint32_t index;
    int definition;
    int repetition;
  };
  for (const Expected& leaf :
       {Expected{"name", 0, 1, 0}, Expected{"phones.list.element.number", 1, 3, 1},
        Expected{"phones.list.element.type", 2, 3, 1}}) {
    uint32_t index = 99;
    uint8_t definition = 99;
    uint8_t repetition = 99;
    ASSERT_EQ(
        pf_schema_leaf_index(schema.get(), leaf.path, &index, &definition, &repetition, nullptr),
        PF_STATUS_OK);
    EXPECT_EQ(index, leaf.index) << leaf.path;
    EXPECT_EQ(definition, leaf.definition) << leaf.path;
    EXPECT_EQ(repetition, leaf.repetition) << leaf.path;
  }
}

TEST(Schema, nestingEndsAtTheStatedLimit) {
  const SchemaHandle schema = makeSchema();
  ErrorText error;
  uint32_t parent = PF_SCHEMA_ROOT;
  pf_status_t status = PF_STATUS_OK;
  int depth = 0;
  while (depth < 1000) {
    status =
        pf_schema_add_group(schema.get(), parent, "g", PF_REPETITION_OPTIONAL, -1, &parent, &error);
    if (status != PF_STATUS_OK) break;
    ++depth;
  }
  EXPECT_EQ(status, PF_STATUS_LIMIT) << error.message;
  EXPECT_LE(depth, 100);
  EXPECT_GE(depth, 98);
}

// A schema that cannot be written is refused where it is used.
TEST(Schema, unfinishedTreesAreRefusedByTheWriter) {
  const OutputTo output(PF_OUTPUT_MEMORY);
  const auto refusal = [&](const SchemaHandle& schema) {
    ErrorText error;
    pf_writer_handle_t* writer = nullptr;
    EXPECT_EQ(pf_writer_create_with_options(schema.get(), nullptr, &output, &writer, &error),
              PF_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(writer, nullptr);
    return std::string(error.message);
  };
  EXPECT_NE(refusal(makeSchema()), "");

  SchemaHandle group = oneColumn();
  uint32_t node = 0;
  ASSERT_EQ(pf_schema_add_group(group.get(), 0, "g", PF_REPETITION_OPTIONAL, -1, &node, nullptr),
            PF_STATUS_OK);
  EXPECT_NE(refusal(group).find("g"), std::string::npos);

  SchemaHandle map = makeSchema();
  ASSERT_EQ(pf_schema_add_map(map.get(), 0, "m", PF_REPETITION_OPTIONAL, -1, &node, nullptr),
            PF_STATUS_OK);
  addLeaf(map.get(), node, "key", PF_PHYSICAL_INT32);
  EXPECT_NE(refusal(map).find("m"), std::string::npos);
}

TEST(Status, everyStatusHasAName) {
  EXPECT_STREQ(pf_status_name(PF_STATUS_OK), "ok");
  EXPECT_STREQ(pf_status_name(PF_STATUS_INVALID_ARGUMENT), "invalid argument");
  for (int status = 0; status <= PF_STATUS_CANCELLED; ++status) {
    EXPECT_STRNE(pf_status_name(static_cast<pf_status_t>(status)), "unknown status") << status;
  }
  for (const int status : {-1, PF_STATUS_CANCELLED + 1, 1000, INT32_MIN}) {
    EXPECT_STREQ(pf_status_name(static_cast<pf_status_t>(status)), "unknown status") << status;
  }
}

TEST(Status, versionIsThatOfTheBuild) { EXPECT_STREQ(pf_version(), PF_VERSION); }

// A sentence longer than the struct has room for ends between two characters.
TEST(Error, longSentenceIsCutAtACharacter) {
  const SchemaHandle schema = oneColumn();
  for (int pad = 0; pad < 3; ++pad) {
    std::string path(static_cast<std::size_t>(pad), 'p');
    for (int i = 0; i < 400; ++i) path += "€";  // three bytes each
    ErrorText error;
    EXPECT_EQ(pf_schema_leaf_index(schema.get(), path.c_str(), nullptr, nullptr, nullptr, &error),
              PF_STATUS_INVALID_ARGUMENT);
    const std::string_view message = error.message;
    EXPECT_LT(message.size(), std::size_t{PF_ERROR_MESSAGE_BYTES});
    EXPECT_GT(message.size(), std::size_t{PF_ERROR_MESSAGE_BYTES} - 4);
    EXPECT_EQ(message.substr(message.size() - 3), "€");
  }
}

}  // namespace
}  // namespace parquet_flow::test
