// A file of OTLP/JSON, imported and written as a snapshot.
#include "agent/otlp/import.h"
#include "tests/fault/fuzz/holds.h"
#include "tests/fault/fuzz/targets.h"

namespace insight::fuzz {

void otlp(std::string_view bytes) {
    otlp::Import import({.document_bytes = 1U << 20, .records = 10'000, .points = 100'000});
    if (!import.add("fuzz", bytes)) return;
    store::Snapshot made = window();
    made.signals = import.finish();
    const auto packed = store::pack_snapshot(made);
    must(packed.has_value(), "what was imported can be written");
    const auto again = store::unpack_snapshot(*packed);
    must(again.has_value(), "and read again");
    must(again->remarks.empty(), "without remarks");
}

}  // namespace insight::fuzz
