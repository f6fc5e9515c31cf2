// What a container wrote, as the API serves it
// (GET /api/v1/namespaces/NS/pods/POD/log; https://kubernetes.io/docs/reference/kubernetes-api/).
#pragma once

#include "core/kubernetes/client.h"

namespace insight::kubernetes {

struct LogWish {
    std::string space{}, pod{}, container{};
    bool previous = false;  // of the container's last run
    base::Nanos since = 0;  // 0: from the beginning; the kubelet knows whole seconds
    std::size_t most_bytes = 256U << 10;
    std::int64_t tail = 0;  // the last lines only; 0: from `since` on
};

struct LogLine {
    base::Nanos time = 0;
    std::string text{};
};

struct PodLog {
    std::vector<LogLine> lines{};  // as they were written
    bool cut = false;              // there was more than `most_bytes`
    std::string absent{};          // why there is nothing, when that is no failure
};

// Errors: Denied (with the rule for pods/log), Unavailable (the kubelet), Timeout.
base::Result<PodLog> read_log(Client& client, const LogWish& wish, base::Deadline deadline);

// The text of a request with timestamps=true; a last line that was cut is left out.
PodLog parse_log(std::string_view body, bool cut);

}  // namespace insight::kubernetes
