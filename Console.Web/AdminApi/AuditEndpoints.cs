using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Audit;

namespace ConsoleWeb.AdminApi;

/// <summary>The audit log: what was done by whom, and whether the record of it is whole.</summary>
internal sealed class AuditEndpoints(AuditLog log, AuditVerifier verifier)
{
    public const string Path = "/gatehouse/audit";

    public void Map(AdminRouteTable table) => table
        .Get(Path, ListAsync, new(ApiGroups.Audit, "List what was done")
        {
            Description = "Newest first.",
            Query =
            [
                .. PageQuery.Parameters, new("action", Shapes.Text, "Only this action."), new("actor", Shapes.Text, "Only by this person or token."),
                new("outcome", Shapes.Text, "Only with this outcome."),
            ],
            Answer = Shapes.Page(Shapes.Object("sequence:integer at:moment action actor source address:string! token_id:string! target:string! outcome details:object! hash")),
            Refusals = [StatusCodes.Status400BadRequest],
        })
        .Get(Path + "/verify", VerifyAsync, new(ApiGroups.Audit, "Check that the log is whole") { Answer = Shapes.Object("whole:boolean entries:integer problem:string!") });

    private async Task<IResult> ListAsync(AdminContext context)
    {
        var query = context.Request.Query;
        var page = PageQuery.Read(query);
        if (page.IsError)
        {
            return AdminErrors.Of(page.Error);
        }

        var (size, before) = page.Value;
        var filter = new AuditFilter(PageQuery.Text(query, "action"), PageQuery.Text(query, "actor"), PageQuery.Text(query, "outcome"), PageQuery.Text(query, "q"));
        // One more than asked for says whether there is a next page.
        var found = await log.ListAsync(filter, before, size + 1, context.Aborted);
        return new AdminJson(
            StatusCodes.Status200OK,
            PageQuery.Body(context.Request, Path, found.Take(size).Select(Row), found.Count > size ? found[size - 1].Sequence : null));
    }

    private async Task<IResult> VerifyAsync(AdminContext context)
    {
        var verdict = await verifier.VerifyAsync(context.Aborted);
        return new AdminJson(StatusCodes.Status200OK, new JsonObject { ["whole"] = verdict.Problem is null, ["entries"] = verdict.Entries, ["problem"] = verdict.Problem });
    }

    private static JsonObject Row(AuditRow entry) => new()
    {
        ["sequence"] = entry.Sequence,
        ["at"] = ControlPlane.Moment(entry.At),
        ["action"] = entry.Action,
        ["actor"] = entry.Actor,
        ["source"] = entry.Source,
        ["address"] = entry.Address,
        ["token_id"] = entry.TokenId?.ToString(),
        ["target"] = entry.Target,
        ["outcome"] = entry.Outcome,
        ["details"] = entry.Details is null ? null : JsonNode.Parse(entry.Details),
        ["hash"] = Convert.ToHexStringLower(entry.Hash),
    };
}
