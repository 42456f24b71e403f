using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Providers;

/// <summary>Fills <c>$(headers.NAME)</c>, <c>$(uri_captures.NAME)</c> and <c>$(query_params.NAME)</c> in configured texts.</summary>
internal static class Templates
{
    public static bool HasTemplate(string text) => text.Contains("$(", StringComparison.Ordinal);

    /// <param name="captures">Captures of the route's path by name and number; null for none.</param>
    /// <param name="error">What is wrong, for the client; null on success.</param>
    /// <returns>The text with every placeholder replaced; the raw text on failure.</returns>
    public static string Resolve(string raw, HttpRequest request, IReadOnlyDictionary<string, string>? captures, out string? error)
    {
        error = null;
        if (!HasTemplate(raw))
        {
            return raw;
        }

        var result = new StringBuilder(raw.Length + 32);
        var position = 0;
        while (true)
        {
            var start = raw.IndexOf("$(", position, StringComparison.Ordinal);
            var end = start < 0 ? -1 : raw.IndexOf(')', start);
            if (end < 0)
            {
                return result.Append(raw, position, raw.Length - position).ToString();
            }

            result.Append(raw, position, start - position);
            var value = Lookup(raw, raw[(start + 2)..end], request, captures, out error);
            if (error is not null)
            {
                return raw;
            }

            result.Append(value);
            position = end + 1;
        }
    }

    /// <summary>
    /// Whether a text from the client may stand in a path or host: no separators, no climbing, no controls (a model name must not
    /// choose another resource).
    /// </summary>
    public static bool IsSafeSegment(string value)
    {
        if (value.Length == 0 || value.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in value)
        {
            if (char.IsControl(c) || c is '/' or '\\' or '?' or '#' or ' ' or '@' or '%')
            {
                return false;
            }
        }

        return true;
    }

    private static string? Lookup(string raw, string expression, HttpRequest request, IReadOnlyDictionary<string, string>? captures, out string? error)
    {
        error = null;
        var parts = expression.Split('.');
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
        {
            error = $"cannot parse expression for field '{raw}'";
            return null;
        }

        var (source, key) = (parts[0], parts[1]);
        string? value;
        switch (source)
        {
            case "headers":
                value = request.Headers[key].FirstOrDefault();
                break;
            case "query_params":
                value = request.Query[key].FirstOrDefault();
                break;
            case "uri_captures":
                value = captures?.GetValueOrDefault(key);
                break;
            default:
                error = $"source '{source}' is not supported";
                return null;
        }

        if (string.IsNullOrEmpty(value))
        {
            error = $"{source} key {key} was not provided";
        }

        return value;
    }
}
