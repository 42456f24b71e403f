using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.DataProtection;

namespace ConsoleWeb.Data;

/// <summary>
/// Encrypts the secrets inside entity documents. Each value is bound to its kind, entity and place, so that a ciphertext which was moved
/// to another row does not decrypt.
/// </summary>
internal sealed class SecretProtector(IDataProtectionProvider provider, PluginCatalog plugins)
{
    private const string Marker = "enc:v1:";

    private readonly IDataProtector _root = provider.CreateProtector("Gatehouse.Configuration.Secrets.v1");

    /// <summary>A copy of the document with every secret encrypted.</summary>
    public JsonObject Protect(JsonObject document, EntityKind kind, Guid id) =>
        Map(document, kind, (path, value) => Marker + For(kind, id, path).Protect(value));

    /// <summary>A copy with every secret in clear.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key ring is not the one that encrypted the value.</exception>
    public JsonObject Unprotect(JsonObject document, EntityKind kind, Guid id) =>
        Map(document, kind, (path, value) => value.StartsWith(Marker, StringComparison.Ordinal) ? For(kind, id, path).Unprotect(value[Marker.Length..]) : value);

    private JsonObject Map(JsonObject document, EntityKind kind, Func<string, string, string> map)
    {
        var copy = document.DeepClone().AsObject();
        SecretPaths.Replace(copy, kind.Schema, plugins, map);
        return copy;
    }

    private IDataProtector For(EntityKind kind, Guid id, string path) => _root.CreateProtector(kind.Name, id.ToString("N"), path);
}
