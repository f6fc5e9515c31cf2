// evomap_oracle ids | bundles | bench SECONDS: our side of what is compared with the vendor's.
//   ids:     a line of JSON in, its asset id out
//   bundles: bundles as we make them of many seeds, one list of assets a line
//   bench:   ids of the assets on standard input, over and over: from text, through a value, parsed
#include <ctime>
#include <iostream>
#include <string>

#include "core/base/crypto.h"
#include "evomap/asset_hasher.h"
#include "evomap/canonical.h"
#include "evomap/wire.h"

namespace {

using insight::base::Json;
namespace evomap = insight::evomap;

int ids() {
    evomap::AssetHasher hasher;
    for (std::string line; std::getline(std::cin, line);) {
        const auto id = hasher.id(line, "the line");
        std::cout << (id ? *id : "refused: " + id.error().text()) << "\n";
    }
    return 0;
}

evomap::SeedCapsule capsule(int number) {
    evomap::SeedCapsule out;
    out.title = "Connections ran out, case " + std::to_string(number);
    out.body = "Clients waited for a connection; \"idle in transaction\" held them. 连接池耗尽";
    out.signals = {"connection_exhaustion", "latency"};
    out.confidence = 0.8 + number % 20 / 100.0;
    out.blast_radius = number % 5;
    out.solution.type = number % 2 == 0 ? "investigation" : "config_change";
    if (number % 2 == 1)
        out.solution.files = {{"conf/pool.yml", "", "-max: 10\n+max: 40\n-wait: 5\n+wait: 1\n"}};
    if (number % 4 == 3) out.solution.files = {{"conf/pool.yml", std::string(80, 'x') + "\n", ""}};
    out.solution.description = "The ceiling was raised in small steps.";
    out.context.root_cause = "a remote call inside a transaction";
    out.context.monitoring_data = {{"p99_ms", 1830.5 + number}, {"error_rate", 0.042}};
    out.metadata = {"2026-11-21T00:00:00.000Z", number % 3 == 0 ? "" : "devops-insight"};
    return out;
}

int bundles() {
    for (int number = 0; number < 40; ++number) {
        evomap::SeedGene gene{
            "Find who holds the connections",
            "Applies when clients wait for a connection.",
            {"connection_exhaustion", "latency"},
            number % 5 == 0 ? "regulatory" : "repair",
            "Read the clients of the database before and in the incident.\n"
            "Look for sessions that hold a connection and do nothing.\n"
            "Verify on the original signal.",
            0.9,
            {"2026-11-21T00:00:00.000Z", number % 3 == 0 ? "" : "devops-insight"}};
        evomap::WireOptions options;
        options.trace = {{"build", "Read the clients of the database", "48 rows"},
                         {"validate", "Looked up every number in the evidence", "12 of 12 proven"}};
        options.success_streak = number;
        options.diffs = true;
        options.event = number % 7 != 0;
        const auto bundle = evomap::to_wire(gene, capsule(number), options);
        if (!bundle) return 1;
        std::cout << insight::base::dump_json(bundle->assets()) << "\n";
    }
    return 0;
}

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

int bench(double wanted) {
    std::vector<std::string> texts;
    std::vector<Json> assets;
    std::size_t bytes = 0;
    for (std::string line; std::getline(std::cin, line);) {
        assets.push_back(evomap::parse_asset(line, "the line").value());
        texts.push_back(line);
        bytes += evomap::canonical(assets.back()).value().size();
    }
    const auto measure = [&](const auto& once) {
        std::size_t rounds = 0;
        const double start = cpu_seconds();
        do {
            once();
            ++rounds;
        } while (cpu_seconds() - start < wanted);
        return Json{{"bytes", bytes * rounds}, {"seconds", cpu_seconds() - start}};
    };
    std::size_t used = 0;
    const Json hashing = measure([&] {
        for (const Json& asset : assets) used += evomap::asset_id(asset).value().size();
    });
    evomap::AssetHasher hasher;
    const Json text = measure([&] {
        for (const std::string& one : texts) used += hasher.id(one, "it").value().size();
    });
    const Json value = measure([&] {
        for (const std::string& one : texts)
            used += evomap::asset_id(evomap::parse_asset(one, "it").value()).value().size();
    });
    std::string plain(1U << 20, 'x');
    const Json sha = [&] {
        const double start = cpu_seconds();
        std::size_t done = 0;
        do {
            used += insight::base::sha256_hex(plain).size();
            done += plain.size();
        } while (cpu_seconds() - start < wanted / 2);
        return Json{{"bytes", done}, {"seconds", cpu_seconds() - start}};
    }();
    std::cout << Json{{"parsed", hashing}, {"text", text}, {"value", value},
                      {"sha256", sha},     {"used", used}, {"slow", hasher.slow()}}
              << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "ids") return ids();
    if (what == "bundles") return bundles();
    if (what == "bench" && argc > 2) return bench(std::stod(argv[2]));
    return 2;
}
