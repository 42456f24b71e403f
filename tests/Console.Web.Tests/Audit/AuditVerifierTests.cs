using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Tests.Auth;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Audit;

/// <summary>Whatever is done to the table without the key is found, and the first broken place is named.</summary>
public sealed class AuditVerifierTests
{
    private static readonly Actor Ada = Actor.Named("ada", "console") with { Address = "192.0.2.1", TokenId = Guid.NewGuid() };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_Untouched_CountsAll()
    {
        await using var store = await FilledAsync(10);

        Assert.Equal(new AuditVerdict(10, null), await VerifyAsync(store));
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET Actor = 'eve' WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET At = At + 1 WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Action = 'sign-out' WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Source = 'deck' WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Address = NULL WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET TokenId = NULL WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Target = 'another' WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Outcome = 'ok' WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Details = '{}' WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("UPDATE audit_entries SET Hash = zeroblob(32) WHERE Sequence = 10", "entry 10 was changed")]
    [InlineData("UPDATE audit_entries SET Target = Details, Details = Target WHERE Sequence = 4", "entry 4 was changed")]
    [InlineData("DELETE FROM audit_entries WHERE Sequence = 4", "entry 4 is missing")]
    [InlineData("DELETE FROM audit_entries WHERE Sequence BETWEEN 4 AND 6", "the entries 4 to 6 are missing")]
    [InlineData("DELETE FROM audit_entries WHERE Sequence = 1", "the entries before 2 are missing")]
    [InlineData("DELETE FROM audit_entries WHERE Sequence > 7", "the entries from 8 to 10 are missing")]
    [InlineData("DELETE FROM audit_entries", "the entries up to 10 are missing")]
    [InlineData("DELETE FROM audit_entries WHERE Sequence = 4; UPDATE audit_entries SET Sequence = Sequence - 1 WHERE Sequence > 4", "entry 4 was changed, put in or moved")]
    [InlineData("UPDATE audit_entries SET Sequence = -1 WHERE Sequence = 4; UPDATE audit_entries SET Sequence = 4 WHERE Sequence = 5; UPDATE audit_entries SET Sequence = 5 WHERE Sequence = -1", "entry 4 was changed, put in or moved")]
    [InlineData("INSERT INTO audit_entries SELECT 11, At, Action, Actor, Source, Address, TokenId, Target, Outcome, Details, Hash FROM audit_entries WHERE Sequence = 10", "entry 11 was changed, put in or moved")]
    public async Task Verify_AfterTampering_NamesTheFirstBrokenPlace(string tampering, string problem)
    {
        await using var store = await FilledAsync(10);
        await ExecuteAsync(store, tampering);

        Assert.Contains(problem, (await VerifyAsync(store)).Problem, StringComparison.Ordinal);
    }

    /// <summary>A whole new chain under a key of one's own.</summary>
    [Fact]
    public async Task Verify_ChainOfAnotherKey_IsFound()
    {
        await using var store = await FilledAsync(3);
        var files = store.Services.GetRequiredService<AuditFiles>();
        await File.WriteAllTextAsync(files.KeyFile, Convert.ToHexStringLower(new byte[32]), Cancellation);

        Assert.Contains("entry 1 was changed", (await VerifyAsync(store)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithoutKeyOrHead_SaysSo()
    {
        await using var store = await FilledAsync(3);
        var files = store.Services.GetRequiredService<AuditFiles>();
        var head = await File.ReadAllBytesAsync(files.HeadFile, Cancellation);

        File.Delete(files.HeadFile);
        Assert.Contains("audit.head", (await VerifyAsync(store)).Problem, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(files.HeadFile, head, Cancellation);
        File.Delete(files.KeyFile);
        Assert.Contains("audit.key", (await VerifyAsync(store)).Problem, StringComparison.Ordinal);
    }

    /// <summary>A killed process may have stored entries that the file does not know yet.</summary>
    [Fact]
    public async Task Verify_HeadThatLagsBehind_IsWhole()
    {
        await using var store = await FilledAsync(3);
        var files = store.Services.GetRequiredService<AuditFiles>();
        var head = await File.ReadAllBytesAsync(files.HeadFile, Cancellation);
        await store.Audit.WriteAsync(Event(4), Cancellation);
        await File.WriteAllBytesAsync(files.HeadFile, head, Cancellation);

        Assert.Equal(new AuditVerdict(4, null), await VerifyAsync(store));
    }

    [Fact]
    public async Task Prune_OldEntries_LeavesARestThatVerifies()
    {
        await using var store = await FilledAsync(6);
        store.Time.Advance(TimeSpan.FromDays(1));
        await store.Audit.WriteAsync([Event(7), Event(8)], Cancellation);
        var retention = store.Services.GetRequiredService<AuditRetention>();

        await retention.PruneAsync(store.Time.GetUtcNow().AddHours(-1), Cancellation);
        Assert.Equal(new AuditVerdict(3, null), await VerifyAsync(store));
        await retention.PruneAsync(store.Time.GetUtcNow().AddHours(-1), Cancellation);
        Assert.Equal([9, 8, 7], (await store.Audit.ListAsync(new AuditFilter(), null, 100, Cancellation)).Select(e => e.Sequence));

        await ExecuteAsync(store, "DELETE FROM audit_entries WHERE Sequence = 7");
        Assert.Contains("before 8 are missing", (await VerifyAsync(store)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_WhenAllIsOld_LeavesWhereItStopped()
    {
        await using var store = await FilledAsync(6);
        store.Time.Advance(TimeSpan.FromDays(500));

        await store.Services.GetRequiredService<AuditRetention>().PruneAsync(store.Time.GetUtcNow().AddDays(-400), Cancellation);
        await store.Audit.WriteAsync(Event(8), Cancellation);

        Assert.Equal(new AuditVerdict(2, null), await VerifyAsync(store));
    }

    /// <summary>The command line beside a running server.</summary>
    [Fact]
    public async Task Write_FromManyAtOnce_KeepsOneChain()
    {
        await using var store = await FilledAsync(0);
        var other = ActivatorUtilities.CreateInstance<AuditLog>(store.Services);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? store.Audit : other).WriteAsync([Event(i), Event(i)], Cancellation))));

        Assert.Equal(new AuditVerdict(80, null), await VerifyAsync(store));
    }

    private static async Task<TestStore> FilledAsync(int count)
    {
        var store = await TestStore.OpenAsync();
        for (var i = 1; i <= count; i++)
        {
            await store.Audit.WriteAsync(Event(i), Cancellation);
        }

        return store;
    }

    private static AuditEvent Event(int number) =>
        new(AuditActions.SignIn, Ada, $"target {number}") { IsRefused = true, Details = new() { ["number"] = number } };

    private static Task<AuditVerdict> VerifyAsync(TestStore store) => store.Services.GetRequiredService<AuditVerifier>().VerifyAsync(Cancellation);

    private static async Task ExecuteAsync(TestStore store, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={store.DatabaseFile}");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
