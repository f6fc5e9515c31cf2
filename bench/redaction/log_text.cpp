#include "bench/redaction/log_text.h"

#include <fmt/format.h>

#include <array>

namespace insight::bench {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): the same everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  private:
    std::uint64_t state_;
};

std::string message(Dice& dice) {
    static constexpr std::array<std::string_view, 8> kServices{
        "checkout", "cart", "payment", "inventory", "search", "user-service", "gateway", "mailer"};
    const std::string_view service = kServices[dice.below(kServices.size())];
    const std::uint64_t id = dice.next() % 10'000'000;
    switch (dice.below(12)) {
        case 0:
            return fmt::format("GET /api/v1/orders/{} 200 {}ms user_agent=\"curl/7.88.1\" bytes={}",
                               id, dice.below(900), dice.below(90'000));
        case 1:
            return fmt::format(
                "[{}] o.s.web.servlet.DispatcherServlet - Completed initialization in {} ms",
                service, dice.below(3000));
        case 2:
            return fmt::format(
                "level=info ts=2026-11-21T02:07:{:02}.{:03}Z caller=main.go:{} "
                "msg=\"request served\" trace_id={:016x} status=200",
                dice.below(60), dice.below(1000), dice.below(900), dice.next());
        case 3:
            return fmt::format(
                "org.postgresql.util.PSQLException: ERROR: canceling statement due to statement "
                "timeout at {}.Repository.find(Repository.java:{})",
                service, dice.below(900));
        case 4:
            return fmt::format("connection from 10.{}.{}.{}:{} accepted, pool size {} of {}",
                               dice.below(256), dice.below(256), dice.below(256),
                               dice.below(60'000), dice.below(40), 40);
        case 5:
            return fmt::format("user id={} name=order-{} cache miss, reading from {}-db", id, id,
                               service);
        case 6:
            return fmt::format("http://{}.shop.svc.cluster.local:8080/health?deep=true took {} us",
                               service, dice.below(100'000));
        case 7:
            return fmt::format("WARN retry {}/5 in {} ms -- upstream {} answered 503",
                               dice.below(6), dice.below(5000), service);
        case 8:
            return fmt::format("token bucket refilled: tokens={} rate={}/s key={}", dice.below(500),
                               dice.below(500), service);
        case 9:
            return fmt::format("SELECT id, status FROM orders WHERE customer_id = ${} LIMIT {}",
                               1 + dice.below(3), dice.below(100));
        case 10:
            return fmt::format("{{\"event\": \"order.placed\", \"order\": {}, \"items\": {}}}", id,
                               dice.below(20));
        default:
            return fmt::format("started worker --threads {} --queue {} -v in {}", dice.below(64),
                               service, service);
    }
}

std::string secret(Dice& dice) {
    switch (dice.below(4)) {
        case 0:
            return fmt::format("connect postgres://app:pw-{:x}@orders-db/orders", dice.next());
        case 1:
            return fmt::format("Authorization: Bearer {:016x}{:016x}", dice.next(), dice.next());
        case 2:
            return fmt::format("DB_PASSWORD=S3cr-{:x} loaded from the environment", dice.next());
        default:
            return fmt::format("mail to person-{}@example.org bounced", dice.below(100'000));
    }
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

std::string log_text(const LogText& wanted) {
    Dice dice(wanted.seed);
    std::string out;
    while (out.size() < wanted.bytes) {
        const bool with_secret = wanted.secret_every > 0 &&
                                 dice.below(static_cast<std::uint64_t>(wanted.secret_every)) == 0;
        const std::string body = with_secret ? secret(dice) : message(dice);
        const std::string time = fmt::format("2026-11-21T02:{:02}:{:02}.{:06}Z", dice.below(60),
                                             dice.below(60), dice.below(1'000'000));
        if (wanted.json)
            out += fmt::format(R"({{"time":"{}","severity":"INFO","body":"{}"}})", time,
                               escaped(body));
        else
            out += time + " INFO " + body;
        out += '\n';
    }
    return out;
}

}  // namespace insight::bench
