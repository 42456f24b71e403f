using System.Text.Json.Nodes;
using ConsoleWeb.Components.Pages.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Keys;

/// <summary>A place in a plugin's config that signs in at a provider. Holds no secret.</summary>
/// <param name="Place">Where it stands in a file: <c>config.auth</c> or <c>config.targets[0].auth</c>.</param>
/// <param name="Field">The member of <c>auth</c> that holds the key.</param>
/// <param name="Reference">The whole <c>{vault://…}</c> text where the key is kept elsewhere; null: it is stored here, or there is none.</param>
/// <param name="SentAs">Header or parameter that carries it; null: the provider's own way.</param>
internal sealed record ProviderKey(JsonObject Plugin, int? Target, string Provider, string? Model, string Place, string Field, bool IsSet, string? Reference, string? SentAs)
{
    private static readonly string[] SecretFields = ["header_value", "param_value", "aws_secret_access_key", "azure_client_secret", "gcp_service_account_json"];

    public string PluginId => Plugin["id"]!.ToString();

    public string Id => Target is null ? PluginId : $"{PluginId}.{Target}";

    /// <summary>What the key is kept in, in one word for the list.</summary>
    public string Source => Reference is not null ? "environment" : IsSet ? "stored here" : "none";

    /// <summary>Every provider that the AI plugins call, with how they sign in there.</summary>
    public static IReadOnlyList<ProviderKey> List(IReadOnlyList<JsonObject> plugins)
    {
        var keys = new List<ProviderKey>();
        foreach (var plugin in plugins)
        {
            if (plugin["config"] is not JsonObject config)
            {
                continue;
            }

            if (config["targets"] is JsonArray targets)
            {
                keys.AddRange(targets.OfType<JsonObject>().Select((target, i) => Read(plugin, target, i)).OfType<ProviderKey>());
            }
            else if (Read(plugin, config, null) is { } key)
            {
                keys.Add(key);
            }
        }

        return [.. keys.OrderBy(k => k.Provider, StringComparer.Ordinal).ThenBy(k => k.Plugin["name"]!.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>The plugin with this key replaced; every other secret stays as its mask, which means unchanged.</summary>
    /// <param name="secret">The key, or a reference to it.</param>
    public JsonObject WithSecret(string secret)
    {
        var document = Plugin.DeepClone().AsObject();
        var config = document["config"]!.AsObject();
        var target = Target is { } index ? config["targets"]![index]!.AsObject() : config;
        if (target["auth"] is not JsonObject auth)
        {
            target["auth"] = auth = [];
        }

        if (Field == "header_value")
        {
            auth["header_name"] ??= Gateway.Core.Llm.Providers.ProviderCatalog.Find(Provider)?.AuthHeader ?? "Authorization";
        }

        auth[Field] = secret;
        PluginInfo.CompleteKeys(document);
        return document;
    }

    private static ProviderKey? Read(JsonObject plugin, JsonObject holder, int? target)
    {
        if (holder["model"]?["provider"]?.ToString() is not { } provider)
        {
            return null;
        }

        var auth = holder["auth"] as JsonObject;
        var field = SecretFields.FirstOrDefault(f => auth?[f] is not null) ?? "header_value";
        var value = auth?[field]?.ToString();
        return new ProviderKey(
            plugin,
            target,
            provider,
            holder["model"]?["name"]?.ToString(),
            target is null ? "config.auth" : $"config.targets[{target}].auth",
            field,
            value is not null,
            value is not null && value != SecretPaths.Mask ? value : null,
            auth?[field == "param_value" ? "param_name" : "header_name"]?.ToString());
    }
}
