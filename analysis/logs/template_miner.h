// Streaming, first half: lines with the same constant text share a shape, found by one hash of
// what the scan calls constant. No settings, no order dependence: any split of the lines over
// several miners gives the same shapes after `merge`, until a limit is reached.
// Second half: template_groups.h, which joins shapes that differ in a value only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace insight::analysis::logs {

struct MinerLimits {
    std::size_t shapes = 32768;        // told apart exactly; later ones share a coarse shape
    std::size_t coarse_shapes = 4096;  // by their first words; later ones share a single shape
    std::size_t text_bytes = 24U << 20;
};

// What tells a value from a name: did this place ever change?
struct NameSlot {
    std::uint32_t first = 0;
    bool varied = false;
};

// Text as the scan saw it: \x01 stands for a value, \x02…\x03 surround a name with a number.
struct Shape {
    std::uint64_t key = 0;
    std::string text;
    std::uint64_t lines = 0;
    bool coarse = false;
    std::vector<NameSlot> names;
};

// Threads: one at a time. Memory: bounded by the limits, at most about 50 MB.
class TemplateMiner {
  public:
    explicit TemplateMiner(MinerLimits limits = {});

    // The index of the line's shape, which never changes afterwards.
    std::uint32_t add(std::string_view line);

    // Adds the other's lines; the result says which of our shapes each of its shapes became.
    std::vector<std::uint32_t> merge(const TemplateMiner& other);

    [[nodiscard]] const std::vector<Shape>& shapes() const { return shapes_; }
    // Lines that met the limit and so share a coarse shape.
    [[nodiscard]] std::uint64_t coarse_lines() const { return coarse_lines_; }

  private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t shape = 0;  // index + 1; 0: free
    };
    Slot& slot_of(std::uint64_t key);
    void grow();
    std::uint32_t add_shape(std::uint64_t key, std::string text, bool coarse);
    std::uint32_t add_coarse(std::string_view line);

    MinerLimits limits_;
    std::vector<Shape> shapes_;
    std::vector<Slot> table_;  // open addressing, a power of two, at most half full
    std::size_t used_ = 0;
    std::size_t text_bytes_ = 0;
    std::size_t coarse_shapes_ = 0;
    std::uint64_t coarse_lines_ = 0;
};

}  // namespace insight::analysis::logs
