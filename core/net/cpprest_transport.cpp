#include "core/net/cpprest_transport.h"

#include <mutex>

#include "core/net/cpprest_exchange.h"
#include "core/net/tls_context.h"

namespace insight::net {
namespace {

using web::http::client::http_client;
using web::http::client::http_client_config;
using Socket = boost::asio::ip::tcp::socket;

// Which exchange uses the client just now; cpprest only has room for callbacks of the client.
struct Seat {
    std::mutex mutex;
    std::weak_ptr<CpprestExchange> exchange;
};

// cpprest's default pool has 40 threads. Four are plenty because none of them ever waits for us.
void start_pool_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        try {
            crossplat::threadpool::initialize_with_threads(4);
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): running already
        }
    });
}

http_client_config config_for(const Attempt& attempt, const std::shared_ptr<Seat>& seat) {
    http_client_config config;
    config.set_max_redirects(0);                 // ours: cpprest would carry credentials along
    config.set_timeout(std::chrono::hours(24));  // ours: the exchange keeps deadline and silence
    config.set_validate_certificates(attempt.request.tls.verify);
    config.set_ssl_context_callback(
        [tls = attempt.request.tls](boost::asio::ssl::context& context) {
            const std::string problem =
                apply_tls(context.native_handle(), tls, Authorities::SystemLoaded);
            if (!problem.empty()) throw BadTlsFiles(problem);
        });
    const bool secure = attempt.url.tls();
    config.set_nativehandle_options([seat, secure](web::http::client::native_handle handle) {
        std::shared_ptr<CpprestExchange> exchange;
        {
            const std::scoped_lock lock(seat->mutex);
            exchange = seat->exchange.lock();
        }
        // Given up meanwhile: the client tells of its connection, and nobody waits for it.
        if (!exchange) return;
        if (!secure) {
            exchange->connection_chosen(*static_cast<Socket*>(handle), nullptr);
            return;
        }
        auto* stream = static_cast<boost::asio::ssl::stream<Socket&>*>(handle);
        exchange->connection_chosen(stream->next_layer(), stream->native_handle());
    });
    return config;
}

}  // namespace

class CpprestClient {
  public:
    explicit CpprestClient(const Attempt& attempt)
        : client_(web::uri(attempt.url.origin()), config_for(attempt, seat_)) {}

    Attempted run(const Attempt& attempt, bool& reusable) {
        const auto exchange = std::make_shared<CpprestExchange>();
        {
            const std::scoped_lock lock(seat_->mutex);
            seat_->exchange = exchange;
        }
        return exchange->run(client_, attempt, reusable);
    }

  private:
    std::shared_ptr<Seat> seat_ = std::make_shared<Seat>();
    http_client client_;
};

CpprestTransport::CpprestTransport(Resolver resolver) : GuardedTransport(std::move(resolver)) {}

CpprestTransport::~CpprestTransport() = default;

Attempted CpprestTransport::attempt(const Attempt& attempt) {
    if (attempt.url.ipv6_literal)
        return {base::fail(attempt.failure.needs_curl("IPv6 addresses in URLs")), false};
    try {
        start_pool_once();
        // A live stream changes the block size of its client, so it has one of its own.
        const bool pooled =
            attempt.connection == Connection::Pooled && attempt.delivery == Delivery::Whole;
        const std::string key = pool_key(attempt);
        std::unique_ptr<CpprestClient> client = pooled ? idle_.take(key) : nullptr;
        if (!client) client = std::make_unique<CpprestClient>(attempt);
        bool reusable = false;
        Attempted attempted = client->run(attempt, reusable);
        // Else it goes: its connection may still be busy with this answer.
        if (pooled && reusable) idle_.give(key, std::move(client));
        return attempted;
    } catch (const BadTlsFiles& error) {
        return {base::fail(attempt.failure.bad_tls_files(error.what())), false};
    } catch (const std::exception& error) {
        return {base::fail(attempt.failure.defect(error.what())), false};
    }
}

}  // namespace insight::net
