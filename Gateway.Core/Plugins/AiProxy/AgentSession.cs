using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Finds the session that an agent names in its body.</summary>
internal static class AgentSession
{
    private const int Longest = 200;

    /// <summary>
    /// Claude Code: <c>metadata.user_id</c>, either <c>user_…_session_&lt;uuid&gt;</c> or a JSON text with <c>session_id</c>. Codex:
    /// <c>prompt_cache_key</c>. Null when the body names none.
    /// </summary>
    public static string? Find(in LlmRequestScan scan)
    {
        if (scan.Find("metadata"u8) is { Kind: JsonKind.Object } metadata && UserId(scan.Raw(metadata)) is { } user)
        {
            return OfUserId(user);
        }

        return scan.GetString(scan.Find("prompt_cache_key"u8)) is { Length: > 0 and <= Longest } key ? key : null;
    }

    internal static string? OfUserId(string user)
    {
        const string mark = "_session_";
        var at = user.LastIndexOf(mark, StringComparison.Ordinal);
        if (at >= 0)
        {
            return Bounded(user[(at + mark.Length)..]);
        }

        if (!user.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(user);
            return document.RootElement.TryGetProperty("session_id", out var session) && session.ValueKind == JsonValueKind.String
                ? Bounded(session.GetString()!)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Bounded(string session) => session.Length is > 0 and <= Longest ? session : null;

    private static string? UserId(ReadOnlySpan<byte> metadata)
    {
        var reader = new Utf8JsonReader(metadata, LlmJson.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUserId = reader.ValueSpan.SequenceEqual("user_id"u8);
            reader.Read();
            if (isUserId && reader.TokenType == JsonTokenType.String)
            {
                try
                {
                    return reader.GetString();
                }
                catch (InvalidOperationException)
                {
                    // A lone surrogate; no session is called like that.
                    return null;
                }
            }

            reader.Skip();
        }

        return null;
    }
}
