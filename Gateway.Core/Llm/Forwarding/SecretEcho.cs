using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Logging;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Takes the key that went to a provider out of what the provider sends back, also as JSON writes it.</summary>
internal static class SecretEcho
{
    /// <returns>The same text when the key is not in it.</returns>
    /// <param name="secret">Null: none went out.</param>
    public static string Remove(string text, string? secret)
    {
        if (secret is null)
        {
            return text;
        }

        foreach (var form in Forms(secret))
        {
            text = text.Replace(form, SensitiveNames.Redacted, StringComparison.Ordinal);
        }

        return text;
    }

    public static bool IsIn(ReadOnlySpan<byte> body, string secret)
    {
        foreach (var form in Forms(secret))
        {
            if (body.IndexOf(Encoding.UTF8.GetBytes(form)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<string> Forms(string secret) =>
        [secret, JsonEncodedText.Encode(secret).Value, JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value];
}
