using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Errors;

/// <summary>What an upstream's error body says, whatever its shape.</summary>
/// <param name="Message">Never empty.</param>
internal sealed record UpstreamError(string Message, string? Type, string? Code);

/// <summary>Reads error bodies of any provider: <c>{"error":{"message"}}</c>, <c>{"error":"…"}</c>, <c>{"detail"}</c>, <c>{"message"}</c>, an array around one of them, HTML, nothing.</summary>
internal static class UpstreamErrorReader
{
    public static UpstreamError Read(int status, ReadOnlySpan<byte> body)
    {
        var fallback = new UpstreamError($"upstream returned {status}", null, null);
        try
        {
            using var document = JsonDocument.Parse(body.ToArray(), LlmJson.DocumentOptions);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }

            return Read(root) ?? fallback;
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return fallback;
        }
    }

    private static UpstreamError? Read(JsonElement root)
    {
        if (root.TryGetMember("error"u8, out var error))
        {
            if (error.ValueKind == JsonValueKind.String)
            {
                return Make(JsonText.GetString(error), null, null);
            }

            var code = error.TryGetMember("code"u8, out var value) ? value.ValueKind == JsonValueKind.String ? JsonText.GetString(value) : value.GetRawText() : null;
            return Make(error.FindString("message"u8), error.FindString("type"u8), code);
        }

        return Make(root.FindString("detail"u8) ?? root.FindString("message"u8), root.FindString("type"u8), root.FindString("code"u8));
    }

    private static UpstreamError? Make(string? message, string? type, string? code) =>
        message is { Length: > 0 } ? new UpstreamError(message, type, code) : type is null && code is null ? null : new UpstreamError(code ?? type ?? "", type, code);
}
