// How many different things there were, from their hashes and without keeping them: HyperLogLog
// (Flajolet, Fusy, Gandouet and Meunier, 2007), few of them by linear counting (Whang and others,
// 1990). The relative standard error is 1.04 / sqrt(registers). Any order and any split of the
// things over several counts gives the same after `merge`.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace insight::analysis {

template <std::size_t registers>
class HyperLogLog {
    static_assert(std::has_single_bit(registers) && registers >= 128);

  public:
    // Every bit of the hash must be as good as another (hash.h: finish_hash).
    void add(std::uint64_t hash) {
        // A one behind the last bit that counts, so that there always is one.
        const std::uint64_t rest = (hash << kBits) | (std::uint64_t{1} << (kBits - 1));
        std::uint8_t& place = registers_[hash >> (64U - kBits)];
        place = std::max(place, static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
    }

    void merge(const HyperLogLog& other) {
        for (std::size_t i = 0; i < registers; ++i)
            registers_[i] = std::max(registers_[i], other.registers_[i]);
    }

    [[nodiscard]] double count() const {
        double sum = 0;
        std::size_t zeros = 0;
        for (const std::uint8_t value : registers_) {
            sum += std::ldexp(1.0, -value);
            zeros += value == 0 ? 1 : 0;
        }
        const auto m = static_cast<double>(registers);
        const double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
        if (estimate <= 2.5 * m && zeros > 0) return m * std::log(m / static_cast<double>(zeros));
        return estimate;
    }

  private:
    static constexpr unsigned kBits = std::countr_zero(registers);
    std::array<std::uint8_t, registers> registers_{};
};

}  // namespace insight::analysis
