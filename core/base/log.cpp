#include "core/base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace insight::base {

Status set_up_log(std::string_view level) {
    // spdlog takes every unknown word for "off".
    const auto parsed = spdlog::level::from_str(std::string(level));
    if (parsed == spdlog::level::off && level != "off")
        return fail(
            ErrorKind::Invalid,
            fmt::format("log level '{}' is unknown; use trace, debug, info, warn, error or off",
                        level));
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "insight", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    spdlog::set_level(parsed);
    return {};
}

}  // namespace insight::base
