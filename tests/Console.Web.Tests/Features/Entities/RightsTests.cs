using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using ConsoleWeb.Tests.AdminApi;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Entities;

/// <summary>Rights are checked where pages and API meet, whatever either of them shows.</summary>
public sealed class RightsTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task EveryWrite_CallerMayOnlyRead_IsRefusedAndChangesNothing()
    {
        var entities = admin.Host.Services.GetRequiredService<IEntityService>();
        var id = await admin.CreateServiceAsync();
        var before = entities.Version;
        var reader = new Actor("reader", "console", MaySeeSecrets: true, MayWrite: false);

        Assert.IsType<WriteForbidden>((await entities.CreateAsync(EntityKinds.Services, new() { ["host"] = "a.example" }, reader, CancellationToken.None)).Error);
        Assert.IsType<WriteForbidden>((await entities.UpsertAsync(EntityKinds.Services, id, new() { ["host"] = "a.example" }, reader, CancellationToken.None)).Error);
        Assert.IsType<WriteForbidden>((await entities.PatchAsync(EntityKinds.Services, id, new() { ["host"] = "a.example" }, reader, CancellationToken.None)).Error);
        Assert.IsType<WriteForbidden>(await entities.DeleteAsync(EntityKinds.Services, id, reader, CancellationToken.None));

        Assert.IsType<WriteForbidden>((await admin.Host.Services.GetRequiredService<HistoryService>().RestoreAsync(before, reader, CancellationToken.None)).Error);

        Assert.Equal(before, entities.Version);
        Assert.Equal("up.example", entities.Find(EntityKinds.Services, id, reader)!["host"]!.ToString());
    }
}
