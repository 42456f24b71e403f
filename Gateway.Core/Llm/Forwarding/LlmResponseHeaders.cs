using System.Net.Http.Headers;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Headers of the client's response.</summary>
internal static class LlmResponseHeaders
{
    /// <summary>Copies the upstream's headers but those of the connection, cookies, the server's name, and any that repeats our key.</summary>
    /// <param name="keepsBody">Whether the body passes unchanged, so that length and encoding still hold.</param>
    /// <param name="secret">The credential that went out; null when the gateway holds none.</param>
    public static void Copy(HttpResponseMessage source, IHeaderDictionary target, bool keepsBody, string? secret)
    {
        Copy(source.Headers, target, keepsBody, secret);
        Copy(source.Content.Headers, target, keepsBody, secret);
        if (keepsBody && source.Headers.TransferEncodingChunked != true)
        {
            target.ContentLength = source.Content.Headers.ContentLength;
        }
    }

    /// <summary>Whether the upstream names a length that is no number, or two: where its answer ends is anybody's guess then.</summary>
    public static bool HasBrokenLength(HttpResponseMessage source)
    {
        if (!source.Content.Headers.NonValidated.TryGetValues("Content-Length", out var values))
        {
            return false;
        }

        string? first = null;
        foreach (var value in values)
        {
            first ??= value;
            if (value != first)
            {
                return true;
            }
        }

        return source.Content.Headers.ContentLength is null;
    }

    /// <summary>Adds what the gateway says about a proxied answer.</summary>
    public static void AddGatewayHeaders(GatewayContext context, HttpResponseMessage source) =>
        GatewayHeaders.AddProxied(context, source.Version.ToString(2), (int)source.StatusCode);

    /// <summary>Headers that keep an event stream flowing through whatever stands between.</summary>
    public static void SetEventStream(IHeaderDictionary headers)
    {
        headers.ContentType = "text/event-stream; charset=utf-8";
        headers.CacheControl = "no-cache";
        headers["X-Accel-Buffering"] = "no";
        headers.ContentLength = null;
        headers.Remove("Content-Encoding");
    }

    private static void Copy(HttpHeaders source, IHeaderDictionary target, bool keepsBody, string? secret)
    {
        foreach (var (name, values) in source.NonValidated)
        {
            if (IsDropped(name, keepsBody))
            {
                continue;
            }

            var copied = ToValues(values);
            if (secret is null || !Contains(copied, secret))
            {
                target[name] = copied;
            }
        }
    }

    private static bool IsDropped(string name, bool keepsBody) => name.Length switch
    {
        2 => Is(name, "TE"),
        6 => Is(name, "Server"),
        7 => Is(name, "Upgrade") || Is(name, "Trailer"),
        10 => Is(name, "Connection") || Is(name, "Keep-Alive") || Is(name, "Set-Cookie"),
        11 => Is(name, "Set-Cookie2"),
        14 => Is(name, "Content-Length"),
        16 => Is(name, "Proxy-Connection") || (Is(name, "Content-Encoding") && !keepsBody),
        17 => Is(name, "Transfer-Encoding"),
        18 => Is(name, "Proxy-Authenticate"),
        _ => false,
    };

    private static bool Is(string name, string expected) => name.Equals(expected, StringComparison.OrdinalIgnoreCase);

    private static bool Contains(StringValues values, string secret)
    {
        foreach (var value in values)
        {
            if (value?.Contains(secret, StringComparison.Ordinal) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static StringValues ToValues(HeaderStringValues values)
    {
        if (values.Count == 1)
        {
            return values.ToString();
        }

        var array = new string[values.Count];
        var i = 0;
        foreach (var value in values)
        {
            array[i++] = value;
        }

        return array;
    }
}
