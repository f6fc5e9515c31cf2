// clang++ -fsanitize=fuzzer,address: see README.md.
#include "tests/fault/logs/fuzz_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mine_bytes(data, size);
    return 0;
}
