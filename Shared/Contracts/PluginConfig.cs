using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Plugin instance: a plugin's name, where it applies, and its config.</summary>
public sealed record PluginConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Name of the plugin, such as ai-proxy.", Required = true)]
    public string Name { get; init; } = "";

    [Field("Unique name of this instance.")]
    [Rule<NameRule>]
    public string? InstanceName { get; init; }

    [Field("Runs only for this service.")]
    [Foreign("services")]
    public EntityReference? Service { get; init; }

    [Field("Runs only for this route.")]
    [Foreign("routes")]
    public EntityReference? Route { get; init; }

    [Field("Runs only for this consumer.")]
    [Foreign("consumers")]
    public EntityReference? Consumer { get; init; }

    [Field("Runs only for this consumer group.")]
    [Foreign("consumer_groups")]
    public EntityReference? ConsumerGroup { get; init; }

    /// <summary>The config as validated and completed with defaults; secrets in clear once they reach the data plane.</summary>
    [Field("Settings of the plugin.", Required = true)]
    [SubSchema("plugins", "name")]
    public JsonObject Config { get; init; } = [];

    [Field("Protocols the plugin runs on.", Required = true, IsSet = true)]
    [OneOf("grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp", "ws", "wss")]
    public IReadOnlyList<string> Protocols { get; init; } = ["grpc", "grpcs", "http", "https"];

    [Field("Whether the plugin runs.", Required = true)]
    public bool Enabled { get; init; } = true;

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Order relative to other plugins.", Inert = true, Undocumented = true)]
    public PluginOrdering? Ordering { get; init; }

    [Field("Partials that stand in the place of parts of the settings.")]
    public IReadOnlyList<PartialLink>? Partials { get; init; }

    [Field("Expression that must hold for the plugin to run.", Inert = true)]
    public string? Condition { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>Order relative to other plugins; stored only.</summary>
public sealed record PluginOrdering
{
    [Field("Plugins that this one runs before.")]
    public PluginOrder? Before { get; init; }

    [Field("Plugins that this one runs after.")]
    public PluginOrder? After { get; init; }
}

/// <summary>Plugin names by phase.</summary>
public sealed record PluginOrder
{
    [Field("Plugin names, for the access phase.")]
    public IReadOnlyList<string>? Access { get; init; }
}

/// <summary>Links a partial into a plugin's config.</summary>
public sealed record PartialLink
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AtLeastOneOf(nameof(Id), nameof(Name))];

    /// <summary>Always there once stored.</summary>
    [Field("The partial.")]
    public Guid? Id { get; init; }

    [Field("Name of the partial, which may be given instead of its id.")]
    public string? Name { get; init; }

    [Field("Where it goes, such as config.redis. May be left out where the plugin has one place for partials of the type.")]
    public string? Path { get; init; }
}
