using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsoleWeb.Data.Logs;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Replay;

/// <summary>A request that is ready to be sent: the recorded one, with what was changed. A recorded credential is never part of it, for the log has none.</summary>
internal sealed partial record ReplayDraft
{
    /// <summary>Headers that change what an API does, and that come neither from the connection nor from plugins of the gateway.</summary>
    private static readonly string[] KeptHeaders = ["accept", "anthropic-version", "anthropic-beta", "openai-beta", "openai-organization", "openai-project"];

    /// <summary>Id of the recorded request.</summary>
    public required string Of { get; init; }

    public required string Scheme { get; init; }

    /// <summary>Without a port.</summary>
    public required string Host { get; init; }

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary>A JSON object.</summary>
    public required string Body { get; init; }

    /// <summary>The model that the body names; null when it names none.</summary>
    public string? Model { get; init; }

    /// <summary>Wire name of the body's format, such as <c>openai_chat</c>; null when unknown.</summary>
    public string? Format { get; init; }

    /// <summary>Plain paths of the route that served the recorded request.</summary>
    public IReadOnlyList<string> RoutePaths { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <returns>The recorded request as it came from its client, or why it cannot be sent again.</returns>
    public static Result<ReplayDraft> Read(StoredRequest stored)
    {
        var (row, record) = stored;
        var gatehouse = record["gatehouse"] as JsonObject;
        var payload = record["ai"]?["proxy"]?["payload"];
        if ((payload?["client_request"] ?? payload?["request"])?.ToString() is not { } text)
        {
            return new ReplayImpossible(
                row.Outcome == RequestOutcome.Rejected ? "The gateway refused this request before it was sent, so its body was not stored."
                : !row.IsLlm ? "Only calls of models can be sent again: bodies of other requests are not stored."
                : "Its body was not stored. Turn on logging.log_payloads in the AI plugin to keep the bodies of new requests.");
        }

        if (IsTrue(gatehouse?["payload_cut"]) || CutMark().IsMatch(text))
        {
            return new ReplayImpossible("Only the beginning of its body is stored, because it was longer than the log keeps (Gateway__Llm__MaxLoggedPayloadBytes).");
        }

        if (gatehouse?["redacted"] is JsonArray rules && rules.Any(rule => text.Contains($"[redacted:{rule}]", StringComparison.Ordinal)))
        {
            return new ReplayImpossible("The redaction rules of the log took something out of its body, so it is no longer what was sent.");
        }

        var (client, upstream) = (gatehouse?["client_format"]?.ToString(), gatehouse?["upstream_format"]?.ToString());
        var isAsSent = payload?["client_request"] is not null;
        if (!isAsSent && client is not null && upstream is not null && client != upstream)
        {
            return new ReplayImpossible("It was translated on its way, and only the translation was stored then.");
        }

        var body = ReplayBody.Read(text);
        if (body.IsError || row.Method != HttpMethods.Post)
        {
            return new ReplayImpossible("Only requests with a JSON object as their body can be sent again.");
        }

        // Upstream goes the model of the target; the client may have asked for another one, or for none.
        var model = isAsSent ? ReplayBody.ModelOf(body.Value) : ReplayBody.Text(gatehouse?["requested_model"]);
        var isSame = model == ReplayBody.ModelOf(body.Value);
        var url = Uri.TryCreate(record["request"]?["url"]?.ToString(), UriKind.Absolute, out var parsed) ? parsed : new Uri("http://localhost");
        return new ReplayDraft
        {
            Of = row.RequestId,
            Scheme = url.Scheme,
            Host = url.Host,
            Path = WithoutCredentials(record["request"]?["uri"]?.ToString() ?? row.Path),
            Body = isSame ? text : ReplayBody.WithModel(body.Value, model),
            Model = model,
            Format = client,
            RoutePaths = record["route"]?["paths"] is JsonArray paths ? [.. paths.Select(p => p?.ToString() ?? "").Where(p => p.StartsWith('/'))] : [],
            Headers = [.. KeptOf(record["request"]?["headers"] as JsonObject)],
        };
    }

    /// <summary>The path below the recorded route's own.</summary>
    public string PathBelowRoute()
    {
        var prefix = RoutePaths.Where(IsPrefix).OrderByDescending(p => p.Length).FirstOrDefault() ?? "";
        return Path[prefix.TrimEnd('/').Length..];
    }

    private bool IsPrefix(string path) =>
        Path.StartsWith(path.TrimEnd('/'), StringComparison.Ordinal) && (Path.Length == path.TrimEnd('/').Length || Path[path.TrimEnd('/').Length] is '/' or '?');

    private static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    private static IEnumerable<KeyValuePair<string, string>> KeptOf(JsonObject? headers)
    {
        foreach (var name in KeptHeaders)
        {
            if (ReplayBody.Text(headers?[name]) is { } value && value != SensitiveNames.Redacted && !value.Contains("[redacted:", StringComparison.Ordinal))
            {
                yield return new(name, value);
            }
        }
    }

    private static string WithoutCredentials(string uri)
    {
        var mark = uri.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
        {
            return uri;
        }

        var kept = uri[(mark + 1)..].Split('&').Where(p => !p.EndsWith("=" + SensitiveNames.Redacted, StringComparison.Ordinal));
        var query = string.Join('&', kept);
        return query.Length == 0 ? uri[..mark] : $"{uri[..mark]}?{query}";
    }

    [GeneratedRegex(@"… \[cut: \d+ (of \d+ )?bytes kept\]$", RegexOptions.CultureInvariant)]
    private static partial Regex CutMark();
}
