using System.Globalization;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>What the templates of one request read: the request as it came to the plugin, whatever its rules have changed since.</summary>
/// <param name="keepsHeaders">Whether headers may be changed before they are read.</param>
internal sealed class TemplateValues(GatewayContext context, bool keepsHeaders)
{
    private readonly IHeaderDictionary _headers = keepsHeaders ? Copy(context.Http.Request.Headers) : context.Http.Request.Headers;
    private PairFields? _query;

    /// <summary>The first value of a header; underscores may stand for hyphens.</summary>
    public string? FindHeader(string name) =>
        _headers.TryGetValue(name, out var values) || _headers.TryGetValue(name.Replace('_', '-'), out values) ? values[0] : null;

    /// <summary>The first value of a query parameter, decoded.</summary>
    public string? FindQuery(string name) => (_query ??= PairFields.OfQuery(context.Http.Request.QueryString.Value ?? "")).Find(name);

    public string? FindCapture(string name) => context.UriCaptures is { } captures && captures.TryGetValue(name, out var value) ? value : null;

    public string? FindShared(string name) => context.Shared.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static HeaderDictionary Copy(IHeaderDictionary headers)
    {
        var copy = new HeaderDictionary(headers.Count);
        foreach (var (name, values) in headers)
        {
            copy[name] = values;
        }

        return copy;
    }
}
