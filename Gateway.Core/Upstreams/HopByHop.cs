using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Upstreams;

/// <summary>Headers that belong to one connection and are not passed on.</summary>
internal static class HopByHop
{
    /// <summary>Request headers that are dropped or written anew.</summary>
    private static readonly FrozenSet<string> NotForwarded = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection",
        "Proxy-Connection",
        "Proxy",
        "Keep-Alive",
        "Transfer-Encoding",
        "Upgrade",
        "TE",
        "Expect",
        "Host",
        "Content-Length",
        "X-Content-Length",
        "Via",
        "X-Real-IP",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-Port",
        "X-Forwarded-Path",
        "X-Forwarded-Prefix",
        "X-Kong-Request-Id");

    /// <summary>Names in a Connection header that mean the connection itself, or that the server needs to frame the message.</summary>
    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "close",
        "keep-alive",
        "Upgrade",
        "TE",
        "Host",
        "Connection",
        "Content-Length",
        "Transfer-Encoding",
        "X-Content-Length");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> KeptWords = Kept.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Trailers that must not be sent as such (RFC 9110, 6.5.1: framing, routing, authentication, content).</summary>
    private static readonly FrozenSet<string> ForbiddenTrailers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Content-Length",
        "Transfer-Encoding",
        "Host",
        "Authorization",
        "Proxy-Authorization",
        "WWW-Authenticate",
        "Set-Cookie",
        "Cookie",
        "Content-Type",
        "Content-Encoding",
        "Content-Range",
        "Trailer",
        "TE",
        "Connection",
        "Location",
        "Cache-Control",
        "Expires",
        "Age",
        "Date",
        "Vary");

    public static bool IsForwarded(string requestHeader) => !NotForwarded.Contains(requestHeader) && requestHeader[0] != ':';

    public static bool IsForbiddenTrailer(string name) => ForbiddenTrailers.Contains(name);

    /// <summary>
    /// Removes the headers that the client's Connection header names. Runs before the plugins, so that a client cannot name away what
    /// the gateway adds.
    /// </summary>
    public static void RemoveNamed(IHeaderDictionary headers)
    {
        foreach (var line in headers.Connection)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var name = Word(line.AsSpan()[range]);
                if (IsName(name))
                {
                    headers.Remove(name.ToString());
                }
            }
        }
    }

    /// <summary>Whether a line of a Connection header names headers, and not only the connection itself.</summary>
    public static bool NamesHeaders(string line)
    {
        foreach (var range in line.AsSpan().Split(','))
        {
            if (IsName(Word(line.AsSpan()[range])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a comma-separated header contains a token, without regard to case.</summary>
    public static bool HasToken(StringValues values, string token)
    {
        foreach (var value in values)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var item = value.AsSpan()[range];
                var parameters = item.IndexOf(';');
                if ((parameters < 0 ? item : item[..parameters]).Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsName(ReadOnlySpan<char> word) => word.Length > 0 && !KeptWords.Contains(word);

    /// <summary>One item of the header; some clients put their names in quotes.</summary>
    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> item) => item.Trim(" \t\"");
}
