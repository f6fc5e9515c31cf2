// A small shop whose traffic is spans: a till calls prices and stock, prices asks its database.
#pragma once

#include <functional>
#include <random>

#include "analysis/claims.h"
#include "analysis/traces/trace_clues.h"

namespace insight::analysis::traces::test {

using base::kMinute;
using base::kSecond;
using base::Nanos;

constexpr Nanos kStart = 1'795'000'000 * kSecond;  // where the incident interval begins
constexpr Nanos kMilli = 1'000'000;

inline model::Window window() {
    return {kStart, kStart + 3 * kMinute, kStart - 10 * kMinute, kStart};
}

inline model::Span span(const std::string& trace, const std::string& id, const std::string& parent,
                        const std::string& service, const std::string& name, Nanos start,
                        Nanos length, const std::string& kind = "unspecified") {
    model::Span out;
    out.trace_id = trace;
    out.span_id = id;
    out.parent_span_id = parent;
    out.name = name;
    out.kind = kind;
    out.start = start;
    out.end = start + length;
    out.status = "unset";
    out.attributes = {{"service.name", service}, {"k8s.pod.name", service + "-0"}};
    return out;
}

// Milliseconds of one request, and what goes wrong with it; changed by the test per request.
struct Request {
    double till = 2;        // the till's own work
    double price_wire = 3;  // between till and prices
    double price = 4;       // the prices' own work
    double query = 5;       // their database
    double stock_wire = 3;  // between till and stock
    double stock = 6;
    int price_calls = 1;
    int queries = 1;
    bool price_fails = false;
    bool early_return = false;  // the till answers without asking anybody
    std::string message;
};

using Trouble = std::function<void(Nanos time, std::size_t number, Request& request)>;

class Shop {
  public:
    explicit Shop(unsigned seed = 7) : engine_(seed) {}

    // Requests at a steady rate over the last minute of the baseline, or from another time on, and
    // the window.
    model::Signals traffic(const Trouble& trouble, double per_second = 4,
                           Nanos from = kStart - kMinute) {
        model::Signals signals;
        model::CoverageRow row;
        row.source = "spans";
        row.intervals = {{from, kStart}, {kStart, window().end}};
        signals.coverage.push_back(row);
        const auto step = static_cast<Nanos>(1e9 / per_second);
        std::size_t number = 0;
        for (Nanos time = from; time < window().end; time += step, ++number) {
            Request request;
            for (double* part : {&request.till, &request.price_wire, &request.price, &request.query,
                                 &request.stock_wire, &request.stock})
                *part *= std::exp(0.3 * noise_(engine_));
            if (trouble) trouble(time, number, request);
            add(signals.spans, number, time, request);
        }
        return signals;
    }

  private:
    static Nanos millis(double value) { return static_cast<Nanos>(value * 1e6); }

    void add(std::vector<model::Span>& spans, std::size_t number, Nanos time, const Request& of) {
        const std::string trace = "trace" + std::to_string(number);
        Nanos at = time + millis(of.till);
        const std::size_t root = spans.size();
        spans.push_back(span(trace, "root", "", "till", "POST /sale", time, 0));
        int next = 0;
        const auto id = [&] { return "s" + std::to_string(next++); };
        if (!of.early_return) {
            for (int call = 0; call < of.price_calls; ++call) {
                const Nanos work = millis(of.price) + of.queries * millis(of.query);
                const std::string client = id();
                const std::string server = id();
                spans.push_back(span(trace, client, "root", "till", "prices.Get", at,
                                     millis(of.price_wire) + work));
                const Nanos began = at + millis(of.price_wire) / 2;
                model::Span answer =
                    span(trace, server, client, "prices", "Prices/Get", began, work);
                if (of.price_fails) {
                    answer.status = "error";
                    answer.status_message = of.message;
                    spans.back().status = "error";  // passed on by the till
                    spans[root].status = "error";
                }
                spans.push_back(answer);
                for (int query = 0; query < of.queries; ++query) {
                    spans.push_back(span(trace, id(), server, "prices", "SELECT price",
                                         began + millis(of.price) + query * millis(of.query),
                                         millis(of.query)));
                    spans.back().attributes["db.system"] = "postgresql";
                    spans.back().attributes["db.namespace"] = "pricelist";
                }
                at += millis(of.price_wire) + work;
            }
            const std::string client = id();
            spans.push_back(span(trace, client, "root", "till", "stock.Take", at,
                                 millis(of.stock_wire) + millis(of.stock)));
            spans.push_back(span(trace, id(), client, "stock", "Stock/Take",
                                 at + millis(of.stock_wire) / 2, millis(of.stock)));
            at += millis(of.stock_wire) + millis(of.stock);
        }
        spans[root].end = at;
    }

    std::mt19937 engine_;
    std::normal_distribution<double> noise_{0, 1};
};

inline Detection detect(const model::Signals& signals, const model::Window& in = window()) {
    Detection detection(model::Scope{"test", "shop"});
    find_trace_clues(in, signals, detection);
    return detection;
}

inline const Finding* find(const Detection& detection, const std::string& kind,
                           const std::string& entity) {
    for (const Finding& finding : detection.findings)
        if (finding.clue.kind == kind && finding.clue.entity.name == entity) return &finding;
    return nullptr;
}

// Everything that a statement or brief says is found in what it cites.
inline std::vector<std::string> unproven(const Detection& detection) {
    std::vector<std::string> out;
    for (const Finding& finding : detection.findings) {
        std::vector<const model::Evidence*> cited;
        for (const std::string& id : finding.clue.evidence)
            cited.push_back(detection.evidence.find(id));
        std::vector<std::string> texts{finding.clue.statement, finding.brief};
        if (finding.mechanism) texts.push_back(finding.mechanism->statement);
        for (const std::string& text : texts)
            for (const std::string& part : unproven_parts(text, cited))
                out.push_back(text + " -> " + part);
    }
    return out;
}

}  // namespace insight::analysis::traces::test
