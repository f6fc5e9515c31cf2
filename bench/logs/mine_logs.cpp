// Mines the templates of a file with one message a line.
//   mine_logs assign FILE    the template of every line, then nothing else
//   mine_logs speed FILE N   N passes over the file in memory on one thread; prints "lines bytes
//                            seconds templates", seconds of the processor
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/logs/template_groups.h"

namespace {

using insight::analysis::logs::group_shapes;
using insight::analysis::logs::TemplateMiner;
using insight::analysis::logs::Templates;

std::vector<std::string_view> lines_of(const std::string& text) {
    std::vector<std::string_view> out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.emplace_back(text.data() + at, end - at);
        at = end + 1;
    }
    return out;
}

int assign(const std::vector<std::string_view>& lines) {
    TemplateMiner miner;
    std::vector<std::uint32_t> shapes;
    for (const std::string_view line : lines) shapes.push_back(miner.add(line));
    const Templates templates = group_shapes(miner.shapes());
    for (const std::uint32_t shape : shapes)
        std::cout << templates.all[templates.of_shape[shape]].text << '\n';
    return 0;
}

int speed(const std::vector<std::string_view>& lines, int passes) {
    std::uint64_t bytes = 0;
    const std::clock_t start = std::clock();
    TemplateMiner miner;
    for (int pass = 0; pass < passes; ++pass) {
        for (const std::string_view line : lines) {
            miner.add(line);
            bytes += line.size() + 1;
        }
    }
    const Templates templates = group_shapes(miner.shapes());
    const double taken = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("%zu %llu %.6f %zu\n", lines.size() * static_cast<std::size_t>(passes),
                static_cast<unsigned long long>(bytes), taken, templates.all.size());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 2) {
        std::cerr << "usage: mine_logs assign FILE | mine_logs speed FILE PASSES\n";
        return 2;
    }
    std::ifstream file(arguments[1], std::ios::binary);
    if (!file) {
        std::cerr << "mine_logs: cannot read " << arguments[1] << "\n";
        return 1;
    }
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    const std::vector<std::string_view> lines = lines_of(text);
    if (arguments[0] == "speed")
        return speed(lines,
                     arguments.size() > 2 ? std::max(1, std::atoi(arguments[2].c_str())) : 1);
    return assign(lines);
}
