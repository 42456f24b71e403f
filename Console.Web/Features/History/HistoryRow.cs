namespace ConsoleWeb.Features.History;

/// <summary>A version of the configuration as lists show it.</summary>
/// <param name="Source"><c>console</c>, <c>admin-api</c>, <c>deck</c>, <c>import</c>, <c>command-line</c>.</param>
/// <param name="Summary">One line: <c>create service codex-service</c>.</param>
public sealed record HistoryRow(long Number, DateTimeOffset At, string Actor, string Source, string Summary);

/// <summary>A version with what it changed.</summary>
public sealed record HistoryVersion(HistoryRow Row, IReadOnlyList<EntityChange> Changes);

/// <summary>Which versions are meant; null: no condition.</summary>
/// <param name="Text">Part of the summary or of the actor's name.</param>
/// <param name="Entity">Id of an entity that the version changed.</param>
internal sealed record HistoryFilter(string? Text = null, string? Actor = null, string? Source = null, Guid? Entity = null);

/// <summary>One page of versions, newest first.</summary>
/// <param name="Before">Where the next page begins; null on the last one.</param>
internal sealed record VersionPage(IReadOnlyList<HistoryRow> Rows, long? Before);
