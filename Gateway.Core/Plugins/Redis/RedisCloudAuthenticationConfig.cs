using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Redis;

/// <summary>Identity of a cloud for a managed Redis.</summary>
internal sealed record RedisCloudAuthenticationConfig
{
    [Field("The cloud.", Referenceable = true)]
    [OneOf("aws", "azure", "gcp")]
    public string? AuthProvider { get; init; }

    [Field("AWS: name of the ElastiCache cluster.", Referenceable = true)]
    public string? AwsCacheName { get; init; }

    [Field("AWS: region.", Referenceable = true)]
    public string? AwsRegion { get; init; }

    [Field("AWS: whether the cluster is serverless.")]
    public bool AwsIsServerless { get; init; } = true;

    [Field("AWS: access key id.", Referenceable = true, Secret = true)]
    public string? AwsAccessKeyId { get; init; }

    [Field("AWS: secret access key.", Referenceable = true, Secret = true)]
    public string? AwsSecretAccessKey { get; init; }

    [Field("AWS: role to assume.", Referenceable = true, Secret = true)]
    public string? AwsAssumeRoleArn { get; init; }

    [Field("AWS: session name of the assumed role.", Referenceable = true, Secret = true)]
    public string? AwsRoleSessionName { get; init; }

    [Field("Google Cloud: the service account as JSON.", Referenceable = true, Secret = true, Multiline = true)]
    public string? GcpServiceAccountJson { get; init; }

    [Field("Azure: client id.", Referenceable = true, Secret = true)]
    public string? AzureClientId { get; init; }

    [Field("Azure: client secret.", Referenceable = true, Secret = true)]
    public string? AzureClientSecret { get; init; }

    [Field("Azure: tenant.", Referenceable = true, Secret = true)]
    public string? AzureTenantId { get; init; }
}
