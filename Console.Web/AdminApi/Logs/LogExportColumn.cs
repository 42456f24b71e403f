using System.Globalization;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>A column of the table that requests are downloaded as.</summary>
/// <param name="Meaning">For the reference.</param>
internal sealed record LogExportColumn(string Name, string Meaning, Func<RequestRow, object?> Value)
{
    /// <summary>In order. New ones come last, so that spreadsheets find the others where they were.</summary>
    public static IReadOnlyList<LogExportColumn> All { get; } =
    [
        new("started_at", "when it arrived, UTC", r => r.StartedAt.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
        new("request_id", "what X-Kong-Request-Id said", r => r.RequestId),
        new("status", "what the client got, 0 for nothing", r => r.Status),
        new("outcome", "ok, rejected, upstream_error and so on", r => LogFields.Outcome.Value(r)),
        new("outcome_detail", "the finer reason", r => r.OutcomeDetail),
        new("error", "the message that explains it", r => r.ErrorMessage),
        new("method", "of the request", r => r.Method),
        new("path", "without query", r => r.Path),
        new("route", "by name", r => r.RouteName),
        new("service", "by name", r => r.ServiceName),
        new("consumer", "by name", r => r.ConsumerName),
        new("agent", "codex, claude-code, sdk, curl, browser, replay", r => r.Agent),
        new("session", "the agent's own id of it", r => r.SessionId),
        new("provider", "that was called", r => r.Provider),
        new("requested_model", "what the client asked for", r => r.RequestedModel),
        new("model", "what answered", r => r.Model),
        new("stream", "true or false", r => r.IsStream ? "true" : "false"),
        new("input_tokens", "of the prompt, outside any cache", r => r.InputTokens),
        new("cache_read_tokens", "of the prompt, read from a cache", r => r.CacheReadTokens),
        new("cache_write_tokens", "of the prompt, written to a cache for 5 minutes or an hour", r => r.CacheWriteTokens),
        new("output_tokens", "reasoning included", r => r.OutputTokens),
        new("reasoning_tokens", "as part of output", r => r.ReasoningTokens),
        new("cost", "US dollars, or the currency of the plugin's prices; empty without a price", r => r.Cost),
        new("time_to_first_token_ms", "from the parsed request to the first content", r => r.TimeToFirstTokenMs),
        new("total_ms", "from the first byte read to the last one written", r => r.TotalMs),
        new("gateway_ms", "in the gateway before the upstream was called", r => r.GatewayMs),
        new("request_bytes", "head and body", r => r.RequestSize),
        new("response_bytes", "head and body", r => r.ResponseSize),
        new("user_agent", "as the client sent it", r => r.UserAgent),
        new("llm", "whether an AI plugin made the call, true or false", r => r.IsLlm ? "true" : "false"),
        new("usage_source", "provider or estimate; empty without tokens", r => r.UsageSource is null ? null : LogFields.Usage.Value(r)),
        new("tokens_per_second", "from the first token to the end", r => r.TokensPerSecond is { } speed ? Math.Round(speed, 2) : null),
        new("kind", "main, sub-agent or background, of a request of a session", r => r.Kind switch { CallKind.Main => "main", CallKind.SubAgent => "sub-agent", CallKind.Background => "background", _ => null }),
        new("replay_of", "id of the request that it repeats", r => r.ReplayOf),
    ];
}
