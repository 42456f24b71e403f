using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Tests.Components.Logs;

/// <summary>Rows as the log stores them.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 10, 41, 44, 17, TimeSpan.Zero);

    /// <summary>A finished call with all kinds of tokens and a price.</summary>
    public static RequestRow Call(string id = "a1", DateTimeOffset? at = null) => new()
    {
        RequestId = id,
        StartedAt = at ?? Start,
        Status = 200,
        Outcome = RequestOutcome.Ok,
        Method = "POST",
        Path = "/codex/responses",
        RouteName = "codex-route",
        Agent = "codex",
        Provider = "openai",
        RequestedModel = "gpt-5-codex",
        Model = "gpt-5-codex",
        IsLlm = true,
        IsStream = true,
        InputTokens = 3120,
        CacheReadTokens = 52_992,
        OutputTokens = 1186,
        ReasoningTokens = 640,
        UsageSource = UsageSource.Provider,
        Cost = 0.022384m,
        TimeToFirstTokenMs = 2570,
        TotalMs = 14_300,
        GatewayMs = 9,
    };
}
