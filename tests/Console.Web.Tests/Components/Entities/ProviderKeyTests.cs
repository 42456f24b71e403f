using System.Text.Json.Nodes;
using Bunit;
using ConsoleWeb.Components.Pages.Keys;
using Gateway.Shared.Schema;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Entities;

public sealed class ProviderKeyTests : ConsoleContext
{
    private const string Advanced = """
        {"name":"ai-proxy-advanced","config":{"targets":[
          {"route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-5"},"auth":{"header_name":"Authorization","header_value":"Bearer fake-one"}},
          {"route_type":"llm/v1/chat","model":{"provider":"anthropic","options":{"anthropic_version":"2023-06-01"}},"auth":{"header_name":"x-api-key","header_value":"{vault://env/gateway-secret-two}"}}]}}
        """;

    [Fact]
    public async Task List_NamesEachPlaceAndShowsNoSecret()
    {
        await StoreAsync(EntityKinds.Plugins, Advanced);

        var page = Render<KeysPage>();

        var rows = page.FindAll("[data-testid=key-table] tbody tr");
        Assert.Equal(2, rows.Count);
        Assert.Contains("config.targets[1].auth", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("env gateway-secret-two", rows[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("fake-one", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_OneOfTwo_LeavesTheOther()
    {
        var id = await StoreAsync(EntityKinds.Plugins, Advanced);
        var page = Render<KeysPage>();

        page.Click("tbody button", 1);
        page.Change("#f-new-key", "fake-new");
        page.Click("[data-testid=save-key]");

        page.WaitForAssertion(() => Assert.Equal("Bearer fake-new", Target(id, 0)));
        Assert.Equal("{vault://env/gateway-secret-two}", Target(id, 1));
        Assert.DoesNotContain("fake-new", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_MakesServiceRouteAndPluginThatACurlLineReaches()
    {
        var made = await new ProviderSetup(Entities, Person).CreateAsync("openai", ClientKind.All[1], "/codex", null, "fake-key", TestContext.Current.CancellationToken);

        Assert.False(made.IsError, made.Error?.Message);
        var plugins = Entities.List(EntityKinds.Plugins, new(), 10, null, Person).Value!.Data;
        var routes = Entities.List(EntityKinds.Routes, new(), 10, null, Person).Value!.Data;
        Assert.Equal("Bearer fake-key", Entities.Find(EntityKinds.Plugins, made.Value!["id"]!.ToString(), Owner)!["config"]!["auth"]!["header_value"]!.ToString());
        Assert.StartsWith("curl http://gw/codex/responses ", TryCommand.For("http://gw", plugins, routes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", 0, "gpt-5-mini")]
    [InlineData("anthropic", 0, null)]
    [InlineData("openai", 1, null)]
    public async Task Setup_NoModelNamed_OnlyClaudeCodeAwayFromHomeGetsOne(string provider, int client, string? expected)
    {
        var made = await new ProviderSetup(Entities, Person).CreateAsync(provider, ClientKind.All[client], "/x", null, "fake-key", TestContext.Current.CancellationToken);

        Assert.Equal(expected, made.Value!["config"]!["model"]!["name"]?.ToString());
    }

    [Fact]
    public async Task Setup_PathRefused_LeavesNothingBehind()
    {
        var made = await new ProviderSetup(Entities, Person).CreateAsync("openai", ClientKind.All[0], "no slash", null, "fake-key", TestContext.Current.CancellationToken);

        Assert.True(made.IsError);
        Assert.Empty(Entities.List(EntityKinds.Services, new(), 10, null, Person).Value!.Data);
    }

    [Theory]
    [InlineData("anthropic", "llm/v1/chat", "/v1/messages")]
    [InlineData("openai", "llm/v1/chat", "/chat/completions")]
    [InlineData("openai", "llm/v1/embeddings", "/embeddings")]
    public void Curl_ByFormat_CallsThePathOfTheFormat(string format, string routeType, string path) =>
        Assert.StartsWith($"curl http://gw/r{path} ", TryCommand.Curl("http://gw/r", format, routeType, "m"), StringComparison.Ordinal);

    [Fact]
    public void For_PluginOfAnotherRoute_IsNotTaken() => Assert.Null(TryCommand.For(
        "http://gw",
        [JsonNode.Parse("""{"id":"p","name":"ai-proxy","route":{"id":"other"},"config":{}}""")!.AsObject()],
        [JsonNode.Parse("""{"id":"r","paths":["/x"]}""")!.AsObject()]));

    private string Target(string id, int index) =>
        Entities.Find(EntityKinds.Plugins, id, Owner)!["config"]!["targets"]![index]!["auth"]!["header_value"]!.ToString();
}
