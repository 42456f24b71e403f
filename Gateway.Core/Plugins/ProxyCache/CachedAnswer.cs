using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>An answer of an upstream, or, when it depends on request headers, the names of those.</summary>
internal sealed record CachedAnswer
{
    public int Status { get; init; }

    /// <summary>Without those that belong to one connection or one request.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>The length that the upstream named; for HEAD it is not the body's.</summary>
    public long? ContentLength { get; init; }

    public DateTimeOffset StoredAt { get; init; }

    /// <summary>How long it is fresh.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>Whether the upstream forbids to give it once it is no longer fresh.</summary>
    public bool MustBeFresh { get; init; }

    /// <summary>Request headers that choose among several answers of this key, which are kept under keys of their own.</summary>
    public IReadOnlyList<string>? Vary { get; init; }

    /// <summary>Bytes of memory, roughly.</summary>
    public long Size => 512 + Body.Length + Headers.Sum(h => 64 + (2L * (h.Key.Length + h.Value.Sum(v => v?.Length ?? 0))));

    /// <summary>Whether it may be given to a request now.</summary>
    /// <param name="wishes">What the request's Cache-Control says.</param>
    public bool IsFreshFor(ProxyCacheConfig config, CacheDirectives wishes, DateTimeOffset now)
    {
        var age = now - StoredAt;
        if (!config.CacheControl)
        {
            return age <= TimeSpan.FromSeconds(config.CacheTtl);
        }

        if (age > wishes.Seconds("max-age") || Ttl - age < wishes.Seconds("min-fresh"))
        {
            return false;
        }

        return age <= Ttl || (wishes.Has("max-stale") && !MustBeFresh && age - Ttl <= (wishes.Seconds("max-stale") ?? TimeSpan.MaxValue));
    }
}
