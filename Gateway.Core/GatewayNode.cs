namespace Gateway.Core;

/// <summary>This process among the gateways of an installation.</summary>
/// <param name="Id">A UUID; the host may give one that outlives the process.</param>
internal sealed record GatewayNode(string Id);
