// Goal: the framing is read as it stands in files, wrong files are refused with the place and the
// reason, and a replay gives every message as often as asked. Method: hand-written bytes, every
// truncation, and the recorded sample, whose counts were taken by a separate script.
#include "load/itch_file.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "decoded.hpp"

namespace parquet_flow::load {
namespace {

using Bytes = std::vector<std::uint8_t>;

// "12 'D' ..." with the length as given, the type and zeros.
void appendMessage(Bytes& out, unsigned length, char type, std::size_t bytes,
                   std::uint8_t mark = 0) {
  out.push_back(static_cast<std::uint8_t>(length >> 8));
  out.push_back(static_cast<std::uint8_t>(length));
  out.push_back(static_cast<std::uint8_t>(type));
  out.insert(out.end(), bytes - 2, 0);
  out.push_back(mark);
}

ItchFile fileOf(Bytes bytes) {
  Result<ItchFile> file = ItchFile::fromBytes(std::move(bytes), "test.itch");
  EXPECT_TRUE(file) << (file ? "" : file.error().message());
  return std::move(*file);
}

std::string errorOf(const Bytes& bytes) {
  const Result<ItchFile> file = ItchFile::fromBytes(bytes, "test.itch");
  if (file) {
    return "none";
  }
  EXPECT_EQ(file.error().code(), ErrorCode::kCorrupt);
  return file.error().message();
}

// The last byte of each message of a replay.
std::string marksOf(ItchReplay replay, std::size_t most = 100) {
  std::string marks;
  for (std::size_t i = 0; i < most; ++i) {
    const auto message = replay.next();
    if (message.empty()) {
      break;
    }
    marks += std::to_string(message.back());
  }
  return marks;
}

ItchFile threeMessages() {
  Bytes bytes;
  appendMessage(bytes, 0, 'D', 19, 1);  // the length left at 0
  appendMessage(bytes, 23, 'X', 23, 2);
  appendMessage(bytes, 12, 'S', 12, 3);
  return fileOf(bytes);
}

TEST(ItchFile, lengthsMayBeThereOrZero) {
  const ItchFile file = threeMessages();
  EXPECT_EQ(file.messages(), 3U);
  EXPECT_EQ(file.messagesOf('D'), 1U);
  EXPECT_EQ(file.messagesOf('A'), 0U);
  ItchReplay replay(file, 1);
  EXPECT_EQ(replay.next().size(), 19U);
  EXPECT_EQ(replay.next().size(), 23U);
  const auto last = replay.next();
  EXPECT_EQ(last.size(), 12U);
  EXPECT_EQ(last[0], 'S');
  EXPECT_TRUE(replay.next().empty());
  EXPECT_TRUE(replay.next().empty());
}

TEST(ItchFile, replaysGoOverTheFileAsOftenAsAsked) {
  const ItchFile file = threeMessages();
  EXPECT_EQ(marksOf(ItchReplay(file, 0)), "");
  EXPECT_EQ(marksOf(ItchReplay(file, 2)), "123123");
  EXPECT_EQ(marksOf(ItchReplay(file, ItchReplay::kForever), 7), "1231231");
  EXPECT_EQ(marksOf(ItchReplay(fileOf({}), ItchReplay::kForever)), "");
}

TEST(ItchFile, threadsThatShareAReplayOutCoverItOnce) {
  const ItchFile file = threeMessages();  // 3 messages, 4 loops: 123123123123
  EXPECT_EQ(marksOf(ItchReplay(file, 4, 0, 2)), "132132");
  EXPECT_EQ(marksOf(ItchReplay(file, 4, 1, 2)), "213213");
  EXPECT_EQ(marksOf(ItchReplay(file, 4, 4, 5)), "21");
}

TEST(ItchFile, wrongFilesAreRefusedByPlaceAndReason) {
  Bytes good;
  appendMessage(good, 0, 'D', 19);
  const auto with = [&](std::initializer_list<int> more) {
    Bytes bytes = good;
    for (const int byte : more) {
      bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    return bytes;
  };
  const struct {
    Bytes bytes;
    const char* error;
  } kCases[] = {
      {with({0}), "test.itch: message 1 at byte 21: the file ends inside its length or type"},
      {with({0, 0}), "test.itch: message 1 at byte 21: the file ends inside its length or type"},
      {with({0, 0, 'Z', 0}), "test.itch: message 1 at byte 21: ITCH 5.0 has no type 'Z' (0x5A)"},
      {with({0, 0, 7, 0}), "test.itch: message 1 at byte 21: ITCH 5.0 has no type 0x07"},
      {with({0, 13, 'S', 0}),
       "test.itch: message 1 at byte 21: length 13 where type 'S' (0x53) has 12 bytes"},
      {with({1, 12, 'S', 0}),
       "test.itch: message 1 at byte 21: length 268 where type 'S' (0x53) has 12 bytes"},
      {with({0, 12, 'S', 0}),
       "test.itch: message 1 at byte 21: type 'S' (0x53) has 12 bytes, the file ends after 2"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(errorOf(c.bytes), c.error);
  }
}

TEST(ItchFile, everyTruncationIsRefused) {
  const ItchFile whole = threeMessages();
  const Bytes bytes(whole.bytes().begin(), whole.bytes().end());
  const std::size_t ends[] = {0, 21, 46, 60};
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const bool atAnEnd = std::find(std::begin(ends), std::end(ends), size) != std::end(ends);
    const Bytes part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(errorOf(part) == "none", atAnEnd) << size;
  }
}

TEST(ItchFile, framesThatAreAppendedAreRead) {
  const ItchFile file = threeMessages();
  ItchReplay replay(file, 1);
  Bytes out;
  for (auto message = replay.next(); !message.empty(); message = replay.next()) {
    appendItchFrame(message, out);
  }
  EXPECT_EQ(out[1], 19);  // the length that was left at 0
  EXPECT_EQ(marksOf(ItchReplay(fileOf(out), 1)), "123");
}

TEST(ItchFile, aMissingFileIsAnIoErrorWithItsPath) {
  const Result<ItchFile> file = ItchFile::read("/nowhere/at/all.itch");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code(), ErrorCode::kIo);
  EXPECT_EQ(file.error().message(), "opening /nowhere/at/all.itch: No such file or directory");
  const Result<ItchFile> directory = ItchFile::read("/");
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().message(), "reading /: Is a directory");
}

std::string samplePath() {
  const char* const corpus = std::getenv("PF_CORPUS");
  const char* const root = std::getenv("PF_SOURCE_ROOT");
  const std::string folder =
      corpus != nullptr ? corpus : std::string(root == nullptr ? "." : root) + "/../shared/corpus";
  return folder + "/itch/ex20101224.TEST_ITCH_50";
}

TEST(ItchFile, theRecordedSampleIsReadWhole) {
  if (!std::filesystem::exists(samplePath())) {
    GTEST_SKIP() << "no sample at " << samplePath() << " (set PF_CORPUS)";
  }
  const Result<ItchFile> file = ItchFile::read(samplePath());
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->messages(), 12'012U);
  const std::map<char, std::uint64_t> kCounts = {{'S', 6},  {'R', 3},   {'H', 3},     {'A', 4'997},
                                                 {'F', 3},  {'E', 198}, {'D', 1'745}, {'P', 5'000},
                                                 {'U', 12}, {'X', 45},  {'C', 0}};
  for (const auto& [type, count] : kCounts) {
    EXPECT_EQ(file->messagesOf(type), count) << type;
  }
  ItchReplay replay(*file, 2);
  std::uint64_t messages = 0;
  for (auto message = replay.next(); !message.empty(); message = replay.next()) {
    ASSERT_TRUE(itchIsValid(message)) << messages;
    ++messages;
  }
  EXPECT_EQ(messages, 24'024U);
}

// The first trade of the sample, taken apart by hand:
// 50 0002 0002 1F1D2A8FF961 0000000000000000 42 000000C8 "BOB     " 0000D055 0000000000004BF7.
TEST(ItchFile, theFirstTradeOfTheSampleIsDecoded) {
  if (!std::filesystem::exists(samplePath())) {
    GTEST_SKIP() << "no sample at " << samplePath() << " (set PF_CORPUS)";
  }
  const Result<ItchFile> file = ItchFile::read(samplePath());
  ASSERT_TRUE(file) << file.error().message();
  ItchReplay replay(*file, 1);
  std::span<const std::uint8_t> message;
  do {
    message = replay.next();
  } while (message[0] != 'P');
  const Decoded expected = {{"message_type", "P"},    {"stock_locate", "2"},
                            {"tracking_number", "2"}, {"timestamp", "34210128591201"},
                            {"order_reference", "0"}, {"side", "B"},
                            {"shares", "200"},        {"stock", "BOB"},
                            {"price", "53333"},       {"match_number", "19447"}};
  EXPECT_EQ(decode(message), expected);
}

}  // namespace
}  // namespace parquet_flow::load
