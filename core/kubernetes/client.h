// One API server: requests with the right credentials, failures in the words of roles, no more
// requests than a good guest makes. Threads: safe.
#pragma once

#include <functional>
#include <mutex>

#include "core/base/json.h"
#include "core/kubernetes/credentials.h"
#include "core/kubernetes/target.h"

namespace insight::kubernetes {

using Query = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kPlainJson = "application/json";

struct Answer {
    int status = 0;
    std::string body;  // of a failure at most 64 KiB
    std::string content_type;
    std::string date;  // the server's clock, RFC 9110 section 5.6.7
};

// The Status object of a failure (k8s.io/apimachinery meta/v1), or what stands in for one.
struct Refusal {
    std::string reason;   // "Forbidden", "Expired"; empty when the body was no Status
    std::string message;  // the server's words, redacted and short
    std::string next;     // metadata.continue: where an expired list may go on
};
Refusal refusal_of(const Answer& answer);

class Client {
  public:
    // `name` is that of the collector instance, for messages; `timeout` limits one request.
    Client(std::string name, Access access, net::Transport& transport, const base::Clock& clock,
           base::Nanos timeout);

    // Any status is an answer; 401 is tried again with renewed credentials, 429 and 503 as long as
    // Retry-After and the deadline allow. Errors: as the transport and the credentials fail.
    base::Result<Answer> get(const std::string& path, const Query& query, base::Deadline deadline,
                             std::string_view accept = kPlainJson, std::size_t max_body = 8U << 20);
    // The same with the body handed out as it arrives (compressed on the wire), that of a failure
    // too: only the status of the answer tells. `begin` is called before every attempt.
    base::Result<Answer> stream(const std::string& path, const Query& query,
                                base::Deadline deadline, const std::function<void()>& begin,
                                const net::Sink& sink, std::size_t max_body,
                                std::string_view accept = kPlainJson);

    // The parsed body of a 2xx. Errors besides: Denied (401, and 403 with the rule that is
    // missing), NotFound (404), Conflict (410), TooLarge, Timeout (504), Unavailable, Corrupt.
    base::Result<base::Json> get_object(const Target& target, const Query& query,
                                        base::Deadline deadline, std::size_t max_body = 8U << 20);
    // For reviews, the only thing we ever post: they store nothing.
    base::Result<base::Json> review(const std::string& path, const base::Json& body,
                                    base::Deadline deadline);

    // What a status that is no success means for whoever has to act.
    [[nodiscard]] base::Error failure(const Answer& answer, const Target& target) const;

    [[nodiscard]] const Access& access() const { return credentials_.access(); }
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    base::Result<Answer> exchange(net::Request request, base::Deadline deadline,
                                  const net::Sink* sink, const std::function<void()>& begin = {});
    base::Result<Answer> once(const net::Request& request, const net::Sink* sink,
                              base::Nanos& retry_after);
    // Waits for the turn of the next request.
    void take_turn(base::Deadline deadline);

    std::string name_;
    Credentials credentials_;
    net::Transport& transport_;
    base::Nanos timeout_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point refilled_;
    double turns_;
};

}  // namespace insight::kubernetes
