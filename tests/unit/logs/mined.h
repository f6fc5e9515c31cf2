// The template of each line, after all of them were seen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/logs/template_groups.h"
#include "analysis/logs/template_miner.h"

namespace insight::analysis::logs {

inline std::vector<std::string> templates_of(const std::vector<std::string>& lines) {
    TemplateMiner miner;
    std::vector<std::uint32_t> shapes;
    for (const std::string& line : lines) shapes.push_back(miner.add(line));
    const Templates templates = group_shapes(miner.shapes());
    std::vector<std::string> out;
    for (const std::uint32_t shape : shapes)
        out.push_back(templates.all[templates.of_shape[shape]].text);
    return out;
}

}  // namespace insight::analysis::logs
