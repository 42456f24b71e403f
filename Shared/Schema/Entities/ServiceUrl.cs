using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>The shorthand <c>url</c> of services: protocol, host, port and path in one text.</summary>
internal static class ServiceUrl
{
    /// <summary>Replaces <c>url</c> by the four fields, overriding them. Null removes it without effect.</summary>
    public static void Expand(JsonObject input, Violations violations)
    {
        if (!input.Remove("url", out var node) || node is null)
        {
            return;
        }

        var place = SchemaPath.Root.Member("url");
        if (node is not JsonValue value || !value.TryGetValue<string>(out var url))
        {
            violations.Add(place, "expected a string");
            return;
        }

        if (!TryParse(url, out var protocol, out var host, out var port, out var path))
        {
            violations.Add(place, $"invalid value: {url}");

            // The host is in the faulty url; asking for it besides would mislead.
            input["host"] = "invalid";
            return;
        }

        input["protocol"] = protocol;
        input["host"] = host;
        input["port"] = port;
        input["path"] = path;
    }

    private static bool TryParse(string url, out string protocol, out string host, out int port, out string? path)
    {
        protocol = "";
        host = "";
        port = 0;
        path = null;
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? url : url[(scheme + 3)..];
        var end = rest.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        if (end >= 0 && rest[end] == '/')
        {
            path = rest[end..].Split('?', '#')[0];
        }

        authority = authority[(authority.LastIndexOf('@') + 1)..];
        int? explicitPort = null;
        host = authority;
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && !authority.EndsWith(']'))
        {
            if (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            explicitPort = number;
            host = authority[..colon];
        }

        // Without a scheme the port tells it.
        protocol = scheme < 0 ? explicitPort == 443 ? "https" : "http" : url[..scheme].ToLowerInvariant();
        port = explicitPort ?? (protocol == "https" ? 443 : 80);
        return host.Length > 0 && protocol.Length > 0;
    }
}
