using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Logging;

/// <summary>Copies headers into the form of a record: lower-case names, one pair per value, credentials redacted.</summary>
internal static class HeaderCapture
{
    // Lower-case forms of names that clients and providers send, so that the usual request allocates no name.
    private static readonly FrozenDictionary<string, string> Lower = new[]
    {
        "accept", "accept-encoding", "accept-language", "accept-ranges", "age", "alt-svc", "anthropic-beta",
        "anthropic-dangerous-direct-browser-access", "anthropic-organization-id", "anthropic-ratelimit-input-tokens-limit",
        "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-output-tokens-limit",
        "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-requests-limit",
        "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset", "anthropic-ratelimit-tokens-limit",
        "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset", "anthropic-version", "api-key", "apikey", "authorization",
        "cache-control", "cf-cache-status", "cf-ray",
        "connection", "content-encoding", "content-length", "content-type", "conversation_id", "cookie", "date", "etag", "expires", "host",
        "last-modified", "location", "openai-beta", "openai-organization", "openai-processing-ms", "openai-project", "openai-version", "originator", "referer",
        "request-id", "retry-after", "sec-fetch-mode", "server", "session_id", "session-id", "set-cookie", "strict-transport-security", "thread-id", "traceparent",
        "tracestate", "transfer-encoding", "user-agent", "vary", "version", "via", "x-api-key", "x-app", "x-claude-code-session-id",
        "x-accel-buffering", "x-client-request-id", "x-codex-turn-metadata", "x-consumer-custom-id", "x-consumer-groups", "x-consumer-id",
        "x-consumer-username", "x-correlation-id", "x-credential-identifier", "x-codex-window-id", "x-content-type-options", "x-envoy-upstream-service-time",
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-path", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-proto",
        "x-kong-llm-model", "x-kong-proxy-latency", "x-kong-request-id", "x-kong-response-latency", "x-kong-upstream-latency",
        "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens", "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-real-ip", "x-request-id", "x-robots-tag", "x-should-retry", "x-stainless-arch", "x-stainless-helper-method",
        "x-stainless-lang", "x-stainless-os", "x-stainless-package-version", "x-stainless-retry-count", "x-stainless-runtime",
        "x-stainless-runtime-version", "x-stainless-timeout",
    }.ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    /// <param name="bytes">Size of these headers on the wire, each <c>name: value</c> and line end.</param>
    public static KeyValuePair<string, string>[] Capture(IHeaderDictionary headers, SensitiveNames sensitive, out long bytes)
    {
        bytes = 0;
        if (headers.Count == 0)
        {
            return [];
        }

        // Nearly every name has one value.
        var pairs = new KeyValuePair<string, string>[headers.Count];
        var next = 0;
        foreach (var (name, values) in headers)
        {
            var lower = Lower.TryGetValue(name, out var known) ? known : name.ToLowerInvariant();
            var hide = sensitive.IsHeader(lower);
            for (var i = 0; i < values.Count; i++)
            {
                if (next == pairs.Length)
                {
                    Array.Resize(ref pairs, next * 2);
                }

                var value = values[i] ?? "";
                bytes += name.Length + value.Length + 4;
                pairs[next++] = new(lower, hide ? SensitiveNames.Redacted : lower is "referer" or "location" ? UrlRedaction.Redact(value, sensitive) : value);
            }
        }

        return next == pairs.Length ? pairs : pairs[..next];
    }
}
