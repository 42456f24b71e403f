using System.Globalization;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Upstreams.Pools;

/// <summary>One target of a pool: where it is and how it fares.</summary>
internal sealed class PoolTarget
{
    /// <param name="health">Kept from the pool before, so that a new neighbour does not make a sick target healthy.</param>
    public PoolTarget(TargetConfig config, TargetHealth? health)
    {
        Config = config;
        Health = health ?? new TargetHealth();
        var colon = config.Target.LastIndexOf(':');
        Host = config.Target[..colon];
        Port = int.Parse(config.Target.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        Plain = new Peer("http://" + config.Target, HostHeaderFor(80), Host, Port);
        Tls = new Peer("https://" + config.Target, HostHeaderFor(443), Host, Port);
    }

    public TargetConfig Config { get; }

    public TargetHealth Health { get; }

    /// <summary>Host name or IP address; IPv6 in brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    /// <summary>This target reached without TLS.</summary>
    public Peer Plain { get; }

    /// <summary>This target reached by TLS.</summary>
    public Peer Tls { get; }

    /// <summary>When the last probe began, by the monotonic clock; 0: never.</summary>
    public long LastProbe { get; set; }

    private string HostHeaderFor(int defaultPort) => Port == defaultPort ? Host : Config.Target;
}
