using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Secrets;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Connect;

/// <summary>Where the provider's key of a new connection comes from.</summary>
/// <param name="Typed">A key or a <c>{vault://…}</c> reference; null: the saved one is taken.</param>
/// <param name="PluginId">Plugin that holds a saved key.</param>
/// <param name="Target">Its place among the plugin's targets; null: the plugin itself.</param>
internal sealed record KeySource(string? Typed, string? PluginId = null, int? Target = null)
{
    public bool IsSet => !string.IsNullOrWhiteSpace(Typed) || PluginId is not null;
}

/// <summary>A connection that was made.</summary>
/// <param name="ClientKey">What clients send, in clear for once; null when the route asks for no key.</param>
internal sealed record NewConnection(string Tag, string? ClientKey);

/// <summary>Makes the entities of a connection in one step of the configuration, and finds them again by their tag, by which they also go.</summary>
internal sealed class ConnectService(ConfigWriter writer, EntityRules rules, ISecretResolver secrets)
{
    /// <summary>What tags of connections begin with.</summary>
    public const string TagPrefix = "flow:";

    public ConnectNames Names => ConnectNames.Of(writer.State);

    /// <summary>Creates all of it or nothing.</summary>
    public async Task<Result<NewConnection>> CreateAsync(ConnectDraft draft, KeySource key, Actor actor, CancellationToken cancellationToken)
    {
        if (HeaderValueOf(draft.Provider, key) is not { } secret)
        {
            return new ConnectKeyMissing();
        }

        var tag = $"{TagPrefix}{draft.Preset.Id}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        var clientKey = "gh-" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        var plan = ConnectPlan.Build(draft, secret, tag, ConnectPlan.KeyScheme + clientKey);
        var refusal = await writer.WriteAsync(state => Prepare(state, plan, $"connect {draft.Preset.Title} on {draft.Path.Trim()}"), actor, cancellationToken);
        return refusal is null ? new NewConnection(tag, draft.RequiresKey ? clientKey : null) : refusal;
    }

    /// <summary>The connection with this tag; null when nothing has it (any more).</summary>
    public ConnectedFlow? Find(string tag) => ConnectedFlow.Read(writer.State, tag);

    /// <summary>Every connection that is there, the newest first.</summary>
    public IReadOnlyList<ConnectedFlow> List() => [.. EntityKinds.All
        .SelectMany(kind => writer.State.Of(kind).Values)
        .SelectMany(d => d.Tags.Where(t => t.StartsWith(TagPrefix, StringComparison.Ordinal)))
        .Distinct()
        .Select(Find)
        .OfType<ConnectedFlow>()
        .OrderByDescending(f => f.CreatedAt)];

    /// <summary>The key as its header takes it, for the plan and for a check; null when there is none. Never shown.</summary>
    public string? HeaderValueOf(string provider, KeySource key)
    {
        if (!string.IsNullOrWhiteSpace(key.Typed))
        {
            return KeyHeader.Complete(KeyHeader.Of(provider), key.Typed.Trim());
        }

        if (key.PluginId is null || writer.State.Find(EntityKinds.Plugins, key.PluginId)?.Json["config"] is not JsonObject config)
        {
            return null;
        }

        // A saved key goes where it was already: to its own provider.
        var holder = key.Target is { } index ? (config["targets"] as JsonArray)?.ElementAtOrDefault(index) as JsonObject : config;
        return holder?["model"]?["provider"]?.ToString() == provider ? holder["auth"]?["header_value"]?.ToString() : null;
    }

    /// <summary>The key as the gateway will send it; null when a reference leads nowhere.</summary>
    public string? Resolve(string provider, KeySource key)
    {
        var value = HeaderValueOf(provider, key);
        return VaultReference.IsReference(value) ? secrets.Resolve(value!) : value;
    }

    private Result<ConfigChange> Prepare(ConfigState state, IReadOnlyList<PlannedEntity> plan, string summary)
    {
        var changes = new List<DocumentChange>();
        foreach (var planned in plan)
        {
            var prepared = rules.Prepare(state, planned.Kind, planned.Kind.Hashed(planned.Document, null), null, null);
            if (prepared.IsError)
            {
                return new PartRefused(planned.Kind, planned.Name, prepared.Error);
            }

            changes.Add(prepared.Value);
            state = state.With(prepared.Value.After!);
        }

        return new ConfigChange(summary, changes);
    }
}

/// <summary>There is no key to sign in with.</summary>
internal sealed record ConnectKeyMissing() : Error("Enter a key, or choose a saved one.");

/// <summary>One entity of several was refused, and so nothing was written.</summary>
internal sealed record PartRefused(EntityKind Kind, string Name, Error Reason)
    // What is unique may be a secret, such as a consumer's key.
    : Error($"{Kind.Singular} {Name}: {(Reason is UniqueViolation && Kind == EntityKinds.KeyAuthCredentials ? "the key is taken" : Reason.Message)}");
