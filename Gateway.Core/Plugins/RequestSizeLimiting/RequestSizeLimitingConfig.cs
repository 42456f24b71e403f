using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RequestSizeLimiting;

/// <summary>Config of the plugin <c>request-size-limiting</c>.</summary>
internal sealed record RequestSizeLimitingConfig : IPluginConfig
{
    [Field("Longest body that may pass, in the unit below.")]
    public int AllowedPayloadSize { get; init; } = 128;

    [Field("Unit of the size: a megabyte is 1,048,576 bytes, a kilobyte 1,024.", Required = true)]
    [OneOf("bytes", "kilobytes", "megabytes")]
    public string SizeUnit { get; init; } = "megabytes";

    [Field("Refuse requests that do not say how long their body is.")]
    public bool RequireContentLength { get; init; }

    /// <summary>The limit in bytes.</summary>
    public long AllowedBytes => AllowedPayloadSize * (SizeUnit switch { "bytes" => 1L, "kilobytes" => 1L << 10, _ => 1L << 20 });
}
