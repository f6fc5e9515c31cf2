// What a connection may cost. The figures are those of DESIGN §10; tests shorten the timers.
#pragma once

#include <chrono>
#include <cstddef>

namespace insight::http {

struct Limits {
    using Length = std::chrono::milliseconds;

    std::size_t header_bytes = 16U << 10;  // start line and headers; more is 431
    std::size_t body_bytes = 256U << 10;   // unless the route allows more; more is 413
    std::size_t alert_body_bytes = 1U << 20;
    std::size_t all_body_bytes = 128U << 20;  // of all requests being read; more is 503
    std::size_t drained_bytes = 4U << 20;  // read and dropped after a refusal, so that it arrives
    Length header = std::chrono::seconds(5);  // from the first byte to the end of the header
    Length body = std::chrono::seconds(10);   // from there to the end of the body
    Length idle = std::chrono::seconds(30);   // between two requests
    Length answer =
        std::chrono::seconds(60);  // for a handler, unless its route allows more; then 503
    Length stall = std::chrono::seconds(5);  // without progress while writing
    Length drain = std::chrono::seconds(2);
    Length heartbeat = std::chrono::seconds(15);           // on a silent event stream
    Length retry_accept = std::chrono::milliseconds(100);  // when the process has no descriptors
    Length shutdown = std::chrono::seconds(5);  // for what is running when the server stops

    // what the store said about tokens is believed that long
    Length token_memory = std::chrono::seconds(2);

    std::size_t connections = 1024;       // more wait in the kernel's queue
    std::size_t stream_events = 256;      // not yet written; one more closes the stream
    std::size_t stream_bytes = 4U << 20;  // likewise
    int threads = 2;
};

}  // namespace insight::http
