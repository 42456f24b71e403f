using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>Where an answer is kept: everything it depends on, as a hash.</summary>
internal static class CacheKey
{
    /// <param name="body">Of the request; a method with a body has other answers for other bodies.</param>
    public static string Of(GatewayContext context, ProxyCacheConfig config, ReadOnlySpan<byte> body)
    {
        var request = context.Http.Request;
        var path = RequestPath.PathOf(context.Http.Features.Get<IHttpRequestFeature>()!.RawTarget).ToString();
        var text = new StringBuilder()
            .Append(context.Consumer?.Id).Append(':').Append(context.Route?.Id)
            .Append('|').Append(request.Method)
            .Append('|').Append(config.IgnoreUriCase ? path.ToLowerInvariant() : path)
            .Append('|');
        AppendQuery(text, request.QueryString.Value ?? "", config.VaryQueryParams);
        text.Append('|');
        AppendHeaders(text, request.Headers, config.VaryHeaders ?? []);
        if (context.Route is { PreserveHost: true })
        {
            // The upstream sees the client's host and may answer by it.
            text.Append('|').Append(request.Host.Value?.ToLowerInvariant());
        }

        if (context.Consumer is null && request.Headers.Authorization.Count > 0)
        {
            // The gateway does not know who this is; the upstream may.
            text.Append('|');
            AppendHeaders(text, request.Headers, ["Authorization"]);
        }

        if (body.Length > 0)
        {
            text.Append('|').Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        }

        return Hash(text);
    }

    /// <summary>The key of one of several answers, chosen by request headers that the upstream names.</summary>
    public static string OfVariant(string key, IReadOnlyList<string> names, IHeaderDictionary headers)
    {
        var text = new StringBuilder(key).Append('|');
        AppendHeaders(text, headers, names);
        return Hash(text);
    }

    private static void AppendQuery(StringBuilder text, string query, IReadOnlyList<string>? names)
    {
        var pairs = new List<(string Name, string Value)>();
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.DecodeName().ToString();
            if (names is not { Count: > 0 } || names.Contains(name))
            {
                pairs.Add((name, pair.DecodeValue().ToString()));
            }
        }

        // Values of one name keep their order, which may mean something.
        foreach (var (name, value) in pairs.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            text.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
        }
    }

    private static void AppendHeaders(StringBuilder text, IHeaderDictionary headers, IReadOnlyList<string> names)
    {
        foreach (var name in names.Select(n => n.ToLowerInvariant()).Order(StringComparer.Ordinal))
        {
            text.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(headers[name].ToString())).Append('&');
        }
    }

    private static string Hash(StringBuilder text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
}
