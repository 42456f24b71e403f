using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Live;

/// <summary>Turns running records into the rows that lists show.</summary>
internal static class RequestRows
{
    public static RequestRow FromRunning(RequestRecord record) => FromFinished(record, sequence: 0);

    /// <param name="sequence">The number that the row will have.</param>
    public static RequestRow FromFinished(RequestRecord record, long sequence)
    {
        var llm = record.Llm;
        var usage = llm?.Usage;
        return new RequestRow
        {
            Sequence = sequence,
            RequestId = record.RequestId,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.StartedAtMs),
            Status = record.Status,
            Outcome = record.Outcome,
            OutcomeDetail = record.OutcomeDetail,
            ErrorMessage = record.ErrorMessage,
            Method = record.Method,
            Path = PathOf(record.Uri),
            RouteName = record.Route?.Name,
            ServiceName = record.Service?.Name,
            ConsumerName = record.Consumer?.Username,
            Agent = record.Agent,
            UserAgent = Find(record.RequestHeaders, "user-agent"),
            SessionId = record.SessionId,
            ReplayOf = record.ReplayOf,
            Provider = llm?.Provider,
            RequestedModel = llm?.RequestedModel,
            Model = llm?.ResponseModel ?? llm?.RequestModel ?? llm?.RequestedModel,
            IsLlm = llm is not null,
            IsStream = llm?.IsStream ?? false,
            InputTokens = usage?.InputTokens ?? 0,
            CacheReadTokens = usage?.CacheReadTokens ?? 0,
            CacheWriteTokens = (usage?.CacheWrite5mTokens ?? 0) + (usage?.CacheWrite1hTokens ?? 0),
            OutputTokens = Math.Max(usage?.CompletionTokens ?? 0, llm?.OutputTokensSoFar ?? 0),
            ReasoningTokens = usage?.ReasoningTokens ?? 0,
            UsageSource = usage?.Source,
            Cost = llm?.KnownCost,
            TimeToFirstTokenMs = llm?.TimeToFirstTokenMs,
            TotalMs = record.Timings.Total,
            LastOutputMs = record.Timings.LastOutput,
            GatewayMs = record.Timings.UpstreamSent,
            RequestSize = record.RequestSize,
            ResponseSize = record.ResponseSize,
        };
    }

    private static string PathOf(string uri) => uri.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? uri[..query] : uri;

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> headers, string name)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers[i].Key == name)
            {
                return headers[i].Value;
            }
        }

        return null;
    }
}
