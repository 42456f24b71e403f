using System.Data.Common;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs.Pricing;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary><c>GET /stats/receipt</c>: what the calls of a filter have cost, line by line.</summary>
internal sealed class ReceiptEndpoint(ICostReceipts receipts, TimeProvider time)
{
    public void Map(AdminRouteTable table) => table.Get("/stats/receipt", SumAsync, new(ApiGroups.Logs, "Add up what calls have cost")
    {
        Description = "Tokens, rate and amount of each bucket, for each model and each version of its price, by the receipts in the records: the amounts of the groups add up to the cost that "
            + "lists and sums show. reported and estimated tell who has counted the tokens of the calls with a price: the provider, or the gateway. Calls without a known price are unpriced and not in the "
            + "cost. Of more than 20,000 requests only the sums of the models are told (itemized: false; lines have no rate and no amount). Without from: since the log begins.",
        Query = LogQuery.Parameters,
        Answer = Shapes.Object("requests:integer calls:integer reported:integer estimated:integer unpriced:integer cost:number itemized:boolean groups:object[] unpriced_models:object[]"),
        Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable],
    });

    private async Task<IResult> SumAsync(AdminContext context)
    {
        var filter = LogQuery.ReadFilter(context.Request.Query, time.GetUtcNow());
        if (filter.IsError)
        {
            return AdminErrors.Of(filter.Error);
        }

        try
        {
            var receipt = await receipts.SumAsync(filter.Value with { SearchesBodies = context.MaySeePayloads }, context.Aborted);
            return new AdminJson(StatusCodes.Status200OK, new JsonObject
            {
                ["requests"] = receipt.Requests,
                ["calls"] = receipt.Calls,
                ["reported"] = receipt.Reported,
                ["estimated"] = receipt.Estimated,
                ["unpriced"] = receipt.Unpriced,
                ["cost"] = receipt.Cost,
                ["itemized"] = receipt.IsItemized,
                ["groups"] = new JsonArray([.. receipt.Groups.Select(Group)]),
                ["unpriced_models"] = new JsonArray([.. receipt.UnpricedModels.Select(u => new JsonObject { ["provider"] = u.Provider, ["model"] = u.Model, ["requests"] = u.Requests })]),
            });
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return LogEndpoints.Unavailable(exception);
        }
    }

    private static JsonNode Group(ReceiptGroup group) => new JsonObject
    {
        ["provider"] = group.Provider,
        ["model"] = group.Model,
        ["source"] = group.Source,
        ["price_id"] = group.PriceId,
        ["price_date"] = group.PriceDate,
        ["requests"] = group.Requests,
        ["estimated"] = group.Estimated,
        ["amount"] = group.Amount,
        ["lines"] = new JsonArray([.. group.Lines.Select(l => new JsonObject { ["bucket"] = l.Bucket, ["tokens"] = l.Tokens, ["rate"] = l.Rate, ["amount"] = l.Amount })]),
    };
}
