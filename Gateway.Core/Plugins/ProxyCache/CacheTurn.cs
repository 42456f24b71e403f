using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>One request on its way through proxy-cache. Copies the answer while it passes and stores it once it is whole.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The last call of a watcher gives the memory back.")]
internal sealed class CacheTurn(GatewayContext context, ProxyCacheConfig config, AnswerCache cache, string? key) : IResponseWatcher
{
    /// <summary>Headers of an answer that are not kept: of one connection, one request, one client, or written anew.</summary>
    private static readonly FrozenSet<string> NotKept = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Age",
        "Connection",
        "Content-Length",
        "Keep-Alive",
        "Kong-Route-Id",
        "Kong-Route-Name",
        "Kong-Service-Id",
        "Kong-Service-Name",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "X-Cache-Key",
        "X-Cache-Status",
        "X-Kong-Proxy-Latency",
        "X-Kong-Request-Id",
        "X-Kong-Response-Latency",
        "X-Kong-Upstream-Latency",
        "X-Kong-Upstream-Status");

    private CachedAnswer? _answer;
    private PooledBuffer? _body;

    /// <summary>Where the answer is or would be; null for a request that has none.</summary>
    public string? Key => key;

    public CacheStatus Status { get; set; } = CacheStatus.Bypass;

    /// <summary>Seconds since the answer was made, for a hit.</summary>
    public TimeSpan Age { get; set; }

    public void Head(HttpResponse response)
    {
        Drop();
        _answer = IsStorable(response) ? Copy(response) : null;
        if (_answer is not null)
        {
            _body = new PooledBuffer((int)Math.Clamp(_answer.ContentLength ?? 0, 4096, 64 * 1024));
        }
        else if (Status is CacheStatus.Miss or CacheStatus.Refresh)
        {
            Status = CacheStatus.Bypass;
        }
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (_body is null)
        {
            return;
        }

        if (_body.Length + bytes.Length > cache.MaxAnswerBytes)
        {
            Drop();
            return;
        }

        _body.Append(bytes);
    }

    public void End(bool isWhole)
    {
        if (isWhole && _answer is not null && _body is not null && (_answer.ContentLength is not { } length || length == _body.Length || HttpMethods.IsHead(context.Http.Request.Method)))
        {
            Store(_answer with { Body = _body.WrittenSpan.ToArray() });
        }

        Drop();
    }

    private void Store(CachedAnswer answer)
    {
        var keep = config.StorageTtl is { } seconds ? TimeSpan.FromSeconds(seconds) : answer.Ttl;
        if (answer.Vary is null)
        {
            cache.Store(key!, answer, keep);
            return;
        }

        cache.Store(key!, new CachedAnswer { Vary = answer.Vary }, keep);
        cache.Store(CacheKey.OfVariant(key!, answer.Vary, context.Http.Request.Headers), answer with { Vary = null }, keep, group: key);
    }

    private bool IsStorable(HttpResponse response)
    {
        if (!context.Record.IsFromUpstream
            || !config.ResponseCode.Contains(response.StatusCode)
            || response.StatusCode == StatusCodes.Status206PartialContent
            || response.Headers.SetCookie.Count > 0
            || response.ContentLength > cache.MaxAnswerBytes
            || !IsKeptType(response.ContentType)
            || Names(response.Headers.Vary).Contains("*"))
        {
            return false;
        }

        return !config.CacheControl
            || (new CacheDirectives(response.Headers.CacheControl) is var said
                && !said.Has("private") && !said.Has("no-store") && !said.Has("no-cache")
                && Ttl(response) > TimeSpan.Zero);
    }

    private CachedAnswer Copy(HttpResponse response)
    {
        var names = Names(response.Headers.Vary).Order(StringComparer.OrdinalIgnoreCase).ToList();
        var said = new CacheDirectives(response.Headers.CacheControl);
        return new CachedAnswer
        {
            Status = response.StatusCode,
            Headers = [.. response.Headers.Where(h => !NotKept.Contains(h.Key))],
            ContentLength = response.ContentLength,
            StoredAt = cache.Now,
            Ttl = Ttl(response),
            MustBeFresh = said.Has("must-revalidate") || said.Has("proxy-revalidate") || said.Has("s-maxage"),
            Vary = names.Count > 0 ? names : null,
        };
    }

    private TimeSpan Ttl(HttpResponse response)
    {
        var otherwise = TimeSpan.FromSeconds(config.CacheTtl);
        if (!config.CacheControl)
        {
            return otherwise;
        }

        var said = new CacheDirectives(response.Headers.CacheControl);
        if ((said.Seconds("s-maxage") ?? said.Seconds("max-age")) is { } seconds)
        {
            return seconds;
        }

        // A date that cannot be read, such as 0, is one in the past (RFC 9111, 5.3).
        return response.Headers.Expires.Count == 0 ? otherwise
            : DateTimeOffset.TryParse(response.Headers.Expires.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var ends) ? ends - cache.Now
            : TimeSpan.Zero;
    }

    private bool IsKeptType(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && config.ContentType.Any(text => MediaTypeHeaderValue.TryParse(text, out var kept) && IsSame(kept, type));

    private static bool IsSame(MediaTypeHeaderValue kept, MediaTypeHeaderValue type) =>
        (kept.MatchesAllTypes || kept.Type == "*" || kept.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase))
        && (kept.SubType == "*" || kept.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase))
        && kept.Parameters.Count == type.Parameters.Count
        && kept.Parameters.All(p => type.Parameters.Any(t =>
            t.Name.Equals(p.Name, StringComparison.OrdinalIgnoreCase) && t.GetUnescapedValue().Equals(p.GetUnescapedValue(), StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> Names(StringValues vary) =>
        vary.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private void Drop()
    {
        _body?.Dispose();
        (_body, _answer) = (null, null);
    }
}

/// <summary>What the cache did for a request; <c>X-Cache-Status</c> says it.</summary>
internal enum CacheStatus
{
    /// <summary>The request or its answer is not one to keep.</summary>
    Bypass,

    /// <summary>Nothing was kept; the answer comes from the upstream and is kept.</summary>
    Miss,

    /// <summary>What was kept was too old; the answer comes from the upstream and takes its place.</summary>
    Refresh,

    /// <summary>The answer comes from memory.</summary>
    Hit,
}
