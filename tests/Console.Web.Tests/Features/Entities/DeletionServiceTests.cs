using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using ConsoleWeb.Tests.AdminApi;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Entities;

public sealed class DeletionServiceTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private static readonly Actor Editor = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    private DeletionService Deletions => admin.Host.Services.GetRequiredService<DeletionService>();

    private HistoryService History => admin.Host.Services.GetRequiredService<HistoryService>();

    private IEntityService Entities => admin.Host.Services.GetRequiredService<IEntityService>();

    [Fact]
    public async Task Plan_ServiceWithRouteAndPlugins_TellsWhatGoesFromWhatStandsInTheWay()
    {
        var scene = await FillAsync();

        var plan = Deletions.Plan(EntityKinds.Services, scene.Service);

        Assert.Equal(["plugins"], plan.Taken.Select(t => t.Kind.Name));
        Assert.Equal(["routes"], plan.Blocking.Select(t => t.Kind.Name));
        Assert.Equal([scene.OnRoute.ToString()], plan.Following.Select(t => t.Entity["id"]!.ToString()));
    }

    [Fact]
    public async Task Delete_WithoutWhatStandsInTheWay_IsRefused()
    {
        var scene = await FillAsync();

        var deleted = await Deletions.DeleteAsync(EntityKinds.Services, scene.Service, "it", alsoBlocking: false, Editor, TestContext.Current.CancellationToken);

        Assert.IsType<StillReferenced>(deleted.Error);
        Assert.NotNull(Entities.Find(EntityKinds.Plugins, scene.OnRoute.ToString(), Editor));
    }

    [Fact]
    public async Task Delete_ThenUndo_BringsAllBackWithItsSecrets()
    {
        var scene = await FillAsync();
        var before = ReadAll(scene);

        var deleted = await Deletions.DeleteAsync(EntityKinds.Services, scene.Service, "it", alsoBlocking: true, Editor, TestContext.Current.CancellationToken);
        Assert.False(deleted.IsError, deleted.Error?.Message);
        Assert.All(ReadAll(scene), v => Assert.Null(v));
        Assert.Null(await History.UndoAsync(deleted.Value!.Version, Editor, TestContext.Current.CancellationToken));

        Assert.Equal(before, ReadAll(scene));
        Assert.Contains("Bearer undo-me", before[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_ByTag_TakesAllThatHasItInAnyOrderAndUndoBringsItBack()
    {
        var tag = $"flow:{Guid.NewGuid():N}";
        var service = (await admin.Host.PostAsync("/services", $$"""{"host":"a.example","tags":["{{tag}}"]}"""))["id"]!.ToString();
        var route = Guid.Parse((await admin.Host.PostAsync("/routes", $$$"""{"paths":["/{{{tag[5..]}}}"],"service":{"id":"{{{service}}}"},"tags":["{{{tag}}}"]}"""))["id"]!.ToString());
        var plugin = (await admin.Host.PostAsync("/plugins", $$$"""{"name":"correlation-id","service":{"id":"{{{service}}}"},"tags":["{{{tag}}}"]}"""))["id"]!.ToString();
        var other = (await admin.Host.PostAsync("/plugins", $$$"""{"name":"key-auth","route":{"id":"{{{route}}}"}}"""))["id"]!.ToString();

        var plan = Deletions.Plan(EntityKinds.Routes, route, tag);
        Assert.Equal([service, plugin, other], plan.Taken.Select(t => t.Entity["id"]!.ToString()));
        Assert.Empty(plan.Blocking);
        var deleted = await Deletions.DeleteAsync(EntityKinds.Routes, route, "it", alsoBlocking: false, Editor, TestContext.Current.CancellationToken, tag);

        Assert.Equal(3, deleted.Value!.Others);
        Assert.Null(Entities.Find(EntityKinds.Services, service, Editor));
        Assert.Null(await History.UndoAsync(deleted.Value.Version, Editor, TestContext.Current.CancellationToken));
        Assert.NotNull(Entities.Find(EntityKinds.Plugins, other, Editor));
    }

    [Fact]
    public async Task Delete_ByTagWithAStrangerOnIt_NeedsHimToGoToo()
    {
        var tag = $"flow:{Guid.NewGuid():N}";
        var service = (await admin.Host.PostAsync("/services", $$"""{"host":"a.example","tags":["{{tag}}"]}"""))["id"]!.ToString();
        var route = Guid.Parse((await admin.Host.PostAsync("/routes", $$$"""{"paths":["/{{{tag[5..]}}}"],"service":{"id":"{{{service}}}"},"tags":["{{{tag}}}"]}"""))["id"]!.ToString());
        await admin.Host.PostAsync("/routes", $$$"""{"paths":["/{{{tag[5..]}}}/more"],"service":{"id":"{{{service}}}"}}""");

        Assert.Single(Deletions.Plan(EntityKinds.Routes, route, tag).Blocking);
        var refused = await Deletions.DeleteAsync(EntityKinds.Routes, route, "it", alsoBlocking: false, Editor, TestContext.Current.CancellationToken, tag);
        var deleted = await Deletions.DeleteAsync(EntityKinds.Routes, route, "it", alsoBlocking: true, Editor, TestContext.Current.CancellationToken, tag);

        Assert.IsType<StillReferenced>(refused.Error);
        Assert.Equal(2, deleted.Value!.Others);
    }

    [Fact]
    public async Task Undo_Twice_IsRefused()
    {
        var id = Guid.Parse(await admin.CreateServiceAsync());
        var deleted = await Deletions.DeleteAsync(EntityKinds.Services, id, "it", alsoBlocking: false, Editor, TestContext.Current.CancellationToken);
        Assert.Null(await History.UndoAsync(deleted.Value!.Version, Editor, TestContext.Current.CancellationToken));

        var again = await History.UndoAsync(deleted.Value!.Version, Editor, TestContext.Current.CancellationToken);

        Assert.Contains("there again", again!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_NameTakenMeanwhile_IsRefusedWhole()
    {
        var name = AdminFixture.NewName();
        var id = Guid.Parse(await admin.CreateServiceAsync(name));
        var deleted = await Deletions.DeleteAsync(EntityKinds.Services, id, name, alsoBlocking: false, Editor, TestContext.Current.CancellationToken);
        await admin.CreateServiceAsync(name);

        Assert.NotNull(await History.UndoAsync(deleted.Value!.Version, Editor, TestContext.Current.CancellationToken));
        Assert.Null(Entities.Find(EntityKinds.Services, id.ToString(), Editor));
    }

    [Fact]
    public async Task Delete_Viewer_MayNot()
    {
        var id = Guid.Parse(await admin.CreateServiceAsync());

        var deleted = await Deletions.DeleteAsync(EntityKinds.Services, id, "it", false, Editor with { MayWrite = false }, TestContext.Current.CancellationToken);

        Assert.IsType<WriteForbidden>(deleted.Error);
    }

    private async Task<Scene> FillAsync()
    {
        var service = await admin.CreateServiceAsync();
        var route = await admin.CreateAsync($"/services/{service}/routes", $$"""{"paths":["/{{AdminFixture.NewName()}}"]}""");
        var onRoute = await admin.CreateAsync($"/routes/{route["id"]}/plugins", """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"Bearer undo-me"},"model":{"provider":"openai","name":"gpt-4o"}}}""");
        var onService = await admin.CreateAsync($"/services/{service}/plugins", """{"name":"correlation-id"}""");
        return new Scene(Guid.Parse(service), Id(route), Id(onRoute), Id(onService));
    }

    private static Guid Id(JsonObject entity) => Guid.Parse(entity["id"]!.ToString());

    /// <summary>Service, plugin of the route, route, plugin of the service, without the time of their last change; null: not there.</summary>
    private string?[] ReadAll(Scene scene)
    {
        var owner = Editor with { MaySeeSecrets = true };
        return [.. new[] { (EntityKinds.Services, scene.Service), (EntityKinds.Plugins, scene.OnRoute), (EntityKinds.Routes, scene.Route), (EntityKinds.Plugins, scene.OnService) }
            .Select(e => Entities.Find(e.Item1, e.Item2.ToString(), owner))
            .Select(e =>
            {
                e?.Remove("updated_at");
                return e?.ToJsonString();
            })];
    }

    private sealed record Scene(Guid Service, Guid Route, Guid OnRoute, Guid OnService);
}
