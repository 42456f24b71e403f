using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Entities;

/// <summary>One page of entities in order of their ids.</summary>
/// <param name="Offset">Where the next page begins; null on the last one.</param>
internal sealed record EntityPage(IReadOnlyList<JsonObject> Data, string? Offset)
{
    /// <summary>Most entities that one page may have.</summary>
    public const int MaxSize = 1000;
}

/// <summary>Which entities are meant.</summary>
/// <param name="Tags">All or any of these tags; null: no condition.</param>
/// <param name="ParentField">Foreign key field that must point at <paramref name="ParentId"/>; null: no condition.</param>
/// <param name="Unique">A member whose values are unique and the text it must hold; null: no condition.</param>
internal sealed record EntityQuery(TagFilter? Tags = null, string? ParentField = null, Guid? ParentId = null, (string Field, string Text)? Unique = null);

/// <summary>A condition on tags.</summary>
internal sealed record TagFilter(IReadOnlyList<string> Tags, bool MatchAll);
