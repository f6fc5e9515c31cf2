#include "tests/fault/net/conformance.h"

#include <fstream>

#include "core/net/cpprest_transport.h"
#include "core/net/curl_transport.h"

namespace insight::test {
namespace {

double status_mebibytes(const std::string& key) {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        double kibibytes = 0;
        if (word == key && status >> kibibytes) return kibibytes / 1024;
    }
    return 0;
}

}  // namespace

std::unique_ptr<net::Transport> Conformance::make_with(net::Resolver resolver) {
    if (cpprest()) return std::make_unique<net::CpprestTransport>(std::move(resolver));
    return std::make_unique<net::CurlTransport>(std::move(resolver));
}

net::Request Conformance::get(const std::string& url) {
    net::Request request;
    request.url = url;
    return request;
}

net::Request Conformance::post(const std::string& url, const std::string& body) {
    net::Request request = get(url);
    request.method = "POST";
    request.body = body;
    return request;
}

std::string adapter_name(const testing::TestParamInfo<net::Adapter>& info) {
    return info.param == net::Adapter::Cpprest ? "cpprest" : "curl";
}

MemoryGrowth::MemoryGrowth() : before_(status_mebibytes("VmRSS:")) {
    std::ofstream("/proc/self/clear_refs") << "5";  // the high-water mark starts again from here
}

double MemoryGrowth::mebibytes() const {
    return status_mebibytes("VmHWM:") - before_;
}

double MemoryGrowth::allowed() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 700;
#else
    return 100;
#endif
}

}  // namespace insight::test
