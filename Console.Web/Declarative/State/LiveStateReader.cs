using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>What of the gateway's configuration a command looks at.</summary>
internal sealed record ReadScope
{
    /// <summary>Only entities with all of these tags; empty for all.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool SkipConsumers { get; init; }

    public bool SkipCaCertificates { get; init; }

    public bool Covers(StateKind kind)
        => !(SkipConsumers && kind.IsConsumerPart) && !(SkipCaCertificates && kind == StateKinds.CaCertificate);

    /// <summary>Whether an entity is looked at: a plugin of a consumer is left alone together with the consumer.</summary>
    public bool Covers(StateKind kind, JsonObject body)
        => kind.Foreign.All(f => body[f.Field] is not JsonObject || Covers(StateKinds.Get(f.Kind)));
}

/// <summary>Reads the gateway's whole configuration, all collections at once; kinds the server does not have count as empty.</summary>
internal sealed class LiveStateReader(IAdminReader client)
{
    private static readonly int[] Absent = [403, 404];

    public async Task<EntitySet> ReadAsync(ReadScope scope, CancellationToken cancellationToken)
    {
        var kinds = StateKinds.All.Where(k => scope.Covers(k) && k != StateKinds.GroupMember && k != StateKinds.Target).ToList();
        var lists = await Task.WhenAll(kinds.Select(k => ReadKindAsync(k, scope.Tags, cancellationToken)));

        var state = new EntitySet();
        for (var i = 0; i < kinds.Count; i++)
        {
            var kind = kinds[i];
            AddAll(state, kind, lists[i].Where(body => scope.Covers(kind, body)));
        }

        AddAll(state, StateKinds.Target, await ReadTargetsAsync(state, scope.Tags, cancellationToken));
        if (scope.Covers(StateKinds.GroupMember))
        {
            AddAll(state, StateKinds.GroupMember, await ReadMembersAsync(state, cancellationToken));
        }

        return state;
    }

    /// <summary>Adds the entities of one collection that carry all of the tags: targets for references, not managed.</summary>
    public async Task ReadIntoAsync(EntitySet set, StateKind kind, IReadOnlyList<string> tags, CancellationToken cancellationToken)
        => AddAll(set, kind, await ReadKindAsync(kind, tags, cancellationToken));

    private async Task<List<JsonObject>> ReadKindAsync(StateKind kind, IReadOnlyList<string> tags, CancellationToken cancellationToken)
        => await client.ListAsync($"/{kind.Collection}", kind.HasTags ? tags : [], kind.IsOptional ? Absent : [], cancellationToken) ?? [];

    private async Task<List<JsonObject>> ReadTargetsAsync(EntitySet state, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var upstreams = state.List(StateKinds.Upstream);
        if (client.IsKonnect && upstreams.Count > 0
            && await client.ListAsync("/targets", tags, Absent, cancellationToken) is { } all)
        {
            return [.. all.Where(t => t["upstream"] is JsonObject)];
        }

        var lists = await Task.WhenAll(upstreams.Select(async upstream =>
        {
            var targets = await client.ListAsync($"/upstreams/{upstream.Id}/targets", tags, Absent, cancellationToken) ?? [];
            foreach (var target in targets)
            {
                target["upstream"] = new JsonObject { ["id"] = upstream.Id };
            }

            return targets;
        }));
        return [.. lists.SelectMany(l => l)];
    }

    private async Task<List<JsonObject>> ReadMembersAsync(EntitySet state, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(state.List(StateKinds.ConsumerGroup).Select(async group =>
        {
            var answer = await client.GetAsync(
                $"/consumer_groups/{Uri.EscapeDataString(group.Text("name") ?? group.Id)}", cancellationToken);
            var consumers = (answer.Body as JsonObject)?["consumers"] as JsonArray ?? [];
            return consumers.OfType<JsonObject>()
                .Where(c => c["id"] is not null && state.FindById(StateKinds.Consumer, c["id"]!.ToString()) is not null)
                .Select(c => MemberBody(group.Id, c["id"]!.ToString()))
                .ToList();
        }));
        return [.. lists.SelectMany(l => l)];
    }

    /// <summary>A membership has no id of its own; the pair stands in for it.</summary>
    public static JsonObject MemberBody(string groupId, string consumerId) => new()
    {
        ["id"] = $"{groupId}/{consumerId}",
        ["consumer_group"] = new JsonObject { ["id"] = groupId },
        ["consumer"] = new JsonObject { ["id"] = consumerId },
    };

    private static void AddAll(EntitySet state, StateKind kind, IEnumerable<JsonObject> bodies)
    {
        foreach (var body in bodies)
        {
            var tags = (body["tags"] as JsonArray ?? []).Select(t => t?.ToString());
            if (tags.Any(t => t == "konnect-managed" || (kind == StateKinds.Plugin && t == "konnect-managed-plugin")))
            {
                continue;
            }

            if (body["id"]?.ToString() is { Length: > 0 } id)
            {
                state.Add(new StateEntity(kind, id.ToLowerInvariant(), body));
            }
        }
    }
}
