using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>Hides secrets from whoever may not see them.</summary>
internal static class MaskedSecrets
{
    /// <summary>A copy with every secret masked. References are no secrets and stay.</summary>
    public static JsonObject Mask(EntityDocument document, PluginCatalog plugins) => SecretPaths.Masked(document.Json, document.Kind.Schema, plugins);
}
