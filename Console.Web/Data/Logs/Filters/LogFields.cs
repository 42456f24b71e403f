using Gateway.Core.Logging;

namespace ConsoleWeb.Data.Logs.Filters;

/// <summary>Everything that can be asked of the log.</summary>
public static class LogFields
{
    public static readonly LogField Status = new("status", LogFieldKind.Status, LogFieldPlace.Facet, "status", r => r.Status, "status that the client got: 200, 4xx, >=400, error");
    public static readonly LogField Outcome = Facet("outcome", "outcome", r => OutcomeNames.NameOf(r.Outcome), "how it ended: ok, rejected, upstream_error, upstream_timeout, upstream_cut, client_closed, shutdown, interrupted, stopped");
    public static readonly LogField Method = Facet("method", "method", r => r.Method, "method of the request");
    public static readonly LogField Model = Facet("model", "model", r => r.Model, "model that answered");
    public static readonly LogField RequestedModel = Facet("requested", "requested_model", r => r.RequestedModel, "model that the client asked for");
    public static readonly LogField Provider = Facet("provider", "provider", r => r.Provider, "provider of the model");
    public static readonly LogField Route = Facet("route", "route", r => r.RouteName, "name of the route");
    public static readonly LogField Service = Facet("service", "service", r => r.ServiceName, "name of the service");
    public static readonly LogField Consumer = Facet("consumer", "consumer", r => r.ConsumerName, "user name of the consumer");
    public static readonly LogField Agent = Facet("agent", "agent", r => r.Agent, "program behind the call: codex, claude-code, sdk, curl");
    public static readonly LogField Stream = new("stream", LogFieldKind.Flag, LogFieldPlace.Facet, "is_stream", r => r.IsStream, "whether the answer was a stream");
    public static readonly LogField Llm = new("llm", LogFieldKind.Flag, LogFieldPlace.Facet, "is_llm", r => r.IsLlm, "whether it was a call of a model");
    public static readonly LogField Usage = Facet("usage", "usage_source", r => r.UsageSource?.ToString().ToLowerInvariant(), "who counted the tokens: provider or estimate");
    public static readonly LogField Session = new("session", LogFieldKind.Text, LogFieldPlace.Session, "key", r => r.SessionId, "session of the agent");
    public static readonly LogField Id = new("id", LogFieldKind.Text, LogFieldPlace.Row, "request_id", r => r.RequestId, "id of the request");
    public static readonly LogField ReplayOf = Row("replay_of", LogFieldKind.Text, "replay_of", r => r.ReplayOf, "id of the request that it repeats; has:replay_of finds all that repeat one");
    public static readonly LogField Path = Row("path", LogFieldKind.Text, "path", r => r.Path, "path of the request") with { TextNumber = 1 };
    public static readonly LogField UserAgent = Row("useragent", LogFieldKind.Text, "user_agent", r => r.UserAgent, "what the client calls itself") with { TextNumber = 2 };
    public static readonly LogField Error = Row("error", LogFieldKind.Text, "error", r => r.ErrorMessage, "message of the error") with { TextNumber = 3 };
    public static readonly LogField Reason = Row("reason", LogFieldKind.Text, "outcome_detail", r => r.OutcomeDetail, "finer reason of the outcome") with { TextNumber = 4 };

    /// <summary>Free text is looked for in these.</summary>
    public static readonly IReadOnlyList<LogField> Texts = [Id, Path, Model, Route, Agent, Error, UserAgent];

    public static readonly IReadOnlyList<LogField> All =
    [
        Status, Outcome, Method, Model, RequestedModel, Provider, Route, Service, Consumer, Agent, Stream, Llm, Usage, Session, Id, ReplayOf, Path, UserAgent, Error, Reason,
        Number("tokens.in", LogFieldKind.Number, "input_tokens", r => r.InputTokens, "input tokens outside any cache"),
        Number("tokens.cached", LogFieldKind.Number, "cache_read_tokens", r => r.CacheReadTokens, "input tokens read from a cache"),
        Number("tokens.written", LogFieldKind.Number, "cache_write_tokens", r => r.CacheWriteTokens, "input tokens written to a cache"),
        Number("tokens.out", LogFieldKind.Number, "output_tokens", r => r.OutputTokens, "output tokens, reasoning included"),
        Number("tokens.reasoning", LogFieldKind.Number, "reasoning_tokens", r => r.ReasoningTokens, "reasoning tokens"),
        Number("cost", LogFieldKind.Money, "cost", r => r.Cost is { } cost ? RequestColumns.ToUnits(cost) : null, "cost of the call"),
        Number("ttft", LogFieldKind.Duration, "ttft_ms", r => r.TimeToFirstTokenMs, "time to the first token"),
        Number("total", LogFieldKind.Duration, "total_ms", r => r.TotalMs, "whole time"),
        Number("gateway", LogFieldKind.Duration, "gateway_ms", r => r.GatewayMs, "time in the gateway before the upstream was called"),
        Number("size.in", LogFieldKind.Size, "request_size", r => r.RequestSize, "bytes of the request"),
        Number("size.out", LogFieldKind.Size, "response_size", r => r.ResponseSize, "bytes of the answer"),
    ];

    private static readonly Dictionary<string, LogField> ByName = All.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    /// <returns>Null for a name that no field has.</returns>
    public static LogField? Find(string name) => ByName.GetValueOrDefault(name is "session_id" ? "session" : name is "requested_model" ? "requested" : name);

    private static LogField Facet(string name, string column, Func<RequestRow, object?> value, string help) => new(name, LogFieldKind.Text, LogFieldPlace.Facet, column, value, help);

    private static LogField Row(string name, LogFieldKind kind, string column, Func<RequestRow, object?> value, string help) => new(name, kind, LogFieldPlace.Row, column, value, help);

    private static LogField Number(string name, LogFieldKind kind, string column, Func<RequestRow, object?> value, string help) => Row(name, kind, column, value, help) with { HasZones = true };
}
