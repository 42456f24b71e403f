namespace ConsoleWeb.Features.Entities;

/// <summary>One step from one configuration to the next; becomes one version.</summary>
/// <param name="Summary">One line: <c>create service codex-service</c>.</param>
internal sealed record ConfigChange(string Summary, IReadOnlyList<DocumentChange> Documents)
{
    public ConfigState ApplyTo(ConfigState state) =>
        state.Replace(Documents.Select(d => ((d.After ?? d.Before)!.Kind, d.Id, d.After))) with { Version = state.Version + 1 };
}

/// <param name="Before">Null: created.</param>
/// <param name="After">Null: deleted.</param>
internal readonly record struct DocumentChange(EntityDocument? Before, EntityDocument? After)
{
    public Guid Id => (After ?? Before)!.Id;
}

/// <summary>A change as it is stored.</summary>
internal sealed record NumberedChange(long Version, ConfigChange Change, Actor Actor);
