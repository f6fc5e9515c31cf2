// How fast the border hides log text, on one core: one big text, single records, JSON records.
#include <benchmark/benchmark.h>

#include "bench/redaction/log_text.h"
#include "core/base/redaction.h"
#include "core/base/redaction/find.h"

namespace insight::bench {
namespace {

base::Border border() {
    return {{}, base::Secret("a key of this measurement")};
}

void hide_text(benchmark::State& state, const LogText& wanted) {
    const std::string text = log_text(wanted);
    base::Border out = border();
    for (auto _ : state) benchmark::DoNotOptimize(out.hide(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void one_text(benchmark::State& state) {
    hide_text(state, {});
}
void one_text_without_secrets(benchmark::State& state) {
    hide_text(state, {.secret_every = 0});
}
void one_text_of_json_records(benchmark::State& state) {
    hide_text(state, {.json = true});
}

// As looks and the collectors do it: a call a record.
void record_by_record(benchmark::State& state) {
    const std::string text = log_text({});
    base::Border out = border();
    for (auto _ : state)
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            benchmark::DoNotOptimize(out.hide(std::string_view(text).substr(at, end - at)));
            at = end + 1;
        }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

// The detectors alone, and the same when nothing is known of where they could match: what each
// expression costs that runs over every byte.
void detectors(benchmark::State& state, base::redaction::Search search) {
    const std::string text = log_text({});
    for (auto _ : state) {
        base::redaction::Findings found;
        base::redaction::find_all(text, {}, found, search);
        benchmark::DoNotOptimize(found);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
void detectors_where_it_is_likely(benchmark::State& state) {
    detectors(state, base::redaction::Search::Likely);
}
void detectors_at_every_byte(benchmark::State& state) {
    detectors(state, base::redaction::Search::Everywhere);
}

BENCHMARK(one_text)->MinTime(1);
BENCHMARK(one_text_without_secrets)->MinTime(1);
BENCHMARK(one_text_of_json_records)->MinTime(1);
BENCHMARK(record_by_record)->MinTime(1);
BENCHMARK(detectors_where_it_is_likely)->MinTime(1);
BENCHMARK(detectors_at_every_byte)->MinTime(1);

}  // namespace
}  // namespace insight::bench

BENCHMARK_MAIN();
