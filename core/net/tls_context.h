// How Request::tls becomes settings of OpenSSL: once, for both adapters.
#pragma once

#include <string>

#include "core/net/transport.h"

struct ssl_ctx_st;

namespace insight::net {

enum class Authorities { Absent, SystemLoaded };

// TLS 1.2 or later; `ca_file` replaces the system's authorities; the client certificate is loaded
// with its key. Returns an empty text, or one sentence about the file that cannot be used.
std::string apply_tls(ssl_ctx_st* context, const Tls& tls, Authorities already);

// "certificate verify failed" for a packed OpenSSL error number
std::string openssl_text(unsigned long code);

}  // namespace insight::net
