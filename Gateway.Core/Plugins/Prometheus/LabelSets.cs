using System.Globalization;
using Gateway.Core.Telemetry;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>Service and route of a request; empty where there is none.</summary>
/// <param name="RouteId">Names a route that has no name, else empty: its text is made with the series only.</param>
internal readonly record struct RouteLabels(string Service, string RouteName, Guid RouteId) : ILabelSet<RouteLabels>
{
    public RouteLabels Overflow => new(LabelValue.Overflow, LabelValue.Overflow, Guid.Empty);

    public string Route => RouteId == Guid.Empty ? RouteName : RouteId.ToString();

    public static RouteLabels Of(RequestRecord record) => new(
        record.Service is { } service ? service.Name ?? service.Host : "",
        record.Route?.Name ?? "",
        record.Route is { Name: null } unnamed ? unnamed.Id : Guid.Empty);

    public string ToText() => MetricsWriter.Labels(("service", Service), ("route", Route), ("workspace", DefaultWorkspace.Name));
}

/// <summary>Labels of a finished request.</summary>
internal readonly record struct StatusLabels(RouteLabels Route, int Status, bool IsFromUpstream, string Consumer) : ILabelSet<StatusLabels>
{
    public StatusLabels Overflow => this with { Route = Route.Overflow, Consumer = LabelValue.Overflow };

    public string ToText() => MetricsWriter.Labels(
        ("service", Route.Service),
        ("route", Route.Route),
        ("code", Status.ToString(CultureInfo.InvariantCulture)),
        ("source", IsFromUpstream ? "service" : "kong"),
        ("workspace", DefaultWorkspace.Name),
        ("consumer", Consumer));
}

/// <summary>Labels of the bytes of a route and consumer.</summary>
internal readonly record struct TrafficLabels(RouteLabels Route, string Consumer) : ILabelSet<TrafficLabels>
{
    public TrafficLabels Overflow => new(Route.Overflow, LabelValue.Overflow);

    public string ToText(string direction) => MetricsWriter.Labels(
        ("service", Route.Service),
        ("route", Route.Route),
        ("direction", direction),
        ("workspace", DefaultWorkspace.Name),
        ("consumer", Consumer));
}

/// <summary>Labels of a model call.</summary>
/// <param name="Mode"><c>oneshot</c> or <c>stream</c>; null for metrics without this label.</param>
internal readonly record struct LlmLabels(string Provider, string Model, string Consumer, string? Mode) : ILabelSet<LlmLabels>
{
    public LlmLabels Overflow => this with { Model = LabelValue.Overflow, Consumer = LabelValue.Overflow };

    /// <param name="tokenType">Null for metrics without this label.</param>
    public string ToText(string? tokenType = null)
    {
        var text = MetricsWriter.Labels(
            ("ai_provider", Provider),
            ("ai_model", Model),
            ("cache_status", ""),
            ("vector_db", ""),
            ("embeddings_provider", ""),
            ("embeddings_model", ""),
            ("workspace", DefaultWorkspace.Name),
            ("consumer", Consumer));
        return Mode is not null ? $"{text},{MetricsWriter.Labels(("request_mode", Mode))}"
            : tokenType is not null ? $"{text},{MetricsWriter.Labels(("token_type", tokenType))}"
            : text;
    }
}
