#include "evomap/hub.h"

#include <array>
#include <thread>

#include "core/base/crypto.h"

namespace insight::evomap {
namespace {

constexpr std::size_t kMaxBody = 8U << 20;
// less is delay of the network and whole seconds of the Date header
constexpr base::Nanos kNoticedSkew = 30 * base::kSecond;
// Between tries of a read; a hub that asks for more than the longest waits for the scheduler.
constexpr std::array<base::Nanos, 3> kPauses{300 * base::kMillisecond, 900 * base::kMillisecond,
                                             2100 * base::kMillisecond};
constexpr base::Nanos kLongestRetryPause = 5 * base::kSecond;

bool worth_another_try(const Answer& answer) {
    return (answer.kind == AnswerKind::Unreachable && answer.status != 500) ||
           (answer.kind == AnswerKind::Limited && answer.wait <= kLongestRetryPause);
}

}  // namespace

Hub::Hub(net::Transport& transport, const base::Clock& clock, std::string root, Pause pause)
    : transport_(transport), clock_(clock), root_(std::move(root)), pause_(std::move(pause)) {
    if (!pause_)
        pause_ = [](base::Nanos length) {
            std::this_thread::sleep_for(std::chrono::nanoseconds(length));
        };
}

Answer Hub::send(net::Request request, const std::string& path, const Caller& caller,
                 base::Nanos timeout) {
    request.url = root_ + path;
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("x-correlation-id",
                                 base::uuid_v7(clock_.now() / base::kMillisecond));
    if (caller.version > 0)
        request.headers.emplace_back("X-EvoMap-Node-Secret-Version",
                                     std::to_string(caller.version));
    if (!caller.secret.empty())
        request.authorization = base::Secret("Bearer " + caller.secret.reveal());
    request.deadline = base::Deadline::after(std::chrono::nanoseconds(timeout));
    request.max_body = kMaxBody;
    // Queries are left out of sentences: they carry signals of an incident.
    const std::string shown = path.substr(0, path.find('?'));
    Answer answer = read_answer(transport_.send(request), shown, clock_.now());
    if (answer.hub_time != 0) {
        const base::Nanos ahead = answer.hub_time - clock_.now();
        skew_ = std::abs(ahead) >= kNoticedSkew ? ahead : 0;
    }
    return answer;
}

Answer Hub::post(const std::string& path, const Json& body, const Caller& caller,
                 base::Nanos timeout) {
    net::Request request;
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = base::dump_json(body);
    return send(std::move(request), path, caller, timeout);
}

Answer Hub::get(const std::string& target, const Caller& caller, base::Nanos timeout) {
    Answer answer = send({}, target, caller, timeout);
    // Reads only: a repeated post could be carried out twice.
    for (const base::Nanos pause : kPauses) {
        if (!worth_another_try(answer)) break;
        pause_(std::max(pause, std::min(answer.wait, kLongestRetryPause)));
        answer = send({}, target, caller, timeout);
    }
    return answer;
}

base::Nanos Hub::now() const {
    return clock_.now() + skew_;
}

}  // namespace insight::evomap
