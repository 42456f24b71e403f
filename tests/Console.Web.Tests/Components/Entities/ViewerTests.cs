using Bunit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Connect;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Components.Pages.Keys;
using ConsoleWeb.Components.Pages.LogFiles;
using ConsoleWeb.Features.LogFiles;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;

namespace ConsoleWeb.Tests.Components.Entities;

/// <summary>Who may only look finds each way to a form, but shut, with the reason.</summary>
public sealed class ViewerTests : ConsoleContext
{
    protected override string Role => Roles.Viewer;

    [Fact]
    public async Task List_ForAViewer_ShowsActionsDisabled()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"alpha","host":"a.example"}""");

        var list = Render<EntityTable>(p => p.Add(t => t.Kind, EntityKinds.Services));

        Assert.True(list.Find("button[aria-label='Delete alpha']").HasAttribute("disabled"));
        Assert.True(list.Find("input[role=switch]").HasAttribute("disabled"));
        AssertShut(list, "New service", "Duplicate alpha");
    }

    [Fact]
    public void Lists_EmptyForAViewer_LeadToNoForm()
    {
        foreach (var kind in EntityTexts.Pages)
        {
            AssertShut(Render<EntityTable>(p => p.Add(t => t.Kind, kind)), $"New {EntityTexts.One(kind)}");
        }
    }

    [Fact]
    public async Task Form_ForAViewer_LeadsToNoOther()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"alpha","host":"a.example"}""");

        AssertShut(Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Services).Add(f => f.Id, id)), "Route", "Plugin");
    }

    [Fact]
    public async Task Parts_ForAViewer_LeadToNoForm()
    {
        var id = Guid.Parse(await StoreAsync(EntityKinds.Consumers, """{"username":"ada"}"""));

        AssertShut(Render<ConsoleWeb.Components.Pages.Entities.Parts.PluginsPart>(p => p.Add(c => c.Scope, "consumer").Add(c => c.Id, id)), "Add plugin");
        AssertShut(
            Render<ConsoleWeb.Components.Pages.Entities.Parts.MembersPart>(p => p.Add(m => m.OwnerField, "consumer").Add(m => m.MemberField, "consumer_group").Add(m => m.OwnerId, id)),
            "New consumer group");
    }

    [Fact]
    public async Task Keys_ForAViewer_LeadToNoForm()
    {
        AssertShut(Render<KeysPage>(), "OpenAI", "Anthropic");

        await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-5"},"auth":{"header_name":"Authorization","header_value":"Bearer fake"}}}""");

        AssertShut(Render<KeysPage>(), "Add a provider key");
    }

    [Fact]
    public void OtherPages_ForAViewer_LeadToNoForm()
    {
        Borrow<LogFileService>();

        AssertShut(Render<ConnectPage>(), "New service", "new plugin");
        var files = Render<LogFilesPage>();
        files.WaitForElement("[data-testid=empty-state]");
        AssertShut(files, "Add File Log");
    }

    private static void AssertShut<T>(IRenderedComponent<T> page, params string[] names)
        where T : IComponent
    {
        Assert.Empty(page.FindAll("a[href*='/new'], a[href*='copy=']").Select(a => a.OuterHtml));
        foreach (var name in names)
        {
            var button = page.FindAll("button").Single(b => (b.GetAttribute("aria-label") ?? b.TextContent.Trim()) == name);
            Assert.True(button.HasAttribute("disabled"), name);
            Assert.Equal("Needs the role Editor", button.GetAttribute("title"));
        }
    }
}
