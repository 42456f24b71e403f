using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities.Parts;

/// <summary>One view of a stored entity. The form of its own fields is the last of them.</summary>
/// <param name="Id">As the address names it: <c>?tab=targets</c>.</param>
internal sealed record EntityTab(string Id, string Title)
{
    /// <summary>The entity's own fields.</summary>
    public const string Settings = "settings";

    private static readonly EntityTab OwnFields = new(Settings, "Settings");

    private static readonly EntityTab Plugins = new("plugins", "Plugins");

    /// <summary>The views of a kind; none where the form says everything.</summary>
    public static IReadOnlyList<EntityTab> Of(EntityKind kind) => kind.Name switch
    {
        "consumers" => [new("credentials", "Credentials"), new("groups", "Groups"), Plugins, new("usage", "Usage"), OwnFields],
        "consumer_groups" => [new("members", "Members"), Plugins, OwnFields],
        "upstreams" => [new("targets", "Targets"), OwnFields],
        _ => [],
    };
}
