using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Logging;

/// <summary>Names the program behind a request and its session, from headers alone. Bodies may say more later.</summary>
internal static class ClientAgent
{
    // In order of trust; Codex 0.55 sends names with underscores, newer ones with hyphens.
    private static readonly string[] SessionHeaders =
        ["x-session-id", "x-claude-code-session-id", "session_id", "session-id", "conversation_id", "thread-id"];

    /// <returns><c>codex</c>, <c>claude-code</c>, <c>sdk</c>, <c>curl</c>, <c>browser</c>; null when the header says nothing known.</returns>
    public static string? Find(HttpRequest request)
    {
        var headers = request.Headers;
        var userAgent = headers.UserAgent.ToString();
        if (userAgent.StartsWith("codex", StringComparison.OrdinalIgnoreCase)
            || headers["originator"].ToString().StartsWith("codex", StringComparison.OrdinalIgnoreCase))
        {
            return "codex";
        }

        if (userAgent.StartsWith("claude-cli/", StringComparison.OrdinalIgnoreCase)
            || userAgent.StartsWith("claude-code/", StringComparison.OrdinalIgnoreCase))
        {
            return "claude-code";
        }

        // Before its first message Claude Code asks its base URL whether it can be reached, with the plain client of its runtime.
        if (userAgent.StartsWith("Bun/", StringComparison.Ordinal) && HttpMethods.IsHead(request.Method)
            && request.Path.Value is { } path && path.EndsWith("/api/hello", StringComparison.Ordinal))
        {
            return "claude-code";
        }

        if (userAgent.StartsWith("OpenAI/", StringComparison.OrdinalIgnoreCase)
            || userAgent.StartsWith("Anthropic", StringComparison.OrdinalIgnoreCase)
            || userAgent.StartsWith("AsyncOpenAI/", StringComparison.OrdinalIgnoreCase)
            || userAgent.StartsWith("AsyncAnthropic/", StringComparison.OrdinalIgnoreCase)
            || headers.ContainsKey("x-stainless-lang"))
        {
            return "sdk";
        }

        return userAgent.StartsWith("curl/", StringComparison.OrdinalIgnoreCase) ? "curl"
            : userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) ? "browser"
            : null;
    }

    public static string? FindSession(IHeaderDictionary headers)
    {
        foreach (var name in SessionHeaders)
        {
            if (headers.TryGetValue(name, out var values) && values.Count > 0 && values[0] is { Length: > 0 and <= 200 } session)
            {
                return session;
            }
        }

        return null;
    }
}
