using System.Text.Json.Nodes;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Llm.Providers;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Keys;

/// <summary>Makes all that one provider needs for one kind of client: a service, a route with its path, and ai-proxy with the key.</summary>
internal sealed class ProviderSetup(IEntityService entities, Actor actor)
{
    /// <summary>Coding agents send whole conversations; the plugin's own limit of one megabyte ends them too early.</summary>
    private const int LargestRequest = 16 * 1024 * 1024;

    /// <returns>The plugin, or what was wrong; then nothing is left behind.</returns>
    public async Task<Result<JsonObject>> CreateAsync(string provider, ClientKind client, string path, string? model, string secret, CancellationToken cancellationToken)
    {
        var made = new List<(EntityKind Kind, string Id)>();
        var name = FreeName($"{provider}-{client.Id}");
        var result = await StoreAsync(provider, client, path, model, secret, name, made, cancellationToken);
        if (result.IsError)
        {
            made.Reverse();
            foreach (var (kind, id) in made)
            {
                await entities.DeleteAsync(kind, id, actor, cancellationToken);
            }
        }

        return result;
    }

    private async Task<Result<JsonObject>> StoreAsync(
        string provider, ClientKind client, string path, string? model, string secret, string name, List<(EntityKind Kind, string Id)> made, CancellationToken cancellationToken)
    {
        var address = ProviderCatalog.Find(provider)?.BaseUrl is { } known && !known.Contains('{') ? known : "http://localhost:32000";
        var service = await AddAsync(EntityKinds.Services, new JsonObject { ["name"] = name, ["url"] = address }, made, cancellationToken);
        if (service.IsError)
        {
            return service;
        }

        var route = await AddAsync(
            EntityKinds.Routes,
            new JsonObject { ["name"] = name, ["paths"] = new JsonArray(path), ["service"] = Reference(service.Value) },
            made,
            cancellationToken);
        if (route.IsError)
        {
            return route;
        }

        var config = new JsonObject
        {
            ["llm_format"] = client.LlmFormat,
            ["route_type"] = client.RouteType,
            ["max_request_body_size"] = LargestRequest,
            ["model"] = new JsonObject { ["provider"] = provider, ["name"] = string.IsNullOrWhiteSpace(model) ? client.DefaultModel(provider) : model.Trim() },
            ["auth"] = new JsonObject { ["header_value"] = secret },
            ["logging"] = new JsonObject { ["log_statistics"] = true },
        };
        PluginInfo.FollowProvider(config);
        var plugin = new JsonObject { ["name"] = "ai-proxy", ["route"] = Reference(route.Value), ["config"] = config };
        PluginInfo.CompleteKeys(plugin);
        return await AddAsync(EntityKinds.Plugins, plugin, made, cancellationToken);
    }

    private async Task<Result<JsonObject>> AddAsync(EntityKind kind, JsonObject document, List<(EntityKind Kind, string Id)> made, CancellationToken cancellationToken)
    {
        var result = await entities.CreateAsync(kind, document, actor, cancellationToken);
        if (!result.IsError)
        {
            made.Add((kind, result.Value["id"]!.ToString()));
        }

        return result;
    }

    private string FreeName(string name) => Enumerable.Range(1, 1000)
        .Select(n => n == 1 ? name : $"{name}-{n}")
        .First(n => entities.Find(EntityKinds.Services, n, actor) is null && entities.Find(EntityKinds.Routes, n, actor) is null);

    private static JsonObject Reference(JsonObject entity) => new() { ["id"] = entity["id"]!.ToString() };
}
