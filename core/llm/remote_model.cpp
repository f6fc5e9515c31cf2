#include "core/llm/remote_model.h"

#include <fmt/format.h>

#include "core/net/url.h"

namespace insight::llm {
namespace {

using base::ErrorKind;

// more than there are features to give up
constexpr int kMostConcessions = 8;
constexpr std::size_t kKeptBody = 64U << 10;  // of an error
// With a fallback behind it nobody waits longer than this for one model to recover.
constexpr base::Nanos kMostImpatience = 3 * base::kSecond;

std::vector<base::Secret> secrets_of(const Settings& settings) {
    std::vector<base::Secret> out{settings.api_key, settings.aws.secret_access_key,
                                  settings.aws.session_token};
    for (const auto& [name, value] : settings.headers) out.push_back(value);
    return out;
}

std::string origin_of(const Settings& settings) {
    const auto url = net::parse_url(settings.base_url);
    return url ? url->origin() : "its address";
}

std::string name_of(const Settings& settings) {
    return settings.provider + "/" + settings.model;
}

base::Error with_wait(base::Error error, base::Nanos wait) {
    error.message += fmt::format("; it asks to wait {}, which is longer than there is time",
                                 base::format_duration(wait));
    return error;
}

}  // namespace

RemoteModel::RemoteModel(Endpoint endpoint, std::unique_ptr<Wire> wire, net::Transport& transport,
                         const base::Clock& clock, Pacing pacing, bool patient)
    : endpoint_(std::move(endpoint)),
      wire_(std::move(wire)),
      transport_(transport),
      clock_(clock),
      pacing_(std::move(pacing)),
      patient_(patient),
      name_(name_of(endpoint_.settings)),
      peer_(name_, origin_of(endpoint_.settings), secrets_of(endpoint_.settings)),
      given_up_(Features()) {}

Features RemoteModel::given_up() const {
    return given_up_.load();
}

void RemoteModel::note(const Failure& failure) {
    if (failure.ill)
        breaker_.failed(clock_.now());
    else
        breaker_.undecided();
    if (failure.after) breaker_.rest(clock_.now(), *failure.after);
}

base::Result<Answer> RemoteModel::ask(const Prompt& prompt, const Progress& progress) {
    const base::Deadline deadline =
        prompt.deadline.sooner(std::chrono::nanoseconds(endpoint_.settings.timeout));
    int failures = 0;
    for (int concessions = 0;;) {
        if (deadline.passed())
            return base::fail(ErrorKind::Timeout,
                              fmt::format("there is no time left to ask {}", peer_.who()));
        // Only before the first attempt: failures of this call are waited for below.
        const base::Nanos rest = failures == 0 ? breaker_.blocked(clock_.now()) : 0;
        if (rest > kMostImpatience || rest >= deadline.remaining().count())
            return base::fail(
                ErrorKind::Unavailable,
                fmt::format("{} is not asked for {} because it kept failing; try again later",
                            peer_.who(), base::format_duration(rest)));
        if (rest > 0) pacing_.pause(rest);
        Features sent;
        bool shown = false;
        auto answer = attempt(prompt, progress, deadline, sent, shown);
        if (answer) {
            breaker_.succeeded();
            return std::move(*answer);
        }
        Failure& failure = answer.error();
        if (shown && progress.restarted) progress.restarted();
        if (const auto refused = refused_feature(failure, sent);
            refused && concessions < kMostConcessions) {
            ++concessions;
            // Calls on other threads give up features at the same time: none may be lost.
            Features now = given_up_.load();
            Features more;
            do {
                more = now;
                more.add(*refused);
            } while (!given_up_.compare_exchange_weak(now, more));
            breaker_.undecided();
            continue;
        }
        note(failure);
        ++failures;
        if (!failure.retry || failures >= endpoint_.settings.attempts)
            return base::fail(std::move(failure.error));
        const base::Nanos wait = wait_before_retry(failures, failure.after, pacing_.random());
        const base::Nanos left = deadline.remaining().count();
        if (wait >= left || (!patient_ && wait > kMostImpatience)) {
            if (failure.after) return base::fail(with_wait(std::move(failure.error), wait));
            return base::fail(std::move(failure.error));
        }
        pacing_.pause(wait);
    }
}

Outcome<Answer> RemoteModel::attempt(const Prompt& prompt, const Progress& progress,
                                     base::Deadline deadline, Features& sent, bool& shown) {
    auto outgoing = wire_->request(prompt, given_up(), clock_.now());
    if (!outgoing) {
        Failure failure;
        failure.error = outgoing.error();
        return tl::unexpected(std::move(failure));
    }
    sent = outgoing->sent;
    net::Request& request = outgoing->request;
    const Settings& settings = endpoint_.settings;
    request.deadline = deadline;
    request.idle_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::nanoseconds(settings.idle_timeout));
    request.max_body = settings.max_answer;

    // A sink sees no status: an error's body goes the same way as an answer's, and is kept for it.
    const auto reader = wire_->reader(prompt, progress, peer_);
    std::string body;
    bool reading = true;
    const auto response = transport_.stream(request, [&](std::string_view block) {
        if (body.size() < kKeptBody) body += block.substr(0, kKeptBody - body.size());
        if (reading) reading = reader->take(block);
        // The JSON body of an error goes on being wanted after the reader gave up on it.
        return reading || (body.front() == '{' && body.size() < kKeptBody);
    });
    shown = reader->shown();
    if (response && (response->status < 200 || response->status >= 300))
        return tl::unexpected(peer_.from_status(*response, body, clock_.now()));
    // What breaks behind a whole answer, or behind an error that was told, does not matter.
    if (!response && reading && !reader->complete())
        return tl::unexpected(peer_.from_transport(response.error()));
    return reader->finish();
}

}  // namespace insight::llm
