#include "core/kubernetes/pod_log.h"

#include "core/base/text.h"

namespace insight::kubernetes {

PodLog parse_log(std::string_view body, bool cut) {
    PodLog out;
    out.cut = cut;
    // limitBytes cuts anywhere, within a line or a character: the last whole line is the end.
    if (cut)
        body =
            body.substr(0, body.rfind('\n') == std::string_view::npos ? 0 : body.rfind('\n') + 1);
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) continue;  // a time and nothing else
        const auto time = base::parse_rfc3339(line.substr(0, space));
        if (!time) continue;  // the kubelet's own words when a file was rotated away
        std::string text = base::clean_utf8(line.substr(space + 1));
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
        if (!text.empty()) out.lines.push_back({*time, std::move(text)});
    }
    return out;
}

base::Result<PodLog> read_log(Client& client, const LogWish& wish, base::Deadline deadline) {
    const Target target{"", "v1", "pods", wish.space, wish.pod, "log", "get"};
    Query query{{"container", wish.container},
                {"timestamps", "true"},
                {"limitBytes", std::to_string(wish.most_bytes)}};
    if (wish.previous) query.emplace_back("previous", "true");
    // The kubelet takes whole seconds and gives lines of that second, too: callers drop what is
    // earlier.
    if (wish.since > 0)
        query.emplace_back("sinceTime",
                           base::format_rfc3339(wish.since / base::kSecond * base::kSecond));
    if (wish.tail > 0) query.emplace_back("tailLines", std::to_string(wish.tail));
    // a server that ignores limitBytes is read up to the same limit
    std::string body;
    const auto sink = [&](std::string_view block) {
        body.append(block.substr(0, wish.most_bytes - std::min(wish.most_bytes, body.size())));
        return body.size() < wish.most_bytes;
    };
    auto answer = client.stream(
        path_of(target), query, deadline, [&] { body.clear(); }, sink, wish.most_bytes + (1U << 20),
        "text/plain, */*");
    if (!answer) return base::fail(std::move(answer.error()));
    if (answer->status == 200) return parse_log(body, body.size() >= wish.most_bytes);
    // no earlier run, or not started yet: an answer, not a failure
    if (answer->status == 400 || answer->status == 404) {
        PodLog none;
        none.absent = refusal_of(*answer).message;
        return none;
    }
    return base::fail(client.failure(*answer, target));
}

}  // namespace insight::kubernetes
