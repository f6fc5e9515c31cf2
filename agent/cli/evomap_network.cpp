#include "agent/cli/evomap_network.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "agent/cli/output.h"
#include "agent/cli/wiring.h"

namespace insight::cli {
namespace {

constexpr std::size_t kMaxFile = 64U << 20;

}  // namespace

base::Result<std::unique_ptr<Network>> open_network(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return base::fail(config.error());
    const auto settings = evomap::settings_from(config->block("evomap"));
    if (!settings) return base::fail(settings.error());
    if (!settings->enabled)
        return base::fail(base::ErrorKind::Invalid,
                          "the configuration has no block 'evomap'; add one (evomap: {}) to join "
                          "the network");
    auto out = std::make_unique<Network>();
    auto store = configured_store(*config);
    if (!store) return base::fail(store.error());
    out->store = std::move(*store);
    out->transport = net::make_transport(config->transport == "curl" ? net::Adapter::Curl
                                                                     : net::Adapter::Cpprest);
    auto publishing = agent::Publishing::open(*settings, *out->store, *out->transport, out->clock);
    if (!publishing) return base::fail(publishing.error());
    out->publishing = std::move(*publishing);
    return out;
}

base::Result<std::string> read_input(const std::string& path) {
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file)
            return base::fail(base::ErrorKind::NotFound,
                              fmt::format("{} cannot be read; is it there?", path));
    }
    std::istream& in = path == "-" ? std::cin : file;
    std::string text;
    std::array<char, 1U << 16> block{};
    while (in.read(block.data(), block.size()) || in.gcount() > 0) {
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > kMaxFile)
            return base::fail(base::ErrorKind::TooLarge,
                              fmt::format("{} has more than 64 MiB", path));
    }
    return text;
}

base::Result<base::Json> stored_report(Network& network, const std::string& incident) {
    const auto text = network.store->report(incident);
    if (!text) return base::fail(text.error());
    return base::parse_json(*text, "the stored report");
}

void show(const Options& options, const base::Json& json, const std::string& text) {
    print(options.format == Format::Json ? base::dump_json(json, 2) : text);
}

}  // namespace insight::cli
