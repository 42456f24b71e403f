using System.Text.Json.Nodes;
using Bunit;
using ConsoleWeb.Components.Layout;
using ConsoleWeb.Components.Search;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Tests.Components.Logs;
using Gateway.Core.Logging;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Search;

public sealed class CommandPaletteTests : ConsoleContext
{
    private readonly FakeRequestFeed _feed = new();

    [Fact]
    public async Task Input_NameOfAnEntity_ListsItWithItsAddressAndNoSecret()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"codex-service","url":"http://localhost","tags":["team-a"]}""");
        var key = string.Concat("sk-", "palette");
        await StoreAsync(
            EntityKinds.Plugins,
            """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"Bearer KEY"},"model":{"provider":"openai","name":"gpt-4o"}}}""".Replace("KEY", key, StringComparison.Ordinal));
        var palette = await OpenAsync();

        foreach (var text in new[] { "codex-s", "team-a", id })
        {
            palette.Input("#palette-input", text);
            palette.WaitForAssertion(() => Assert.Contains(palette.FindAll("[role=option]"), o => o.GetAttribute("href") == $"/services/{id}"));
        }

        palette.Input("#palette-input", key);
        palette.WaitForAssertion(() => Assert.Equal(key, palette.Find("#palette-list").GetAttribute("data-for")));
        Assert.DoesNotContain(palette.FindAll("[role=option]"), o => o.GetAttribute("href")!.StartsWith("/plugins/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Input_RenamedEntity_IsFoundByItsNewNameOnly()
    {
        var id = await StoreAsync(EntityKinds.Consumers, """{"username":"zebra-1"}""");
        var palette = await OpenAsync();
        palette.Input("#palette-input", "zebra-1");
        palette.WaitForAssertion(() => Assert.Equal($"/consumers/{id}", palette.Find("[role=option]").GetAttribute("href")));

        await Entities.PatchAsync(EntityKinds.Consumers, id, new JsonObject { ["username"] = "quagga-1" }, Owner, Xunit.TestContext.Current.CancellationToken);
        palette.Input("#palette-input", "zebra");

        palette.WaitForAssertion(() => Assert.Equal("/logs?q=zebra", palette.Find("[role=option]").GetAttribute("href")));
        palette.Input("#palette-input", "quagga-1");
        palette.WaitForAssertion(() => Assert.Equal($"/consumers/{id}", palette.Find("[role=option]").GetAttribute("href")));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("01234567-89AB-CDEF-0123-456789ABCDEF")]
    public async Task Input_IdOfARunningRequest_LeadsToItsPage(string pasted)
    {
        _feed.Start("0123456789abcdef0123456789abcdef", DateTimeOffset.UtcNow);
        var palette = await OpenAsync();

        palette.Input("#palette-input", pasted);

        palette.WaitForAssertion(() => Assert.Equal("/logs/0123456789abcdef0123456789abcdef", palette.Find("[role=option]").GetAttribute("href")));
    }

    [Fact]
    public async Task List_IsAListboxThatTheFieldControls()
    {
        var palette = await OpenAsync();

        var field = palette.Find("#palette-input");
        Assert.Equal(("combobox", "palette-list"), (field.GetAttribute("role"), field.GetAttribute("aria-controls")));
        Assert.All(palette.FindAll("#palette-list > *"), group => Assert.Equal("group", group.GetAttribute("role")));
        Assert.Equal(palette.FindAll("[role=option]").Count, palette.FindAll("[role=option]").Select(o => o.Id).Distinct().Count());
        Assert.Contains(palette.FindAll("[role=option]"), o => o.GetAttribute("data-do") == "copy" && o.GetAttribute("data-text")!.StartsWith("http", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_OfPages_AreUniqueAndOnTheSheet()
    {
        var keys = ConsolePages.All.Where(p => p.Key is not null).Select(p => p.Key!.Value).ToList();

        Assert.Equal(keys.Distinct(), keys);
        Assert.Superset(new HashSet<char>("olsrpcka"), keys.ToHashSet());
        Assert.Equal(keys.Select(k => $"g {k}"), ShortcutKeys.Groups.Single(g => g.Title == "Go to").Keys.Select(k => k.Keys));
    }

    private async Task<IRenderedComponent<CommandPalette>> OpenAsync()
    {
        Services.AddSingleton<IRequestFeed>(_feed);
        Borrow<IRequestLogStore>();
        Borrow<ISessionStore>();
        Services.AddSingleton<EntityIndex>();
        Services.AddSingleton<RecordJump>();
        var palette = Render<CommandPalette>();
        await palette.InvokeAsync(() => palette.Instance.OnOpened([]));

        return palette;
    }
}
