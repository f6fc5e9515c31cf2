#include "tests/evomap_hub/server.h"

#include <fmt/format.h>

namespace insight::test {
namespace {

HubCall read_call(const std::string& request) {
    HubCall call;
    call.raw = request;
    const std::string line = request.substr(0, request.find("\r\n"));
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first + 1);
    call.method = line.substr(0, first);
    call.path = line.substr(first + 1, second - first - 1);
    if (const std::size_t question = call.path.find('?'); question != std::string::npos) {
        call.query = call.path.substr(question + 1);
        call.path.resize(question);
    }
    call.authorization = sent_header(request, "Authorization");
    call.version = sent_header(request, "X-EvoMap-Node-Secret-Version");
    if (const std::size_t end = request.find("\r\n\r\n"); end != std::string::npos)
        if (auto body = base::parse_json(request.substr(end + 4), "the request"))
            call.body = std::move(*body);
    return call;
}

}  // namespace

HubServer::HubServer(HubRules rules) : hub_(rules), server_([this](Peer& peer) { serve(peer); }) {}

std::string HubServer::root() const {
    return fmt::format("http://127.0.0.1:{}", server_.port());
}

void HubServer::serve(Peer& peer) {
    while (const auto request = peer.read_request()) {
        const HubReply reply = hub_.answer(read_call(*request));
        if (reply.lost) {
            peer.reset();
            return;
        }
        const std::string text = reply.text.empty() ? base::dump_json(reply.body) : reply.text;
        const std::string kind = reply.text.empty() ? "application/json" : "text/html";
        const std::string head =
            fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n",
                        reply.status, kind, text.size(), reply.headers);
        if (!peer.send(head)) return;
        if (reply.cut) {
            peer.send(text.substr(0, text.size() / 2));
            return;
        }
        if (!peer.send(text)) return;
    }
}

}  // namespace insight::test
