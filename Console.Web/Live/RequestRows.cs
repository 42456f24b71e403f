using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Live;

/// <summary>Turns running records into the rows that lists show.</summary>
internal static class RequestRows
{
    public static RequestRow FromRunning(RequestRecord record)
    {
        var llm = record.Llm;
        var usage = llm?.Usage;
        return new RequestRow
        {
            RequestId = record.RequestId,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.StartedAtMs),
            Status = record.Status,
            Outcome = record.Outcome,
            OutcomeDetail = record.OutcomeDetail,
            ErrorMessage = record.ErrorMessage,
            Method = record.Method,
            Path = record.Uri.Split('?')[0],
            RouteName = record.Route?.Name,
            ServiceName = record.Service?.Name,
            ConsumerName = record.Consumer?.Username,
            Agent = record.Agent,
            UserAgent = record.RequestHeaders.FirstOrDefault(h => h.Key == "user-agent").Value,
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
}
