#include "config/surroundings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "config/value.h"

namespace insight::config {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

std::string default_store() {
    constexpr std::string_view kFile = "/devops-insight/insight.db";
    // A path that is not absolute is to be ignored (XDG Base Directory Specification).
    if (const std::string state = variable("XDG_STATE_HOME"); state.starts_with('/'))
        return fmt::format("sqlite://{}{}", state, kFile);
    const std::string home = variable("HOME");
    // Without a home it is a service, whose state lies where the system keeps it.
    if (::geteuid() == 0 || !home.starts_with('/'))
        return fmt::format("sqlite:///var/lib{}", kFile);
    return fmt::format("sqlite://{}/.local/state{}", home, kFile);
}

void apply_environment(Config& config, bool file_sets_log_level) {
    if (config.server.external_url.empty())
        if (const std::string url = variable("WEB_UI_BASE_URL"); !url.empty()) {
            const base::Status status = check_url(url);
            if (status)
                config.server.external_url = url;
            else
                config.warnings.push_back(
                    "the environment variable WEB_UI_BASE_URL is ignored: it " +
                    status.error().message);
        }
    // "info" in the file is a decision, "info" by default is none.
    if (!file_sets_log_level && variable("DEBUG_DOT_AI") == "true") config.log_level = "debug";
}

}  // namespace insight::config
