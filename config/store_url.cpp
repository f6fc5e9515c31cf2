#include "config/store_url.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace insight::config {
namespace {

constexpr std::string_view kSqlite = "sqlite:///";

// The parts of postgresql://user:password@host/database?parameters, as positions in it.
struct Parts {
    std::size_t user = 0;                   // behind "//"
    std::size_t colon = std::string::npos;  // before the password
    std::size_t at = std::string::npos;     // behind it
    std::size_t database = std::string::npos;
};

bool is_postgres(std::string_view text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

Parts parts_of(const std::string& url) {
    Parts parts;
    parts.user = url.find("//") + 2;
    // A password may hold what ends a host: the last @ before the parameters is the one.
    const std::size_t end = std::min(url.find('?', parts.user), url.size());
    parts.at = url.rfind('@', end);
    if (parts.at != std::string::npos && parts.at < parts.user) parts.at = std::string::npos;
    if (parts.at != std::string::npos) {
        parts.colon = url.find(':', parts.user);
        if (parts.colon > parts.at) parts.colon = std::string::npos;
    }
    parts.database = url.find('/', parts.at == std::string::npos ? parts.user : parts.at);
    return parts;
}

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = static_cast<char>(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
                           digit(text[i + 2]) >= 0;
        if (coded) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

struct Parameter {
    std::string_view text;   // as it stands in the URL
    std::string name;        // decoded, as libpq reads it: "pass%77ord" is one, too
    std::string_view value;  // encoded
};

std::vector<Parameter> parameters_of(std::string_view url) {
    std::vector<Parameter> out;
    for (std::size_t at = url.find('?'); at != std::string_view::npos;) {
        const std::size_t end = url.find('&', at + 1);
        const std::string_view text = url.substr(at + 1, end - at - 1);
        const std::size_t equals = std::min(text.find('='), text.size());
        out.push_back({text, percent_decoded(text.substr(0, equals)),
                       text.substr(std::min(equals + 1, text.size()))});
        at = end;
    }
    return out;
}

}  // namespace

bool has_written_password(const std::string& written) {
    if (!is_postgres(written)) return false;
    const Parts parts = parts_of(written);
    const auto literal = [](std::string_view value) {
        return !value.empty() && value.find("${") == std::string_view::npos;
    };
    if (parts.colon != std::string::npos &&
        literal(std::string_view(written).substr(parts.colon + 1, parts.at - parts.colon - 1)))
        return true;
    const auto parameters = parameters_of(written);
    return std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& one) {
        return one.name == "password" && literal(one.value);
    });
}

base::Result<StoreUrl> store_url(const std::string& text) {
    const auto wrong = [] {
        return base::fail(base::ErrorKind::Invalid,
                          "must be sqlite:// and an absolute path, like "
                          "sqlite:///var/lib/devops-insight/insight.db, or a database of "
                          "PostgreSQL, like postgresql://insight@db.example:5432/insight");
    };
    StoreUrl out{text, {}};
    // "sqlite:" alone is a database in memory.
    if (text == "sqlite:" || (text.starts_with(kSqlite) && text.size() > kSqlite.size()))
        return out;
    if (!is_postgres(text)) return wrong();
    const Parts parts = parts_of(text);
    // Without a name libpq would take the user's, which nobody meant.
    const bool named = parts.database != std::string::npos && parts.database + 1 < text.size() &&
                       text[parts.database + 1] != '?';
    if (!named) return wrong();
    std::string password;
    std::string shown = text.substr(0, text.find('?'));
    if (parts.colon != std::string::npos) {
        password = text.substr(parts.colon + 1, parts.at - parts.colon - 1);
        shown.erase(parts.colon, parts.at - parts.colon);
    }
    char before = '?';
    for (const Parameter& one : parameters_of(text)) {
        // Only one password travels apart from the URL; this one would be shown with it.
        if (one.name == "sslpassword")
            return base::fail(base::ErrorKind::Invalid,
                              "holds sslpassword, which would be shown with it: name a key without "
                              "a password as sslkey");
        // The last one counts, as with libpq.
        if (one.name == "password") {
            password = one.value;
            continue;
        }
        shown.append(1, before).append(one.text);
        before = '&';
    }
    return StoreUrl{std::move(shown), base::Secret(percent_decoded(password))};
}

}  // namespace insight::config
