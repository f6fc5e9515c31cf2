// The border at the entrance: credentials become their tokens where a text is collected, before it
// is kept anywhere. With the key of the doors' borders (redaction.h) a value has the same token in
// a log line, an event, a query, a diff, the answer of a live tool, and in what a model is sent.
//
// Only credentials: personal data is hidden at the doors, where authorised readers get it back.
// What was a credential once is known bare from then on, here and to every border of the process,
// although no kept text has it any more: the password of a pod's environment, bare in a log.
//
// Not for what must be the same bytes on another machine (analysis, replay): tokens are of the
// installation. Threads: all safe.
//
// One for the process, because every collector must know what any of them has seen; what it borrows
// (the source of its key, usually a store) it has only for the life of a KeyOfEntrance.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace insight::base {

// Where the key comes from, for as long as this lives; asked at the first secret, so that who
// collects nothing opens nothing. The latest counts. Its end waits for whoever is asking, takes the
// source away and forgets key and values. Without one a random key is made: tokens then mean
// nothing to another process.
class KeyOfEntrance {
  public:
    explicit KeyOfEntrance(std::function<Secret()> source);
    ~KeyOfEntrance();
    KeyOfEntrance(const KeyOfEntrance&) = delete;
    KeyOfEntrance& operator=(const KeyOfEntrance&) = delete;
};

// The text with tokens in place of its credentials. A text that went through before is unchanged.
std::string veiled(std::string_view text);

// The value of a key that names a secret, whole ("Bearer …" keeps its first word).
std::string veiled_value(std::string_view value, std::string_view key);

// What stands under a key: whole where the key names a secret, else without its credentials.
std::string veiled_under(std::string_view key, std::string_view value);

}  // namespace insight::base
