using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Route: which requests go to which Service. Wire names are snake_case.</summary>
public sealed record RouteConfig
{
    public static IReadOnlyList<EntityCheck> Checks => RouteChecks.All;

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique name of the route.")]
    [Rule<NameRule>]
    public string? Name { get; init; }

    [Field("Protocols this route serves.", Required = true, IsSet = true)]
    [OneOf("grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp")]
    [Length(1)]
    public IReadOnlyList<string> Protocols { get; init; } = ["http", "https"];

    [Field("HTTP methods, upper case. Empty: any.", IsSet = true)]
    [Rule<HttpMethodRule>]
    public IReadOnlyList<string>? Methods { get; init; }

    [Field("Host names; one * as the whole first or last label; a port is optional.")]
    [Rule<RouteHostRule>]
    public IReadOnlyList<string>? Hosts { get; init; }

    [Field("Paths: a prefix such as /codex, or ~/ and a regular expression.")]
    [Rule<RoutePathRule>]
    public IReadOnlyList<string>? Paths { get; init; }

    [Field("Headers the request must carry, each with its accepted values.")]
    [Rule<RouteHeaderNameRule>(Keys = true)]
    [Rule<RouteHeaderValueRule>]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Headers { get; init; }

    [Field("TLS server names.", IsSet = true)]
    [Rule<WildcardHostRule>]
    public IReadOnlyList<string>? Snis { get; init; }

    [Field("Sources of a stream route.", IsSet = true, Inert = true)]
    public IReadOnlyList<AddressMatch>? Sources { get; init; }

    [Field("Destinations of a stream route.", IsSet = true, Inert = true)]
    public IReadOnlyList<AddressMatch>? Destinations { get; init; }

    [Field("Status answered when the route demands HTTPS and the request came without.", Required = true)]
    [OneOf("426", "301", "302", "307", "308")]
    public int HttpsRedirectStatusCode { get; init; } = 426;

    [Field("Order among regular expression paths; higher wins.")]
    public int RegexPriority { get; init; }

    [Field("Whether the matched part of the path is removed before the request goes upstream.", Required = true)]
    public bool StripPath { get; init; } = true;

    [Field("How service path and request path are joined.")]
    [OneOf("v0", "v1")]
    public string PathHandling { get; init; } = "v0";

    [Field("Whether the client's Host header goes upstream.", Required = true)]
    public bool PreserveHost { get; init; }

    [Field("Whether the request body is read whole before the upstream is called.", Required = true)]
    public bool RequestBuffering { get; init; } = true;

    [Field("Whether the response may be read ahead of a slow client.", Required = true)]
    public bool ResponseBuffering { get; init; } = true;

    [Field("The service that answers this route.")]
    [Foreign("services")]
    public EntityReference? Service { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>An address condition of a stream route.</summary>
public sealed record AddressMatch
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AtLeastOneOf(nameof(Ip), nameof(Port))];

    [Field("Address or CIDR range.")]
    [Rule<AddressOrRangeRule>]
    public string? Ip { get; init; }

    [Field("Port.")]
    [Between(0, 65535)]
    public int? Port { get; init; }
}
