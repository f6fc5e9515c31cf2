// Waits for SIGINT or SIGTERM as an ordinary call instead of a handler.
#pragma once

#include <csignal>

namespace insight::cli {

class Interruption {
  public:
    // Blocks the two signals in this thread and in those it starts later.
    Interruption();
    void wait() const;

  private:
    sigset_t signals_{};
};

}  // namespace insight::cli
