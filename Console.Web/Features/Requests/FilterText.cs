using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Features.Requests;

/// <summary>The language of the filter field: <c>key:value</c> terms and free text, separated by blanks.</summary>
internal static class FilterText
{
    public static readonly IReadOnlyList<string> Keys = ["status", "model", "provider", "route", "consumer", "agent", "session", "outcome"];

    /// <returns>The filter, and null or what cannot be read.</returns>
    public static (RequestFilter Filter, string? Error) Parse(string? text)
    {
        var filter = RequestFilter.None;
        string? error = null;
        var words = new List<string>();
        foreach (var term in Terms(text))
        {
            var colon = term.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || term.Contains("://", StringComparison.Ordinal))
            {
                words.Add(term);
                continue;
            }

            var (key, value) = (term[..colon].ToLowerInvariant(), term[(colon + 1)..]);
            if (value.Length == 0)
            {
                error ??= $"'{key}:' needs a value";
                continue;
            }

            switch (key)
            {
                case "status" when IsStatus(value):
                    filter = filter with { Status = value.ToLowerInvariant() };
                    break;
                case "status":
                    error ??= "status: takes a number, a class such as 4xx, or error";
                    break;
                case "model":
                    filter = filter with { Model = value };
                    break;
                case "provider":
                    filter = filter with { Provider = value };
                    break;
                case "route":
                    filter = filter with { Route = value };
                    break;
                case "consumer":
                    filter = filter with { Consumer = value };
                    break;
                case "agent":
                    filter = filter with { Agent = value };
                    break;
                case "session":
                    filter = filter with { SessionId = value };
                    break;
                case "outcome" when Enum.TryParse<RequestOutcome>(value.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var outcome):
                    filter = filter with { Outcome = outcome };
                    break;
                case "outcome":
                    error ??= "outcome: is one of ok, rejected, upstream_error, upstream_timeout, upstream_cut, client_closed, shutdown, interrupted";
                    break;
                default:
                    error ??= $"'{key}:' is not a filter; known are {string.Join(", ", Keys)}";
                    break;
            }
        }

        return (words.Count == 0 ? filter : filter with { Text = string.Join(' ', words) }, error);
    }

    /// <summary>Splits at blanks; double quotes keep blanks together.</summary>
    public static IReadOnlyList<string> Terms(string? text)
    {
        var terms = new List<string>();
        var current = new System.Text.StringBuilder();
        var isQuoted = false;
        foreach (var c in text ?? "")
        {
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == ' ' && !isQuoted)
            {
                Flush();
            }
            else
            {
                current.Append(c);
            }
        }

        Flush();
        return terms;

        void Flush()
        {
            if (current.Length > 0)
            {
                terms.Add(current.ToString());
                current.Clear();
            }
        }
    }

    public static bool IsStatus(string value) =>
        value.Equals("error", StringComparison.OrdinalIgnoreCase)
        || (value.Length == 3 && char.IsAsciiDigit(value[0]) && (value[1..].Equals("xx", StringComparison.OrdinalIgnoreCase) || int.TryParse(value, out _)));
}
