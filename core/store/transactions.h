// What a group of tables needs of the database: questions in one consistent view, changes that are
// durable once the call returns.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "core/store/database.h"
#include "core/store/group_commit.h"

namespace insight::store {

// Threads: safe. Both must outlive it.
class Transactions {
  public:
    Transactions(Database& database, GroupCommit& commits)
        : database_(database), commits_(commits) {}

    // `ask` may run twice: it starts afresh each time.
    template <typename Ask>
    auto read(const Ask& ask) -> decltype(ask(std::declval<Connection&>())) {
        using Answer = decltype(ask(std::declval<Connection&>()));
        std::optional<Answer> answer;
        const auto keep = [&](Connection& connection) { answer.emplace(ask(connection)); };
        base::Status asked;
        if (database_.reads_beside())
            asked = database_.read(keep);
        else  // its questions queue up with the changes
            asked = commits_.wait_for([&](Connection& connection) {
                keep(connection);
                return base::Status{};
            });
        if (!asked) return base::fail(asked.error());
        return std::move(*answer);
    }

    // Durable once it returns. `change` may run twice: it starts afresh each time.
    base::Status write(std::function<base::Status(Connection&)> change) {
        if (database_.writes_beside()) return database_.write(change);
        return commits_.wait_for(std::move(change));
    }

    // The same with an answer.
    template <typename Change>
    auto ask_and_write(const Change& change) -> decltype(change(std::declval<Connection&>())) {
        using Answer = decltype(change(std::declval<Connection&>()));
        std::optional<Answer> answer;
        const base::Status written = write([&](Connection& connection) -> base::Status {
            answer.emplace(change(connection));
            if (!*answer) return base::fail(answer->error());
            return {};
        });
        if (!written) return base::fail(written.error());
        return std::move(*answer);
    }

  private:
    Database& database_;
    GroupCommit& commits_;
};

}  // namespace insight::store
