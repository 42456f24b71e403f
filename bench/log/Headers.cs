namespace Gateway.LogBench;

/// <summary>What agents and providers send, as far as the log keeps it.</summary>
internal static class Headers
{
    private const string Date = "Thu, 26 Nov 2026 12:00:00 GMT";

    public static KeyValuePair<string, string>[] OfCodex(string session) =>
    [
        new("accept", "text/event-stream"), new("host", "localhost:8000"), new("user-agent", "codex_exec/0.55.0 (Debian 12.0.0; x86_64) xterm"),
        new("content-type", "application/json"), new("content-length", "32230"), new("version", "0.55.0"), new("conversation_id", session),
        new("session_id", session), new("originator", "codex_exec"), new("authorization", "REDACTED"),
    ];

    public static KeyValuePair<string, string>[] OfClaudeCode(string session) =>
    [
        new("accept", "application/json"), new("connection", "keep-alive"), new("host", "localhost:8000"), new("user-agent", "claude-cli/2.1.330 (external, cli)"),
        new("accept-encoding", "gzip, deflate"), new("accept-language", "*"), new("content-type", "application/json"), new("content-length", "46589"),
        new("x-claude-code-session-id", session), new("x-stainless-retry-count", "0"), new("x-stainless-timeout", "600"), new("x-stainless-lang", "js"),
        new("x-stainless-package-version", "0.68.0"), new("x-stainless-os", "Linux"), new("x-stainless-arch", "x64"), new("x-stainless-runtime", "node"),
        new("x-stainless-runtime-version", "v20.20.2"), new("anthropic-dangerous-direct-browser-access", "true"), new("anthropic-version", "2023-06-01"),
        new("x-api-key", "REDACTED"), new("x-app", "cli"), new("anthropic-beta", "claude-code-20250219,interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14"),
        new("x-stainless-helper-method", "stream"), new("sec-fetch-mode", "cors"),
    ];

    public static KeyValuePair<string, string>[] OfOpenAi(string id, double total) =>
    [
        new("content-type", "text/event-stream; charset=utf-8"), new("date", Date), new("server", "kong/3.10.0"), new("via", "1.1 kong/3.10.0"), new("transfer-encoding", "chunked"),
        new("openai-organization", "org-example"), new("openai-processing-ms", ((int)(total / 3)).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("openai-version", "2020-10-01"), new("x-ratelimit-limit-requests", "10000"), new("x-ratelimit-limit-tokens", "2000000"),
        new("x-ratelimit-remaining-requests", "9999"), new("x-ratelimit-remaining-tokens", "1993800"), new("x-ratelimit-reset-requests", "6ms"),
        new("x-ratelimit-reset-tokens", "186ms"), new("x-request-id", "req_" + id), new("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        new("cf-cache-status", "DYNAMIC"), new("x-content-type-options", "nosniff"), new("cf-ray", id[^16..] + "-FRA"), new("alt-svc", "h3=\":443\"; ma=86400"),
        new("x-kong-upstream-latency", "431"), new("x-kong-proxy-latency", "1"), new("x-kong-request-id", id), new("x-kong-llm-model", "openai/gpt-4o"),
    ];

    public static KeyValuePair<string, string>[] OfAnthropic(string id) =>
    [
        new("content-type", "text/event-stream; charset=utf-8"), new("date", Date), new("server", "kong/3.10.0"), new("via", "1.1 kong/3.10.0"), new("transfer-encoding", "chunked"), new("cache-control", "no-cache"),
        new("anthropic-ratelimit-requests-limit", "4000"), new("anthropic-ratelimit-requests-remaining", "3999"), new("anthropic-ratelimit-requests-reset", "2026-11-26T12:00:00Z"),
        new("anthropic-ratelimit-input-tokens-limit", "2000000"), new("anthropic-ratelimit-input-tokens-remaining", "1987000"), new("anthropic-ratelimit-input-tokens-reset", "2026-11-26T12:00:01Z"),
        new("anthropic-ratelimit-output-tokens-limit", "400000"), new("anthropic-ratelimit-output-tokens-remaining", "400000"), new("anthropic-ratelimit-output-tokens-reset", "2026-11-26T12:00:00Z"),
        new("request-id", "req_" + id), new("strict-transport-security", "max-age=31536000; includeSubDomains; preload"), new("anthropic-organization-id", "8f6d3c1e-2b44-4c58-9d1a-5d6f7a8b9c0d"),
        new("x-robots-tag", "none"), new("cf-cache-status", "DYNAMIC"), new("cf-ray", id[^16..] + "-FRA"),
        new("x-kong-upstream-latency", "431"), new("x-kong-proxy-latency", "1"), new("x-kong-request-id", id), new("x-kong-llm-model", "anthropic/claude-sonnet-4-5"),
    ];
}
