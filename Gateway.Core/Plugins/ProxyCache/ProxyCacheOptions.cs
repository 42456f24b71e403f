using Microsoft.Extensions.Options;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>Settings of proxy-cache, section <c>Gateway:ProxyCache</c>.</summary>
public sealed class ProxyCacheOptions
{
    public const string Section = "Gateway:ProxyCache";

    /// <summary>Bytes of memory for all answers together. When full, what was not asked for longest makes room. Default 128 MB.</summary>
    public long MaxBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>Longest body, in bytes, that is kept. Default 8 MB.</summary>
    public int MaxAnswerBytes { get; set; } = 8 * 1024 * 1024;
}

/// <summary>Finds bounds that leave no room.</summary>
internal sealed class ProxyCacheOptionsValidator : IValidateOptions<ProxyCacheOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyCacheOptions options) => options is { MaxBytes: > 0, MaxAnswerBytes: > 0 }
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{ProxyCacheOptions.Section}: MaxBytes and MaxAnswerBytes must be greater than 0");
}
