// What nearly every source includes and what is slow to parse; nothing of ours belongs here.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

// Both are compiled into every source that touches them, and are the larger half of its object
// code. libfmt has the first one ready; core/base/json.cpp has the second.
extern template void fmt::v9::detail::vformat_to<char>(
    fmt::v9::detail::buffer<char>&, fmt::v9::string_view,
    fmt::v9::basic_format_args<fmt::v9::buffer_context<char>>, fmt::v9::detail::locale_ref);
extern template class nlohmann::basic_json<>;
