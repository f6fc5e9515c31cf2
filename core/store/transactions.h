// What a group of tables needs of the database: questions in one consistent view, changes through
// the group commit.
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

    // A database in memory has one connection: its questions queue up with the changes.
    template <typename Ask>
    auto read(const Ask& ask) -> decltype(ask(std::declval<Connection&>())) {
        using Answer = decltype(ask(std::declval<Connection&>()));
        if (!database_.in_memory()) return database_.read(ask);
        std::optional<Answer> answer;
        const base::Status asked = commits_.wait_for([&](Connection& connection) {
            answer = ask(connection);
            return base::Status{};
        });
        if (!asked) return base::fail(asked.error());
        return std::move(*answer);
    }

    // Durable once it returns. `change` may run twice: it starts afresh each time.
    base::Status write(std::function<base::Status(Connection&)> change) {
        return commits_.wait_for(std::move(change));
    }

    // The same with an answer.
    template <typename Change>
    auto ask_and_write(const Change& change) -> decltype(change(std::declval<Connection&>())) {
        using Answer = decltype(change(std::declval<Connection&>()));
        std::optional<Answer> answer;
        const base::Status written = commits_.wait_for([&](Connection& connection) -> base::Status {
            answer = change(connection);
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
