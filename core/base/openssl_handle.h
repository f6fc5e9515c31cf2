// What OpenSSL allocates, freed with its own function: std::unique_ptr<X509, Freed<X509_free>>.
#pragma once

#include <openssl/bio.h>

#include <memory>

namespace insight::base {

// Stateless: the pointer is as small as a bare one.
template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

}  // namespace insight::base
