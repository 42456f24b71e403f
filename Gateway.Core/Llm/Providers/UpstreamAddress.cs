namespace Gateway.Core.Llm.Providers;

/// <summary>Where one attempt goes.</summary>
/// <param name="Host">Name or address; IPv6 in brackets.</param>
/// <param name="Path">Escaped, begins with one slash, no query.</param>
/// <param name="Query">With its question mark, or empty.</param>
internal sealed record UpstreamAddress(string Scheme, string Host, int Port, string Path, string Query)
{
    public bool IsDefaultPort => Port == (Scheme == "https" ? 443 : 80);

    /// <summary>The address as a URI whose path and query stay byte for byte as they are.</summary>
    public Uri ToUri() => new(
        IsDefaultPort ? $"{Scheme}://{Host}{Path}{Query}" : $"{Scheme}://{Host}:{Port}{Path}{Query}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
