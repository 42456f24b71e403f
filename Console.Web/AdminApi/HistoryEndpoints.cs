using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.History;

namespace ConsoleWeb.AdminApi;

/// <summary>The versions of the configuration: list, one with its changes, and back to one.</summary>
internal sealed class HistoryEndpoints(HistoryService history)
{
    private const string Path = "/gatehouse/history";

    public void Map(AdminRouteTable table) => table
        .Get(Path, ListAsync)
        .Get(Path + "/{version}", FindAsync)
        .Post(Path + "/{version}/restore", RestoreAsync);

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
