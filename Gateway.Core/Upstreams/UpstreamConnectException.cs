namespace Gateway.Core.Upstreams;

/// <summary>Why no connection to an upstream came about. The request has not left the gateway.</summary>
internal enum ConnectFault
{
    /// <summary>The name does not exist or has no address.</summary>
    NameUnknown,

    /// <summary>The resolver failed.</summary>
    ResolverFailed,

    Refused,

    TimedOut,

    /// <summary>The address is one that the gateway never calls.</summary>
    Forbidden,
}

/// <summary>No connection to an upstream came about.</summary>
internal sealed class UpstreamConnectException(ConnectFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    public ConnectFault Fault { get; } = fault;
}
