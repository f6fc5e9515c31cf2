// What may be sent, and what may travel where: the same for both adapters.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/net/transport.h"
#include "core/net/url.h"

namespace insight::net {

// compared without case, as header names are
bool same_name(std::string_view left, std::string_view right);

// The method, every header and the authorization: tokens where tokens belong, no control characters
// (CR and LF would start a header of their own), no header that the transport itself writes, no
// body on GET and HEAD. Errors: Invalid; values are never repeated in the message.
base::Status check_request(const Request& request);

enum class Delivery { Whole, Live };

// The complete list to send but Host and Content-Length: the caller's, the authorization, and our
// defaults where the caller has none. Live answers are not compressed: servers buffer to compress.
std::vector<Header> headers_to_send(const Request& request, Delivery delivery);

// Follows one redirect: the request for the new place. Across origins only harmless headers travel,
// no authorization and no client certificate, and certificates are checked again.
Request redirected(const Request& request, const Url& from, const Url& to);

// 301, 302, 303, 307 and 308 with a Location, answering a GET
bool is_redirect(const Request& request, int status, const std::vector<Header>& headers);

}  // namespace insight::net
