#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fault/logs/fuzz_lines.h"
#include "tests/tree.h"

namespace {

void mine(const std::string& bytes) {
    mine_bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(LogFuzzCorpus, every_input_keeps_the_promises_of_the_miner_and_the_digest) {
    int files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(insight::test::tree() / "tests/fault/logs/corpus")) {
        SCOPED_TRACE(entry.path().string());
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        mine(content.str());
        ++files;
    }
    EXPECT_GE(files, 20);
}

// Cheap mutations of every input, the same ones every time.
TEST(LogFuzzCorpus, damaged_inputs_keep_them_too) {
    std::uint32_t state = 12345;
    const auto next = [&state] { return state = state * 1664525U + 1013904223U, state >> 8U; };
    for (const auto& entry :
         std::filesystem::directory_iterator(insight::test::tree() / "tests/fault/logs/corpus")) {
        SCOPED_TRACE(entry.path().string());
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        std::string bytes = content.str().substr(0, 3000);
        for (int round = 0; round < 25 && !bytes.empty(); ++round) {
            std::string damaged = bytes;
            for (int flips = 0; flips < 8; ++flips)
                damaged[next() % damaged.size()] = static_cast<char>(next());
            damaged.insert(next() % damaged.size(), "\n=[\"1.2:\x02");
            mine(damaged);
        }
    }
}

}  // namespace
