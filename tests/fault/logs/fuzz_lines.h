// The same bytes for the fuzzer and for the test over its corpus.
#pragma once

#include <cstddef>
#include <cstdint>

// Reads the bytes as one record and as one record a line, mines them, groups, digests and looks for
// clues. Aborts when a promise of the headers is broken: lines lost, limits passed, a merge that
// says something else.
void mine_bytes(const std::uint8_t* data, std::size_t size);
