namespace Gateway.Core.Upstreams;

/// <summary>Settings of the way to the upstreams, section <c>Gateway:Forwarding</c>.</summary>
public sealed class ForwardingOptions
{
    public const string Section = "Gateway:Forwarding";

    /// <summary>
    /// Addresses and CIDR ranges of proxies in front of the gateway whose <c>X-Forwarded-*</c> and <c>X-Real-IP</c> headers are
    /// believed. Default: none.
    /// </summary>
    public IList<string> TrustedIps { get; } = [];

    /// <summary>Whether the certificates of upstreams are verified where the service does not say. Default: no, as in Kong Gateway.</summary>
    public bool TlsVerify { get; set; }

    /// <summary>Whether link-local and cloud metadata addresses may be called. Default: no.</summary>
    public bool AllowLinkLocalAddresses { get; set; }

    /// <summary>
    /// Of 100 calls in ten seconds, how many may be followed by a repetition that fails as well. Default 20; 0 to 32767.
    /// </summary>
    public int RetryPercent { get; set; } = 20;

    /// <summary>Repetitions in ten seconds that may fail however few calls there are. Default 100.</summary>
    public int FreeRetries { get; set; } = 100;
}
