namespace Gateway.Shared.Schema;

/// <summary>All kinds of configuration entities.</summary>
public static partial class EntityKinds
{
    /// <summary>Every kind, parents before children.</summary>
    public static IReadOnlyList<EntityKind> All => field ??=
    [
        Certificates, CaCertificates, Vaults, Partials, KeySets, Consumers, ConsumerGroups, Services, Upstreams, Snis, Keys,
        KeyAuthCredentials, BasicAuthCredentials, JwtSecrets, HmacAuthCredentials, Acls, ConsumerGroupMembers, Routes, Targets, Plugins,
    ];

    /// <summary>The kind with this <see cref="EntityKind.Name"/>, such as <c>keyauth_credentials</c>; null when there is none.</summary>
    public static EntityKind? Find(string name) => All.FirstOrDefault(k => k.Name == name);

    /// <summary>The kind whose collection has this path, such as <c>key-auths</c>; null when there is none.</summary>
    public static EntityKind? FindByPath(string path) => All.FirstOrDefault(k => k.HasCollection && k.Path == path);

    /// <summary>The kind whose records have this type; null when there is none.</summary>
    public static EntityKind? FindByType(Type recordType) => All.FirstOrDefault(k => k.RecordType == recordType);
}
