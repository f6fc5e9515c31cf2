#include "core/base/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base/openssl_handle.h"

namespace insight::base {
namespace {

// RFC 7518, section 3.3.
constexpr int kLeastBits = 2048;

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// An encrypted key is refused instead of asking for a password on the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
    return -1;
}

}  // namespace

Result<std::string> sign_rs256(const Secret& pem, std::string_view bytes) {
    const std::string& text = pem.reveal();
    const Bio source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const Key key(source ? PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr)
                         : nullptr);
    ERR_clear_error();
    if (!key)
        return fail(ErrorKind::Invalid,
                    "the private key is not PEM without a password "
                    "(-----BEGIN RSA PRIVATE KEY----- or -----BEGIN PRIVATE KEY-----)");
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(key.get()) < kLeastBits)
        return fail(ErrorKind::Invalid,
                    "the private key is not an RSA key of at least 2,048 bits, which RS256 needs");
    const Context context(EVP_MD_CTX_new());
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    std::string out;
    const auto sign = [&](unsigned char* into) {
        return EVP_DigestSign(context.get(), into, &size, data, bytes.size()) == 1;
    };
    bool done = context &&
                EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1;
    // Asked without a buffer it tells how long a signature may become.
    done = done && sign(nullptr);
    out.resize(size);
    done = done && sign(reinterpret_cast<unsigned char*>(out.data()));
    ERR_clear_error();
    if (!done) return fail(ErrorKind::Invalid, "the private key cannot sign");
    out.resize(size);
    return out;
}

}  // namespace insight::base
