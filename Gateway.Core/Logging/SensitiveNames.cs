using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins;

namespace Gateway.Core.Logging;

/// <summary>
/// Headers and query parameters whose values are credentials and never reach a record: a fixed list, and whatever names the
/// configured plugins read or write keys under. Names are compared without regard to case.
/// </summary>
internal sealed class SensitiveNames
{
    /// <summary>What stands in the place of a credential.</summary>
    public const string Redacted = "REDACTED";

    private static readonly string[] KnownHeaders =
    [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "apikey", "x-goog-api-key", "cookie", "set-cookie",
        "kong-admin-token", "x-amz-security-token", "x-amz-signature", "ocp-apim-subscription-key", "x-auth-token",
        "x-goog-iam-authorization-token",
    ];

    private static readonly string[] KnownParameters =
    [
        "key", "api_key", "apikey", "api-key", "access_token", "refresh_token", "id_token", "token", "sig", "signature", "secret",
        "client_secret", "password", "code", "subscription-key", "x-amz-signature", "x-amz-credential", "x-amz-security-token",
        "x-goog-signature", "x-goog-credential",
    ];

    private readonly FrozenSet<string> _headers;
    private readonly FrozenSet<string> _parameters;

    private SensitiveNames(IEnumerable<string> names)
    {
        // A plugin's key name may be looked for in either place.
        var configured = names.ToArray();
        _headers = KnownHeaders.Concat(configured).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _parameters = KnownParameters.Concat(configured).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        ParameterLookup = _parameters.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The fixed list alone.</summary>
    public static SensitiveNames Default { get; } = new([]);

    private FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ParameterLookup { get; }

    /// <summary>The fixed list and the names found in plugin configs: <c>header_name</c>, <c>param_name</c>, and
    /// the lists of names under which authentication plugins look for credentials.</summary>
    public static SensitiveNames From(IEnumerable<PluginInstance> instances)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var instance in instances)
        {
            names.UnionWith(instance.CredentialNames);
        }

        return names.Count == 0 ? Default : new SensitiveNames(names);
    }

    /// <summary>The names that one config gives.</summary>
    public static IReadOnlyCollection<string> List(JsonNode? config)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Collect(config, names);
        return names.Count == 0 ? [] : names;
    }

    public bool IsHeader(string name) => _headers.Contains(name);

    public bool IsParameter(ReadOnlySpan<char> name) => ParameterLookup.Contains(name);

    private static void Collect(JsonNode? node, HashSet<string> names)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (name is "header_name" or "param_name" && value is JsonValue single && single.TryGetValue(out string? text) && text.Length > 0)
                    {
                        names.Add(text);
                    }
                    else if (name is "key_names" or "header_names" or "uri_param_names" && value is JsonArray list)
                    {
                        names.UnionWith(list.OfType<JsonValue>().Select(v => v.TryGetValue(out string? s) ? s : "").Where(s => s.Length > 0));
                    }
                    else
                    {
                        Collect(value, names);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Collect(item, names);
                }

                break;
        }
    }
}
