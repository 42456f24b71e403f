namespace ConsoleWeb.Options;

/// <summary>Where the three listeners bind; read once at start from <c>Gateway:{Proxy,Admin,Console}:Url</c>.</summary>
/// <param name="ProxyTls">Second address of the proxy listener, with TLS, from <c>Gateway:Proxy:TlsUrl</c>; null: none.</param>
internal sealed record ListenerUrls(Uri Proxy, Uri Admin, Uri Console, Uri? ProxyTls)
{
    private const string TlsKey = "Gateway:Proxy:TlsUrl";

    public bool UsesTls => new[] { Proxy, Admin, Console, ProxyTls }.Any(u => u?.Scheme == Uri.UriSchemeHttps);

    public static ListenerUrls Read(IConfiguration configuration, ICollection<string> faults) => new(
        Url(configuration, "Gateway:Proxy:Url", "http://0.0.0.0:8000", faults),
        Url(configuration, "Gateway:Admin:Url", "http://127.0.0.1:8001", faults),
        Url(configuration, "Gateway:Console:Url", "http://127.0.0.1:8002", faults),
        TlsUrl(configuration, faults));

    private static Uri? TlsUrl(IConfiguration configuration, ICollection<string> faults)
    {
        const string example = "https://0.0.0.0:8443";
        if (string.IsNullOrEmpty(configuration[TlsKey]))
        {
            return null;
        }

        var url = Url(configuration, TlsKey, example, faults);
        if (url.Scheme != Uri.UriSchemeHttps)
        {
            faults.Add($"{Shown(TlsKey)}: '{configuration[TlsKey]}' is not an address such as {example}");
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
