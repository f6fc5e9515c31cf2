// One target for libFuzzer; which one is said when it is compiled.
#include <cstddef>
#include <cstdint>

#include "tests/fault/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    insight::fuzz::INSIGHT_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
