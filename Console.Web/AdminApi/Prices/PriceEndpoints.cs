using System.Data.Common;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.Logs;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi.Prices;

/// <summary>What models cost: the shipped table, and prices set over it.</summary>
internal sealed class PriceEndpoints(PriceService prices, RepriceRuns runs, TimeProvider time)
{
    private const string Path = "/prices";

    private const string RowShape =
        "id:string! price_id provider pattern origin version:integer valid_from:string! currency input:number output:number cache_read:number! cache_write_5m:number! "
        + "cache_write_1h:number! reasoning:number! long_context:object! tiers:object! source date";

    private const string InputShape =
        "provider? pattern? input:number? output:number? cache_read:number? cache_write_5m:number? cache_write_1h:number? reasoning:number? long_context:object? tiers:object? source? valid_from:moment?";

    public void Map(AdminRouteTable table) => table
        .Get(
            Path,
            c => Task.FromResult<IResult>(new AdminJson(
                StatusCodes.Status200OK,
                new JsonObject { ["data"] = new JsonArray([.. prices.List().Where(r => IsWanted(c, r)).Select(PriceDocument.Write)]), ["next"] = null })),
            new(ApiGroups.Prices, "List prices") { Description = "In US dollars per million tokens, by provider and pattern.", Query = [new("origin", Shapes.OneOf(["admin", "table"]), "Only prices that were set, or only those of the shipped table.")], Answer = Shapes.Page(Shapes.Object(RowShape)) })
        .Map(HttpMethods.Put, Path, ImportAsync, new(ApiGroups.Prices, "Import prices")
        {
            Description = "Sets all prices of a list such as `GET /prices?origin=admin` gives, or none. What is set already makes no new version; rows of the shipped table are passed over.",
            Body = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["data"] = Shapes.Array(Shapes.Object(InputShape)) } },
            Example = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["provider"] = "ollama", ["pattern"] = "*", ["input"] = 0, ["output"] = 0 }) },
            Answer = Shapes.Object("set:integer"),
            Refusals = [StatusCodes.Status400BadRequest],
        })
        .Post(Path, c => SetAsync(c, null), new(ApiGroups.Prices, "Set a price")
        {
            Description = "A new version where the provider and pattern have a price already. Calls that start from `valid_from` on are priced by it, without it from today on.",
            Body = Shapes.Object(InputShape),
            Example = new JsonObject { ["provider"] = "ollama", ["pattern"] = "*", ["input"] = 0, ["output"] = 0 },
            Answer = Shapes.Object(RowShape),
            Status = StatusCodes.Status201Created,
            Refusals = [StatusCodes.Status400BadRequest],
        })
        .Post(Path + "/reprice", RepriceAsync, new(ApiGroups.Prices, "Price stored requests anew")
        {
            Description = "Tells what the prices known now, each at the time of the request, would make of the stored requests, by model; with `dry_run=false` makes it so. "
                + "Requests without a price get one where it is known now. Prices from a plugin's model options stay. The work goes on when the call is given up; `GET /prices/reprice` tells how far it is, and `DELETE` stops it.",
            Query =
            [
                new("dry_run", Shapes.Boolean, "false: change the stored requests. Without it nothing changes."),
                new("wait", Shapes.Boolean, "false: answer at once, with 202, and go on with the work."),
                new("from", Shapes.Text, "Requests not before this moment."),
                new("to", Shapes.Text, "Requests before this moment."),
            ],
            Answer = Shapes.Object("dry_run:boolean looked:integer requests:integer before:number after:number difference:number models:array"),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable],
        })
        .Get(Path + "/reprice", _ => Task.FromResult<IResult>(new AdminJson(StatusCodes.Status200OK, runs.Current is { } run ? State(run) : new JsonObject { ["state"] = "none" })), new(ApiGroups.Prices, "Read how far pricing anew has come")
        {
            Description = "The work that goes on, else the last one since the gateway started.",
            Answer = Shapes.Object("state started_at:moment? started_by? ended_at:string!? share:number? looked:integer? requests:integer? summary:object!? error:string!?"),
        })
        .Map(HttpMethods.Delete, Path + "/reprice", _ => Task.FromResult(runs.Stop() ? new AdminJson(StatusCodes.Status204NoContent, null) : AdminErrors.NotFound), new(ApiGroups.Prices, "Stop pricing anew")
        {
            Description = "What is done stays done; the next time does the rest.",
            Status = StatusCodes.Status204NoContent,
            Refusals = [StatusCodes.Status404NotFound],
        })
        .Get(
            Path + "/{price}",
            c => Task.FromResult<IResult>(Find(c) is { } row ? new AdminJson(StatusCodes.Status200OK, PriceDocument.Write(row)) : AdminErrors.NotFound),
            new(ApiGroups.Prices, "Read a price that was set") { Answer = Shapes.Object(RowShape), Refusals = [StatusCodes.Status404NotFound] })
        .Map(HttpMethods.Patch, Path + "/{price}", c => Find(c) is { } row ? SetAsync(c, row) : Task.FromResult(AdminErrors.NotFound), new(ApiGroups.Prices, "Change a price that was set")
        {
            Description = "Makes a new version; what is not sent stays as it is.",
            Body = Shapes.Object(InputShape),
            Answer = Shapes.Object(RowShape),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound],
        })
        .Map(HttpMethods.Delete, Path + "/{price}", EndAsync, new(ApiGroups.Prices, "End a price that was set")
        {
            Description = "From now on; the row of the shipped table below it, if there is one, counts again.",
            Status = StatusCodes.Status204NoContent,
            Refusals = [StatusCodes.Status404NotFound],
        });

    private static bool IsWanted(AdminContext context, PriceRow row) => PageQuery.Text(context.Request.Query, "origin") switch
    {
        "admin" => row.Id is not null,
        "table" => row.Id is null,
        _ => true,
    };

    private async Task<IResult> ImportAsync(AdminContext context)
    {
        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body!["data"] is not JsonArray rows)
        {
            return AdminErrors.Of(new Error("data: expected an array"));
        }

        var set = await prices.ImportAsync(rows, context.Actor, context.Aborted);
        return set.IsError ? AdminErrors.Of(set.Error) : new AdminJson(StatusCodes.Status200OK, new JsonObject { ["set"] = set.Value });
    }

    private PriceRow? Find(AdminContext context) => Guid.TryParse(context["price"], out var id) ? prices.Find(id) : null;

    private async Task<IResult> EndAsync(AdminContext context) =>
        Find(context) is { Id: { } id } && await prices.EndAsync(id, context.Actor, context.Aborted) ? new AdminJson(StatusCodes.Status204NoContent, null) : AdminErrors.NotFound;

    private async Task<IResult> RepriceAsync(AdminContext context)
    {
        var window = LogQuery.ReadFilter(context.Request.Query, time.GetUtcNow());
        if (window.IsError)
        {
            return AdminErrors.Of(window.Error);
        }

        if (window.Value.Terms.Count > 0)
        {
            return AdminErrors.Of(new Error("only from and to choose the requests"));
        }

        if (PageQuery.Text(context.Request.Query, "dry_run") is { } text && text is not ("true" or "false"))
        {
            return AdminErrors.Of(new InvalidOption("dry_run", "must be true or false"));
        }

        try
        {
            var isDry = context.Request.Query["dry_run"] != "false";
            var (from, to) = (window.Value.From, window.Value.To);
            if (isDry)
            {
                return new AdminJson(StatusCodes.Status200OK, Summary(await prices.PreviewAsync(from, to, context.Aborted), isDry));
            }

            if (runs.TryStart(from, to, context.Actor) is not var (run, done))
            {
                return new AdminJson(StatusCodes.Status409Conflict, new JsonObject { ["message"] = "stored requests are being priced anew already; GET /prices/reprice tells how far that is" });
            }

            return context.Request.Query["wait"] == "false"
                ? new AdminJson(StatusCodes.Status202Accepted, State(run))
                : new AdminJson(StatusCodes.Status200OK, Summary(await done.WaitAsync(context.Aborted), isDry));
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private static JsonObject State(RepriceRun run) => new()
    {
        ["state"] = run.IsRunning ? "running" : run.Summary is not null ? "done" : run.IsStopped ? "stopped" : "failed",
        ["started_at"] = ControlPlane.Moment(run.StartedAt),
        ["started_by"] = run.Actor,
        ["ended_at"] = run.EndedAt is { } end ? ControlPlane.Moment(end) : null,
        ["share"] = Math.Round(run.Progress.Share, 4),
        ["looked"] = run.Progress.Looked,
        ["requests"] = run.Progress.Requests,
        ["summary"] = run.Summary is { } summary ? Summary(summary, isDry: false) : null,
        ["error"] = run.Error,
    };

    private static JsonObject Summary(RepriceSummary summary, bool isDry) => new()
    {
        ["dry_run"] = isDry,
        ["looked"] = summary.Looked,
        ["requests"] = summary.Requests,
        ["before"] = summary.Before,
        ["after"] = summary.After,
        ["difference"] = summary.After - summary.Before,
        ["models"] = new JsonArray([.. summary.Models.Select(m => new JsonObject
        {
            ["provider"] = m.Provider,
            ["model"] = m.Model,
            ["requests"] = m.Requests,
            ["unpriced"] = m.Unpriced,
            ["before"] = m.Before,
            ["after"] = m.After,
            ["difference"] = m.Difference,
        })]),
    };

    private async Task<IResult> SetAsync(AdminContext context, PriceRow? existing)
    {
        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (PriceDocument.Read(body!, existing, out var draft) is { } problem)
        {
            return AdminErrors.Of(new Error(problem));
        }

        var set = await prices.SetAsync(draft, context.Actor, context.Aborted);
        return set.IsError ? AdminErrors.Of(set.Error) : new AdminJson(existing is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, PriceDocument.Write(set.Value));
    }
}
