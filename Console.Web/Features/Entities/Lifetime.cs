using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>Entities that end by themselves: clients give the seconds that are left and read those that are left then.</summary>
internal static class Lifetime
{
    private const string Seconds = "ttl";

    private const string End = "expires_at";

    /// <summary>Works out when an entity ends.</summary>
    /// <param name="json">The document to store; changed in place.</param>
    /// <param name="input">What the client sent: a lifetime in it begins now.</param>
    /// <param name="mergeInto">The stored document whose end holds when the client gave none; null: it does not end.</param>
    public static void Set(EntityKind kind, JsonObject json, JsonObject input, JsonObject? mergeInto, DateTimeOffset now)
    {
        if (!Ends(kind))
        {
            return;
        }

        if (!input.ContainsKey(Seconds) && mergeInto is not null)
        {
            json[End] = mergeInto[End]?.DeepClone();
            return;
        }

        // Nobody needs a key that is over at once: 0 is the word for one that never ends.
        if (json[Seconds] is JsonValue value && value.TryGetValue<long>(out var seconds) && seconds > 0)
        {
            json[End] = now.ToUnixTimeSeconds() + seconds;
            return;
        }

        (json[Seconds], json[End]) = (null, null);
    }

    /// <summary>Shows what is left; an entity that does not end has no member for it.</summary>
    /// <param name="json">A copy of the document; changed in place.</param>
    public static void Show(EntityKind kind, JsonObject json, DateTimeOffset now)
    {
        if (!Ends(kind))
        {
            return;
        }

        var end = json[End]?.GetValue<long>();
        json.Remove(End);
        if (end is { } moment)
        {
            json[Seconds] = Math.Max(0, moment - now.ToUnixTimeSeconds());
        }
        else if (json[Seconds] is null)
        {
            json.Remove(Seconds);
        }
    }

    /// <summary>Whether its time is over: it is as good as deleted, and the next write of its kind deletes it.</summary>
    public static bool IsOver(EntityDocument document, DateTimeOffset now) =>
        Ends(document.Kind) && document.Typed is KeyAuthCredentialConfig credential && credential.IsOverAt(now.ToUnixTimeSeconds());

    /// <summary>The entities of a kind whose time is over. Kinds without an end are not looked through.</summary>
    public static IEnumerable<EntityDocument> ListOver(ConfigState state, EntityKind kind, DateTimeOffset now) =>
        Ends(kind) ? state.Of(kind).Values.Where(d => IsOver(d, now)) : [];

    private static bool Ends(EntityKind kind) => kind == EntityKinds.KeyAuthCredentials;
}
