using System.Net;
using System.Security.Cryptography;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Options;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Data;

/// <summary>The configuration's database in trouble: calls are served, changes are refused with the reason, and all is well again when it is over.</summary>
public sealed class ConfigStoreFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_Deleted_ChangesAreRefusedUntilItIsBack()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream);
        var path = Path.Combine(host.Directory, "gatehouse.db");
        var aside = path + ".aside";
        File.Move(path, aside);

        var refused = await host.PatchAsync("/services/s", """{"retries":3}""");
        await AssertServesAsync(host);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("gatehouse.db is gone", refused["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(File.Exists(path), "a new file must not appear by itself");
        Assert.Contains("is gone", host.Services.GetRequiredService<StoreHealth>().Configuration!.Reason, StringComparison.Ordinal);
        var status = (await host.GetAsync("/status"))["database"]!;
        Assert.Equal((false, true), (status["reachable"]!.GetValue<bool>(), status["trouble"]!.GetValue<string>().Contains("is gone", StringComparison.Ordinal)));

        File.Move(aside, path);
        Assert.True(await Poll.UntilAsync(() => host.Services.GetRequiredService<StoreHealth>().Configuration is null));
        Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync("/services/s", """{"retries":4}""")).Status);
        Assert.True((await host.GetAsync("/status"))["database"]!["reachable"]!.GetValue<bool>());
    }

    /// <summary>Nobody needs to change something first for the trouble to be seen.</summary>
    [Fact]
    public async Task File_Replaced_IsNoticedAndNeverWritten()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream);
        var path = Path.Combine(host.Directory, "gatehouse.db");
        var other = path + ".other";
        File.Copy(path, other);
        var before = await File.ReadAllBytesAsync(other, Cancel);
        File.Move(other, path, overwrite: true);

        Assert.True(await Poll.UntilAsync(() => host.Services.GetRequiredService<StoreHealth>().Configuration is not null));
        var refused = await host.PatchAsync("/services/s", """{"retries":3}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("is not the file that this process opened", refused["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(path, Cancel));
        await AssertServesAsync(host);
    }

    [Fact]
    public async Task Database_LockedByAnotherProgram_ChangesAreRefusedUntilItIsFree()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream);
        using var other = Open(Path.Combine(host.Directory, "gatehouse.db"));
        Execute(other, "BEGIN IMMEDIATE");

        // Changes wait ten seconds for the lock; calls do not.
        var changing = host.PatchAsync("/services/s", """{"retries":3}""");
        await AssertServesAsync(host);
        var refused = await changing;
        Execute(other, "ROLLBACK");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("locked", refused["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(5, (await host.GetAsync("/services/s"))["retries"]!.GetValue<int>());
        Assert.True(await Poll.UntilAsync(() => host.Services.GetRequiredService<StoreHealth>().Configuration is null));
        Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync("/services/s", """{"retries":4}""")).Status);
    }

    [Fact]
    public async Task Pages_Damaged_WhileRunning_CallsAreServed()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream);
        var path = Path.Combine(host.Directory, "gatehouse.db");
        using (var other = Open(path))
        {
            Execute(other, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        SqliteConnection.ClearAllPools();
        await DamageAsync(path, keepsHeader: false);

        var refused = await host.PatchAsync("/services/s", """{"retries":3}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("damaged", refused["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await AssertServesAsync(host);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_DamagedFile_SaysSoAndLeavesItAlone(bool keepsHeader)
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        await using (await TestHost.StartInAsync(directory, keepsData: true))
        {
        }

        var path = Path.Combine(directory, "gatehouse.db");
        await DamageAsync(path, keepsHeader);
        var before = await File.ReadAllBytesAsync(path, Cancel);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => TestHost.StartInAsync(directory, keepsData: true));

        Assert.Equal("the database is damaged", StoreHealth.ReasonOf(exception));
        Assert.Equal(before, await File.ReadAllBytesAsync(path, Cancel));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Start_FileOfANewerVersion_IsRefusedUnchanged()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        await using (await TestHost.StartInAsync(directory, keepsData: true))
        {
        }

        using (var connection = Open(Path.Combine(directory, "gatehouse.db")))
        {
            Execute(connection, "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Tomorrow', '99.0')");
        }

        var exception = await Assert.ThrowsAsync<ConsoleWeb.Hosting.DataDirectoryException>(() => TestHost.StartInAsync(directory, keepsData: true));

        Assert.Contains("was written by a newer version (schema 29990101000000_Tomorrow)", exception.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void State_TroubleChangesItsReason_KeepsItsBeginning()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var state = new ConfigStoreState(new DataDirectory(Directory.CreateTempSubdirectory("gatehouse-tests-").FullName), time);

        state.Failed("first");
        var since = state.Trouble!.Since;
        time.Advance(TimeSpan.FromMinutes(1));
        state.Failed("second");

        Assert.Equal((since, "second"), (state.Trouble.Since, state.Trouble.Reason));
        state.Recovered();
        Assert.Null(state.Trouble);
    }

    private static async Task<TestHost> StartAsync(FaultUpstream upstream)
    {
        var host = await TestHost.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services", $$"""{"name":"s","url":"{{upstream.Address}}"}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/s/routes", """{"name":"r","paths":["/s"]}""")).Status);
        return host;
    }

    private static async Task AssertServesAsync(TestHost host)
    {
        using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
        await client.SendAsync(FaultClient.Request("GET", "/s", []), Cancel);
        Assert.Equal((200, "ok"), await client.ReadAnswerAsync(Cancel) is { } answer ? (answer.Status, answer.Text) : default);
    }

    /// <summary>Random bytes in place of the pages.</summary>
    private static async Task DamageAsync(string path, bool keepsHeader)
    {
        SqliteConnection.ClearAllPools();
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = keepsHeader ? 4096 : 0;
        await file.WriteAsync(RandomNumberGenerator.GetBytes((int)(file.Length - file.Position)), Cancel);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
