// What can go wrong, as far as a diff can foretell it and telemetry can show it.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace insight::analysis::changes {

enum class Effect : std::size_t {
    Latency,
    Errors,
    Traffic,
    Throughput,
    Timeout,
    Crash,
    NullAccess,
    Bounds,
    Race,
    LockWait,
    PoolWait,
    Workers,
    Backlog,
    Throttle,
    CacheMiss,
    DatabaseLoad,
    FanOut,
    Serialization,
    NameResolution,
    Certificate,
    Denied,
    Unreachable,
    Misconfigured,
    Version,
    Memory,
    Gc,
    Cpu,
    Disk,
    Descriptors,
    Schema,
    WrongData,
    Replicas,
    Platform,
    kCount
};

inline constexpr std::size_t kEffects = static_cast<std::size_t>(Effect::kCount);

using Effects = std::array<double, kEffects>;  // 0 to 1 each

struct EffectText {
    Effect effect;
    std::string_view name;     // for people
    std::string_view pattern;  // how messages and names of metrics speak of it (RE2, any case)
    // How much it narrows the causes down: slowness follows from nearly everything, a nil pointer
    // from little.
    double telling;
};

const EffectText& text_of(Effect effect);

// 1 for each effect the text speaks of.
Effects effects_in(std::string_view text);

}  // namespace insight::analysis::changes
