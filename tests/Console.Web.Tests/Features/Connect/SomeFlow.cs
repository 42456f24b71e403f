using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Connect;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Tests.Features.Connect;

/// <summary>Connections, and what the gateway saw of them.</summary>
internal static class SomeFlow
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 10, 0, 0, TimeSpan.Zero);

    public static ConnectedFlow Claude { get; } = Of(AgentPreset.ClaudeCodeId, ApiShape.Messages, "gpt-5-mini");

    public static ConnectedFlow Codex { get; } = Of(AgentPreset.CodexId, ApiShape.Responses, null);

    public static ConnectedFlow Other { get; } = Of(AgentPreset.OtherId, ApiShape.Chat, null);

    /// <summary>A call of the agent that went well, as the log has it.</summary>
    public static RequestRow Good(ConnectedFlow flow) => new()
    {
        RequestId = "good",
        StartedAt = Start.AddSeconds(5),
        Status = 200,
        Outcome = RequestOutcome.Ok,
        Method = "POST",
        Path = flow.Path + "/x",
        RouteName = flow.RouteName,
        Agent = flow.Preset.Agent,
        UserAgent = "program/1.0 (linux)",
        SessionId = "0123456789abcdef",
        IsLlm = true,
        IsStream = true,
        Model = "gpt-5-mini",
        InputTokens = 25,
        OutputTokens = 456,
        UsageSource = UsageSource.Provider,
        Cost = 0.0009m,
        TimeToFirstTokenMs = 812,
        TotalMs = 6800,
    };

    /// <summary>A call that did not: nothing came back that counts.</summary>
    public static RequestRow Bad(ConnectedFlow flow, int status, RequestOutcome outcome, string? detail = null, string? message = null) => Good(flow) with
    {
        RequestId = "bad",
        Status = status,
        Outcome = outcome,
        OutcomeDetail = detail,
        ErrorMessage = message,
        UsageSource = null,
        Cost = null,
        TimeToFirstTokenMs = null,
        OutputTokens = 0,
    };

    private static ConnectedFlow Of(string id, ApiShape shape, string? model) => new()
    {
        Tag = $"flow:{id}-1",
        Preset = AgentPreset.Find(id)!,
        RouteName = $"{id}-route",
        RouteId = "r",
        Path = "/" + id,
        Shape = shape,
        PluginId = "p",
        Provider = "openai",
        Model = model,
        MaxBody = 131_072,
        CreatedAt = Start,
    };
}
