// One dialect: a prompt as bytes of a request, and the bytes that come back as an answer. Pure:
// sends nothing, waits for nothing. Threads: a Wire is constant, a Reader belongs to one call.
#pragma once

#include <memory>
#include <string_view>

#include "core/llm/concessions.h"
#include "core/llm/failure.h"
#include "core/llm/model.h"
#include "core/llm/provider.h"
#include "core/llm/settings.h"
#include "core/net/transport.h"

namespace insight::llm {

struct Outgoing {
    net::Request request;  // without deadline and limits, which the caller sets
    Features sent;         // what a server may refuse of it
};

class Reader {
  public:
    virtual ~Reader() = default;
    // The body as it comes, cut anywhere. False: nothing more is wanted (the answer is there, or it
    // cannot become one).
    virtual bool take(std::string_view block) = 0;
    // After the last byte. Call once.
    virtual Outcome<Answer> finish() = 0;
    // The answer is whole: what happens to the connection afterwards does not matter.
    [[nodiscard]] virtual bool complete() const = 0;
    // Something of it was shown.
    [[nodiscard]] virtual bool shown() const = 0;
};

class Wire {
  public:
    virtual ~Wire() = default;
    // `given_up` are features that this server refused before. Errors: Invalid (the URL).
    [[nodiscard]] virtual base::Result<Outgoing> request(const Prompt& prompt, Features given_up,
                                                         base::Nanos now) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Reader> reader(const Prompt& prompt,
                                                         const Progress& progress,
                                                         const Peer& peer) const = 0;
};

// What all of them need of the settings, checked and filled in.
struct Endpoint {
    Provider provider;
    Settings settings;  // key, model, URL and context are set
};

std::unique_ptr<Wire> make_anthropic(const Endpoint& endpoint);
std::unique_ptr<Wire> make_openai(const Endpoint& endpoint);
std::unique_ptr<Wire> make_gemini(const Endpoint& endpoint);
std::unique_ptr<Wire> make_bedrock(const Endpoint& endpoint);

}  // namespace insight::llm
