namespace ConsoleWeb.Options;

/// <summary>Where the three listeners bind; read once at start from <c>Gateway:{Proxy,Admin,Console}:Url</c>.</summary>
/// <param name="ProxyTls">Second address of the proxy listener, with TLS, from <c>Gateway:Proxy:TlsUrl</c>; null: none.</param>
/// <param name="ProxyGrpc">Further address of it, for HTTP/2 without TLS, from <c>Gateway:Proxy:GrpcUrl</c>; null: none.</param>
internal sealed record ListenerUrls(Uri Proxy, Uri Admin, Uri Console, Uri? ProxyTls, Uri? ProxyGrpc)
{
    public bool UsesTls => new[] { Proxy, Admin, Console, ProxyTls }.Any(u => u?.Scheme == Uri.UriSchemeHttps);

    public static ListenerUrls Read(IConfiguration configuration, ICollection<string> faults) => new(
        Url(configuration, "Gateway:Proxy:Url", "http://0.0.0.0:8000", faults),
        Url(configuration, "Gateway:Admin:Url", "http://127.0.0.1:8001", faults),
        Url(configuration, "Gateway:Console:Url", "http://127.0.0.1:8002", faults),
        FurtherUrl(configuration, "Gateway:Proxy:TlsUrl", "https://0.0.0.0:8443", faults),
        FurtherUrl(configuration, "Gateway:Proxy:GrpcUrl", "http://0.0.0.0:9080", faults));

    /// <param name="example">Its scheme is the one that the address must have.</param>
    private static Uri? FurtherUrl(IConfiguration configuration, string key, string example, ICollection<string> faults)
    {
        if (string.IsNullOrEmpty(configuration[key]))
        {
            return null;
        }

        var url = Url(configuration, key, example, faults);
        if (url.Scheme != new Uri(example).Scheme)
        {
            faults.Add($"{Shown(key)}: '{configuration[key]}' is not an address such as {example}");
        }

        return url;
    }

    private static Uri Url(IConfiguration configuration, string key, string fallback, ICollection<string> faults)
    {
        var text = configuration[key] is { Length: > 0 } set ? set : fallback;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        faults.Add($"{Shown(key)}: '{text}' is not an address such as {fallback}");
        return new Uri(fallback);
    }

    private static string Shown(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
