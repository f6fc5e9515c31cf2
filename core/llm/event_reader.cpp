#include "core/llm/event_reader.h"

namespace insight::llm {
namespace {

constexpr base::JsonLimits kEvent{16U << 20, 64};
constexpr std::size_t kSample = 200;

}  // namespace

EventReader::EventReader(const Prompt& prompt, const Progress& progress, Peer peer,
                         const Settings& settings)
    : peer_(std::move(peer)),
      max_document_(settings.max_answer),
      answer_(prompt, progress, peer_, settings.max_tool_input),
      events_([this](const net::SseEvent& event) { return take_event(event); },
              settings.max_answer) {}

bool EventReader::word(std::string_view data) {
    answer_.fail(peer_.nonsense("sent an event that is no JSON", data, true));
    return false;
}

bool EventReader::take_event(const net::SseEvent& event) {
    if (event.data.find_first_not_of(" \n") == std::string::npos) return true;
    const auto data = base::parse_json(event.data, "the event", kEvent);
    // What was cut in the middle is no word; that the answer is not whole shows by itself.
    if (!data || !data->is_object()) return flushing_ || word(event.data);
    return this->event(*data) && !answer_.failed();
}

bool EventReader::take(std::string_view block) {
    if (body_ == Body::Unknown) {
        kept_ += block;
        const std::size_t at = kept_.find_first_not_of(" \t\r\n\xef\xbb\xbf");
        if (at == std::string::npos) return kept_.size() < max_document_;
        // An event begins with a letter or a colon: the first byte tells the three apart, where
        // sinks see no Content-Type.
        const char first = kept_[at];
        body_ = first == '{' || first == '[' ? Body::Document
                : first == '<'               ? Body::Page
                                             : Body::Events;
        if (body_ == Body::Events) {
            const std::string begun = std::move(kept_);
            kept_.clear();
            return take(begun);
        }
        return body_ == Body::Document;
    }
    if (body_ == Body::Document) {
        kept_ += block;
        if (kept_.size() <= max_document_) return true;
        answer_.fail(
            peer_.nonsense("sent a document that is larger than an answer may be", "", false));
        return false;
    }
    if (body_ == Body::Page) return false;
    const auto more = events_.feed(block);
    if (!more) {
        answer_.fail(
            peer_.nonsense("sent an event that is larger than an answer may be", "", false));
        return false;
    }
    return *more;
}

Outcome<Answer> EventReader::finish() {
    if (body_ == Body::Page)
        answer_.fail(
            peer_.nonsense("answered with a web page; correct llm.baseUrl (it often ends in "
                           "/v1) or ask the owner of the proxy in between",
                           kept_.substr(0, kSample), false));
    if (body_ == Body::Document && !answer_.failed()) {
        const auto data = base::parse_json(kept_, "the answer", {max_document_, 64});
        if (data)
            document(*data);
        else
            answer_.fail(peer_.nonsense("sent a document that is no JSON",
                                        std::string_view(kept_).substr(0, kSample), true));
    }
    // The stream's last event may lack the empty line that ends it, or be cut in the middle.
    flushing_ = true;
    if (body_ == Body::Events && !answer_.is_complete() && !answer_.failed())
        (void)events_.feed("\n\n");
    if (!answer_.failed()) close();
    return answer_.finish();
}

}  // namespace insight::llm
