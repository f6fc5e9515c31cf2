#include "core/store/postgres_database.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/base/crypto.h"
#include "core/store/postgres_schema.h"

namespace insight::store {
namespace {

using std::chrono::milliseconds;

// Beside the writer and the listener. A server allows 100 connections unless told otherwise, so
// several replicas must fit.
constexpr std::size_t kMostLent = 8;
constexpr auto kReturnPatience = std::chrono::seconds(10);

// A race is lost to somebody who got on, so few attempts are enough; the pause lets him finish.
constexpr int kRaceAttempts = 6;
constexpr milliseconds kFirstPause{2};

// Looking without a ring, for what a broken connection did not hear.
constexpr milliseconds kLongestSleep{2000};
constexpr auto kReconnectPause = std::chrono::seconds(1);

}  // namespace

base::Result<std::unique_ptr<Database>> PostgresDatabase::open(PostgresAddress address,
                                                               milliseconds longest_silence) {
    std::unique_ptr<PostgresDatabase> database(
        new PostgresDatabase(std::move(address), longest_silence));
    try {
        auto connection = database->connect();
        if (auto migrated = migrate(*connection, database->address_); !migrated)
            return base::fail(migrated.error());
        database->idle_.push_back(std::move(connection));
    } catch (const SqlFailure& failure) {
        return base::fail(failure.error());
    }
    return database;
}

PostgresDatabase::~PostgresDatabase() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        if (ears_) ears_->hang_up();
    }
    if (listener_.joinable()) listener_.join();
}

std::unique_ptr<PostgresConnection> PostgresDatabase::connect() {
    return std::make_unique<PostgresConnection>(address_, watch_, bell());
}

Connection& PostgresDatabase::writer() {
    if (!writer_ || (!writer_->in_transaction() && !writer_->quiet())) {
        writer_.reset();
        writer_ = connect();
    }
    return *writer_;
}

base::Status PostgresDatabase::read(const std::function<void(Connection&)>& ask) {
    const auto question = [&](Connection& connection) {
        ask(connection);
        return base::Status{};
    };
    try {
        return attempt(question, false);
    } catch (const SqlFailure& failure) {
        return base::fail(failure.error());
    }
}

base::Status PostgresDatabase::write(const Change& change) {
    milliseconds pause = kFirstPause;
    for (int again = 1;; ++again) {
        try {
            return attempt(change, true);
        } catch (const SqlFailure& failure) {
            if (!failure.worth_repeating() || again == kRaceAttempts)
                return base::fail(failure.error());
        } catch (const std::exception& thrown) {
            return base::fail(defect(thrown));
        }
        std::this_thread::sleep_for(pause);
        pause *= 2;
    }
}

base::Status PostgresDatabase::attempt(const Change& change, bool writes) {
    std::unique_ptr<PostgresConnection> connection = borrow();
    base::Status status;
    try {
        if (writes)
            connection->begin();
        else
            connection->begin_reading();
        const std::int64_t before = connection->total_changes();
        status = change(*connection);
        if (status)
            connection->commit();
        else
            connection->rollback();
        if (status && connection->total_changes() != before) ++writes_;
    } catch (...) {
        // Whatever was wrong: closing rolls back, and the next one is new.
        give_back(nullptr);
        throw;
    }
    give_back(std::move(connection));
    return status;
}

std::unique_ptr<PostgresConnection> PostgresDatabase::borrow() {
    {
        std::unique_lock lock(mutex_);
        if (!returned_.wait_for(lock, kReturnPatience, [this] { return lent_ < kMostLent; }))
            throw SqlFailure(
                SqlFailure::Kind::Outside,
                {base::ErrorKind::Unavailable,
                 fmt::format("all {} connections to the store {} have been busy for {} seconds: "
                             "look into pg_stat_activity for what keeps them",
                             kMostLent, address_.place, kReturnPatience.count())});
        ++lent_;
        // The one used last first: the others may have been closed by something between.
        while (!idle_.empty()) {
            std::unique_ptr<PostgresConnection> connection = std::move(idle_.back());
            idle_.pop_back();
            if (connection->quiet()) return connection;
        }
    }
    try {
        return connect();
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

void PostgresDatabase::give_back(std::unique_ptr<PostgresConnection> connection) {
    {
        const std::lock_guard lock(mutex_);
        --lent_;
        if (connection) idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

void PostgresDatabase::wait_for_job(milliseconds longest) {
    // Commands that never wait need no listener.
    std::call_once(listening_, [this] { listener_ = std::thread([this] { listen(); }); });
    bell().wait(std::min(longest, kLongestSleep));
}

void PostgresDatabase::listen() {
    bool heard = true;
    while (!ended_) {
        try {
            // Shared with the destructor, which hangs it up while this thread waits in it.
            const std::shared_ptr<PostgresConnection> connection = connect();
            connection->listen();
            {
                const std::lock_guard lock(mutex_);
                ears_ = connection;
            }
            if (!heard) spdlog::info("the store {} answers again", address_.place);
            heard = true;
            bell().ring();  // for what came while nobody listened
            while (!ended_) connection->await_ring();
        } catch (const SqlFailure& failure) {
            if (!ended_ && std::exchange(heard, false)) spdlog::warn("{}", failure.error().text());
            for (auto slept = milliseconds(0); slept < kReconnectPause && !ended_;
                 slept += milliseconds(50))
                std::this_thread::sleep_for(milliseconds(50));
        }
    }
}

}  // namespace insight::store
