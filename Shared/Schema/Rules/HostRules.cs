using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Shared.Schema;

/// <summary>A host name or IP address without port and scheme.</summary>
public sealed class HostRule : IValueRule
{
    public string? Check(string text) => HostText.IsHost(text)
        ? null
        : HostText.TrySplitPort(text, out var host, out _) && HostText.IsHost(host) ? "must not have a port" : $"invalid value: {text}";
}

/// <summary>A host name or IP address with an optional port.</summary>
public sealed class HostWithPortRule : IValueRule
{
    public string? Check(string text) =>
        HostText.IsHost(text) || (HostText.TrySplitPort(text, out var host, out _) && HostText.IsHost(host)) ? null : $"invalid value: {text}";
}

/// <summary>A host of a route: plain, or with <c>*</c> as its first or last label; a port is optional.</summary>
public sealed class RouteHostRule : IValueRule
{
    public string? Check(string text)
    {
        var host = HostText.TrySplitPort(text, out var name, out _) ? name : text;
        return HostText.CheckWildcard(host) is { } fault ? fault : HostText.IsHost(host.Replace('*', 'x')) ? null : $"invalid value: {text}";
    }
}

/// <summary>A host name without port, with <c>*</c> as its first or last label or alone; no IP address.</summary>
public sealed class WildcardHostRule : IValueRule
{
    public string? Check(string text)
    {
        if (text == "*")
        {
            return null;
        }

        if (HostText.TrySplitPort(text, out _, out _))
        {
            return "must not have a port";
        }

        if (HostText.IsAddress(text))
        {
            return "must not be an IP";
        }

        return HostText.CheckWildcard(text) is { } fault ? fault : HostText.IsHost(text.Replace('*', 'x')) ? null : $"invalid value: {text}";
    }
}

/// <summary>Name of an upstream: a host name, no IP address, no port.</summary>
public sealed class UpstreamNameRule : IValueRule
{
    public string? Check(string text)
    {
        if (HostText.IsAddress(text.Trim('[', ']')))
        {
            return "Invalid name ('" + text + "'); no ip addresses allowed";
        }

        return HostText.TrySplitPort(text, out _, out _)
            ? "Invalid name ('" + text + "'); no port allowed"
            : HostText.IsHost(text) ? null : "Invalid name ('" + text + "'); must be a valid hostname";
    }
}

/// <summary>Address of a target, stored as <c>host:port</c> with IPv6 written out in brackets. Without a port: 8000.</summary>
public sealed class TargetAddressRule : IValueRule
{
    private const int DefaultPort = 8000;

    public string? Check(string text) => TryParse(text, out _, out _) ? null : "Invalid target; not a valid hostname or ip address";

    public string Normalise(string text)
    {
        _ = TryParse(text, out var host, out var port);
        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            host = "[" + string.Join(':', Enumerable.Range(0, 8).Select(i => $"{bytes[i * 2]:x2}{bytes[(i * 2) + 1]:x2}")) + "]";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }

    private static bool TryParse(string text, out string host, out int port)
    {
        port = DefaultPort;
        host = text;
        if (HostText.IsHost(text))
        {
            host = text.Trim('[', ']');
            return true;
        }

        if (HostText.TrySplitPort(text, out host, out port) && HostText.IsHost(host))
        {
            host = host.Trim('[', ']');
            return true;
        }

        return false;
    }
}

/// <summary>An IP address or a CIDR range.</summary>
public sealed class AddressOrRangeRule : IValueRule
{
    public string? Check(string text) =>
        HostText.IsAddress(text.Split('/')[0]) && (!text.Contains('/', StringComparison.Ordinal) || IPNetwork.TryParse(text, out _))
            ? null
            : $"invalid ip or cidr range: '{text}'";
}

/// <summary>What the host rules share.</summary>
internal static class HostText
{
    /// <summary>A host name (letters, digits, <c>-</c>, <c>_</c>, labels up to 63, 253 in all) or an IP address, IPv6 with or without brackets.</summary>
    public static bool IsHost(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return IsAddress(text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text);
        }

        if (text.Count(c => c == '.') == 3 && text.All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            return IsAddress(text);
        }

        var name = text.EndsWith('.') ? text[..^1] : text;
        return name.Length is > 0 and <= 253 && name.Split('.').All(IsLabel);
    }

    /// <summary>
    /// An IPv4 address in four decimal parts or an IPv6 address without brackets. The framework reads more: <c>5</c>, <c>[::1]:80</c>,
    /// <c>fe80::1%2</c>, and <c>010.0.0.1</c> as octal, which others take for 10.0.0.1.
    /// </summary>
    public static bool IsAddress(string text) =>
        (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3)
        && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        && IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);

    /// <summary>Splits <c>name:80</c> or <c>[::1]:80</c>.</summary>
    public static bool TrySplitPort(string text, out string host, out int port)
    {
        host = text;
        port = 0;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || (text.IndexOf(':', StringComparison.Ordinal) != colon && text[colon - 1] != ']'))
        {
            return false;
        }

        host = text[..colon];
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
    }

    /// <summary>The fault of a wildcard, or null.</summary>
    public static string? CheckWildcard(string host)
    {
        var count = host.Count(c => c == '*');
        if (count > 1)
        {
            return "invalid wildcard: must have at most one wildcard";
        }

        return count == 0 || host.StartsWith("*.", StringComparison.Ordinal) || host.EndsWith(".*", StringComparison.Ordinal)
            ? null
            : "invalid wildcard: must be placed at leftmost or rightmost label";
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-';
}
