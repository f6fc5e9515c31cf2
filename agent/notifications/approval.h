// Approvals by a signed link: who has the link may decide, once, until it expires.
//
// The link carries what is decided and until when, and HMAC-SHA-256 over both with a key that never
// leaves the store. Opening it only shows a page; deciding takes a POST, so that whatever looks
// ahead at links in messages decides nothing. That it works once follows from the outbox: a parcel
// that was released or refused is no longer held.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace insight::notifications {

struct Approval {
    std::string channel;  // of the held parcel
    std::string key;
    std::string digest;  // SHA-256 of the parcel's body: of what will be done
    base::Nanos expires_at = 0;
};

constexpr base::Nanos kApprovalLasts = 24 * base::kHour;

// "<base64url of JSON>.<64 hexadecimal digits>"
std::string sign(const Approval& approval, const base::Secret& key);

// Errors: Invalid (not one of ours, or changed), Conflict (expired).
base::Result<Approval> read_signed(const std::string& token, const base::Secret& key,
                                   base::Nanos now);

// Of the body of a held parcel.
std::string digest_of(const base::Json& body);

// Name of the key in the store (outreach::kept_key).
constexpr const char* kApprovalKey = "approval";

}  // namespace insight::notifications
