using System.Net;
using ConsoleWeb.Backups;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Backups;

/// <summary>Backups as the console handles them, up to the start that brings one back.</summary>
public sealed class BackupShelfTests
{
    private const string Passphrase = "a long passphrase";

    private static readonly Actor Admin = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Staged_NextStart_HasTheDataOfTheBackupAndKeepsTheOther()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        await using (var host = await TestHost.StartInAsync(directory, keepsData: true))
        {
            await host.PostAsync("/services", """{"name":"before","host":"a.example"}""");
            var shelf = host.Services.GetRequiredService<BackupShelf>();
            var name = await shelf.MakeAsync(withLogs: true, Passphrase, "1.2.3", Admin, Cancelled);
            await host.PostAsync("/services", """{"name":"after","host":"a.example"}""");

            await Assert.ThrowsAsync<BackupException>(() => shelf.StageAsync(name, "another passphrase", Admin, Cancelled));
            Assert.Null(shelf.Staged);
            var staged = await shelf.StageAsync(name, Passphrase, Admin, Cancelled);
            Assert.Equal("1.2.3", staged.Manifest.Product);
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services/after")).Status);
        }

        await using var restored = await TestHost.StartInAsync(directory, keepsData: false);

        Assert.Equal(HttpStatusCode.OK, (await restored.GetAsync("/services/before")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await restored.GetAsync("/services/after")).Status);
        Assert.Single(Directory.GetDirectories(Path.Combine(directory, "backups"), "replaced-*"));
        Assert.Empty(Directory.GetDirectories(Path.Combine(directory, "backups"), "incoming-*"));
        Assert.Null(restored.Services.GetRequiredService<BackupShelf>().Staged);
    }

    [Fact]
    public async Task Received_BackupFromElsewhere_IsKeptAndListed()
    {
        await using var source = await TestHost.StartAsync();
        var shelf = source.Services.GetRequiredService<BackupShelf>();
        var name = await shelf.MakeAsync(withLogs: false, null, "1.2.3", Admin, Cancelled);
        await using var target = await TestHost.StartAsync();
        var other = target.Services.GetRequiredService<BackupShelf>();

        await using (var content = shelf.Open(name, Admin)!)
        {
            Assert.Equal(name, await other.ReceiveAsync(content, Cancelled));
        }

        var kept = Assert.Single(await other.ListAsync(Cancelled));
        Assert.Equal((name, "1.2.3"), (kept.Name, kept.Manifest!.Product));
        other.Delete(name, Admin);
        Assert.Empty(await other.ListAsync(Cancelled));
    }

    [Fact]
    public async Task Received_FileThatIsNone_IsRefusedAndNotKept()
    {
        await using var host = await TestHost.StartAsync();
        var shelf = host.Services.GetRequiredService<BackupShelf>();

        await Assert.ThrowsAsync<BackupException>(() => shelf.ReceiveAsync(new MemoryStream([1, 2, 3]), Cancelled));

        Assert.Empty(Directory.GetFiles(Path.Combine(host.Directory, "backups")));
    }

    [Theory]
    [InlineData("../gatehouse.db")]
    [InlineData("..")]
    [InlineData("none.tar.gz")]
    [InlineData("gatehouse.db")]
    public async Task Open_AnythingElse_IsNothing(string name)
    {
        await using var host = await TestHost.StartAsync();

        Assert.Null(host.Services.GetRequiredService<BackupShelf>().Open(name, Admin));
    }

    [Fact]
    public async Task Download_WithoutASignIn_IsRefused()
    {
        await using var host = await TestHost.StartAsync();
        var name = await host.Services.GetRequiredService<BackupShelf>().MakeAsync(withLogs: false, null, "1.2.3", Admin, Cancelled);

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(host.ConsoleUrl, "/settings/backup/" + name)));

        Assert.NotEqual(HttpStatusCode.OK, answer.Status);
    }
}
