using System.Text.Json.Nodes;
using Gateway.Core.Llm.Providers;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Connect;

/// <summary>An entity that a plan creates. It names what it points at, since nothing has an id yet.</summary>
internal sealed record PlannedEntity(EntityKind Kind, JsonObject Document)
{
    public string Name => Document["name"]?.ToString() ?? Document["username"]?.ToString() ?? "";
}

/// <summary>Works out what a draft creates: the configuration that the published tutorials build by hand.</summary>
internal static class ConnectPlan
{
    /// <summary>The header of a client's key. The whole value is the key, scheme included, so that every client can send it.</summary>
    public const string KeyScheme = "Bearer ";

    /// <param name="secret">The provider's key as its header takes it: a value, a reference, or <see cref="SecretPaths.Mask"/> to show the plan.</param>
    /// <param name="tag">On all of it, so that it can go as it came.</param>
    /// <param name="clientKey">What clients send when the route asks for a key.</param>
    public static IReadOnlyList<PlannedEntity> Build(ConnectDraft draft, string secret, string tag, string clientKey)
    {
        var service = new JsonObject { ["name"] = draft.ServiceName.Trim(), ["url"] = draft.ServiceUrl };
        var route = new JsonObject { ["name"] = draft.RouteName.Trim(), ["paths"] = new JsonArray(draft.Path.Trim()), ["service"] = NameOf(draft.ServiceName) };
        List<PlannedEntity> plan = [new(EntityKinds.Services, service), new(EntityKinds.Routes, route)];
        var isResponses = draft.Shape == ApiShape.Responses;
        plan.Add(isResponses ? Plugin(draft, "ai-proxy-advanced", Balanced(draft, secret)) : Plugin(draft, "ai-proxy", Single(draft, secret)));
        if (isResponses)
        {
            plan.Add(Plugin(draft, "request-transformer", new JsonObject { ["replace"] = new JsonObject { ["uri"] = "/" } }));
        }

        if (draft.LogFile.Trim().Length > 0)
        {
            plan.Add(Plugin(draft, "file-log", new JsonObject { ["path"] = draft.LogFile.Trim() }));
        }

        if (draft.RequiresKey)
        {
            plan.Add(new(EntityKinds.Plugins, new JsonObject
            {
                ["name"] = "key-auth",
                ["service"] = NameOf(draft.ServiceName),
                ["config"] = new JsonObject { ["key_names"] = new JsonArray("authorization"), ["key_in_query"] = false, ["hide_credentials"] = true },
            }));
            plan.Add(new(EntityKinds.Consumers, new JsonObject { ["username"] = draft.Consumer }));
            plan.Add(new(EntityKinds.KeyAuthCredentials, new JsonObject { ["consumer"] = new JsonObject { ["username"] = draft.Consumer }, ["key"] = clientKey }));
        }

        plan.ForEach(e => e.Document["tags"] = new JsonArray(tag));
        return plan;
    }

    private static PlannedEntity Plugin(ConnectDraft draft, string name, JsonObject config)
    {
        var plugin = new JsonObject { ["name"] = name };
        if (!draft.IsGlobal)
        {
            plugin["service"] = NameOf(draft.ServiceName);
        }

        plugin["config"] = config;
        return new(EntityKinds.Plugins, plugin);
    }

    private static JsonObject Single(ConnectDraft draft, string secret)
    {
        var config = new JsonObject { ["llm_format"] = draft.Shape == ApiShape.Messages ? "anthropic" : "openai", ["route_type"] = RouteTypes.Chat };
        AddTarget(config, draft, secret);
        config["auth"]!["allow_override"] = false;
        config["max_request_body_size"] = draft.MaxBody;
        return config;
    }

    private static JsonObject Balanced(ConnectDraft draft, string secret)
    {
        var target = new JsonObject { ["route_type"] = RouteTypes.Responses };
        AddTarget(target, draft, secret);
        return new JsonObject
        {
            ["genai_category"] = "text/generation",
            ["llm_format"] = "openai",
            ["max_request_body_size"] = draft.MaxBody,
            ["model_name_header"] = true,
            ["response_streaming"] = "allow",
            ["balancer"] = new JsonObject
            {
                ["algorithm"] = "round-robin",
                ["tokens_count_strategy"] = "total-tokens",
                ["latency_strategy"] = "tpot",
                ["retries"] = 3,
            },
            ["targets"] = new JsonArray(target),
        };
    }

    private static void AddTarget(JsonObject target, ConnectDraft draft, string secret)
    {
        target["logging"] = new JsonObject { ["log_statistics"] = true, ["log_payloads"] = draft.LogPayloads };
        target["auth"] = new JsonObject { ["header_name"] = KeyHeader.Of(draft.Provider), ["header_value"] = secret };
        var model = new JsonObject { ["provider"] = draft.Provider };
        if (draft.Model.Trim().Length > 0)
        {
            model["name"] = draft.Model.Trim();
        }

        if (draft.Provider == "anthropic")
        {
            model["options"] = new JsonObject { ["anthropic_version"] = "2023-06-01" };
        }

        target["model"] = model;
    }

    private static JsonObject NameOf(string name) => new() { ["name"] = name.Trim() };
}
