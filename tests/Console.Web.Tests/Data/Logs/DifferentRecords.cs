using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Three requests so different that every filter picks some of them: <c>claude</c>, <c>codex</c> and <c>plain</c>, a minute apart.</summary>
internal static class DifferentRecords
{
    /// <summary>Oldest first.</summary>
    public static RequestRecord[] All() => [Claude(), Codex(), Plain()];

    private static RequestRecord Claude()
    {
        var record = SomeRecords.AiProxy("claude");
        (record.Llm!.Cost, record.Llm.IsPriced) = (0.25m, true);
        return record;
    }

    private static RequestRecord Codex()
    {
        var record = SomeRecords.Plain("codex", TestLog.Start.AddMinutes(1).ToUnixTimeMilliseconds(), 502);
        (record.Uri, record.Agent, record.ErrorMessage) = ("/v1/responses?x=1", "codex", "used up 100% of the quota");
        record.Route = record.Route! with { Name = "codex-route" };
        record.Consumer = new ConsumerConfig { Username = "alice" };
        record.Llm = new LlmRecord
        {
            PluginName = "ai-proxy",
            PluginId = SomeRecords.PluginId,
            Provider = "anthropic",
            RequestedModel = "gpt-5-codex",
            Usage = new TokenUsage { PromptTokens = 100, CompletionTokens = 7 },
        };
        return record;
    }

    private static RequestRecord Plain()
    {
        var record = SomeRecords.Plain("plain", TestLog.Start.AddMinutes(2).ToUnixTimeMilliseconds(), 404);
        (record.Outcome, record.ErrorMessage) = (RequestOutcome.Rejected, "no Route matched with those values");
        (record.Service, record.Route) = (null, null);
        return record;
    }
}
