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
            Cost = llm is { IsPriced: true } ? llm.Cost : null,
            TimeToFirstTokenMs = llm?.TimeToFirstTokenMs,
            TotalMs = record.Timings.Total,
            GatewayMs = record.Timings.UpstreamSent,
        };
    }

    /// <summary>The same rules as the store's, for rows that are not stored yet.</summary>
    public static bool Matches(RequestFilter filter, RequestRow row) =>
        (filter.Status is null || MatchesStatus(filter.Status, row.Status))
        && Equal(filter.Model, row.Model)
        && Equal(filter.Provider, row.Provider)
        && Equal(filter.Route, row.RouteName)
        && Equal(filter.Consumer, row.ConsumerName)
        && Equal(filter.Agent, row.Agent)
        && Equal(filter.SessionId, row.SessionId)
        && (filter.Outcome is null || filter.Outcome == row.Outcome)
        && (filter.Text is null || Contains(row, filter.Text));

    private static bool MatchesStatus(string wanted, int status) => wanted switch
    {
        "error" => status >= 400,
        [var digit, 'x', 'x'] => status / 100 == digit - '0',
        _ => int.TryParse(wanted, out var exact) && exact == status,
    };

    private static bool Equal(string? wanted, string? actual) =>
        wanted is null || string.Equals(wanted, actual, StringComparison.OrdinalIgnoreCase);

    private static bool Contains(RequestRow row, string text) =>
        Has(row.RequestId, text) || Has(row.Path, text) || Has(row.Model, text) || Has(row.RouteName, text) || Has(row.Agent, text) || Has(row.ErrorMessage, text);

    private static bool Has(string? value, string text) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) ?? false;
}
