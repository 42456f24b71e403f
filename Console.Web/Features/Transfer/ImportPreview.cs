using ConsoleWeb.Features.History;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Transfer;

/// <summary>What an import would do, worked out to the end and not done.</summary>
/// <param name="Version">The configuration that it follows; it can be made only while that serves.</param>
/// <param name="Changes">In the order in which they are made, secrets masked.</param>
internal sealed record ImportPreview(long Version, bool Deletes, IReadOnlyList<EntityChange> Changes)
{
    public int Created => Changes.Count(c => c.Action == "create");

    public int Updated => Changes.Count(c => c.Action == "update");

    public int Deleted => Changes.Count(c => c.Action == "delete");

    /// <summary>The plan that <see cref="Changes"/> shows.</summary>
    public required ImportPlan Plan { get; init; }
}

/// <summary>The file cannot be taken as it is.</summary>
internal sealed record ImportRefused(IReadOnlyList<ImportProblem> Problems)
    : Error(Problems.Count == 1 ? Problems[0].Text : $"{Problems.Count} problems: {Problems[0].Text} …");

/// <summary>Somebody changed the configuration since the preview was made.</summary>
internal sealed record PreviewStale() : Error("The configuration was changed meanwhile. Look at the changes again before you apply them.");
