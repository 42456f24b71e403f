using OpenTelemetry.Resources;

namespace Gateway.Core.Plugins.Opentelemetry.Export;

/// <summary>What telemetry says of its origin.</summary>
internal static class TelemetryResource
{
    /// <summary>Name of the tracer and the meter.</summary>
    public const string Scope = "gatehouse";

    public static ResourceBuilder Of(OpentelemetryConfig config, GatewayNode node)
    {
        var attributes = new Dictionary<string, object>
        {
            ["service.name"] = "kong",
            ["service.version"] = GatewayProduct.Version,
            ["service.instance.id"] = node.Id,
        };
        foreach (var (name, value) in config.ResourceAttributes ?? new Dictionary<string, string>())
        {
            attributes[name] = value;
        }

        return ResourceBuilder.CreateEmpty().AddAttributes(attributes);
    }
}
