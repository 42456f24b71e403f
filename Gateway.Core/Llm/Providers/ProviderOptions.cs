using Microsoft.Extensions.Options;

namespace Gateway.Core.Llm.Providers;

/// <summary>Addresses that stand in for the public ones of the providers, section <c>Gateway</c>: <c>Gateway__Providers__openai__BaseUrl</c>.</summary>
public sealed class ProviderOptions
{
    public const string Section = "Gateway";

    /// <summary>By provider name, in any case.</summary>
    public IDictionary<string, ProviderAddress> Providers { get; } = new Dictionary<string, ProviderAddress>(StringComparer.OrdinalIgnoreCase);

    internal string? FindBaseUrl(string provider) =>
        Providers.TryGetValue(provider, out var address) && !string.IsNullOrWhiteSpace(address.BaseUrl) ? address.BaseUrl : null;
}

/// <summary>Where one provider is reached.</summary>
public sealed class ProviderAddress
{
    /// <summary>
    /// Scheme, host and port, and a path prefix where one is needed; used for every target of the provider that names no
    /// <c>upstream_url</c>. Empty: the provider's public address.
    /// </summary>
    public string? BaseUrl { get; set; }
}

/// <summary>Reports every wrong base URL by its key.</summary>
internal sealed class ProviderOptionsValidator : IValidateOptions<ProviderOptions>
{
    public ValidateOptionsResult Validate(string? name, ProviderOptions options)
    {
        var faults = new List<string>();
        foreach (var (provider, address) in options.Providers)
        {
            var key = $"Gateway:Providers:{provider}";
            if (ProviderCatalog.Find(provider.ToLowerInvariant()) is null)
            {
                faults.Add($"{key}: there is no provider '{provider}'; expected one of: {string.Join(", ", ProviderCatalog.Names.Order(StringComparer.Ordinal))}");
            }

            if (!string.IsNullOrWhiteSpace(address.BaseUrl)
                && (!Uri.TryCreate(address.BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0))
            {
                faults.Add($"{key}:BaseUrl: '{address.BaseUrl}' is not an http or https address without a query");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
