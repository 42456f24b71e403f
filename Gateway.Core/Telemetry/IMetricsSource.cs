namespace Gateway.Core.Telemetry;

/// <summary>Has figures to show on <c>GET /metrics</c>.</summary>
internal interface IMetricsSource
{
    /// <summary>Writes its families. Called once for each scrape, on any thread.</summary>
    void Write(MetricsWriter writer);
}
