using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>The ways in which a consumer is known, and what a person sees of each.</summary>
internal static class ConsumerCredentials
{
    private const string PasswordCharacters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<EntityKind> Kinds { get; } =
        [EntityKinds.KeyAuthCredentials, EntityKinds.BasicAuthCredentials, EntityKinds.JwtSecrets, EntityKinds.HmacAuthCredentials, EntityKinds.Acls];

    /// <summary>The plugin that asks for credentials of a kind.</summary>
    public static string PluginOf(EntityKind kind) => kind == EntityKinds.Acls ? "acl" : kind.ForeignKeys[0].NestedPath!;

    /// <summary>The member that is made and shown once; null where there is none.</summary>
    public static string? SecretOf(EntityKind kind) => kind.Name switch
    {
        "keyauth_credentials" => "key",
        "basicauth_credentials" => "password",
        "jwt_secrets" or "hmacauth_credentials" => "secret",
        _ => null,
    };

    /// <summary>The fields that a new one is asked for.</summary>
    public static IReadOnlyList<string> Fields(EntityKind kind) => kind.Name switch
    {
        "keyauth_credentials" => ["key", "ttl", "tags"],
        "basicauth_credentials" => ["username", "password", "tags"],
        "jwt_secrets" => ["key", "algorithm", "secret", "rsa_public_key", "tags"],
        "hmacauth_credentials" => ["username", "secret", "tags"],
        _ => ["group", "tags"],
    };

    /// <summary>What names a stored one: never its secret.</summary>
    public static string Name(EntityKind kind, JsonObject credential) => kind.Name switch
    {
        "keyauth_credentials" => credential["id"]!.ToString()[..8],
        "jwt_secrets" => credential["key"]!.ToString(),
        "acls" => credential["group"]!.ToString(),
        _ => credential["username"]!.ToString(),
    };

    /// <summary>What is stored for what was typed. A password has no default of its own: an empty one is made up here.</summary>
    public static JsonObject Prepare(EntityKind kind, JsonObject typed, Guid consumer)
    {
        typed["consumer"] = new JsonObject { ["id"] = consumer.ToString() };
        if (kind == EntityKinds.BasicAuthCredentials && typed["password"]?.ToString() is null or "")
        {
            typed["password"] = RandomNumberGenerator.GetString(PasswordCharacters, 24);
        }

        return typed;
    }
}
