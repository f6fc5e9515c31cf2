#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "core/store/snapshot.h"
#include "tests/fault/fuzz/targets.h"
#include "tests/tree.h"

namespace insight::fuzz {

static void PrintTo(const Target& target, std::ostream* out) {
    *out << target.name;
}

namespace {

std::vector<std::string> corpus(const std::string& name) {
    std::vector<std::string> files, out;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::tree() / "tests/fault/fuzz/corpus" / name))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        out.push_back(text.str());
    }
    return out;
}

// What a fuzzer does first: bytes flipped, cut out, doubled, put elsewhere, numbers made large.
std::string mutated(std::string text, std::mt19937& random) {
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    for (std::size_t steps = 1 + below(4); steps > 0 && !text.empty(); --steps) {
        const std::size_t at = below(text.size());
        const std::size_t length = 1 + below(std::min<std::size_t>(16, text.size() - at));
        switch (below(6)) {
            case 0:
                text[at] = static_cast<char>(below(256));
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(at, length));
                break;
            case 3:
                text.insert(below(text.size()), text.substr(at, length));
                break;
            case 4:
                text.insert(at, "99999999999999999999");
                break;
            default:
                text.resize(at);
        }
    }
    return text;
}

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, and_mutations_of_it_break_nothing) {
    const Target& target = GetParam();
    const std::vector<std::string> inputs = corpus(target.name);
    ASSERT_FALSE(inputs.empty()) << "no corpus for " << target.name;
    std::mt19937 random(20261121);
    target.run("");
    for (const std::string& input : inputs) {
        target.run(input);
        for (int i = 0; i < target.mutations; ++i) target.run(mutated(input, random));
    }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace insight::fuzz
