using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;
using Gateway.Shared.Credentials;

namespace Gateway.Shared.Schema;

/// <content>The kinds of who calls: consumers, their groups and credentials.</content>
public static partial class EntityKinds
{
    public static EntityKind Consumers { get; } = new()
    {
        Name = "consumers",
        Singular = "consumer",
        Purpose = "A consumer is a person or program that calls the gateway.",
        Path = "consumers",
        KonnectName = "consumer",
        EndpointKey = "username",
        RecordType = typeof(ConsumerConfig),
        Unique = [new(["username"]), new(["custom_id"])],
    };

    public static EntityKind ConsumerGroups { get; } = new()
    {
        Name = "consumer_groups",
        Singular = "consumer_group",
        Purpose = "A consumer group lets plugins treat several consumers alike.",
        Path = "consumer_groups",
        KonnectName = "consumer_group",
        EndpointKey = "name",
        RecordType = typeof(ConsumerGroupConfig),
        Unique = [new(["name"])],
    };

    public static EntityKind ConsumerGroupMembers { get; } = new()
    {
        Name = "consumer_group_consumers",
        Singular = "consumer_group_consumer",
        Purpose = "A consumer in a consumer group.",
        Path = "consumer_group_consumers",
        KonnectName = "consumer_group_consumer",
        HasCollection = false,
        RecordType = typeof(ConsumerGroupMemberConfig),
        Unique = [new(["consumer_group", "consumer"])],
        ForeignKeys =
        [
            new("consumer_group", "consumer_groups", OnDelete.Cascade),
            new("consumer", "consumers", OnDelete.Cascade),
        ],
    };

    public static EntityKind KeyAuthCredentials { get; } = new()
    {
        Name = "keyauth_credentials",
        Singular = "keyauth_credential",
        Noun = "API key",
        Purpose = "An API key by which the plugin key-auth knows a consumer.",
        Path = "key-auths",
        KonnectName = "key-auth",
        EndpointKey = "key",
        RecordType = typeof(KeyAuthCredentialConfig),
        Unique = [new(["key"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "key-auth")],
    };

    public static EntityKind BasicAuthCredentials { get; } = new()
    {
        Name = "basicauth_credentials",
        Singular = "basicauth_credential",
        Noun = "password",
        Purpose = "A user name and password by which the plugin basic-auth knows a consumer.",
        Path = "basic-auths",
        KonnectName = "basic-auth",
        EndpointKey = "username",
        RecordType = typeof(BasicAuthCredentialConfig),
        Hash = HashPassword,
        Unique = [new(["username"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "basic-auth")],
    };

    public static EntityKind JwtSecrets { get; } = new()
    {
        Name = "jwt_secrets",
        Singular = "jwt_secret",
        Noun = "JWT secret",
        Purpose = "A key for signed tokens by which the plugin jwt knows a consumer.",
        Path = "jwts",
        KonnectName = "jwt",
        EndpointKey = "key",
        RecordType = typeof(JwtSecretConfig),
        Unique = [new(["key"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "jwt")],
    };

    public static EntityKind HmacAuthCredentials { get; } = new()
    {
        Name = "hmacauth_credentials",
        Singular = "hmacauth_credential",
        Noun = "HMAC credential",
        Purpose = "A name and secret for signed requests of a consumer.",
        Path = "hmac-auths",
        KonnectName = "hmac-auth",
        EndpointKey = "username",
        RecordType = typeof(HmacAuthCredentialConfig),
        Unique = [new(["username"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "hmac-auth")],
    };

    public static EntityKind Acls { get; } = new()
    {
        Name = "acls",
        Singular = "acl",
        Noun = "ACL group",
        Purpose = "A group of a consumer, which the plugin acl lets pass or refuses.",
        Path = "acls",
        KonnectName = "acl",
        RecordType = typeof(AclConfig),
        Unique = [new(["consumer", "group"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "acls")],
    };

    private static void HashPassword(JsonObject input, JsonObject? stored)
    {
        if (input["password"] is JsonValue value
            && value.TryGetValue<string>(out var password)
            && password is not ("" or SecretPaths.Mask)
            && PasswordHash.Parse(password) is null)
        {
            var known = CheckContext.TextOf(stored?["password"]) is { } text ? PasswordHash.Parse(text) : null;
            input["password"] = (known?.Matches(password) == true ? known : PasswordHash.Create(password)).ToString();
        }
    }
}
