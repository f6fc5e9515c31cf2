#include "evomap/validation.h"

namespace insight::evomap {
namespace {

constexpr std::string_view kBlank = " \t";

}  // namespace

bool command_allowed(std::string_view command) {
    while (!command.empty() && kBlank.find(command.front()) != std::string_view::npos)
        command.remove_prefix(1);
    while (!command.empty() && kBlank.find(command.back()) != std::string_view::npos)
        command.remove_suffix(1);
    const bool known =
        command.starts_with("node ") || command.starts_with("npm ") || command.starts_with("npx ");
    if (!known || command.find('`') != std::string_view::npos ||
        command.find("$(") != std::string_view::npos ||
        command.find_first_of("\r\n") != std::string_view::npos)
        return false;
    char quote = 0;
    // Only unquoted characters act in a shell; inside quotes they are part of the program's
    // argument.
    for (const char c : command) {
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (std::string_view(";&|<>").find(c) != std::string_view::npos) {
            return false;
        }
    }
    return quote == 0;
}

std::vector<std::string> usual_commands() {
    return {R"sh(node -e "if (1 + 1 !== 2) process.exit(1)")sh"};
}

std::vector<std::string> plain_commands() {
    return {"node --version"};
}

}  // namespace insight::evomap
