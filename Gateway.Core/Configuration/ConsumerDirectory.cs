using System.Collections.Frozen;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Configuration;

/// <summary>The consumers of a snapshot with their credentials and groups, each found by one look-up.</summary>
internal sealed class ConsumerDirectory
{
    private readonly GatewayConfig _source;
    private readonly FrozenDictionary<Guid, ConsumerConfig> _byId;
    private readonly FrozenDictionary<string, ConsumerConfig> _byUsername;
    private readonly FrozenDictionary<Guid, string[]> _aclGroups;
    private readonly FrozenDictionary<Guid, Guid[]> _groups;
    private readonly FrozenDictionary<Guid, string> _groupNames;

    public ConsumerDirectory(GatewayConfig config)
    {
        _source = config;
        _byId = config.Consumers.ToFrozenDictionary(c => c.Id);
        _byUsername = config.Consumers.Where(c => c.Username is not null).ToFrozenDictionary(c => c.Username!);
        _aclGroups = config.Acls
            .GroupBy(a => a.Consumer.Id)
            .ToFrozenDictionary(g => g.Key, g => g.Select(a => a.Group).Order(StringComparer.Ordinal).ToArray());
        var names = config.ConsumerGroups.ToDictionary(g => g.Id, g => g.Name);
        _groupNames = names.ToFrozenDictionary();
        _groups = config.ConsumerGroupMembers
            .Where(m => names.ContainsKey(m.ConsumerGroup.Id))
            .GroupBy(m => m.Consumer.Id)
            .ToFrozenDictionary(g => g.Key, g => g.Select(m => m.ConsumerGroup.Id).OrderBy(id => names[id], StringComparer.Ordinal).ToArray());
        Keys = config.KeyAuthCredentials.ToFrozenDictionary(c => c.Key);
        Users = config.BasicAuthCredentials.ToFrozenDictionary(c => c.Username);
        JwtSecrets = config.JwtSecrets.ToFrozenDictionary(c => c.Key);
        HmacUsers = config.HmacAuthCredentials.ToFrozenDictionary(c => c.Username);
    }

    /// <summary>API keys of key-auth.</summary>
    public FrozenDictionary<string, KeyAuthCredentialConfig> Keys { get; }

    /// <summary>User names of basic-auth.</summary>
    public FrozenDictionary<string, BasicAuthCredentialConfig> Users { get; }

    /// <summary>Key claims of jwt.</summary>
    public FrozenDictionary<string, JwtSecretConfig> JwtSecrets { get; }

    /// <summary>User names of hmac-auth.</summary>
    public FrozenDictionary<string, HmacAuthCredentialConfig> HmacUsers { get; }

    public ConsumerConfig? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>By id or user name, as a plugin's <c>anonymous</c> names a consumer.</summary>
    public ConsumerConfig? Find(string idOrUsername) =>
        Guid.TryParse(idOrUsername, out var id) && Find(id) is { } found ? found : _byUsername.GetValueOrDefault(idOrUsername);

    /// <summary>The consumer's groups as the acl plugin knows them; empty when there are none.</summary>
    public string[] ListAclGroups(Guid consumer) => _aclGroups.GetValueOrDefault(consumer) ?? [];

    /// <summary>Ids of the consumer groups it is in, in alphabetical order of their names; null when there are none.</summary>
    public Guid[]? FindGroups(Guid consumer) => _groups.GetValueOrDefault(consumer);

    /// <summary>Names of the consumer groups it is in, in alphabetical order; empty when there are none.</summary>
    public string[] ListGroupNames(Guid consumer) => _groups.TryGetValue(consumer, out var ids) ? Array.ConvertAll(ids, id => _groupNames[id]) : [];

    /// <summary>Whether this is what the constructor would make of another configuration.</summary>
    public bool IsOf(GatewayConfig config) =>
        ReferenceEquals(config.Consumers, _source.Consumers)
        && ReferenceEquals(config.Acls, _source.Acls)
        && ReferenceEquals(config.ConsumerGroups, _source.ConsumerGroups)
        && ReferenceEquals(config.ConsumerGroupMembers, _source.ConsumerGroupMembers)
        && ReferenceEquals(config.KeyAuthCredentials, _source.KeyAuthCredentials)
        && ReferenceEquals(config.BasicAuthCredentials, _source.BasicAuthCredentials)
        && ReferenceEquals(config.JwtSecrets, _source.JwtSecrets)
        && ReferenceEquals(config.HmacAuthCredentials, _source.HmacAuthCredentials);
}
