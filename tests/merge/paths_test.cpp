// Goal: lists, directories and files give their paths in order, and what is skipped is counted.
// Method: small trees in a directory of the test; lists of awkward lines, also around the edges of
// the pieces that they are read in.
#include "merge/paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::merge {
namespace {

std::vector<std::string> all(Paths& paths) {
  std::vector<std::string> found;
  std::string path;
  for (;;) {
    const auto isThere = paths.next(path);
    PF_EXPECT_OK(isThere);
    if (!isThere || !*isThere) return found;
    found.push_back(path);
  }
}

TEST(PathsTest, linesOfAListAreTrimmedAndOthersCounted) {
  const test::TempDirectory folder;
  test::writeWholeFile(folder.file("list"),
                       "\r\n \ta.parquet \r\nb.csv\n\n  \nc d.parquet\n.parquet\nlast.parquet");
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("list")}));
  EXPECT_EQ(all(*paths),
            (std::vector<std::string>{"a.parquet", "c d.parquet", ".parquet", "last.parquet"}));
  EXPECT_EQ(paths->counts().paths, 4U);
  EXPECT_EQ(paths->counts().blankLines, 3U);
  EXPECT_EQ(paths->counts().otherSuffix, 1U);
}

TEST(PathsTest, linesGoOnFromOnePieceOfTheListToTheNext) {
  const test::TempDirectory folder;
  std::string text;
  std::vector<std::string> wanted;
  for (int i = 0; i < 60'000; ++i) {
    wanted.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 7), 'x') +
                     ".parquet");
    text += wanted.back() + "\n";
  }
  ASSERT_GT(text.size(), 512U << 10);
  test::writeWholeFile(folder.file("list"), text);
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("list")}));
  EXPECT_EQ(all(*paths), wanted);
}

TEST(PathsTest, aLineThatIsNoPathIsRefused) {
  const test::TempDirectory folder;
  test::writeWholeFile(folder.file("list"), std::string(600'000, 'x'));
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("list")}));
  std::string path;
  PF_EXPECT_ERROR(paths->next(path), ErrorCode::kInvalidArgument, "no path");
}

TEST(PathsTest, directoriesAreWalkedFilesFirstAndHiddenNamesPassedBy) {
  const test::TempDirectory folder;
  std::filesystem::create_directories(folder.file("d/b/deep"));
  std::filesystem::create_directories(folder.file("d/_hidden"));
  for (const char* name : {"d/z.parquet", "d/a.parquet", "d/b/1.parquet", "d/b/deep/2.parquet",
                           "d/.x.parquet", "d/_hidden/3.parquet", "d/readme.txt"}) {
    test::writeWholeFile(folder.file(name), "");
  }
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("d"), "single.parquet"}));
  EXPECT_EQ(all(*paths),
            (std::vector<std::string>{folder.file("d/a.parquet"), folder.file("d/z.parquet"),
                                      folder.file("d/b/1.parquet"),
                                      folder.file("d/b/deep/2.parquet"), "single.parquet"}));
  EXPECT_EQ(paths->counts().otherSuffix, 1U);
}

// Through a link as well.
TEST(PathsTest, theOutputInADirectoryHasToBeNamedByItself) {
  const test::TempDirectory folder;
  std::filesystem::create_directories(folder.file("d/b"));
  for (const char* name : {"d/a.parquet", "d/all.parquet", "d/merged-000001.parquet"}) {
    test::writeWholeFile(folder.file(name), "");
  }
  test::writeWholeFile(folder.file("d/b/all.parquet"), "");
  std::filesystem::create_directory_symlink(folder.file("d"), folder.file("link"));
  const auto pathsOf = [&](const std::vector<const char*>& names) {
    std::vector<std::string> paths;
    for (const char* name : names) paths.push_back(folder.file(name));
    return paths;
  };
  struct Case {
    const char* output;
    const char* inTheWay;
  };
  const Case refused[] = {{"d/all.parquet", "d/all.parquet"},
                          {"link/all.parquet", "d/all.parquet"},
                          {"d", "d/merged-000001.parquet"},
                          {"link/", "d/merged-000001.parquet"}};
  for (const Case& each : refused) {
    SCOPED_TRACE(each.output);
    const std::string inTheWay = folder.file(each.inTheWay);
    PF_ASSERT_OK_ASSIGN(const auto paths,
                        Paths::open({folder.file("d")}, folder.file(each.output)));
    std::string path;
    PF_EXPECT_ERROR(paths->next(path), ErrorCode::kInvalidArgument, inTheWay + " is what");
    // Whoever names it means it, and has it once.
    PF_ASSERT_OK_ASSIGN(const auto both,
                        Paths::open({folder.file("d"), inTheWay}, folder.file(each.output)));
    EXPECT_EQ(all(*both).back(), inTheWay);
    EXPECT_EQ(both->counts().paths, 4U);
    EXPECT_EQ(both->counts().outputs, 1U);
  }
  for (const char* output : {"d/b/", "d/new.parquet", "no/all.parquet"}) {
    SCOPED_TRACE(output);
    PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("d")}, folder.file(output)));
    EXPECT_EQ(all(*paths), pathsOf({"d/a.parquet", "d/all.parquet", "d/merged-000001.parquet",
                                    "d/b/all.parquet"}));
  }
  PF_ASSERT_OK_ASSIGN(const auto paths,
                      Paths::open({folder.file("d/all.parquet")}, folder.file("d/all.parquet")));
  EXPECT_EQ(all(*paths), std::vector<std::string>{folder.file("d/all.parquet")});
}

// What is not called like an input is none of a directory's.
TEST(PathsTest, anOutputOfAnotherSuffixIsInNobodysWay) {
  const test::TempDirectory folder;
  std::filesystem::create_directories(folder.file("d"));
  test::writeWholeFile(folder.file("d/a.parquet"), "");
  test::writeWholeFile(folder.file("d/all.pq"), "");
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("d")}, folder.file("d/all.pq")));
  EXPECT_EQ(all(*paths), std::vector<std::string>{folder.file("d/a.parquet")});
  EXPECT_EQ(paths->counts().otherSuffix, 1U);
  EXPECT_EQ(paths->counts().outputs, 0U);
}

TEST(PathsTest, anOutputIsNamedByALinkToIt) {
  const test::TempDirectory folder;
  std::filesystem::create_directories(folder.file("d"));
  test::writeWholeFile(folder.file("d/all.parquet"), "");
  const std::string link = folder.file("link.parquet");
  std::filesystem::create_symlink(folder.file("d/all.parquet"), link);
  PF_ASSERT_OK_ASSIGN(const auto paths,
                      Paths::open({link, folder.file("d")}, folder.file("d/all.parquet")));
  EXPECT_EQ(all(*paths), std::vector<std::string>{link});
}

// The link itself is what the output is called, and what is to be named.
TEST(PathsTest, anOutputThatIsALinkIsNamedByItsOwnName) {
  const test::TempDirectory folder;
  std::filesystem::create_directories(folder.file("d"));
  test::writeWholeFile(folder.file("real.parquet"), "");
  const std::string link = folder.file("d/all.parquet");
  std::filesystem::create_symlink(folder.file("real.parquet"), link);
  std::filesystem::create_directory_symlink(folder.file("d"), folder.file("other"));
  for (const std::string& named : {link, folder.file("other/all.parquet")}) {
    SCOPED_TRACE(named);
    PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({named, folder.file("d")}, link));
    EXPECT_EQ(all(*paths), std::vector<std::string>{named});
    EXPECT_EQ(paths->counts().outputs, 1U);
  }
  // What it leads to is another name.
  PF_ASSERT_OK_ASSIGN(const auto paths,
                      Paths::open({folder.file("d"), folder.file("real.parquet")}, link));
  std::string path;
  PF_EXPECT_ERROR(paths->next(path), ErrorCode::kInvalidArgument, link + " is what");
}

TEST(PathsTest, linksToADirectoryOnTheWayArePassedBy) {
  const test::TempDirectory folder;
  std::filesystem::create_directories(folder.file("d/b/c"));
  std::filesystem::create_directories(folder.file("other"));
  for (const char* name : {"d/1.parquet", "d/b/2.parquet", "d/b/c/3.parquet", "other/4.parquet"}) {
    test::writeWholeFile(folder.file(name), "");
  }
  std::filesystem::create_directory_symlink("..", folder.file("d/b/parent"));
  std::filesystem::create_directory_symlink(folder.file("d/b"), folder.file("d/b/c/up"));
  std::filesystem::create_directory_symlink(folder.file("other"), folder.file("d/b/link"));
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({folder.file("d")}));
  EXPECT_EQ(all(*paths), (std::vector<std::string>{
                             folder.file("d/1.parquet"), folder.file("d/b/2.parquet"),
                             folder.file("d/b/c/3.parquet"), folder.file("d/b/link/4.parquet")}));
}

TEST(PathsTest, anInputThatIsNotThereIsRefusedUnlessItIsCalledLikeAFile) {
  const test::TempDirectory folder;
  PF_EXPECT_ERROR(Paths::open({folder.file("list")}), ErrorCode::kInvalidArgument, "is not there");
  PF_EXPECT_ERROR(Paths::open({}), ErrorCode::kInvalidArgument, "no list");
  PF_EXPECT_OK(Paths::open({folder.file("a.parquet")}));
}

}  // namespace
}  // namespace parquet_flow::merge
