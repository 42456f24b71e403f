using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>How the gateway signs in at a provider.</summary>
internal sealed record ModelAuthConfig
{
    [Field("Header that carries the credential, such as Authorization or x-api-key.", Referenceable = true)]
    [Rule<HeaderNameRule>]
    public string? HeaderName { get; init; }

    [Field("Whole value of that header, such as Bearer and the key.", Referenceable = true, Secret = true)]
    [Rule<OneLineRule>]
    public string? HeaderValue { get; init; }

    [Field("Parameter that carries the credential.", Referenceable = true)]
    public string? ParamName { get; init; }

    [Field("Value of that parameter.", Referenceable = true, Secret = true)]
    public string? ParamValue { get; init; }

    [Field("Where the parameter goes: the query string or the body.")]
    [OneOf("body", "query")]
    public string? ParamLocation { get; init; }

    [Field("Whether a credential that the client sent is used instead of this one.")]
    public bool AllowOverride { get; init; }

    [Field("Sign in at Azure with the managed identity of the machine.")]
    public bool AzureUseManagedIdentity { get; init; }

    [Field("Client id of a user-assigned Azure identity.", Referenceable = true)]
    public string? AzureClientId { get; init; }

    [Field("Client secret of a user-assigned Azure identity.", Referenceable = true, Secret = true)]
    public string? AzureClientSecret { get; init; }

    [Field("Tenant of a user-assigned Azure identity.", Referenceable = true)]
    public string? AzureTenantId { get; init; }

    [Field("AWS access key id; else the environment variable AWS_ACCESS_KEY_ID.", Referenceable = true, Secret = true)]
    public string? AwsAccessKeyId { get; init; }

    [Field("AWS secret access key; else the environment variable AWS_SECRET_ACCESS_KEY.", Referenceable = true, Secret = true)]
    public string? AwsSecretAccessKey { get; init; }

    [Field("Sign in at Google Cloud with a service account.")]
    public bool GcpUseServiceAccount { get; init; }

    [Field("The service account as JSON; else the environment variable GCP_SERVICE_ACCOUNT.", Referenceable = true, Secret = true, Multiline = true)]
    public string? GcpServiceAccountJson { get; init; }

    [Field("Address of Google's metadata server, where it is not the usual one.", Referenceable = true)]
    public string? GcpMetadataUrl { get; init; }

    [Field("Address of Google's token service, where it is not the usual one.", Referenceable = true)]
    public string? GcpOauthTokenUrl { get; init; }
}
