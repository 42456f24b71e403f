using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Forms;

/// <summary>The hand-made part of the forms: what people set first. Whatever is not named here follows under Advanced.</summary>
internal static class FormLayouts
{
    private static readonly Dictionary<string, IReadOnlyList<FormBlock>> ByKind = new(StringComparer.Ordinal)
    {
        ["services"] =
        [
            new("Identity", "How you will find it", ["name", "tags"]),
            new("Endpoint", "Where its traffic goes", ["protocol", "host", "port", "path"]),
            new("Timeouts", "In milliseconds, and how often to try again", ["retries", "connect_timeout", "read_timeout", "write_timeout"], true),
            new("TLS", "How the upstream's certificate is checked", ["tls_verify"], true),
        ],
        ["routes"] =
        [
            new("Identity", "How you will find it", ["name", "service"]),
            new("Match", "Which requests it takes. All that is set must match", ["paths", "methods", "hosts", "headers"]),
            new("Forward", "What the service receives", ["strip_path", "preserve_host"]),
        ],
        ["consumers"] = [new("Identity", "At least one of the two", ["username", "custom_id", "tags"])],
        ["consumer_groups"] = [new("Identity", "How you will find it", ["name", "tags"])],
        ["upstreams"] =
        [
            new("Identity", "The host name that services use", ["name", "tags"]),
            new("Balancing", "How a target is chosen", ["algorithm", "slots"]),
            new("Hashing", "What keeps a caller on one target", ["hash_on", "hash_fallback", "hash_on_header", "hash_fallback_header", "hash_on_cookie", "hash_on_cookie_path", "hash_on_query_arg", "hash_fallback_query_arg", "hash_on_uri_capture", "hash_fallback_uri_capture"], true),
            new("Request", "What the targets receive", ["host_header", "client_certificate"], true),
        ],
        ["certificates"] = [new("Certificate", "PEM, the chain below it", ["cert", "key"]), new("Identity", "How you will find it", ["tags"])],
        ["ca_certificates"] = [new("Certificate", "PEM, exactly one", ["cert"]), new("Identity", "How you will find it", ["tags"])],
        ["vaults"] = [new("Identity", "How references name it", ["prefix", "description", "tags"]), new("Type", "Where secrets are kept", ["name"])],
        ["keys"] = [new("Identity", "How tokens and plugins name it", ["name", "kid", "set", "tags"]), new("Key", "One of the two", ["jwk", "pem"])],
        ["key_sets"] = [new("Identity", "How you will find it", ["name", "tags"])],
        ["partials"] = [new("Identity", "How you will find it", ["name", "type", "tags"])],
    };

    private static readonly Dictionary<string, IReadOnlyList<FormBlock>> ByPlugin = new(StringComparer.Ordinal)
    {
        ["ai-proxy"] =
        [
            new("Call", "What your client speaks", ["config.llm_format", "config.route_type"]),
            new("Model", "Who answers", ["config.model.provider", "config.model.name"]),
            new("Key", "How the gateway signs in", ["config.auth.header_name", "config.auth.header_value"]),
            new("Log", "What the request log keeps", ["config.logging.log_statistics", "config.logging.log_payloads"]),
            new("Limits", "Size and streaming", ["config.max_request_body_size", "config.response_streaming"], true),
        ],
        ["ai-proxy-advanced"] =
        [
            new("Call", "What your client speaks", ["config.llm_format", "config.genai_category"]),
            new("Targets", "Where calls go", ["config.targets"]),
            new("Limits", "Size and streaming", ["config.max_request_body_size", "config.response_streaming"], true),
        ],
        ["file-log"] = [new("File", "One JSON line for each request", ["config.path", "config.reopen"])],
    };

    /// <summary>What a further element of a list begins with: one more target serves the same calls as the one before and is logged like it.</summary>
    /// <param name="path">Of the list.</param>
    public static JsonObject NewItem(string path, JsonObject? before)
    {
        var item = new JsonObject();
        foreach (var name in path == "config.targets" ? new[] { "route_type", "logging" } : [])
        {
            if (before?[name] is { } value)
            {
                item[name] = value.DeepClone();
            }
        }

        return item;
    }

    public static IReadOnlyList<FormBlock> Of(EntityKind kind, string? plugin) => kind == EntityKinds.Plugins
        ? ByPlugin.GetValueOrDefault(plugin ?? "") ?? []
        : ByKind.GetValueOrDefault(kind.Name) ?? [];
}
