#include "agent/cli/wait.h"

#include <pthread.h>

namespace insight::cli {

Interruption::Interruption() {
    // Blocked signals stay pending, so that one that comes before wait() is not lost. A thread
    // inherits the mask of the one that starts it: any other thread would take the default action
    // and end the process without a graceful stop.
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

void Interruption::wait() const {
    int received = 0;
    sigwait(&signals_, &received);
}

}  // namespace insight::cli
