using Gateway.Core.Configuration;
using Gateway.Core.Plugins.Prometheus;
using Gateway.Core.Tests.Telemetry;
using Gateway.Shared.Contracts;
using Gateway.Testing.Logging;

namespace Gateway.Core.Tests.Plugins.Prometheus;

/// <summary>Figures of records that no test upstream makes: models, tokens, cost, too many labels.</summary>
public sealed class PrometheusMetricsTests
{
    private const string Call =
        """ai_provider="openai",ai_model="gpt-5-mini",cache_status="",vector_db="",embeddings_provider="",embeddings_model="",workspace="default",consumer="" """;

    private static readonly PrometheusConfig Everything = new()
    {
        AiMetrics = true,
        BandwidthMetrics = true,
        LatencyMetrics = true,
        StatusCodeMetrics = true,
        PerConsumer = true,
    };

    [Fact]
    public void ModelCalls_AreCountedWithTokensCostAndLatency()
    {
        var (metrics, flags) = Create(new PrometheusConfig { AiMetrics = true });
        var record = SomeRecords.AiProxy();
        record.Llm!.Cost = 0.00037m;
        var stream = SomeRecords.AiProxy();
        stream.Llm!.IsStream = true;

        metrics.Count(record, flags);
        metrics.Count(record, flags);
        metrics.Count(stream, flags);

        var scrape = Scrape.Of(metrics);
        Assert.Equal(2, scrape[$"kong_ai_llm_requests_total{{{Call.TrimEnd()},request_mode=\"oneshot\"}}"]);
        Assert.Equal(1, scrape[$"kong_ai_llm_requests_total{{{Call.TrimEnd()},request_mode=\"stream\"}}"]);
        Assert.Equal([$"kong_ai_llm_cost_total{{{Call.TrimEnd()},request_mode=\"oneshot\"}} 0.00074"], scrape.Of("kong_ai_llm_cost_total"));
        Assert.Equal(3 * 25, scrape[$"kong_ai_llm_tokens_total{{{Call.TrimEnd()},token_type=\"prompt_tokens\"}}"]);
        Assert.Equal(3 * 456, scrape[$"kong_ai_llm_tokens_total{{{Call.TrimEnd()},token_type=\"completion_tokens\"}}"]);
        Assert.Equal(3 * 481, scrape[$"kong_ai_llm_tokens_total{{{Call.TrimEnd()},token_type=\"total_tokens\"}}"]);
        Assert.Equal(0, scrape[$"kong_ai_llm_provider_latency_ms_bucket{{{Call.TrimEnd()},request_mode=\"oneshot\",le=\"5000\"}}"]);
        Assert.Equal(2, scrape[$"kong_ai_llm_provider_latency_ms_bucket{{{Call.TrimEnd()},request_mode=\"oneshot\",le=\"10000\"}}"]);
        Assert.Equal(2 * 6786, scrape[$"kong_ai_llm_provider_latency_ms_sum{{{Call.TrimEnd()},request_mode=\"oneshot\"}}"]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ModelCalls_OneSideKeepsNoStatistics_AreNotCounted(bool inPrometheus, bool inAiPlugin)
    {
        var (metrics, flags) = Create(new PrometheusConfig { AiMetrics = inPrometheus });
        var record = SomeRecords.AiProxy();
        record.Llm!.LogStatistics = inAiPlugin;

        metrics.Count(record, flags);

        Assert.Empty(Scrape.Of(metrics).Types);
    }

    [Theory]
    [InlineData(true, "alice")]
    [InlineData(false, "")]
    public void Consumer_IsNamed_WhenAskedFor(bool perConsumer, string label)
    {
        var (metrics, flags) = Create(Everything with { PerConsumer = perConsumer });
        var record = SomeRecords.AiProxy();
        record.Consumer = new ConsumerConfig { Username = "alice" };

        metrics.Count(record, flags);

        var scrape = Scrape.Of(metrics);
        foreach (var name in new[] { "kong_http_requests_total", "kong_bandwidth_bytes", "kong_ai_llm_requests_total", "kong_ai_llm_tokens_total" })
        {
            Assert.NotEmpty(scrape.Of(name));
            Assert.All(scrape.Of(name), s => Assert.Contains($"consumer=\"{label}\"", s, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Labels_WithoutNames_AreHostAndId()
    {
        var (metrics, flags) = Create(Everything);
        var record = SomeRecords.Plain();
        record.Service = record.Service! with { Name = null };
        record.Route = record.Route! with { Name = null };

        metrics.Count(record, flags);

        Assert.Equal(
            [$$"""kong_http_requests_total{service="up.example",route="{{record.Route.Id}}",code="200",source="service",workspace="default",consumer=""} 1"""],
            Scrape.Of(metrics).Of("kong_http_requests_total"));
    }

    [Fact]
    public void Models_MoreThanTheLimit_ShareOneSeries()
    {
        var (metrics, flags) = Create(Everything, maxLabelSets: 3);

        for (var i = 0; i < 100; i++)
        {
            var record = SomeRecords.AiProxy();
            record.Llm!.RequestModel = $"model-{i}";
            metrics.Count(record, flags);
        }

        var calls = Scrape.Of(metrics).Of("kong_ai_llm_requests_total").ToList();
        Assert.Equal(4, calls.Count);
        Assert.Contains(calls, c => c.Contains("ai_model=\"overflow\"", StringComparison.Ordinal) && c.EndsWith(" 97", StringComparison.Ordinal));
    }

    [Fact]
    public void Model_TooLongOrBroken_IsNotALabel()
    {
        var (metrics, flags) = Create(Everything);
        foreach (var model in new[] { new string('m', 129), "m\ud800", "m\udc00", "m\ufffd" })
        {
            var record = SomeRecords.AiProxy();
            record.Llm!.RequestModel = model;
            metrics.Count(record, flags);
        }

        var calls = Scrape.Of(metrics).Of("kong_ai_llm_requests_total").ToList();
        Assert.Equal(2, calls.Count);
        Assert.Contains(calls, c => c.Contains("ai_model=\"overflow\"", StringComparison.Ordinal) && c.EndsWith(" 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Count_LabelsSeenBefore_AllocatesNothing()
    {
        const int rounds = 1000;
        var (metrics, flags) = Create(Everything);
        var records = new[] { SomeRecords.Plain(), SomeRecords.AiProxy() };
        records[0].Route = records[0].Route! with { Name = null };
        CountAll(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        CountAll(rounds);

        // Less than a byte for each: what the runtime takes for itself when code runs often is not the requests'.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, rounds);

        void CountAll(int times)
        {
            for (var i = 0; i < times; i++)
            {
                metrics.Count(records[0], flags);
                metrics.Count(records[1], flags);
            }
        }
    }

    private static (PrometheusMetrics Metrics, MetricFlags Flags) Create(PrometheusConfig config, int maxLabelSets = 100) =>
        (new PrometheusMetrics(new SnapshotHolder(), maxLabelSets), new MetricFlags([config]));
}
