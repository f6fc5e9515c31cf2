// A PostgreSQL server for the tests of one process: Debian's package, a folder of its own, a Unix
// socket in it and no port. It ends with the process, whichever way that ends.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"

namespace insight::store {

class PostgresServer {
  public:
    // Started when it is first asked for. Errors: NotFound (the package is not installed),
    // Unavailable.
    static base::Result<PostgresServer*> shared();
    // One that a test may stop and start.
    static base::Result<std::unique_ptr<PostgresServer>> start_one();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // A store of its own below this name.
    [[nodiscard]] std::string url(const std::string& schema) const;
    [[nodiscard]] const std::string& folder() const { return folder_; }
    base::Status start();
    void stop();   // as an administrator does: connections are told, then cut
    void crash();  // as a broken machine does
    void freeze(bool on);

  private:
    explicit PostgresServer(std::string programs, std::string folder)
        : programs_(std::move(programs)), folder_(std::move(folder)) {}
    int run(const std::string& program, const std::string& arguments);
    void signal_and_wait(int signal);

    std::string programs_;  // the folder with initdb and postgres
    std::string folder_;
    int process_ = -1;
    int owner_ = -1;  // the process that started it: a fork of it must not end it
};

}  // namespace insight::store
