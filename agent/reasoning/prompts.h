// The prompts, from the files of prompts/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace insight::agent::reasoning {

// Every prompt that there is: "system", "brief", …
std::vector<std::string_view> prompt_names();

// The prompt with {{key}} replaced by its value; what a value holds is never replaced again. An
// unknown name, a key that is missing or one too many is our defect: the text says so.
std::string prompt(std::string_view name,
                   const std::map<std::string, std::string, std::less<>>& values = {});

}  // namespace insight::agent::reasoning
