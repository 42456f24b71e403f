using System.Text;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Requests;

/// <summary>A recorded request as a curl line for a POSIX shell, through the gateway again. Credentials are named, never written.</summary>
internal static class CurlCommand
{
    private const string Redacted = "REDACTED";

    /// <summary>Headers that curl or the connection makes itself.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "content-length", "connection", "accept-encoding", "transfer-encoding", "expect", "user-agent",
    };

    /// <param name="record">As the log stores it.</param>
    /// <param name="proxyUrl">Address of the proxy, without a path.</param>
    public static string Write(JsonObject record, string proxyUrl)
    {
        var request = record["request"] as JsonObject;
        var line = new StringBuilder("curl ").Append(Quote(proxyUrl.TrimEnd('/') + (request?["uri"]?.ToString() ?? "/")));
        var method = request?["method"]?.ToString() ?? "GET";
        // What the client sent, not its translation for the upstream: the line goes through the gateway again.
        var payload = record["ai"]?["proxy"]?["payload"];
        var body = (payload?["client_request"] ?? payload?["request"])?.ToString();
        if (method != (body is null ? "GET" : "POST"))
        {
            line.Append(" -X ").Append(Quote(method));
        }

        foreach (var (name, value) in request?["headers"] as JsonObject ?? [])
        {
            foreach (var text in value is JsonArray list ? list.Select(v => v?.ToString() ?? "") : [value?.ToString() ?? ""])
            {
                if (!Own.Contains(name))
                {
                    // Double quotes, so that the shell puts the caller's own key in.
                    line.Append(" \\\n  -H ").Append(text.Contains(Redacted, StringComparison.Ordinal) || text.Contains("[redacted:", StringComparison.Ordinal) ? Credential(name) : Quote($"{name}: {text}"));
                }
            }
        }

        if (body is not null)
        {
            line.Append(" \\\n  -d ").Append(Quote(body));
        }

        return line.ToString();
    }

    private static string Credential(string name) =>
        name.Equals("authorization", StringComparison.OrdinalIgnoreCase) ? $"\"{name}: Bearer $API_KEY\"" : $"\"{name}: $API_KEY\"";

    /// <summary>A text as one word of the shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
