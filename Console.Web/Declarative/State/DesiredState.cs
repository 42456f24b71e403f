namespace ConsoleWeb.Declarative.State;

/// <summary>What the file wants, resolved: in the order of creation, and findable for names in the output.</summary>
internal sealed record DesiredState(IReadOnlyList<DesiredEntity> Entities, EntitySet Set);
