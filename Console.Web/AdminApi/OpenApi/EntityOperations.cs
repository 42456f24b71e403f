using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>How the generic endpoints of a kind are described.</summary>
/// <param name="Of">Where they are below a parent: its noun with an article; null: at the top.</param>
/// <param name="ParentField">The field that the path decides then.</param>
internal sealed record EntityOperations(EntityKind Kind, string? Of = null, string? ParentField = null)
{
    private const int Faulty = StatusCodes.Status400BadRequest;

    private const int Missing = StatusCodes.Status404NotFound;

    private const int Taken = StatusCodes.Status409Conflict;

    private ApiGroup Group => ApiGroups.Of(Kind);

    private string One => A(Kind.Noun) + Whose;

    private string Whose => Of is null ? "" : " of " + Of;

    public static EntityOperations Below(EntityKind kind, string field, EntityKind parent) => new(kind, A(parent.Noun), field);

    public ApiOperation List => new(Group, $"List {Plural}{Whose}")
    {
        Query = ListQuery,
        Answer = Shapes.ListOf(Kind),
        Refusals = Of is null ? [Faulty] : [Faulty, Missing],
    };

    public ApiOperation Create => Write($"Create {One}") with { Status = StatusCodes.Status201Created, Refusals = Of is null ? [Faulty, Taken] : [Faulty, Missing, Taken] };

    public ApiOperation Read => new(Group, $"Read {One}") { Answer = Shapes.Of(Kind), Refusals = [Missing] };

    public ApiOperation Put => Write($"Create or replace {One}") with
    {
        Description = "Members that the body does not name go back to their defaults. Answers 200 also when it created.",
        Refusals = Of is null ? [Faulty, Taken] : [Faulty, Missing, Taken],
    };

    public ApiOperation Change => Write($"Change {One}") with
    {
        Description = "Members that the body does not name stay. Lists are replaced whole, records merged field by field, null resets.",
        Body = Shapes.Free,
        Example = Examples.Change(Kind),
        Refusals = [Faulty, Missing, Taken],
    };

    public ApiOperation Delete => new(Group, $"Delete {One}")
    {
        Description = "Answers 204 also when there was nothing.",
        Status = StatusCodes.Status204NoContent,
        Refusals = Of is null ? [Faulty] : [Faulty, Missing],
    };

    /// <summary>The endpoints of a parent that is reached through its child: <c>/routes/{id}/service</c>.</summary>
    /// <param name="child">The kind whose field points at <see cref="Kind"/>.</param>
    public static Dictionary<string, ApiOperation> Through(EntityKind child, string field, EntityKind parent)
    {
        var whose = $"the {field.Replace('_', ' ')} of {A(child.Noun)}";
        var write = new EntityOperations(parent).Change with { Group = ApiGroups.Of(child), Refusals = [Faulty, Missing, Taken] };
        return new()
        {
            [HttpMethods.Get] = new(ApiGroups.Of(child), $"Read {whose}") { Answer = Shapes.Of(parent), Refusals = [Missing] },
            [HttpMethods.Put] = write with { Summary = $"Replace {whose}", Description = null, Body = Shapes.InputOf(parent), Example = Examples.Of(parent) },
            [HttpMethods.Patch] = write with { Summary = $"Change {whose}" },
            [HttpMethods.Delete] = new(ApiGroups.Of(child), $"Refuse to delete {whose}")
            {
                Description = "Set the field to null to part them; delete the other where it is.",
                Status = StatusCodes.Status405MethodNotAllowed,
                Answer = Shapes.Message,
                Refusals = [Missing],
            },
        };
    }

    public static string A(string noun) => ("aeiouA".Contains(noun[0]) || noun.StartsWith("SNI", StringComparison.Ordinal) || noun.StartsWith("HMAC", StringComparison.Ordinal) ? "an " : "a ") + noun;

    private string Plural => char.IsUpper(Kind.Title[1]) ? Kind.Title : char.ToLowerInvariant(Kind.Title[0]) + Kind.Title[1..];

    private IReadOnlyList<ApiParameter> ListQuery
    {
        get
        {
            var query = new List<ApiParameter>(PageQuery.Parameters);
            if (Kind.Schema.Find("tags") is not null)
            {
                query.Add(new("tags", Shapes.Text, "Only those with these tags: a,b for all of them, a/b for any."));
            }

            if (Kind == EntityKinds.Consumers)
            {
                query.Add(new("custom_id", Shapes.Text, "Only the one with this custom_id."));
            }

            return query;
        }
    }

    private ApiOperation Write(string summary) => new(Group, summary) { Body = Shapes.InputOf(Kind, ParentField), Example = Examples.Of(Kind, ParentField), TakesForms = true, Answer = Shapes.Of(Kind) };
}
