using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.History;

namespace ConsoleWeb.AdminApi;

/// <summary>The versions of the configuration: list, one with its changes, and back to one.</summary>
internal sealed class HistoryEndpoints(HistoryService history)
{
    private const string Path = "/gatehouse/history";

    private const string RowShape = "version:integer at:moment actor source summary";

    public void Map(AdminRouteTable table) => table
        .Get(Path, ListAsync, new(ApiGroups.History, "List versions")
        {
            Description = "Newest first.",
            Query =
            [
                .. PageQuery.Parameters, new("q", Shapes.Text, "Only those whose summary has this text."), new("actor", Shapes.Text, "Only by this person or token."),
                new("source", Shapes.Text, "Only through this door, such as deck."),
            ],
            Answer = Shapes.Page(Shapes.Object(RowShape)),
            Refusals = [StatusCodes.Status400BadRequest],
        })
        .Get(Path + "/{version}", FindAsync, new(ApiGroups.History, "Read a version with its changes")
        {
            Answer = Shapes.Object(RowShape + " changes:object[]"),
            Refusals = [StatusCodes.Status404NotFound],
        })
        .Post(Path + "/{version}/restore", RestoreAsync, new(ApiGroups.History, "Bring a version back")
        {
            Description = "Becomes a new version; those between stay in the history.",
            Answer = Shapes.Object("restored:integer version:integer entities:integer"),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        });

    private async Task<IResult> ListAsync(AdminContext context)
    {
        var query = context.Request.Query;
        var page = PageQuery.Read(query);
        if (page.IsError)
        {
            return AdminErrors.Of(page.Error);
        }

        var filter = new HistoryFilter(PageQuery.Text(query, "q"), PageQuery.Text(query, "actor"), PageQuery.Text(query, "source"));
        var found = await history.ListAsync(filter, page.Value.Before, page.Value.Size, context.Aborted);
        return Ok(PageQuery.Body(context.Request, Path, found.Rows.Select(Row), found.Before));
    }

    private async Task<IResult> FindAsync(AdminContext context)
    {
        if (Number(context) is not { } number || await history.FindAsync(number, context.Aborted) is not { } version)
        {
            return AdminErrors.NotFound;
        }

        var body = Row(version.Row);
        body["changes"] = new JsonArray([.. version.Changes.Select(c => c.ToJson(withFields: true))]);
        return Ok(body);
    }

    private async Task<IResult> RestoreAsync(AdminContext context)
    {
        if (Number(context) is not { } number)
        {
            return AdminErrors.NotFound;
        }

        var restored = await history.RestoreAsync(number, context.Actor, context.Aborted);
        return restored.IsError
            ? AdminErrors.Of(restored.Error)
            : Ok(new JsonObject { ["restored"] = number, ["version"] = restored.Value.Version, ["entities"] = restored.Value.Entities });
    }

    private static AdminJson Ok(JsonObject body) => new(StatusCodes.Status200OK, body);

    private static long? Number(AdminContext context) =>
        long.TryParse(context["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static JsonObject Row(HistoryRow row) => new()
    {
        ["version"] = row.Number,
        ["at"] = ControlPlane.Moment(row.At),
        ["actor"] = row.Actor,
        ["source"] = row.Source,
        ["summary"] = row.Summary,
    };
}
