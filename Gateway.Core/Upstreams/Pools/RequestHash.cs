using System.Security.Cryptography;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams.LoadBalancing;
using Gateway.Shared.Contracts;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Upstreams.Pools;

/// <summary>What consistent hashing goes by: the value that the upstream names, or its fallback.</summary>
internal static class RequestHash
{
    /// <summary>The hash of a request. A request without any of the values gets a random one, and so a random target.</summary>
    public static uint Of(UpstreamConfig upstream, GatewayContext context)
    {
        if (upstream.Algorithm != "consistent-hashing")
        {
            return 0;
        }

        var value = Find(upstream.HashOn, upstream.HashOnHeader, upstream.HashOnQueryArg, upstream.HashOnUriCapture, upstream, context)
            ?? Find(upstream.HashFallback, upstream.HashFallbackHeader, upstream.HashFallbackQueryArg, upstream.HashFallbackUriCapture, upstream, context);
        return value is null ? (uint)RandomNumberGenerator.GetInt32(int.MaxValue) : ConsistentHashBalancer.Hash(value);
    }

    private static string? Find(string on, string? header, string? argument, string? capture, UpstreamConfig upstream, GatewayContext context)
    {
        var request = context.Http.Request;
        var value = on switch
        {
            "consumer" => context.Consumer?.Id.ToString(),
            "ip" => context.Record.ClientIp,
            "header" => request.Headers[header!].ToString(),
            "cookie" => request.Cookies.TryGetValue(upstream.HashOnCookie!, out var cookie) ? cookie : NewCookie(upstream, context),
            "path" => context.NormalizedPath,
            "query_arg" => request.Query[argument!].ToString(),
            "uri_capture" => context.UriCaptures?.GetValueOrDefault(capture!),
            _ => null,
        };
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>A client without the cookie gets one, so that its next request meets the same target.</summary>
    private static string NewCookie(UpstreamConfig upstream, GatewayContext context)
    {
        var value = Guid.NewGuid().ToString();
        var http = context.Http;
        http.Response.OnStarting(() =>
        {
            http.Response.Cookies.Append(upstream.HashOnCookie!, value, new CookieOptions { Path = upstream.HashOnCookiePath, HttpOnly = true, Secure = http.Request.IsHttps });
            return Task.CompletedTask;
        });
        return value;
    }
}
