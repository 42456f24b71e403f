namespace Gateway.Core;

/// <summary>How the gateway names itself on the wire: as the Kong Gateway generation whose interface it keeps.</summary>
internal static class GatewayProduct
{
    /// <summary>Version of the interface that clients and tools see.</summary>
    public const string Version = "3.10.0";

    /// <summary>Product and version, as in <c>Server</c> and <c>Via</c>.</summary>
    public const string Token = "kong/" + Version;
}
