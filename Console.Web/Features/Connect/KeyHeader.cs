using Gateway.Core.Llm.Providers;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Connect;

/// <summary>How a provider's key stands in its header: alone, or behind a scheme. The gateway sends the value as it is stored.</summary>
internal static class KeyHeader
{
    /// <summary>What stands before the key in a header of this name; null: nothing.</summary>
    public static string? Scheme(string? header) => string.Equals(header, "Authorization", StringComparison.OrdinalIgnoreCase) ? "Bearer" : null;

    /// <summary>The header that a provider wants its key in.</summary>
    public static string Of(string provider) => ProviderCatalog.Find(provider)?.AuthHeader ?? "Authorization";

    /// <summary>What somebody typed as their key, as the header takes it. A reference stays: what it leads to is the whole value.</summary>
    public static string Complete(string? header, string key) => key != SecretPaths.Mask && !VaultReference.IsReference(key) && Lacks(header, key) ? $"{Scheme(header)} {key}" : key;

    /// <summary>Whether a value is a bare key where the header takes a scheme: the provider would refuse it.</summary>
    public static bool Lacks(string? header, string value) => Scheme(header) is not null && !value.Contains(' ', StringComparison.Ordinal);
}
