using Gateway.Core.Telemetry;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>Requests with one status.</summary>
internal sealed class StatusSeries(StatusLabels labels)
{
    public string Labels { get; } = labels.ToText();

    public Counter Requests { get; } = new();
}

/// <summary>Times of one route, in milliseconds.</summary>
internal sealed class LatencySeries(RouteLabels labels)
{
    private static readonly int[] GatewayBounds = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000];
    private static readonly int[] UpstreamBounds = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000];

    public string Labels { get; } = labels.ToText();

    public Histogram Gateway { get; } = new(GatewayBounds);

    public Histogram Upstream { get; } = new(UpstreamBounds);

    public Histogram Request { get; } = new(UpstreamBounds);
}

/// <summary>Bytes of one route and consumer.</summary>
internal sealed class TrafficSeries(TrafficLabels labels)
{
    public string IngressLabels { get; } = labels.ToText("ingress");

    public string EgressLabels { get; } = labels.ToText("egress");

    public Counter Ingress { get; } = new();

    public Counter Egress { get; } = new();
}

/// <summary>Calls of one model.</summary>
internal sealed class LlmSeries(LlmLabels labels)
{
    private static readonly int[] Bounds = [250, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 10000, 30000, 60000];

    public string Labels { get; } = labels.ToText();

    public Counter Requests { get; } = new();

    public FractionCounter Cost { get; } = new();

    public Histogram Latency { get; } = new(Bounds);
}

/// <summary>Tokens of one model.</summary>
internal sealed class TokenSeries(LlmLabels labels)
{
    public string PromptLabels { get; } = labels.ToText("prompt_tokens");

    public string CompletionLabels { get; } = labels.ToText("completion_tokens");

    public string TotalLabels { get; } = labels.ToText("total_tokens");

    public Counter Prompt { get; } = new();

    public Counter Completion { get; } = new();

    public Counter Total { get; } = new();
}
