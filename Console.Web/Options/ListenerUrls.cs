namespace ConsoleWeb.Options;

/// <summary>Where the three listeners bind; read once at start from <c>Gateway:{Proxy,Admin,Console}:Url</c>.</summary>
internal sealed record ListenerUrls(Uri Proxy, Uri Admin, Uri Console)
{
    public static ListenerUrls Read(IConfiguration configuration, ICollection<string> faults) => new(
        Url(configuration, "Gateway:Proxy:Url", "http://0.0.0.0:8000", faults),
        Url(configuration, "Gateway:Admin:Url", "http://127.0.0.1:8001", faults),
        Url(configuration, "Gateway:Console:Url", "http://127.0.0.1:8002", faults));

    private static Uri Url(IConfiguration configuration, string key, string fallback, ICollection<string> faults)
    {
        var text = configuration[key] is { Length: > 0 } set ? set : fallback;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        faults.Add($"{key.Replace(":", "__", StringComparison.Ordinal)}: '{text}' is not an address such as {fallback}");
        return new Uri(fallback);
    }
}
