#include "agent/outreach/listed.h"

#include <fmt/format.h>

#include "config/fill.h"
#include "core/net/url.h"

namespace insight::outreach {

tl::unexpected<base::Error> Listed::wrong(std::string_view what) const {
    return base::fail(base::ErrorKind::Invalid, fmt::format("{}: {}: {}", list, item.name(), what));
}

base::Result<Party> Listed::party(const std::string& url, net::Transport& transport,
                                  const base::Clock& clock) const {
    const auto parsed = net::parse_url(url);
    if (!parsed) return wrong(parsed.error().message);
    // only the origin is shown: the path of an incoming webhook is a password
    Party out(fmt::format("{} at {}", item.name(), parsed->origin()), url, transport, clock);
    net::Tls tls;
    config::fill(item, {{kCaFile.key, tls.ca_file}});
    out.with(std::move(tls));
    for (const auto& [key, value] : item.text_map(kHeaders.key)) out.with(key, value);
    return out;
}

base::Result<WebhookSettings> Listed::webhook() const {
    WebhookSettings out;
    std::string text;
    config::fill(item,
                 {{"template", text}, {"contentType", out.content_type}, {"secret", out.secret}});
    if (text.empty()) return out;
    auto body = Template::parse(std::move(text));
    if (!body) return wrong(body.error().message);
    out.body = std::move(*body);
    return out;
}

}  // namespace insight::outreach
