using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;

namespace Gateway.Shared.Schema;

/// <content>The kinds of what traffic meets: services, routes, plugins, upstreams.</content>
public static partial class EntityKinds
{
    public static EntityKind Services { get; } = new()
    {
        Name = "services",
        Singular = "service",
        Purpose = "A service is the upstream you send traffic to: an address with timeouts.",
        Path = "services",
        KonnectName = "service",
        EndpointKey = "name",
        RecordType = typeof(ServiceConfig),
        Unique = [new(["name"])],
        ForeignKeys = [new("client_certificate", "certificates", OnDelete.Restrict, "services")],
        Shorthands = ["url"],
        Expand = (input, _, violations) => ServiceUrl.Expand(input, violations),
    };

    public static EntityKind Routes { get; } = new()
    {
        Name = "routes",
        Singular = "route",
        Purpose = "A route says which requests go to which service.",
        Path = "routes",
        KonnectName = "route",
        EndpointKey = "name",
        RecordType = typeof(RouteConfig),
        Unique = [new(["name"])],
        ForeignKeys = [new("service", "services", OnDelete.Restrict, "routes")],
        Expand = DefaultStripPath,
    };

    public static EntityKind Plugins { get; } = new()
    {
        Name = "plugins",
        Singular = "plugin",
        Purpose = "A plugin does the work on the way: calls models, rewrites requests, writes logs.",
        Path = "plugins",
        KonnectName = "plugin",
        EndpointKey = "instance_name",
        RecordType = typeof(PluginConfig),
        Unique = [new(["instance_name"]), new(["name", "route", "service", "consumer", "consumer_group"])],
        ForeignKeys =
        [
            new("service", "services", OnDelete.Cascade, "plugins"),
            new("route", "routes", OnDelete.Cascade, "plugins"),
            new("consumer", "consumers", OnDelete.Cascade, "plugins"),
            new("consumer_group", "consumer_groups", OnDelete.Cascade, "plugins"),
        ],
    };

    public static EntityKind Upstreams { get; } = new()
    {
        Name = "upstreams",
        Singular = "upstream",
        Purpose = "An upstream is a host name with several targets behind it.",
        Path = "upstreams",
        KonnectName = "upstream",
        EndpointKey = "name",
        RecordType = typeof(UpstreamConfig),
        Unique = [new(["name"])],
        ForeignKeys = [new("client_certificate", "certificates", OnDelete.Restrict, "upstreams")],
        Expand = ReconcileAlgorithm,
    };

    public static EntityKind Targets { get; } = new()
    {
        Name = "targets",
        Singular = "target",
        Purpose = "A target is one address of an upstream, with its share of the traffic.",
        Path = "targets",
        KonnectName = "target",
        EndpointKey = "target",
        RecordType = typeof(TargetConfig),
        HasCollection = false,
        Unique = [new(["upstream", "target"])],
        ForeignKeys = [new("upstream", "upstreams", OnDelete.Cascade, "targets")],
    };

    /// <summary>gRPC has no paths to strip: the default is off there.</summary>
    private static void DefaultStripPath(JsonObject input, JsonObject? existing, Violations violations)
    {
        if (!input.ContainsKey("strip_path")
            && input["protocols"] is JsonArray protocols
            && protocols.Any(p => CheckContext.TextOf(p) is "grpc" or "grpcs"))
        {
            input["strip_path"] = false;
        }
    }

    /// <summary>The balancing algorithm and what is hashed depend on each other; what the client says last wins.</summary>
    private static void ReconcileAlgorithm(JsonObject input, JsonObject? existing, Violations violations)
    {
        var algorithm = CheckContext.TextOf(input["algorithm"]) ?? CheckContext.TextOf(existing?["algorithm"]);
        if (algorithm is "least-connections" or "latency")
        {
            input["hash_on"] = "none";
            return;
        }

        switch (CheckContext.TextOf(input["hash_on"]))
        {
            case "none":
                input["algorithm"] = "round-robin";
                break;
            case not null:
                input["algorithm"] = "consistent-hashing";
                break;
        }
    }
}
