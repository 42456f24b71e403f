using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Authentication;

namespace Gateway.Core.Plugins.Jwt;

/// <summary>Looks for tokens in the query string, in cookies and in headers.</summary>
internal static class TokenSearch
{
    private const string Scheme = "Bearer";

    /// <returns>The different tokens that the request carries; the same one in two places counts once.</returns>
    public static IReadOnlySet<string> Find(GatewayContext context, JwtConfig config)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in config.UriParamNames)
        {
            foreach (var value in EncodedPairs.Find(context.UpstreamQuery, name))
            {
                Add(value);
            }
        }

        var request = context.Http.Request;
        foreach (var name in config.CookieNames)
        {
            Add(request.Cookies[name]);
        }

        foreach (var name in config.HeaderNames)
        {
            // Of a header that is sent several times only the first line is looked at.
            if (request.Headers[name] is [{ } line, ..])
            {
                Add(AfterScheme(line));
            }
        }

        return tokens;

        void Add(string? token)
        {
            if (!string.IsNullOrEmpty(token))
            {
                tokens.Add(token);
            }
        }
    }

    private static string? AfterScheme(string line)
    {
        var text = line.AsSpan().Trim();
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && text.Length > Scheme.Length && text[Scheme.Length] is ' ' or '\t'
            ? text[Scheme.Length..].Trim().ToString()
            : null;
    }
}
