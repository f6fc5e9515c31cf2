#include "collectors/elasticsearch/cursor.h"

#include <fmt/format.h>

namespace insight::collectors::elasticsearch {
namespace {

using base::ErrorKind;
using base::Json;

// from one page to the next, not for the whole reading
constexpr const char* kKeepAlive = "1m";
constexpr const char* kLenient = "ignore_unavailable=true&allow_no_indices=true";

// Refusals that another way of reading may get round; an outage or overload is none of them.
bool another_way_may_do(const base::Error& error) {
    return error.kind == ErrorKind::Denied || error.kind == ErrorKind::Invalid ||
           error.kind == ErrorKind::NotFound;
}

const Json& hits_of(const Json& answer) {
    return base::array_at(base::object_at(answer, "hits"), "hits");
}

}  // namespace

void Cursor::fall_back(Way to, const base::Error& why) {
    way_ = to;
    note_ = fmt::format("{} instead: {}", to == Way::Scroll ? "a scroll" : "one page only",
                        why.cause.empty() ? why.message : why.cause);
}

base::Status Cursor::open_point(base::Deadline deadline) {
    const std::string path =
        opensearch_
            ? fmt::format("/{}/_search/point_in_time?keep_alive={}", target_, kKeepAlive)
            : fmt::format("/{}/_pit?keep_alive={}&ignore_unavailable=true", target_, kKeepAlive);
    const auto answer = api_.post(path, Json::object(), deadline, 1U << 20);
    if (!answer) return base::fail(answer.error());
    point_ = base::text_at(*answer, opensearch_ ? "pit_id" : "id");
    if (point_.empty())
        return base::fail(ErrorKind::Invalid, "the answer to a point in time has no id");
    return {};
}

base::Result<Json> Cursor::by_point(const Json& search, std::size_t size, base::Deadline deadline,
                                    std::size_t max_body) {
    if (point_.empty())
        if (const auto opened = open_point(deadline); !opened) return base::fail(opened.error());
    Json body = search;
    body["size"] = size;
    body["pit"] = {{"id", point_}, {"keep_alive", kKeepAlive}};
    if (!after_.is_null()) body["search_after"] = after_;
    // without indices in the path: the point in time knows its own, and a path is refused
    auto answer = api_.post("/_search", body, deadline, max_body);
    if (!answer) return answer;
    if (std::string newer = base::text_at(*answer, "pit_id"); !newer.empty())
        point_ = std::move(newer);
    const Json& hits = hits_of(*answer);
    if (!hits.empty() && hits.back().is_object()) after_ = base::array_at(hits.back(), "sort");
    return answer;
}

base::Result<Json> Cursor::by_scroll(const Json& search, std::size_t size, base::Deadline deadline,
                                     std::size_t max_body) {
    auto answer = [&] {
        if (!scroll_.empty())
            return api_.post("/_search/scroll", {{"scroll", kKeepAlive}, {"scroll_id", scroll_}},
                             deadline, max_body);
        Json body = search;
        body["size"] = size;
        body.erase("track_total_hits");  // older servers refuse it here
        return api_.post(fmt::format("/{}/_search?scroll={}&{}", target_, kKeepAlive, kLenient),
                         body, deadline, max_body);
    }();
    if (answer)
        if (std::string newer = base::text_at(*answer, "_scroll_id"); !newer.empty())
            scroll_ = std::move(newer);
    return answer;
}

base::Result<Json> Cursor::next(const Json& search, std::size_t size, base::Deadline deadline,
                                std::size_t max_body) {
    if (way_ == Way::Point) {
        auto answer = by_point(search, size, deadline, max_body);
        // Only the first page may go another way: a later one would begin anew and give lines
        // twice.
        if (answer || !after_.is_null() || !another_way_may_do(answer.error())) return answer;
        fall_back(Way::Scroll, answer.error());
    }
    if (way_ == Way::Scroll) {
        const bool first = scroll_.empty();
        auto answer = by_scroll(search, size, deadline, max_body);
        if (answer || !first || !another_way_may_do(answer.error())) return answer;
        fall_back(Way::Page, answer.error());
    }
    if (!after_.is_null()) return Json::object();
    Json body = search;
    body["size"] = size;
    after_ = Json::array();  // there is no second page
    return api_.post(fmt::format("/{}/_search?{}", target_, kLenient), body, deadline, max_body);
}

void Cursor::drop_scroll(base::Deadline deadline) {
    if (scroll_.empty()) return;
    (void)api_.drop("/_search/scroll", {{"scroll_id", {scroll_}}}, deadline);
    scroll_.clear();
}

void Cursor::restart(base::Deadline deadline) {
    after_ = nullptr;
    drop_scroll(deadline);
}

// What is not given back here is given up by the server after a minute.
void Cursor::close(base::Deadline deadline) {
    drop_scroll(deadline);
    if (point_.empty()) return;
    if (opensearch_)
        (void)api_.drop("/_search/point_in_time", {{"pit_id", {point_}}}, deadline);
    else
        (void)api_.drop("/_pit", {{"id", point_}}, deadline);
    point_.clear();
}

}  // namespace insight::collectors::elasticsearch
