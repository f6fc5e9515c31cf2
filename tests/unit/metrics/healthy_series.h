// Healthy series of the kinds that real systems write; the same for the same seed, everywhere: no
// distribution of the standard library, whose results differ between implementations.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "tests/unit/analysis/builders.h"

namespace insight::analysis::test {

// SplitMix64 (Steele, Lea and Flood, 2014) and what is drawn from it
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    double uniform() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return (static_cast<double>((z ^ (z >> 31U)) >> 11U) + 0.5) / 9007199254740992.0;
    }
    double normal() {  // Box and Muller, 1958
        return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
    }
    double poisson(double mean) {
        double count = 0;
        for (double product = uniform(); product > std::exp(-mean); product *= uniform()) ++count;
        return count;
    }
    // Student's t with three degrees of freedom: wild points are common
    double heavy() {
        const double n = normal();
        const double a = normal();
        const double b = normal();
        const double c = normal();
        return n / std::sqrt((a * a + b * b + c * c) / 3);
    }

  private:
    std::uint64_t state_;
};

enum class Kind { White, Correlated, Seasonal, Drifting, Heavy, Count };

inline constexpr Kind kKinds[] = {Kind::White,    Kind::Correlated, Kind::Seasonal,
                                  Kind::Drifting, Kind::Heavy,      Kind::Count};

// `baseline` and `in_window` points, one every 15 s around kStart
inline model::Series healthy(Kind kind, std::uint64_t seed, int baseline = 240,
                             int in_window = 20) {
    Dice dice(seed * 7919 + static_cast<std::uint64_t>(kind));
    model::Series out;
    out.name = "x";
    out.labels = {{"service", "orders"}};
    double memory = 0;
    for (int i = -baseline; i <= in_window; ++i) {
        double value = 0;
        switch (kind) {
            case Kind::White:
                value = 100 + 5 * dice.normal();
                break;
            case Kind::Correlated:
                memory = 0.7 * memory + dice.normal();
                value = 100 + 5 * memory;
                break;
            case Kind::Seasonal:
                value = 100 + 30 * std::sin(2 * std::numbers::pi * i / 40.0) + 4 * dice.normal();
                break;
            case Kind::Drifting:
                value = 100 + 0.2 * i + 5 * dice.normal();
                break;
            case Kind::Heavy:
                value = 100 + 5 * dice.heavy();
                break;
            case Kind::Count:
                value = dice.poisson(3);
                break;
        }
        out.points.push_back({kStart + i * kStep, value});
    }
    return out;
}

}  // namespace insight::analysis::test
