-- wrk script: every request brings ten alerts nobody has seen before.
-- Arguments: "service" or "alertmanager", a word that is new in every round, the bearer token.

local thread_count = 0

function setup(thread)
    thread:set("thread_id", thread_count)
    thread_count = thread_count + 1
end

local kAlerts = 10
local labels = '"severity":"critical","namespace":"shop","cluster":"bench","pod":"checkout-%s-%d",'
    .. '"instance":"10.0.0.%d:9090","job":"kubernetes-pods","service":"checkout"'
local annotations = '{"summary":"checkout answers slowly","description":"The p99 latency of checkout '
    .. 'has been above 2 s for five minutes.","runbook_url":"https://runbooks.example.org/checkout"}'

function init(args)
    target, round, token = args[1], args[2], args[3]
    started = os.date("!%Y-%m-%dT%H:%M:%SZ")
    headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. (token or "")}
    counter = 0
end

local function alert(key, n)
    local own = string.format(labels, key, n, n)
    if target == "alertmanager" then
        return string.format('{"labels":{"alertname":"CheckoutSlow",%s},"annotations":%s,"startsAt":'
            .. '"%s","generatorURL":"http://prometheus.example.org/graph"}', own, annotations, started)
    end
    return string.format('{"status":"firing","labels":{"alertname":"CheckoutSlow",%s},"annotations":%s,'
        .. '"startsAt":"%s","endsAt":"0001-01-01T00:00:00Z","generatorURL":'
        .. '"http://prometheus.example.org/graph","fingerprint":"%s%02x"}',
        own, annotations, started, key, n)
end

function request()
    counter = counter + 1
    -- 14 hexadecimal digits, so that two more make a fingerprint
    local key = string.format("%s%02x%08x", round, thread_id, counter)
    local alerts = {}
    for n = 1, kAlerts do
        alerts[n] = alert(key, n)
    end
    local body = "[" .. table.concat(alerts, ",") .. "]"
    if target == "service" then
        body = '{"receiver":"devops-insight","status":"firing","alerts":' .. body
            .. ',"groupLabels":{"alertname":"CheckoutSlow","release":"' .. key .. '"},"commonLabels":'
            .. '{"alertname":"CheckoutSlow"},"commonAnnotations":{},"externalURL":'
            .. '"http://alertmanager.example.org","version":"4","groupKey":"{}:{release=\\"' .. key
            .. '\\"}","truncatedAlerts":0}'
    end
    return wrk.format("POST", nil, headers, body)
end

function done(summary, latency, _)
    io.write(string.format(
        '{"requests":%d,"seconds":%.3f,"p50ms":%.3f,"p99ms":%.3f,"maxms":%.3f,"refused":%d,"broken":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, latency.max / 1e3, summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
