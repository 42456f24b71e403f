using System.Net;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Llm.Pricing;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Prices set over the shipped table. A host of its own for each test: they change what calls cost.</summary>
public sealed class PriceEndpointTests : IAsyncLifetime
{
    private TestHost? _host;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public async Task Price_SetChangedAndEnded_CountsFromItsDayOn()
    {
        var set = await Host.PostAsync("/prices", """{"provider":"openai","pattern":"gpt-4o","input":3,"output":11,"valid_from":"2020-01-01T00:00:00Z"}""");
        Assert.Equal((HttpStatusCode.Created, "1", "admin", "admin/openai/gpt-4o@v1"), (set.Status, set["version"]!.ToString(), set["origin"]!.ToString(), set["price_id"]!.ToString()));
        Assert.Equal(3, Find("openai", "gpt-4o-2024-08-06")!.Input);

        var changed = await Host.PatchAsync("/prices/" + set["id"], """{"input":4}""");
        Assert.Equal((HttpStatusCode.OK, "2", "4", "11"), (changed.Status, changed["version"]!.ToString(), changed["input"]!.ToString(), changed["output"]!.ToString()));
        Assert.Equal(set["id"]!.ToString(), changed["id"]!.ToString());
        Assert.Equal(4, Find("openai", "gpt-4o")!.Input);
        Assert.Equal("4", Listed(await Host.GetAsync("/prices")));

        Assert.Equal(HttpStatusCode.NoContent, (await Host.DeleteAsync("/prices/" + set["id"])).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.GetAsync("/prices/" + set["id"])).Status);
        Assert.Equal("2.5", Listed(await Host.GetAsync("/prices")));
        Assert.Equal(2.5m, Find("openai", "gpt-4o")!.Input);
    }

    [Fact]
    public async Task Price_OfALocalModel_MayBeZeroWhenSet()
    {
        Assert.Null(Find("ollama", "llama3"));

        await Host.PostAsync("/prices", """{"provider":"ollama","pattern":"*","input":0,"output":0}""");

        Assert.Equal(0, Find("ollama", "llama3")!.Input);
    }

    [Theory]
    [InlineData("""{"provider":"nobody","pattern":"x","input":1,"output":1}""", "provider")]
    [InlineData("""{"provider":"openai","pattern":" ","input":1,"output":1}""", "pattern")]
    [InlineData("""{"provider":"openai","pattern":"x","output":1}""", "input")]
    [InlineData("""{"provider":"openai","pattern":"x","input":-1,"output":1}""", "rate")]
    [InlineData("""{"provider":"openai","pattern":"x","input":"much","output":1}""", "input")]
    [InlineData("""{"provider":"openai","pattern":"x","input":1,"output":1,"colour":"red"}""", "colour")]
    public async Task Price_ThatIsWrong_IsRefusedByName(string body, string word)
    {
        var refused = await Host.PostAsync("/prices", body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(word, refused["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reprice_DryRunThenApplied_TellsTheDifferenceAndChangesTheRecord()
    {
        var call = SomeRecords.AiProxy("stored", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        (call.Llm!.Provider, call.Llm.RequestModel, call.Llm.ResponseModel) = ("ollama", "llama3", "llama3");
        Host.Services.GetRequiredService<RequestLogQueue>().Add(call);
        Assert.True(await Poll.UntilAsync(async () => (await Host.GetAsync("/logs/stored")).Status == HttpStatusCode.OK));
        await Host.PostAsync("/prices", """{"provider":"ollama","pattern":"llama3","input":40000,"output":0}""");

        var dry = await Host.PostAsync("/prices/reprice", "{}");

        Assert.Equal((HttpStatusCode.OK, "true", "1", "1", "0", "1"), (dry.Status, Text(dry, "dry_run"), Text(dry, "looked"), Text(dry, "requests"), Text(dry, "before"), Text(dry, "difference")));
        Assert.Equal("llama3", dry["models"]![0]!["model"]!.ToString());
        Assert.Null((await Host.GetAsync("/logs/stored"))["gatehouse"]!["cost"]!["amount"]);
        Assert.Equal("0", Text(await Host.PostAsync("/prices/reprice?dry_run=false&to=2020-01-01T00:00:00Z", "{}"), "looked"));
        Assert.Equal("false", Text(await Host.PostAsync("/prices/reprice?dry_run=false", "{}"), "dry_run"));
        Assert.Equal(1m, (decimal)(await Host.GetAsync("/logs/stored"))["gatehouse"]!["cost"]!["amount"]!);
        Assert.Equal("0", Text(await Host.PostAsync("/prices/reprice", "{}"), "requests"));
    }

    [Fact]
    public async Task Reprice_WithoutWaiting_IsAskedForUntilItIsDone()
    {
        Assert.Equal("none", Text(await Host.GetAsync("/prices/reprice"), "state"));
        Assert.Equal(HttpStatusCode.NotFound, (await Host.DeleteAsync("/prices/reprice")).Status);
        var call = SomeRecords.AiProxy("stored", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        (call.Llm!.Provider, call.Llm.RequestModel, call.Llm.ResponseModel) = ("ollama", "llama3", "llama3");
        Host.Services.GetRequiredService<RequestLogQueue>().Add(call);
        Assert.True(await Poll.UntilAsync(async () => (await Host.GetAsync("/logs/stored")).Status == HttpStatusCode.OK));
        await Host.PostAsync("/prices", """{"provider":"ollama","pattern":"llama3","input":40000,"output":0}""");

        var started = await Host.PostAsync("/prices/reprice?dry_run=false&wait=false", "{}");

        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.True(await Poll.UntilAsync(async () => (await Host.GetAsync("/prices/reprice"))["state"]!.ToString() == "done"));
        var done = await Host.GetAsync("/prices/reprice");
        Assert.Equal(("1", "1", "1"), (Text(done, "share"), Text(done, "requests"), done["summary"]!["after"]!.ToString()));
        Assert.Equal(1m, (decimal)(await Host.GetAsync("/logs/stored"))["gatehouse"]!["cost"]!["amount"]!);
    }

    [Theory]
    [InlineData("?dry_run=perhaps", "dry_run")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?model=gpt-4o", "only from and to")]
    public async Task Reprice_WrongParameter_IsRefused(string query, string word)
    {
        var refused = await Host.PostAsync("/prices/reprice" + query, "{}");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(word, refused["message"]!.ToString(), StringComparison.Ordinal);
    }

    private static string Text(Answer answer, string name) => answer[name]!.ToString();

    private static string Listed(Answer answer) => answer["data"]!.AsArray().Single(p => p!["provider"]!.ToString() == "openai" && p["pattern"]!.ToString() == "gpt-4o")!["input"]!.ToString();

    private ModelPrice? Find(string provider, string model) => Host.Services.GetRequiredService<PriceBook>().Find(provider, model, null, DateTimeOffset.UtcNow);
}
