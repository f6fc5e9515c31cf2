// Between libpq and its server: a library that reads on for as long as bytes keep coming, however
// many, gets only what was let through. libpq takes no reader of ours, so its descriptor is put on
// one end of a pair of local sockets and the server's socket is kept here; TLS, host names and
// authentication stay libpq's own, for the bytes pass as they are. Threads: one at a time.
#pragma once

#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <memory>

#include "core/base/time.h"

namespace insight::collectors::postgres {

class Valve {
  public:
    // Takes the place of the connected `socket`, of which nothing was read yet. Null when there are
    // no descriptors left; `socket` is then as it was.
    static std::unique_ptr<Valve> behind(int socket, std::uint64_t allowed);
    ~Valve();  // what the library wrote last, its good-bye, still goes out
    Valve(const Valve&) = delete;
    Valve& operator=(const Valve&) = delete;

    // False when the library has closed it and opened another one, maybe under the same number.
    [[nodiscard]] bool is_behind(int socket) const;

    // What may pass to the library from now on, in bytes.
    void allow(std::uint64_t bytes) { allowed_ = bytes; }

    enum class Passed {
        Some,      // the library has something to read, or room to write
        TooLarge,  // it wants more than it is allowed
        Timeout,
    };
    // Lets pass at most kGulp bytes to the library and what it has written to the server. What the
    // library did not read yet comes first: it never has more than that lying before it.
    Passed pass(base::Deadline deadline);

    // Bytes that lie before the library.
    [[nodiscard]] std::size_t unread() const;

    // errno of the server's socket; 0: it works, or was closed in order.
    [[nodiscard]] int failure() const { return failure_; }

    static constexpr std::size_t kGulp = 16U << 10;

  private:
    // Bytes on their way in one direction: never more than one gulp.
    struct Flow {
        std::array<char, kGulp> bytes{};
        std::size_t begin = 0;
        std::size_t end = 0;

        [[nodiscard]] bool empty() const { return begin == end; }
        // Both without waiting. Bytes moved, 0 at the end, -1 with errno.
        std::int64_t fill(int from, std::size_t most);
        std::int64_t drain(int into);
    };

    Valve() = default;
    void let_out();
    bool let_in();
    void hang_up(int failure);

    int library_ = -1;  // the library's number for its end; it closes that one
    struct stat end_ {};
    int ours_ = -1;
    int server_ = -1;
    std::uint64_t allowed_ = 0;
    Flow in_;
    Flow out_;
    bool over_ = false;  // the server says no more
    int failure_ = 0;
};

}  // namespace insight::collectors::postgres
