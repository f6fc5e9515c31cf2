#include "collectors/redis/session.h"

#include <fmt/format.h>
#include <hiredis.h>

#include "collectors/disposable.h"
#include "collectors/redis/failure.h"
#include "core/base/text.h"

namespace insight::collectors::redis {
namespace {

using base::Deadline;
using base::ErrorKind;
using base::fail;
using base::Json;

constexpr std::size_t kLargestReply = 32U << 20;
// what is nested deeper comes out as empty arrays
constexpr int kDeepestReply = 16;
constexpr int kMostElements = 1 << 20;

// hiredis allocates what an array's head announces: two thousand million elements from eleven
// bytes. Announcing more than kMostElements is answered as if memory had run out.
void bound_arrays(redisReader& reader) {
    // hiredis gives every reader the same table: one copy will do for the process.
    static const redisReplyObjectFunctions* const kTheirs = reader.fn;
    static redisReplyObjectFunctions bounded = [] {
        redisReplyObjectFunctions out = *kTheirs;
        out.createArray = [](const redisReadTask* task, int elements) -> void* {
            return elements > kMostElements ? nullptr : kTheirs->createArray(task, elements);
        };
        return out;
    }();
    reader.fn = &bounded;
}

timeval to_timeval(std::chrono::nanoseconds length) {
    // Never zero, which a socket takes for "wait for ever".
    const auto micros = std::max<std::int64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(length).count(), 1000);
    return {static_cast<time_t>(micros / 1'000'000), static_cast<suseconds_t>(micros % 1'000'000)};
}

struct FreeReply {
    void operator()(void* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

Json to_json(const redisReply& reply, int depth = 0) {
    switch (reply.type) {
        case REDIS_REPLY_INTEGER:
            return reply.integer;
        case REDIS_REPLY_NIL:
            return nullptr;
        case REDIS_REPLY_ARRAY: {
            Json out = Json::array();
            for (std::size_t i = 0; depth < kDeepestReply && i < reply.elements; ++i)
                out.push_back(to_json(*reply.element[i], depth + 1));
            return out;
        }
        default:
            return std::string(reply.str, static_cast<std::size_t>(reply.len));
    }
}

// "LATENCY LATEST", but only the first word where the second is no subcommand.
std::string label(const std::vector<std::string>& words) {
    if (words.size() < 2 || words[0] == "AUTH" || words[0] == "INFO") return words[0];
    return words[0] + " " + words[1];
}

}  // namespace

void Session::Free::operator()(redisContext* context) const {
    redisFree(context);
}

Session::Session(std::string instance, Address address, std::string user, base::Secret password,
                 base::Nanos timeout)
    : instance_(std::move(instance)),
      address_(std::move(address)),
      user_(std::move(user)),
      password_(std::move(password)),
      timeout_(timeout) {}

Session::~Session() = default;

void Session::close() {
    context_.reset();
    tunnel_.reset();
}

// Debian's hiredis knows no TLS: it gets a descriptor behind which there is some.
base::Status Session::connect_by_tls(Deadline deadline) {
    using Opened = base::Result<std::unique_ptr<net::TlsTunnel>>;
    const Deadline sooner = deadline.sooner(std::chrono::nanoseconds(timeout_));
    auto opened = run_disposable<Opened>(sooner, [address = address_, sooner] {
        return net::TlsTunnel::open(address.host, static_cast<std::uint16_t>(address.port),
                                    address.trust, sooner);
    });
    if (!opened)
        return fail(ErrorKind::Timeout,
                    fmt::format("Redis {} accepted no connection in time: look at its host, its "
                                "port and the network between",
                                instance_));
    if (!*opened) {
        const base::Error& why = opened->error();
        return fail(why.kind, fmt::format("Redis {}: {}", instance_, why.message),
                    base::clean_utf8(why.cause));
    }
    Context context(redisConnectFd((**opened)->take_descriptor()));
    if (!context) return fail(ErrorKind::Internal, "hiredis could not allocate a context");
    bound_arrays(*context->reader);
    tunnel_ = std::move(**opened);
    context_ = std::move(context);
    return {};
}

base::Status Session::connect(Deadline deadline) {
    if (address_.tls) return connect_by_tls(deadline);
    const Deadline sooner = deadline.sooner(std::chrono::nanoseconds(timeout_));
    // resolving the name knows no time-out, so the whole connect has a thread of its own
    auto done = run_disposable<Context>(sooner, [address = address_, left = sooner.remaining()] {
        return Context(
            redisConnectWithTimeout(address.host.c_str(), address.port, to_timeval(left)));
    });
    if (!done || (*done && (*done)->err == REDIS_ERR_IO && sooner.passed()))
        return fail(ErrorKind::Timeout,
                    fmt::format("Redis {} accepted no connection in time: look at its host, its "
                                "port and the network between",
                                instance_));
    if (!*done) return fail(ErrorKind::Internal, "hiredis could not allocate a context");
    if ((*done)->err != 0)
        return fail(ErrorKind::Unavailable,
                    fmt::format("Redis {} cannot be reached at {}:{}: start it or correct the "
                                "address",
                                instance_, address_.host, address_.port),
                    base::clean_utf8((*done)->errstr));
    context_ = std::move(*done);
    bound_arrays(*context_->reader);
    return {};
}

base::Status Session::authenticate(Deadline deadline) {
    if (!password_.empty()) {
        std::vector<std::string> words{"AUTH"};
        if (!user_.empty()) words.push_back(user_);
        words.push_back(password_.reveal());
        if (auto ok = command(words, deadline); !ok) return fail(std::move(ok.error()));
    }
    // Only for people who look at CLIENT LIST; a user without the right for it is no failure.
    if (auto named = command({"CLIENT", "SETNAME", "devops-insight"}, deadline);
        !named && (!context_ || !refusal(named.error().cause).empty()))
        return fail(std::move(named.error()));
    return {};
}

base::Status Session::open(Deadline deadline) {
    if (context_) {
        auto alive = command({"PING"}, deadline);
        // any answer shows that the connection lives
        if (alive || context_) return {};
    }
    if (auto connected = connect(deadline); !connected) return connected;
    auto ready = authenticate(deadline);
    if (ready) return ready;
    if (!context_ && ready.error().kind == ErrorKind::Unavailable && connect(deadline)) {
        // A server without free connections says so and hangs up; our own first words may have
        // turned that into a reset, so this time we only listen.
        const std::string words = farewell(deadline);
        close();
        if (!words.empty()) return fail(explain(instance_, user_, "AUTH", words));
    }
    close();
    return ready;
}

std::string Session::farewell(Deadline deadline) {
    // Short, for a server that is well says nothing before it is asked.
    redisSetTimeout(context_.get(), to_timeval(std::min<std::chrono::nanoseconds>(
                                        deadline.remaining(), std::chrono::milliseconds(300))));
    void* raw = nullptr;
    if (redisBufferRead(context_.get()) != REDIS_OK ||
        redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK || raw == nullptr)
        return {};
    const Reply reply(static_cast<redisReply*>(raw));
    return reply->type == REDIS_REPLY_ERROR ? std::string(reply->str) : std::string();
}

// Reads errno first, so nothing may stand between the failed call and this one. Closes the
// connection: what is still on its way would be taken for the answer to the next command.
base::Error Session::broken(std::string_view what) {
    const bool timed_out = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == ETIMEDOUT);
    base::Error error{
        timed_out ? ErrorKind::Timeout : ErrorKind::Unavailable,
        timed_out ? fmt::format("Redis {} did not answer {} in time: look at its load and its host",
                                instance_, what)
                  : fmt::format("Redis {} hung up during {}: look at its log", instance_, what),
        // of a time-out it says that a resource is unavailable, and means our own socket
        timed_out ? "" : base::clean_utf8(context_->errstr)};
    if (context_->err == REDIS_ERR_PROTOCOL)
        error = {ErrorKind::Corrupt,
                 fmt::format("what answers for Redis {} does not speak its protocol: correct the "
                             "address",
                             instance_),
                 base::clean_utf8(context_->errstr)};
    if (const std::string told = tunnel_ ? base::clean_utf8(tunnel_->complaint()) : std::string();
        !told.empty()) {
        error.cause = told;
        // TLS 1.3 says so only after the handshake.
        if (told.find("certificate required") != std::string::npos)
            error = {ErrorKind::Denied,
                     fmt::format("Redis {} wants a certificate of its clients: set certificateFile "
                                 "and keyFile",
                                 instance_),
                     told};
    }
    close();
    return error;
}

base::Result<Json> Session::command(const std::vector<std::string>& words, Deadline deadline) {
    const std::string what = label(words);
    if (!context_)
        return fail(ErrorKind::Unavailable, fmt::format("Redis {} has no connection", instance_));
    const Deadline sooner = deadline.sooner(std::chrono::nanoseconds(timeout_));
    if (sooner.passed())
        return fail(ErrorKind::Timeout,
                    fmt::format("no time was left to ask Redis {} for {}: raise collectTimeout",
                                instance_, what));
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string& word : words) {
        texts.push_back(word.data());
        lengths.push_back(word.size());
    }
    redisContext* context = context_.get();
    if (redisAppendCommandArgv(context, static_cast<int>(words.size()), texts.data(),
                               lengths.data()) != REDIS_OK)
        return fail(broken(what));
    redisSetTimeout(context, to_timeval(sooner.remaining()));
    for (int written = 0; written == 0;)
        if (redisBufferWrite(context, &written) != REDIS_OK) return fail(broken(what));

    // hiredis's own loop would start the time-out again with every byte and keep any amount
    for (std::size_t received = 0;;) {
        void* raw = nullptr;
        if (redisGetReplyFromReader(context, &raw) != REDIS_OK) return fail(broken(what));
        if (raw != nullptr) {
            const Reply reply(static_cast<redisReply*>(raw));
            if (reply->type == REDIS_REPLY_ERROR)
                return fail(explain(instance_, user_, what, reply->str));
            return to_json(*reply);
        }
        if (received > kLargestReply) {
            close();
            return fail(ErrorKind::TooLarge,
                        fmt::format("Redis {} answered {} with more than {} MiB", instance_, what,
                                    kLargestReply >> 20));
        }
        redisSetTimeout(context, to_timeval(sooner.remaining()));
        const std::size_t before = context->reader->len;
        errno = sooner.passed() ? ETIMEDOUT : 0;
        if (sooner.passed()) context->err = REDIS_ERR_IO;
        if (sooner.passed() || redisBufferRead(context) != REDIS_OK) return fail(broken(what));
        received += context->reader->len > before ? context->reader->len - before : 0;
    }
}

}  // namespace insight::collectors::redis
