namespace Gateway.Core.Llm.Providers;

/// <summary>What happens when a request names another model than the configured one.</summary>
public enum UnknownModelPolicy
{
    /// <summary>The configured model is used and the requested one recorded.</summary>
    Override,

    /// <summary>400 <c>cannot use own model - must be: …</c>, as Kong Gateway answers.</summary>
    Reject,
}

/// <summary>Settings of model calls, section <c>Gateway:Llm</c>.</summary>
public sealed class LlmPolicyOptions
{
    public const string Section = "Gateway:Llm";

    /// <summary>Default <c>override</c>.</summary>
    public UnknownModelPolicy UnknownModel { get; set; } = UnknownModelPolicy.Override;

    /// <summary>Bytes of an upstream's answer after which the call is aborted. Default 512 MiB.</summary>
    public long MaxResponseBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Longest a call may take as a whole, whatever flows. Default 30 minutes.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Longest wait for a client to take what there is for it; then the call ends, and with it the one to the provider. Default 60 seconds.
    /// </summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence of an upstream after which the client of a translated stream gets a sign of life. Default 15 seconds.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of request and of response payload that are kept for the log, each. Default 256 KiB.</summary>
    public int MaxLoggedPayloadBytes { get; set; } = 256 * 1024;
}
