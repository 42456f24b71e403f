using System.Net;
using ConsoleWeb.Data.Logs;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Usage;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>Receipts of many calls over HTTP.</summary>
public sealed class ReceiptEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Receipt_Session_AddsUpToItsCost()
    {
        var session = AdminFixture.NewName();
        await WriteAsync(session, "gpt-5", 1000, 2000);
        await WriteAsync(session, AdminFixture.NewName(), 5);

        var receipt = await admin.Host.GetAsync($"/stats/receipt?session_id={session}");

        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        Assert.Equal((3, 3, 2, 0, 1, true), ((int)receipt["requests"]!, (int)receipt["calls"]!, (int)receipt["reported"]!, (int)receipt["estimated"]!, (int)receipt["unpriced"]!, (bool)receipt["itemized"]!));
        var group = Assert.Single(receipt["groups"]!.AsArray())!;
        var line = Assert.Single(group["lines"]!.AsArray())!;
        Assert.Equal(("openai", "gpt-5", "table", "input", 3000, 1.25m), ((string?)group["provider"], (string?)group["model"], (string?)group["source"], (string?)line["bucket"], (int)line["tokens"]!, (decimal)line["rate"]!));
        Assert.Equal(0.00375m, (decimal)line["amount"]!);
        Assert.Equal((decimal)(await admin.Host.GetAsync($"/sessions/{session}"))["cost"]!, (decimal)receipt["cost"]!);
        Assert.Equal((decimal)group["amount"]!, (decimal)receipt["cost"]!);
        Assert.Equal(1, (int)Assert.Single(receipt["unpriced_models"]!.AsArray())!["requests"]!);
    }

    [Fact]
    public async Task Receipt_FilterThatCannotBeRead_SaysWhy()
    {
        var receipt = await admin.Host.GetAsync("/stats/receipt?q=colour:red");

        Assert.Equal(HttpStatusCode.BadRequest, receipt.Status);
        Assert.Contains("'colour:' is not a filter", receipt.Text, StringComparison.Ordinal);
    }

    private async Task WriteAsync(string session, string model, params int[] tokens)
    {
        var queue = admin.Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var count in tokens)
        {
            var call = SomeRecords.AiProxy(AdminFixture.NewName());
            (call.SessionId, call.Llm!.ResponseModel, call.Llm.Usage) = (session, model, new TokenUsage { PromptTokens = count });
            call.Llm.Receipt = new PriceBook().Find("openai", model, model, DateTimeOffset.UtcNow)?.Compute(call.Llm.Usage, null);
            queue.Add(call);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }
}
