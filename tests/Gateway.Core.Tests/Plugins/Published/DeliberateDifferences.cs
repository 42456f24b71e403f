namespace Gateway.Core.Tests.Plugins.Published;

/// <summary>Where our schema is not the published one on purpose.</summary>
internal static class DeliberateDifferences
{
    private const string BodySize = "config.max_request_body_size";

    /// <summary>The difference as <see cref="SchemaFacts.Differences"/> words it, and why it is there.</summary>
    public static IReadOnlyList<(string Plugin, string Difference, string Reason)> All { get; } =
    [
        .. Bounds("ai-proxy", "config.model.options"),
        .. Bounds("ai-proxy-advanced", "config.targets[].model.options"),
        ("ai-proxy-advanced", "config.targets minItems: published nothing, ours 1", "without a target there is nothing to call"),
        ("http-log", "config.client_certificate x-foreign: published true, ours nothing", "stored without effect, so nothing needs to find the certificate"),
        ("http-log", "config.headers{} x-encrypted: published nothing, ours true", "they hold the keys of collectors"),
        ("http-log", "config.headers{} x-referenceable: published nothing, ours true", "the original takes references there too"),
        ("opentelemetry", "config.access_logs.custom_attributes_by_lua{} minLength: published 1, ours nothing", "no text is taken empty anywhere, which is said nowhere"),
        ("opentelemetry", "config.headers{} x-encrypted: published nothing, ours true", "they hold the keys of tracing services"),
        ("opentelemetry", "config.headers{} x-referenceable: published nothing, ours true", "the original takes references there too"),
        .. new[] { ("propagation", "\"default_format\": \"w3c\""), ("queue", "\"max_batch_size\": 200") }.Select(record => (
            "opentelemetry",
            $"config.{record.Item1} default: published {{\n  {record.Item2}\n}}, ours nothing",
            "a record that is left out has the defaults of its members, which say the same")),
        ("opentelemetry", "config.resource_attributes{} x-lua-required: published true, ours nothing", "a value is a text; templates are not filled in"),
        .. new[] { "second", "minute", "hour", "day", "month", "year", "error_code" }.Select(field => (
            "rate-limiting",
            $"config.{field} exclusiveMinimum: published nothing, ours 0",
            "the original refuses it too, by a rule that it does not publish")),
        ("proxy-cache", "config.cache_ttl exclusiveMinimum: published nothing, ours 0", "the original refuses it too, by a rule that it does not publish"),
        ("proxy-cache", "config.storage_ttl exclusiveMinimum: published nothing, ours 0", "what is kept for no time is not kept"),
    ];

    private static IEnumerable<(string Plugin, string Difference, string Reason)> Bounds(string plugin, string options) =>
    [
        (plugin, $"{BodySize} maximum: published nothing, ours 9007199254740991", "beyond it clients in JavaScript lose digits"),
        (plugin, $"{BodySize} minimum: published nothing, ours 0", "no body is shorter than nothing; 0 means no limit"),
        (plugin, $"{options}.input_cost exclusiveMinimum: published nothing, ours 0", "the original refuses it too, by a rule that it does not publish"),
        (plugin, $"{options}.output_cost exclusiveMinimum: published nothing, ours 0", "the original refuses it too, by a rule that it does not publish"),
    ];
}
