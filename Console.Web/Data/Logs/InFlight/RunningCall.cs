using System.Text.Json.Serialization;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Data.Logs.InFlight;

/// <summary>What is written down of a call while it runs: enough for its record, should the process end first. No bodies.</summary>
internal sealed record RunningCall
{
    public string Method { get; init; } = "";

    public string Uri { get; init; } = "";

    public string BaseUrl { get; init; } = "";

    public string ClientIp { get; init; } = "";

    public string? Route { get; init; }

    public string? Service { get; init; }

    public string? Consumer { get; init; }

    public string? Agent { get; init; }

    public string? SessionId { get; init; }

    public string? ReplayOf { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Headers of the request, a name and a value each, credentials taken out.</summary>
    public IReadOnlyList<string[]> Headers { get; init; } = [];

    public long ConfigVersion { get; init; }

    public double? SentMs { get; init; }

    public double? HeadersMs { get; init; }

    public double? FirstTokenMs { get; init; }

    public long ResponseSize { get; init; }

    public RunningLlm? Llm { get; init; }

    /// <summary>Grows with everything that is worth writing down again.</summary>
    public static long ProgressOf(RequestRecord record) =>
        record.ResponseSize + (record.Llm?.OutputTokensSoFar ?? 0) + (record.Timings.UpstreamHeaders is null ? 0 : 1) + (record.Llm is null ? 0 : 1);

    /// <param name="record">Still moving; every field is read once and taken as it is.</param>
    public static RunningCall Of(RequestRecord record) => new()
    {
        Method = record.Method,
        Uri = record.Uri,
        BaseUrl = record.BaseUrl,
        ClientIp = record.ClientIp,
        Route = record.Route?.Name,
        Service = record.Service?.Name,
        Consumer = record.Consumer?.Username,
        Agent = record.Agent,
        SessionId = record.SessionId,
        ReplayOf = record.ReplayOf,
        CorrelationId = record.CorrelationId,
        Headers = [.. record.RequestHeaders.Select(h => new[] { h.Key, h.Value })],
        ConfigVersion = record.SnapshotVersion,
        SentMs = record.Timings.UpstreamSent,
        HeadersMs = record.Timings.UpstreamHeaders,
        FirstTokenMs = record.Timings.FirstToken,
        ResponseSize = record.ResponseSize,
        Llm = record.Llm is not { } llm ? null : new RunningLlm(
            llm.PluginName, llm.PluginId, llm.LogStatistics, llm.Provider, llm.RequestedModel, llm.RequestModel, llm.ResponseModel, llm.ClientFormat, llm.UpstreamFormat,
            llm.IsStream, llm.TimeToFirstTokenMs, llm.OutputTokensSoFar, llm.Usage),
    };

    /// <summary>The record of a call that the process did not live to end. Its entities are stored already and not part of it.</summary>
    public RequestRecord ToRecord(string requestId, long startedAtMs)
    {
        var record = new RequestRecord
        {
            RequestId = requestId,
            StartedAtMs = startedAtMs,
            StartTimestamp = 0,
            SnapshotVersion = ConfigVersion,
            Method = Method,
            Uri = Uri,
            BaseUrl = BaseUrl,
            ClientIp = ClientIp,
            Agent = Agent,
            SessionId = SessionId,
            ReplayOf = ReplayOf,
            CorrelationId = CorrelationId,
            RequestHeaders = [.. Headers.Where(h => h.Length == 2).Select(h => KeyValuePair.Create(h[0], h[1]))],
            IsRedacted = true,
            IsFromUpstream = HeadersMs is not null,
            ResponseSize = ResponseSize,
            Outcome = RequestOutcome.Interrupted,
            OutcomeDetail = FirstTokenMs is not null ? "streaming" : HeadersMs is not null ? "answering" : SentMs is not null ? "waiting" : "starting",
            ErrorMessage = "The gateway ended while this call was running",
            Llm = Llm?.ToRecord(),
        };
        (record.Timings.UpstreamSent, record.Timings.UpstreamHeaders, record.Timings.FirstToken) = (SentMs, HeadersMs, FirstTokenMs);
        return record;
    }
}

/// <summary>The AI part of a running call.</summary>
/// <param name="Usage">What the provider has said so far.</param>
internal sealed record RunningLlm(
    string Plugin,
    Guid PluginId,
    bool LogStatistics,
    string? Provider,
    string? RequestedModel,
    string? RequestModel,
    string? ResponseModel,
    string? ClientFormat,
    string? UpstreamFormat,
    bool IsStream,
    double? TimeToFirstTokenMs,
    long OutputTokens,
    TokenUsage? Usage)
{
    public LlmRecord ToRecord() => new()
    {
        PluginName = Plugin,
        PluginId = PluginId,
        LogStatistics = LogStatistics,
        Provider = Provider,
        RequestedModel = RequestedModel,
        RequestModel = RequestModel,
        ResponseModel = ResponseModel,
        ClientFormat = ClientFormat,
        UpstreamFormat = UpstreamFormat,
        IsStream = IsStream,
        TimeToFirstTokenMs = TimeToFirstTokenMs,
        OutputTokensSoFar = OutputTokens,
        // What the provider counted before its last word, and our own count of what has passed since, is an estimate.
        Usage = (Usage ?? new TokenUsage()) is var usage && usage.PromptTokens + usage.CompletionTokens + OutputTokens > 0
            ? usage with { CompletionTokens = Math.Max(usage.CompletionTokens, OutputTokens), ReportedTotal = null, Source = UsageSource.Estimate }
            : null,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RunningCall))]
internal sealed partial class RunningCallJson : JsonSerializerContext;
