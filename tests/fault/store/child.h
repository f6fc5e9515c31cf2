// A process of its own for what would harm the test's: limits, lost rights, kill -9.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

namespace insight::store {

class Child {
  public:
    // `work` runs in the child; what it says is what read() gives here.
    using Say = std::function<void(const std::string& line)>;
    explicit Child(const std::function<void(const Say& say)>& work) {
        int ends[2];
        if (::pipe(ends) != 0) return;
        process_ = ::fork();
        if (process_ == 0) {
            ::close(ends[0]);
            work([&](const std::string& line) {
                const std::string bytes = line + "\n";
                if (::write(ends[1], bytes.data(), bytes.size()) < 0) ::_exit(1);
            });
            ::_exit(0);
        }
        ::close(ends[1]);
        from_ = ends[0];
    }
    ~Child() {
        kill();
        ::close(from_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // The next line; empty when the child has ended.
    std::string read() {
        std::string line;
        char c = 0;
        while (::read(from_, &c, 1) == 1 && c != '\n') line += c;
        return line;
    }
    void kill() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
    }

  private:
    pid_t process_ = -1;
    int from_ = -1;
};

}  // namespace insight::store
