using System.Net;

namespace ConsoleWeb.Cli.Wire;

/// <summary>How the command line reaches the Admin API; flags, environment and settings file already weighed up.</summary>
internal sealed record ConnectionSettings
{
    /// <summary>decK's default address of the Admin API; an address that differs from it selects gateway mode.</summary>
    public const string DefaultKongAddress = "http://localhost:8001";

    /// <summary>decK's default address of the Konnect API.</summary>
    public const string DefaultKonnectAddress = "https://us.api.konghq.com";

    public required string KongAddress { get; init; }

    /// <summary>Extra headers, <c>name:value</c> each.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public string? KonnectToken { get; init; }

    /// <summary>As given; null when nobody named one.</summary>
    public string? KonnectAddress { get; init; }

    public string? ControlPlaneName { get; init; }

    /// <summary>Time for one request. Default 10 s, as decK.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public bool SkipTlsVerify { get; init; }

    public string? TlsServerName { get; init; }

    /// <summary>PEM text of the certificate authority that signed the server's certificate.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>PEM text of the client's certificate and key.</summary>
    public string? ClientCertificate { get; init; }

    public string? ClientKey { get; init; }

    /// <summary>Cookies for the Admin API; null: none are sent or kept.</summary>
    public CookieContainer? Cookies { get; init; }

    /// <summary>Whether decK would speak to Konnect (rules of decK: file, then a non-default Kong address, then token, then address).</summary>
    public bool IsKonnect(bool fileNamesKonnect)
        => fileNamesKonnect
            || (KongAddress.TrimEnd('/') == DefaultKongAddress
                && (!string.IsNullOrEmpty(KonnectToken) || !string.IsNullOrEmpty(KonnectAddress)));
}
