namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>Which traces are recorded, and what the upstream learns of that.</summary>
public sealed class SamplingTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "01", true)]
    [InlineData("", "00", false)]
    [InlineData(""" "sampling_rate":0 """, "", false)]
    [InlineData(""" "sampling_rate":0 """, "01", false)]
    [InlineData(""" "sampling_rate":1 """, "00", false)]
    [InlineData(""" "sampling_rate":0,"sampling_strategy":"parent_probability_fallback" """, "01", true)]
    [InlineData(""" "sampling_rate":0,"sampling_strategy":"parent_probability_fallback" """, "", false)]
    [InlineData(""" "sampling_rate":1,"sampling_strategy":"parent_probability_fallback" """, "00", false)]
    public async Task Trace_IsRecorded_ByTheCallersDecisionAndTheRate(string config, string flags, bool isRecorded)
    {
        await using var traced = await TracedGateway.StartAsync(config);

        using var answer = await traced.GetAsync("/ai", flags.Length > 0 ? [("traceparent", $"00-{Trace}-{Span}-{flags}")] : []);
        var spans = await traced.EndAsync();

        Assert.Equal(isRecorded ? 2 : 0, spans.Count);
        var forwarded = traced.Forwarded[0].Headers["traceparent"].Split('-');
        Assert.Equal((flags.Length > 0 ? Trace : forwarded[1], isRecorded ? "01" : "00"), (forwarded[1], forwarded[3]));
        Assert.NotEqual(Span, forwarded[2]);
        Assert.Equal(forwarded[1], Assert.Single(traced.Record.TraceIds).Value);
    }

    /// <summary>A decision without ids: B3 lets a caller refuse a trace that it has not begun.</summary>
    [Theory]
    [InlineData("b3", "0", 0)]
    [InlineData("b3", "1", 2)]
    [InlineData("X-B3-Sampled", "0", 0)]
    [InlineData("X-INSTANA-L", "0", 0)]
    public async Task Decision_WithoutIds_IsFollowed(string header, string value, int count)
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai", (header, value));

        Assert.Equal(count, (await traced.EndAsync()).Count);
    }

    [Fact]
    public async Task Rate_InBetween_TakesAShareThatTheTraceDecides()
    {
        await using var traced = await TracedGateway.StartAsync(""" "sampling_rate":0.5 """);
        for (var i = 0; i < 16; i++)
        {
            // The last 64 bits of the id are the lot: below the half it is drawn.
            using var answer = await traced.GetAsync("/ai", ("traceparent", $"00-0af7651916cd43dd{i:x}448eb211c80319c-{Span}-01"));
        }

        var spans = await traced.EndAsync();

        Assert.Equal("01234567", string.Concat(spans.Where(s => s.Kind == SentSpan.Server).Select(s => s.TraceId[16]).Order()));
    }
}
