using ConsoleWeb.Tests.Cli;
using ConsoleWeb.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Backups;

/// <summary>A data directory, an archive beside it, and the words that lead from one to the other.</summary>
public abstract class BackupTests : IDisposable
{
    private protected const string Passphrase = "four words do fit";

    private protected const string Secret = "a-secret-in-the-backup";

    private protected const string Plugin = $$$$"""
        {"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"{{{{Secret}}}}"},"model":{"provider":"openai","name":"gpt-5-mini"}}}
        """;

    private protected string Root { get; } = Directory.CreateTempSubdirectory("gatehouse-backup-").FullName;

    private protected string Data => Path.Combine(Root, "data");

    private protected string Archive => Path.Combine(Root, "backup.tgz");

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Root, recursive: true);
    }

    private protected static void AssertDone(CliRun run) => Assert.True(run.ExitCode == 0, run.Stderr);

    private protected static void AssertFailed(string reason, CliRun run)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Error: ", run.Stderr, StringComparison.Ordinal);
        Assert.Contains(reason, run.Stderr, StringComparison.Ordinal);
    }

    private protected Task FillAsync(string service, string? plugin = null) => FillInAsync(Data, service, plugin);

    private protected static async Task FillInAsync(string directory, string service, string? plugin = null)
    {
        await using var host = await TestHost.StartInAsync(directory, keepsData: true);
        await host.PostAsync("/services", $$"""{"name":"{{service}}","host":"up.example"}""");
        if (plugin is not null)
        {
            await host.PostAsync("/plugins", plugin);
        }
    }

    /// <summary>Runs SQL in the configuration's database.</summary>
    /// <returns>The first value of the answer.</returns>
    private protected static async Task<object?> SqlAsync(string directory, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "gatehouse.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private protected Task<CliRun> RunAsync(params string[] args) => RunInAsync(Data, Passphrase + "\n", args);

    private protected static Task<CliRun> RunInAsync(string directory, string stdin, params string[] args) => CliRun.RunAsync(null, args, stdin, ("Gateway__Data", directory));
}
