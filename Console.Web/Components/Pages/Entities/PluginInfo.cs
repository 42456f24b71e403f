using System.Text.Json.Nodes;
using ConsoleWeb.Features.Connect;
using Gateway.Core.Llm.Providers;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>How a plugin is presented, and what a new instance of it starts with.</summary>
/// <param name="Category">Heading in the catalogue.</param>
internal sealed record PluginInfo(string Name, string Title, string Summary, string Category)
{
    private const string Ai = "AI", Security = "Security", Traffic = "Traffic control", Transform = "Transform", Logging = "Logging", Other = "Other";

    private static readonly Dictionary<string, PluginInfo> Known = new PluginInfo[]
    {
        new("ai-proxy", "AI Proxy", "Sends calls to one model of one provider, in the provider's format and with the key the gateway holds.", Ai),
        new("ai-proxy-advanced", "AI Proxy Advanced", "Sends calls of any LLM format to one or more providers, balances between them and counts tokens and cost.", Ai),
        new("ai-prompt-guard", "AI Prompt Guard", "Lets prompts pass or refuses them by patterns.", Ai),
        new("ai-prompt-decorator", "AI Prompt Decorator", "Puts messages before or after the client's own.", Ai),
        new("ai-rate-limiting-advanced", "AI Rate Limiting", "Limits tokens and cost per model or provider.", Ai),
        new("request-transformer", "Request Transformer", "Removes, renames, replaces and adds headers, query parameters and body fields before the request goes upstream.", Transform),
        new("response-transformer", "Response Transformer", "Changes headers and JSON of the answer.", Transform),
        new("correlation-id", "Correlation ID", "Gives every request an id and sends it along.", Transform),
        new("file-log", "File Log", "Appends one JSON line for each request to a file.", Logging),
        new("http-log", "HTTP Log", "Sends records of requests to an HTTP server.", Logging),
        new("prometheus", "Prometheus", "Counts requests, tokens and latency for Prometheus.", Logging),
        new("opentelemetry", "OpenTelemetry", "Sends a trace of each request to a collector.", Logging),
        new("key-auth", "Key Auth", "Asks clients for an API key and finds the consumer it belongs to.", Security),
        new("basic-auth", "Basic Auth", "Asks clients for a user name and password.", Security),
        new("acl", "ACL", "Lets only some groups of consumers pass.", Security),
        new("ip-restriction", "IP Restriction", "Lets only some addresses pass.", Security),
        new("cors", "CORS", "Lets web pages of other origins call the gateway.", Security),
        new("rate-limiting", "Rate Limiting", "Limits requests per second, minute, hour and beyond.", Traffic),
        new("request-size-limiting", "Request Size Limiting", "Refuses requests whose body is too large.", Traffic),
        new("request-termination", "Request Termination", "Answers with a fixed status and text instead of calling the service.", Traffic),
        new("proxy-cache", "Proxy Cache", "Keeps answers and gives them again.", Traffic),
    }.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Order of the headings.</summary>
    public static IReadOnlyList<string> Categories { get; } = [Ai, Transform, Logging, Security, Traffic, Other];

    public static PluginInfo Of(string name) => Known.GetValueOrDefault(name) ?? new(name, Forms.FieldLabels.Of(name.Replace('-', '_')), "", Other);

    /// <summary>A new instance: what nearly everyone sets, ready to be changed.</summary>
    public static JsonObject Template(string plugin) => new()
    {
        ["name"] = plugin,
        ["config"] = plugin switch
        {
            "ai-proxy" => new JsonObject { ["route_type"] = "llm/v1/chat", ["logging"] = new JsonObject { ["log_statistics"] = true } },
            "ai-proxy-advanced" => new JsonObject
            {
                ["targets"] = new JsonArray(new JsonObject { ["route_type"] = "llm/v1/chat", ["logging"] = new JsonObject { ["log_statistics"] = true } }),
            },
            _ => new JsonObject(),
        },
    };

    /// <summary>Fills what follows from the provider and was left empty: the header of the key, a version that must be named.</summary>
    public static void FollowProvider(JsonObject config)
    {
        foreach (var target in Targets(config))
        {
            if (target["model"]?["provider"]?.ToString() is not { } provider || ProviderCatalog.Find(provider) is not { } profile)
            {
                continue;
            }

            var auth = Inner(target, "auth");
            if (auth["header_name"] is null || IsUsualHeader(auth["header_name"]!.ToString()))
            {
                auth["header_name"] = profile.AuthHeader;
            }

            if (provider == "anthropic")
            {
                var options = Inner(Inner(target, "model"), "options");
                options["anthropic_version"] ??= "2023-06-01";
            }
        }
    }

    /// <summary>Completes what was typed as a bare key: the header Authorization takes a scheme in front.</summary>
    public static void CompleteKeys(JsonObject document)
    {
        if (document["config"] is not JsonObject config)
        {
            return;
        }

        foreach (var auth in Targets(config).Select(t => t["auth"]).OfType<JsonObject>())
        {
            if (auth["header_value"]?.ToString() is not { Length: > 0 } value)
            {
                // A header without a value says nothing; the provider may need no key.
                auth.Remove("header_name");
            }
            else
            {
                auth["header_value"] = KeyHeader.Complete(auth["header_name"]?.ToString(), value);
            }
        }
    }

    /// <summary>The places of a config that name a provider: its targets, or itself.</summary>
    public static IEnumerable<JsonObject> Targets(JsonObject config) =>
        config["targets"] is JsonArray targets ? targets.OfType<JsonObject>()
        : config["model"] is JsonObject || config["auth"] is JsonObject ? [config]
        : [];

    private static bool IsUsualHeader(string name) => ProviderCatalog.Names.Any(p => ProviderCatalog.Find(p)!.AuthHeader == name);

    private static JsonObject Inner(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject inner)
        {
            parent[name] = inner = [];
        }

        return inner;
    }
}
