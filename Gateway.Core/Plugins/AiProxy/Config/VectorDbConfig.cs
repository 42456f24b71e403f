using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>A database that finds similar vectors.</summary>
[Partial("vectordb")]
internal sealed record VectorDbConfig
{
    [Field("Kind of database.")]
    [OneOf("pgvector", "redis")]
    public required string Strategy { get; init; }

    [Field("Number of dimensions of the vectors.")]
    public required int Dimensions { get; init; }

    [Field("Similarity, from 0 to 1, that counts as a match where nothing else is said.")]
    public double? Threshold { get; init; }

    [Field("How the distance of two vectors is measured.")]
    [OneOf("cosine", "euclidean")]
    public required string DistanceMetric { get; init; }

    [Field("Connection to PostgreSQL with pgvector.")]
    public PgvectorConfig Pgvector { get; init; } = new();

    [Field("Connection to Redis.")]
    public RedisConfig Redis { get; init; } = new();
}

/// <summary>Connection to PostgreSQL with pgvector.</summary>
internal sealed record PgvectorConfig
{
    [Field("Host.")]
    public string Host { get; init; } = "127.0.0.1";

    [Field("Port.")]
    public int Port { get; init; } = 5432;

    [Field("User.", Referenceable = true)]
    public string User { get; init; } = "postgres";

    [Field("Password.", Referenceable = true, Secret = true)]
    public string? Password { get; init; }

    [Field("Database.")]
    public string Database { get; init; } = "kong-pgvector";

    [Field("Timeout, in milliseconds.")]
    public double Timeout { get; init; } = 5000;

    [Field("Use TLS.")]
    public bool Ssl { get; init; }

    [Field("Refuse a connection without TLS.")]
    public bool SslRequired { get; init; }

    [Field("Verify the server's certificate.")]
    public bool SslVerify { get; init; } = true;

    [Field("Version of TLS.")]
    [OneOf("any", "tlsv1_2", "tlsv1_3")]
    public string SslVersion { get; init; } = "tlsv1_2";

    [Field("File with the client certificate.")]
    public string? SslCert { get; init; }

    [Field("File with the client certificate's key.")]
    public string? SslCertKey { get; init; }
}
