using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.CorrelationId;

/// <summary>Config of the plugin <c>correlation-id</c>.</summary>
internal sealed record CorrelationIdConfig : IPluginConfig
{
    [Field("Header that carries the id.")]
    [Rule<HeaderNameRule>]
    public string HeaderName { get; init; } = "Kong-Request-ID";

    [Field("How ids are made: a UUID and a counter, a UUID for each request, or address, process, connection and time.", Required = true)]
    [OneOf("tracker", "uuid", "uuid#counter")]
    public string Generator { get; init; } = "uuid#counter";

    [Field("Send the id back to the client, in the same header.")]
    public bool EchoDownstream { get; init; }
}
