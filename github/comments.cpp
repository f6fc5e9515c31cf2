// Comments and labels, of pull requests and issues alike.
#include <fmt/format.h>

#include "core/base/text.h"
#include "github/read.h"
#include "github/rest_repository.h"
#include "github/writable.h"

namespace insight::github {
namespace {

constexpr std::size_t kMaxComments = 1000;

void read_comments(const base::Json& page, std::vector<Comment>& into) {
    for (const base::Json& one : page) into.push_back(comment_from(one));
}

std::string comment_words(int number) {
    return fmt::format("a comment on #{}", number);
}

bool is_marker(std::string_view marker) {
    return !marker.empty() && marker.size() <= 100 &&
           marker.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.:/-") ==
               std::string_view::npos &&
           marker.find("--") == std::string_view::npos;  // would end the hiding
}

// Whoever may not ask who it is writes with an installation's token, hence as a bot.
bool is_ours(const Comment& comment, const std::string& self) {
    return self.empty() ? comment.author.ends_with("[bot]") : comment.author == self;
}

// GitHub gives bodies back with CRLF and without blanks at the end: what is the same text must not
// be written again.
std::string same_ends(std::string text) {
    std::erase(text, '\r');
    while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
    return text;
}

}  // namespace

Result<Listing<Comment>> RestRepository::comments(int number, Deadline deadline) {
    return api_.list<Comment>(get(fmt::format("/issues/{}/comments?per_page=100", number),
                                  fmt::format("the comments of #{}", number)),
                              kMaxComments, read_comments, deadline);
}

Result<Comment> RestRepository::add_comment(int number, const std::string& body,
                                            Deadline deadline) {
    auto reply = api_.ask(write("POST", fmt::format("/issues/{}/comments", number),
                                {{"body", base::shorten(body, kMaxBody)}}, comment_words(number)),
                          deadline);
    if (!reply) return base::fail(reply.error());
    return comment_from(reply->json);
}

Result<Comment> RestRepository::put_comment(int number, const std::string& marker,
                                            const std::string& body, Deadline deadline) {
    if (!is_marker(marker))
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("'{}' is no marker for a comment", shown_path(marker)));
    const std::string hidden = hidden_marker(marker);
    const std::string text =
        base::shorten(same_ends(body), kMaxBody - hidden.size() - 2) + "\n\n" + hidden;
    // Found by its marker at every call: nothing of it is kept here, so that any replica finds the
    // same comment.
    const auto known = comments(number, deadline);
    if (!known) return base::fail(known.error());
    // Anybody can write our marker into a comment: only our own are changed.
    const auto self = identity_(deadline);
    if (!self) return base::fail(self.error());
    for (const Comment& one : known->items) {
        if (one.body.find(hidden) == std::string::npos || !is_ours(one, *self)) continue;
        if (same_ends(one.body) == text) return one;
        auto reply = api_.ask(write("PATCH", fmt::format("/issues/comments/{}", one.id),
                                    {{"body", text}}, comment_words(number)),
                              deadline);
        if (reply) return comment_from(reply->json);
        // Another bot's, or deleted meanwhile.
        const base::ErrorKind kind = reply.error().kind;
        const bool foreign = self->empty() && kind == base::ErrorKind::Denied;
        if (!foreign && kind != base::ErrorKind::NotFound) return base::fail(reply.error());
    }
    if (known->truncated)
        return base::fail(base::ErrorKind::TooLarge,
                          fmt::format("{}: #{} has too many comments to find ours among them",
                                      name_.text(), number));
    return add_comment(number, text, deadline);
}

Status RestRepository::add_labels(int number, const std::vector<std::string>& labels,
                                  Deadline deadline) {
    if (labels.empty()) return {};
    auto reply = api_.ask(write("POST", fmt::format("/issues/{}/labels", number),
                                {{"labels", labels}}, fmt::format("the labels of #{}", number)),
                          deadline);
    if (!reply) return base::fail(reply.error());
    return {};
}

Status RestRepository::remove_label(int number, const std::string& label, Deadline deadline) {
    auto reply =
        api_.ask(write("DELETE", fmt::format("/issues/{}/labels/{}", number, escape(label)),
                       nullptr, fmt::format("label '{}' of #{}", shown_path(label), number)),
                 deadline);
    // Not there is what was wanted.
    if (reply || reply.error().cause.find("Label does not exist") != std::string::npos) return {};
    return base::fail(reply.error());
}

Status RestRepository::ensure_label(const Label& label, Deadline deadline) {
    auto reply = api_.ask(
        write("POST", "/labels",
              {{"name", label.name}, {"color", label.colour}, {"description", label.description}},
              fmt::format("label '{}'", shown_path(label.name))),
        deadline);
    if (reply || reply.error().kind == base::ErrorKind::Conflict) return {};
    return base::fail(reply.error());
}

}  // namespace insight::github
