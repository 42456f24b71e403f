using System.Globalization;

namespace Gateway.Core.Pipeline;

/// <summary>Headers that the gateway adds to answers.</summary>
[Flags]
internal enum NodeHeaders
{
    None = 0,
    Server = 1,
    Via = 2,
    UpstreamLatency = 4,
    ProxyLatency = 8,
    ResponseLatency = 16,
    UpstreamStatus = 32,
    RequestId = 64,
    ServerTokens = Server | Via,
    LatencyTokens = UpstreamLatency | ProxyLatency | ResponseLatency,
}

/// <summary>The settings of <see cref="ProxyOptions"/> that each request looks at, read once.</summary>
/// <param name="AllowsDebug">Whether clients may ask which route and service answered.</param>
/// <param name="DefaultError">Format of the transport's errors for clients that name none.</param>
/// <param name="Ports">The port that clients see, by the port that is listened on.</param>
internal sealed record NodeSettings(NodeHeaders Headers, bool AllowsDebug, ErrorMediaType DefaultError, IReadOnlyDictionary<int, int> Ports)
{
    private static readonly Dictionary<string, NodeHeaders> HeaderWords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["off"] = NodeHeaders.None,
        ["server_tokens"] = NodeHeaders.ServerTokens,
        ["latency_tokens"] = NodeHeaders.LatencyTokens,
        ["Server"] = NodeHeaders.Server,
        ["Via"] = NodeHeaders.Via,
        ["X-Kong-Upstream-Latency"] = NodeHeaders.UpstreamLatency,
        ["X-Kong-Proxy-Latency"] = NodeHeaders.ProxyLatency,
        ["X-Kong-Response-Latency"] = NodeHeaders.ResponseLatency,
        ["X-Kong-Upstream-Status"] = NodeHeaders.UpstreamStatus,
        ["X-Kong-Request-Id"] = NodeHeaders.RequestId,
    };

    private static readonly Dictionary<string, ErrorMediaType> ErrorTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text/plain"] = ErrorMediaType.Text,
        ["application/json"] = ErrorMediaType.Json,
        ["text/html"] = ErrorMediaType.Html,
        ["application/xml"] = ErrorMediaType.Xml,
    };

    /// <summary>Those of a node that nobody has set anything on.</summary>
    public static NodeSettings Default { get; } = Read(new ProxyOptions(), (_, _) => { });

    public bool Sends(NodeHeaders header) => (Headers & header) != 0;

    /// <param name="fault">Called for each setting that cannot be used, with its name and what is wrong.</param>
    public static NodeSettings Read(ProxyOptions options, Action<string, string> fault)
    {
        var headers = NodeHeaders.None;
        var words = Words(options.Headers);
        foreach (var word in words)
        {
            if (!HeaderWords.TryGetValue(word, out var found))
            {
                fault(nameof(ProxyOptions.Headers), $"'{word}' is not one of {string.Join(", ", HeaderWords.Keys)}");
            }
            else if (found == NodeHeaders.None && words.Length > 1)
            {
                fault(nameof(ProxyOptions.Headers), $"'{word}' stands alone");
            }

            headers |= found;
        }

        if (!ErrorTypes.TryGetValue(options.ErrorDefaultType, out var type))
        {
            fault(nameof(ProxyOptions.ErrorDefaultType), $"'{options.ErrorDefaultType}' is not one of {string.Join(", ", ErrorTypes.Keys)}");
        }

        var ports = new Dictionary<int, int>();
        foreach (var pair in Words(options.PortMap))
        {
            if (!(pair.Split(':') is [var seen, var listened] && Port(seen) is { } outside && Port(listened) is { } inside && ports.TryAdd(inside, outside)))
            {
                fault(nameof(ProxyOptions.PortMap), $"'{pair}' is not a pair of ports such as 80:8000, or its second port stands there already");
            }
        }

        return new NodeSettings(headers, options.AllowDebugHeader, type, ports);
    }

    private static string[] Words(string? list) => (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;
}
