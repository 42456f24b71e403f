using Gateway.Core.Logging;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace Gateway.Testing.Logging;

/// <summary>Records of finished requests for tests.</summary>
public static class SomeRecords
{
    public static readonly Guid PluginId = new("11111111-2222-3333-4444-555555555555");

    /// <summary>A plain proxied call without an AI plugin.</summary>
    public static RequestRecord Plain(string? id = null, long startedAtMs = 1_800_000_000_000, int status = 200)
    {
        var service = new ServiceConfig { Id = Guid.NewGuid(), Name = "some-service", Host = "up.example", Port = 443, Protocol = "https" };
        var record = new RequestRecord
        {
            RequestId = id ?? RequestIds.New(startedAtMs),
            StartedAtMs = startedAtMs,
            StartTimestamp = startedAtMs,
            Method = "POST",
            Uri = "/some/path?a=1",
            BaseUrl = "http://localhost:8000",
            ClientIp = "127.0.0.1",
            RequestHeaders = [new("user-agent", "curl/8.0"), new("content-type", "application/json")],
            ResponseHeaders = [new("content-type", "application/json")],
            Status = status,
            IsFromUpstream = true,
            UpstreamUri = "/path?a=1",
            UpstreamStatus = status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Service = service,
            Route = new RouteConfig { Id = Guid.NewGuid(), Name = "some-route", Paths = ["/some"], Service = new EntityReference(service.Id) },
            RequestSize = 300,
            ResponseSize = 400,
            Outcome = status < 400 ? RequestOutcome.Ok : RequestOutcome.UpstreamError,
            Agent = "curl",
        };
        record.Timings.UpstreamSent = 2.5;
        record.Timings.UpstreamHeaders = 40;
        record.Timings.UpstreamDone = 60;
        record.Timings.Total = 61.25;
        record.Tries.Add(new UpstreamTry { Ip = "10.0.0.1", Port = 443, BalancerStartMs = startedAtMs, BalancerStartNs = startedAtMs * 1_000_000, BalancerLatencyNs = 1_500_000 });
        return record;
    }

    /// <summary>A call through ai-proxy with the figures of the published sample record.</summary>
    public static RequestRecord AiProxy(string? id = null, long startedAtMs = 1_800_000_000_000)
    {
        var record = Plain(id, startedAtMs);
        record.RequestHeaders = [new("user-agent", "claude-cli/2.0.37 (external, cli)"), new("content-type", "application/json"), new("accept", "application/json")];
        record.Agent = "claude-code";
        record.SessionId = "session-1";
        record.Timings.FirstToken = 6787;
        record.Timings.UpstreamDone = 6788;
        record.Timings.Total = 6789.5;
        record.Llm = new LlmRecord
        {
            PluginName = "ai-proxy",
            PluginId = PluginId,
            LogStatistics = true,
            Provider = "openai",
            RequestedModel = "gpt-5-mini",
            RequestModel = "gpt-5-mini",
            ResponseModel = "gpt-5-mini-2025-08-07",
            ClientFormat = "anthropic_messages",
            UpstreamFormat = "openai_chat",
            LatencyMs = 6786.9,
            TimeToFirstTokenMs = 6785.2,
            Usage = new TokenUsage
            {
                PromptTokens = 25,
                CompletionTokens = 456,
                ReasoningTokens = 256,
                HasPromptDetails = true,
                HasCompletionDetails = true,
            },
        };
        return record;
    }

    /// <summary>A call through ai-proxy-advanced that reached one target.</summary>
    public static RequestRecord AiProxyAdvanced(bool logStatistics = false)
    {
        var record = Plain();
        record.Llm = new LlmRecord
        {
            PluginName = "ai-proxy-advanced",
            PluginId = PluginId,
            LogStatistics = logStatistics,
            Provider = "openai",
            RequestModel = "gpt-4o",
            LatencyMs = 100,
            TimeToFirstTokenMs = 50,
            IsStream = true,
            TriedTargets =
            [
                new TriedTarget
                {
                    Ip = "10.1.2.3",
                    Port = 443,
                    Host = "api.openai.com",
                    UpstreamScheme = "https",
                    UpstreamUri = "/v1/responses",
                    RouteType = "llm/v1/responses",
                    Provider = "openai",
                },
            ],
        };
        return record;
    }
}
