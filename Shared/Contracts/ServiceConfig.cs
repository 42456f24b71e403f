using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Service: the upstream address that Routes send traffic to. Wire names are snake_case.</summary>
public sealed record ServiceConfig
{
    private static readonly string[] WithoutPath = ["tcp", "tls", "tls_passthrough", "udp", "grpc", "grpcs"];
    private static readonly string[] WithoutTls = ["http", "tcp", "udp", "grpc", "grpcs", "tls_passthrough"];

    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.Conditional(nameof(Protocol), WithoutPath, Then.Null(nameof(Path))),
        EntityCheck.Conditional(nameof(Protocol), WithoutTls, Then.Null(nameof(ClientCertificate))),
        EntityCheck.Conditional(nameof(Protocol), WithoutTls, Then.Null(nameof(TlsVerify))),
        EntityCheck.Conditional(nameof(Protocol), WithoutTls, Then.Null(nameof(TlsVerifyDepth))),
        EntityCheck.Conditional(nameof(Protocol), WithoutTls, Then.Null(nameof(CaCertificates))),
    ];

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique name of the service.")]
    [Rule<NameRule>]
    public string? Name { get; init; }

    [Field("Protocol used to talk to the upstream.", Required = true)]
    [OneOf("grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp")]
    public string Protocol { get; init; } = "http";

    [Field("Host name or IP address of the upstream, or the name of an Upstream.", Required = true)]
    [Rule<HostRule>]
    public string Host { get; init; } = "";

    [Field("Port of the upstream.", Required = true)]
    [Between(0, 65535)]
    public int Port { get; init; } = 80;

    [Field("Path put in front of the request's path.")]
    [Rule<PathRule>]
    public string? Path { get; init; }

    [Field("Additional attempts after a failed one.")]
    [Between(0, 32767)]
    public int Retries { get; init; } = 5;

    [Field("Time to establish a connection, in milliseconds.")]
    [Between(1, 2147483646)]
    public int ConnectTimeout { get; init; } = 60000;

    [Field("Time between two writes to the upstream, in milliseconds.")]
    [Between(1, 2147483646)]
    public int WriteTimeout { get; init; } = 60000;

    [Field("Time between two reads from the upstream, in milliseconds.")]
    [Between(1, 2147483646)]
    public int ReadTimeout { get; init; } = 60000;

    [Field("Certificate shown to the upstream.")]
    [Foreign("certificates")]
    public EntityReference? ClientCertificate { get; init; }

    [Field("Whether the upstream's certificate is verified. Empty: the gateway's default.")]
    public bool? TlsVerify { get; init; }

    [Field("Longest accepted certificate chain: certificates between the upstream's own and the authority's.")]
    [Between(0, 64)]
    public int? TlsVerifyDepth { get; init; }

    [Field("CA certificates the upstream's certificate is verified against.")]
    public IReadOnlyList<Guid>? CaCertificates { get; init; }

    [Field("Subject alternative names that the upstream's certificate must have.", Inert = true, Undocumented = true)]
    public TlsSans? TlsSans { get; init; }

    [Field("When off, the routes of this service are not served.", Required = true)]
    public bool Enabled { get; init; } = true;

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>Names that an upstream's certificate must have.</summary>
public sealed record TlsSans
{
    [Field("DNS names.", IsSet = true)]
    public IReadOnlyList<string>? Dnsnames { get; init; }

    [Field("URIs.", IsSet = true)]
    public IReadOnlyList<string>? Uris { get; init; }
}
