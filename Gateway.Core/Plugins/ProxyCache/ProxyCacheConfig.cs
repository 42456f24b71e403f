using Gateway.Shared.Schema;
using Microsoft.Net.Http.Headers;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>Config of the plugin <c>proxy-cache</c>: which answers are kept and for how long.</summary>
internal sealed record ProxyCacheConfig : IPluginConfig
{
    [Field("Status codes of answers that are kept.")]
    [Between(100, 900)]
    [Length(1)]
    public IReadOnlyList<int> ResponseCode { get; init; } = [200, 301, 404];

    [Field("Methods of requests whose answers are kept.")]
    [OneOf("GET", "HEAD", "PATCH", "POST", "PUT")]
    public IReadOnlyList<string> RequestMethod { get; init; } = ["GET", "HEAD"];

    [Field("Content types of answers that are kept. Type, subtype and parameters must be the same; * stands for any type or subtype.")]
    [Rule<MediaTypeRule>]
    public IReadOnlyList<string> ContentType { get; init; } = ["application/json", "text/plain"];

    [Field("Seconds that an answer is given again.")]
    [GreaterThan(0)]
    public int CacheTtl { get; init; } = 300;

    [Field("Where answers are kept.")]
    [OneOf("memory")]
    public required string Strategy { get; init; }

    [Field("Whether Cache-Control of requests and answers is obeyed.")]
    public bool CacheControl { get; init; }

    [Field("Whether paths that differ in case only are the same.")]
    public bool IgnoreUriCase { get; init; }

    [Field("Seconds that an answer stays in memory; by default as long as it is given again.")]
    [GreaterThan(0)]
    public int? StorageTtl { get; init; }

    [Field("Settings of the memory.")]
    public CacheMemoryConfig Memory { get; init; } = new();

    [Field("Query parameters that answers depend on; all when empty.")]
    public IReadOnlyList<string>? VaryQueryParams { get; init; }

    [Field("Request headers that answers depend on; none when empty.")]
    public IReadOnlyList<string>? VaryHeaders { get; init; }

    [Field("Headers that tell clients about the cache.")]
    public CacheHeadersConfig ResponseHeaders { get; init; } = new();
}

/// <summary>Settings of the strategy <c>memory</c>.</summary>
internal sealed record CacheMemoryConfig
{
    [Field("Kept for files of the original; all instances share one memory.", Inert = true)]
    public string DictionaryName { get; init; } = "kong_db_cache";
}

/// <summary>Headers of answers about the cache.</summary>
internal sealed record CacheHeadersConfig
{
    [Field("Age: seconds since the answer was made.", Name = "age")]
    public bool Age { get; init; } = true;

    [Field("X-Cache-Status: Hit, Miss, Refresh or Bypass.", Name = "X-Cache-Status")]
    public bool CacheStatus { get; init; } = true;

    [Field("X-Cache-Key: where the answer is kept.", Name = "X-Cache-Key")]
    public bool CacheKey { get; init; } = true;
}

/// <summary>A content type.</summary>
internal sealed class MediaTypeRule : IValueRule
{
    public string? Check(string text) => MediaTypeHeaderValue.TryParse(text, out _) ? null : $"invalid value: {text}";
}
