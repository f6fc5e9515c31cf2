// What the conformance suites share: every case runs against both adapters.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/net/dns_gate.h"
#include "core/net/transport.h"
#include "tests/fault/net/certificates.h"
#include "tests/fault/net/hostile_server.h"

namespace insight::test {

class Conformance : public testing::TestWithParam<net::Adapter> {
  protected:
    Conformance() : transport(net::make_transport(GetParam())) {}

    [[nodiscard]] static bool cpprest() { return GetParam() == net::Adapter::Cpprest; }
    // the adapter of this run with another resolver
    static std::unique_ptr<net::Transport> make_with(net::Resolver resolver);
    // GET with a deadline that a passing case never comes near
    static net::Request get(const std::string& url);
    static net::Request post(const std::string& url, const std::string& body);

    std::unique_ptr<net::Transport> transport;
};

// "cpprest", "curl"
std::string adapter_name(const testing::TestParamInfo<net::Adapter>& info);

// One definition for every suite of this kind.
#define INSIGHT_BOTH_ADAPTERS(Suite) \
    INSTANTIATE_TEST_SUITE_P(        \
        Adapters, Suite, testing::Values(net::Adapter::Cpprest, net::Adapter::Curl), adapter_name)

// What a call did to the resident memory of this process, at its highest, in MiB.
class MemoryGrowth {
  public:
    MemoryGrowth();
    [[nodiscard]] double mebibytes() const;
    // what a bounded call may cost; sanitizers keep freed memory for a while
    static double allowed();

  private:
    double before_;
};

}  // namespace insight::test
