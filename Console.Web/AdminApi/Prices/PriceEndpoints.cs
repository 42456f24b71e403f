using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.Logs;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;

namespace ConsoleWeb.AdminApi.Prices;

/// <summary>What models cost: the shipped table, and prices set over it.</summary>
internal sealed class PriceEndpoints(PriceService prices, TimeProvider time)
{
    private const string Path = "/prices";

    private const string RowShape =
        "id:string! price_id provider pattern origin version:integer valid_from:string! currency input:number output:number cache_read:number! cache_write_5m:number! "
        + "cache_write_1h:number! reasoning:number! source date";

    private const string InputShape =
        "provider? pattern? input:number? output:number? cache_read:number? cache_write_5m:number? cache_write_1h:number? reasoning:number? source? valid_from:moment?";

    private static readonly string[] Rates = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning"];

    public void Map(AdminRouteTable table) => table
        .Get(
            Path,
            _ => Task.FromResult<IResult>(new AdminJson(
                StatusCodes.Status200OK,
                new JsonObject { ["data"] = new JsonArray([.. prices.List().Select(Row)]), ["next"] = null })),
            new(ApiGroups.Prices, "List prices") { Description = "In US dollars per million tokens, by provider and pattern.", Answer = Shapes.Page(Shapes.Object(RowShape)) })
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
                + "Requests without a price get one where it is known now. Prices from a plugin's model options stay. A call that is given up leaves a part done; the next does the rest.",
            Query =
            [
                new("dry_run", Shapes.Boolean, "false: change the stored requests. Without it nothing changes."),
                new("from", Shapes.Text, "Requests not before this moment."),
                new("to", Shapes.Text, "Requests before this moment."),
            ],
            Answer = Shapes.Object("dry_run:boolean looked:integer requests:integer before:number after:number difference:number models:array"),
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
        })
        .Get(
            Path + "/{price}",
            c => Task.FromResult<IResult>(Find(c) is { } row ? new AdminJson(StatusCodes.Status200OK, Row(row)) : AdminErrors.NotFound),
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
            var summary = isDry ? await prices.PreviewAsync(from, to, context.Aborted) : await prices.RepriceAsync(from, to, context.Actor, context.Aborted);
            return new AdminJson(StatusCodes.Status200OK, Summary(summary, isDry));
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

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

        if (Read(body!, existing, out var draft) is { } problem)
        {
            return AdminErrors.Of(new Error(problem));
        }

        var set = await prices.SetAsync(draft, context.Actor, context.Aborted);
        return set.IsError ? AdminErrors.Of(set.Error) : new AdminJson(existing is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, Row(set.Value));
    }

    /// <returns>What is wrong with the body.</returns>
    private static string? Read(JsonObject body, PriceRow? existing, out PriceDraft draft)
    {
        draft = existing is null ? new PriceDraft() : PriceDraft.Of(existing);
        foreach (var (name, value) in body)
        {
            if (Rates.Contains(name))
            {
                decimal? rate = null;
                if (value is not null)
                {
                    if (value is not JsonValue number || !number.TryGetValue<decimal>(out var given))
                    {
                        return $"{name}: expected a number";
                    }

                    rate = given;
                }

                draft = name switch
                {
                    "input" => draft with { Input = rate },
                    "output" => draft with { Output = rate },
                    "cache_read" => draft with { CacheRead = rate },
                    "cache_write_5m" => draft with { CacheWrite5m = rate },
                    "cache_write_1h" => draft with { CacheWrite1h = rate },
                    _ => draft with { Reasoning = rate },
                };
                continue;
            }

            if (value is not JsonValue text || !text.TryGetValue<string>(out var words))
            {
                return $"{name}: expected a string";
            }

            switch (name)
            {
                case "provider" or "pattern" when existing is not null && words != (name == "provider" ? draft.Provider : draft.Pattern):
                    return $"{name}: cannot be changed; set a new price";
                case "provider":
                    draft = draft with { Provider = words };
                    break;
                case "pattern":
                    draft = draft with { Pattern = words };
                    break;
                case "source":
                    draft = draft with { Source = words };
                    break;
                case "valid_from" when DateTimeOffset.TryParse(words, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment):
                    draft = draft with { ValidFrom = moment };
                    break;
                case "valid_from":
                    return "valid_from: must be a moment such as 2030-01-31T12:00:00Z";
                default:
                    return $"{name}: unknown field";
            }
        }

        return null;
    }

    private static JsonObject Row(PriceRow row) => new()
    {
        ["id"] = row.Id?.ToString(),
        ["price_id"] = row.Price.Id,
        ["provider"] = row.Price.Provider,
        ["pattern"] = row.Price.Pattern,
        ["origin"] = row.Price.Origin == PriceSource.Admin ? "admin" : "table",
        ["version"] = row.Version,
        ["valid_from"] = row.ValidFrom is { } from ? ControlPlane.Moment(from) : null,
        ["currency"] = ModelPrice.Currency,
        ["input"] = row.Price.Input,
        ["output"] = row.Price.Output,
        ["cache_read"] = row.Price.CacheRead,
        ["cache_write_5m"] = row.Price.CacheWrite5m,
        ["cache_write_1h"] = row.Price.CacheWrite1h,
        ["reasoning"] = row.Price.Reasoning,
        ["source"] = row.Price.Source,
        ["date"] = row.Price.Date.ToString("O", CultureInfo.InvariantCulture),
    };
}
