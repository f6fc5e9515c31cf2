// Deliveries of ten alerts from many senders at once, committed to disk: how many a second, and how
// many share one sync. The store lies in $INSIGHT_BENCH_FOLDER, or in the folder for temporary
// files; with $INSIGHT_BENCH_STORE=postgresql://… in a new schema of that database, which stays.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/crypto.h"
#include "core/store/store.h"

namespace {

using insight::store::Counters;
using insight::store::Store;

constexpr insight::base::Nanos kStart = 1'700'000'000 * insight::base::kSecond;

std::filesystem::path folder() {
    const char* given = std::getenv("INSIGHT_BENCH_FOLDER");
    const auto base =
        given != nullptr ? std::filesystem::path(given) : std::filesystem::temp_directory_path();
    return base / ("store-bench-" + insight::base::random_hex(6));
}

// In the folder, or in a schema named like it.
std::string url_of(const std::filesystem::path& place) {
    const char* database = std::getenv("INSIGHT_BENCH_STORE");
    if (database == nullptr) return "sqlite://" + (place / "insight.db").string();
    const std::string url = database;
    return url + (url.find('?') == std::string::npos ? "?" : "&") + "schema=bench_" +
           insight::base::random_hex(6);
}

// Sizes of labels and annotations as a usual Kubernetes alert has them.
insight::model::Delivery delivery(const std::string& group) {
    insight::model::Delivery out;
    out.group_key = "{}/{severity=\"page\"}:{alertname=\"PodNotReady\", group=\"" + group + "\"}";
    out.received_at = kStart;
    for (int i = 0; i < 10; ++i) {
        insight::model::Alert alert;
        alert.fingerprint = insight::base::sha256_hex(std::to_string(i)).substr(0, 16);
        alert.labels = {{"alertname", "PodNotReady"}, {"cluster", "eu-west"},
                        {"namespace", "shop"},        {"pod", "orders-" + std::to_string(i)},
                        {"severity", "page"},         {"team", "checkout"}};
        alert.annotations = {{"summary", "Pod orders has not been ready for five minutes."},
                             {"runbook_url", "https://runbooks.example/pod-not-ready"}};
        alert.starts_at = kStart + i;
        alert.generator_url = "http://prometheus:9090/graph?g0.expr=kube_pod_status_ready";
        out.alerts.push_back(std::move(alert));
    }
    return out;
}

std::unique_ptr<Store> g_store;
std::atomic<int> g_next{0};

// `repeats`: every sender tells of the same incident over and over, as Alertmanager does.
void accept(benchmark::State& state, bool repeats) {
    static std::filesystem::path place;
    static Counters before;
    if (state.thread_index() == 0) {
        place = folder();
        auto opened = insight::store::open_store(url_of(place));
        if (!opened) {
            std::fprintf(stderr, "%s\n", opened.error().text().c_str());
            std::abort();
        }
        g_store = std::move(*opened);
        before = g_store->counters();
    }
    const std::string sender = std::to_string(state.thread_index()) + "/";
    int repeat = 0;
    for (auto _ : state) {
        auto next = delivery(sender + std::to_string(repeats ? 0 : ++g_next));
        // What a repeat changes: the annotation that tells the present value.
        if (repeats) next.alerts[0].annotations["value"] = std::to_string(++repeat);
        const auto accepted = g_store->accept(std::move(next));
        if (!accepted) state.SkipWithError(accepted.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations());
    if (state.thread_index() == 0) {
        const Counters after = g_store->counters();
        state.counters["deliveries_per_commit"] =
            static_cast<double>(after.deliveries - before.deliveries) /
            static_cast<double>(std::max<std::int64_t>(1, after.commits - before.commits));
        g_store.reset();
        std::filesystem::remove_all(place);
    }
}

void accept_new(benchmark::State& state) {
    accept(state, false);
}
void accept_repeats(benchmark::State& state) {
    accept(state, true);
}

BENCHMARK(accept_new)->Threads(1)->Threads(64)->UseRealTime();
BENCHMARK(accept_repeats)->Threads(64)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
