namespace Gateway.Core.Upstreams;

/// <summary>Where a try goes.</summary>
/// <param name="Prefix">Scheme, host and port: <c>https://api.example.com:443</c>.</param>
/// <param name="HostHeader">Host header when nothing else says so; without the scheme's default port.</param>
internal sealed record Peer(string Prefix, string HostHeader, string Host, int Port);
