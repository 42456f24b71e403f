using Gateway.Shared.Contracts;

namespace Gateway.Shared.Logging;

/// <summary>
/// The record of one proxied request: filled by the request while it runs, then read by the log sinks. Written by one thread at a
/// time; viewers of a running call read single fields and accept that they are moving.
/// </summary>
public sealed class RequestRecord
{
    /// <summary>32 lower-case hex digits; what <c>X-Kong-Request-Id</c> says.</summary>
    public required string RequestId { get; init; }

    /// <summary>Unix milliseconds at arrival.</summary>
    public required long StartedAtMs { get; init; }

    /// <summary>Monotonic timestamp at arrival (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>Configuration version the request used.</summary>
    public long SnapshotVersion { get; set; }

    public string Method { get; set; } = "";

    /// <summary>Raw request target with query.</summary>
    public string Uri { get; set; } = "";

    /// <summary>Scheme, host and listening port of the request: <c>http://localhost:8000</c>.</summary>
    public string BaseUrl { get; set; } = "";

    public string ClientIp { get; set; } = "";

    /// <summary>Request headers after the access phase, lower-case names, credentials already replaced by <c>REDACTED</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; set; } = [];

    /// <summary>
    /// Bytes of request line, headers and body. While the request runs: the body bytes counted so far, where somebody counts them;
    /// the head is added when the record is completed.
    /// </summary>
    public long RequestSize { get; set; }

    public int Status { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; set; } = [];

    /// <summary>
    /// Bytes sent to the client including headers. While the request runs: the body bytes written so far; the head is added when the
    /// record is completed.
    /// </summary>
    public long ResponseSize { get; set; }

    public ServiceConfig? Service { get; set; }

    public RouteConfig? Route { get; set; }

    public ConsumerConfig? Consumer { get; set; }

    /// <summary>The credential that authenticated the request; null without one.</summary>
    public AuthenticatedEntity? AuthenticatedEntity { get; set; }

    /// <summary>What the correlation-id plugin gave the request; null without it.</summary>
    public string? CorrelationId { get; set; }

    /// <summary>The request's trace id by the formats of its headers, such as <c>w3c</c>; empty without tracing.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TraceIds { get; set; } = [];

    /// <summary>TLS protocol and cipher of the client's connection; null on plain HTTP.</summary>
    public TlsRecord? Tls { get; set; }

    /// <summary>Path and query sent upstream; empty when there was no upstream.</summary>
    public string UpstreamUri { get; set; } = "";

    /// <summary>Statuses of the upstream in order of the tries: <c>200</c> or <c>502, 200</c>; empty when none.</summary>
    public string UpstreamStatus { get; set; } = "";

    /// <summary>Attempts to reach an upstream, in order.</summary>
    public List<UpstreamTry> Tries { get; } = [];

    /// <summary>True when the answer came from the upstream, false when the gateway made it.</summary>
    public bool IsFromUpstream { get; set; }

    public RequestTimings Timings { get; } = new();

    public RequestOutcome Outcome { get; set; } = RequestOutcome.InFlight;

    /// <summary>The finer reason: <c>connect_refused</c>, <c>too_large</c>, <c>key_rejected</c>…; null when there is nothing to say.</summary>
    public string? OutcomeDetail { get; set; }

    /// <summary>The error message that the client saw or that explains the outcome; never contains a secret.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>What an AI plugin knows about the call; null for other traffic.</summary>
    public LlmRecord? Llm { get; set; }

    /// <summary>The agent behind the call: <c>codex</c>, <c>claude-code</c>, <c>sdk</c>, <c>curl</c>; null when unknown.</summary>
    public string? Agent { get; set; }

    /// <summary>The agent's session id, as it names it.</summary>
    public string? SessionId { get; set; }

    /// <summary>Id of the recorded request that this one repeats, because a person asked for it; null otherwise.</summary>
    public string? ReplayOf { get; set; }

    /// <summary>Whether the rules of redaction have been through everything but the bodies.</summary>
    public bool IsRedacted { get; set; }

    /// <summary>Memory held by the logged bodies, in bytes; what the bound of a queue of records counts.</summary>
    public long PayloadBytes => 2L * ((Llm?.RequestPayload?.Length ?? 0) + (Llm?.ResponsePayload?.Length ?? 0) + (Llm?.ClientPayload?.Length ?? 0));

    /// <summary>Memory held by the texts at its head, in bytes: clients choose how long their headers are.</summary>
    public long HeadBytes => BytesOf(RequestHeaders) + BytesOf(ResponseHeaders) + (2L * (Uri.Length + UpstreamUri.Length + (ErrorMessage?.Length ?? 0)));

    /// <summary>
    /// The same record with each logged body cut to <paramref name="maxChars"/> characters; 0 removes them. Returns this instance
    /// when nothing is longer. The record itself is shared by the sinks and is not changed.
    /// </summary>
    public RequestRecord WithPayloadLimit(int maxChars)
    {
        if (Llm is not { } llm || (!IsLonger(llm.RequestPayload, maxChars) && !IsLonger(llm.ResponsePayload, maxChars) && !IsLonger(llm.ClientPayload, maxChars)))
        {
            return this;
        }

        var copy = (RequestRecord)MemberwiseClone();
        copy.Llm = llm.WithPayloadLimit(maxChars);
        return copy;
    }

    /// <summary>The same record with other texts at its head, for who shows one that others still write.</summary>
    public RequestRecord WithHead(string uri, IReadOnlyList<KeyValuePair<string, string>> requestHeaders, IReadOnlyList<KeyValuePair<string, string>> responseHeaders, string? error)
    {
        var copy = (RequestRecord)MemberwiseClone();
        (copy.Uri, copy.RequestHeaders, copy.ResponseHeaders, copy.ErrorMessage) = (uri, requestHeaders, responseHeaders, error);
        return copy;
    }

    /// <summary>An entry of the list, and a string with its header; names are mostly shared.</summary>
    private static long BytesOf(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var bytes = 0L;
        for (var i = 0; i < headers.Count; i++)
        {
            bytes += 40 + (2L * headers[i].Value.Length);
        }

        return bytes;
    }

    private static bool IsLonger(string? text, int maxChars) => text is not null && (maxChars == 0 || text.Length > maxChars);
}

/// <summary>A credential in a record.</summary>
public sealed record AuthenticatedEntity(Guid Id, Guid ConsumerId);

/// <summary>TLS of the client's connection.</summary>
public sealed record TlsRecord(string Version, string Cipher);

/// <summary>Timings in milliseconds from arrival, from the monotonic clock; null while not reached.</summary>
public sealed class RequestTimings
{
    /// <summary>When the request was handed to the upstream (of the last try).</summary>
    public double? UpstreamSent { get; set; }

    /// <summary>When the upstream's status and headers had arrived.</summary>
    public double? UpstreamHeaders { get; set; }

    /// <summary>When the first content-bearing event (stream) or body byte (one answer) had arrived.</summary>
    public double? FirstToken { get; set; }

    /// <summary>When content last arrived, while the answer streams; what a viewer tells a stall by.</summary>
    public double? LastOutput { get; set; }

    /// <summary>When the last byte of the upstream's answer had arrived.</summary>
    public double? UpstreamDone { get; set; }

    /// <summary>When the last byte had been written to the client.</summary>
    public double? Total { get; set; }

    /// <summary>Time until the request was handed to the upstream; the whole time when it never was.</summary>
    public double Gateway => UpstreamSent ?? Total ?? 0;

    /// <summary>Time from there to the upstream's head; null when there was none.</summary>
    public double? Upstream => UpstreamHeaders - UpstreamSent;
}

/// <summary>One attempt to reach an upstream (<c>tries[]</c> of a log record).</summary>
public sealed class UpstreamTry
{
    /// <summary>Resolved peer address; null when the name did not resolve.</summary>
    public string? Ip { get; set; }

    public int Port { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long BalancerStartMs { get; set; }

    public long BalancerStartNs { get; set; }

    public long BalancerLatencyNs { get; set; }

    /// <summary>When it ended, in milliseconds from the request's arrival; null for one that ends with the answer's last byte.</summary>
    public double? EndedMs { get; set; }

    /// <summary><c>failed</c> or <c>next</c> on a failed try, else null.</summary>
    public string? State { get; set; }

    /// <summary>Status code of a failed try; 0 when none.</summary>
    public int Code { get; set; }
}
