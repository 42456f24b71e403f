using ConsoleWeb.Cli;

namespace ConsoleWeb.Tests.Cli;

/// <summary>Outcome of one word of the command line.</summary>
internal sealed record CliRun(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>Runs one word against a fake Admin API.</summary>
    public static async Task<CliRun> RunAsync(
        FakeAdminApi? api, string[] args, string stdin = "", params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (api is not null)
        {
            environment["DECK_KONG_ADDR"] = api.Address;
        }

        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        var stdout = new StringWriter { NewLine = "\n" };
        var stderr = new StringWriter { NewLine = "\n" };
        var io = new CliIo(new StringReader(stdin), stdout, stderr, environment);
        var exitCode = await CommandLine.RunAsync(args, io, TestContext.Current.CancellationToken);
        return new CliRun(exitCode, stdout.ToString(), stderr.ToString());
    }

    public static string Summary(int created, int updated, int deleted)
        => $"Summary:\n  Created: {created}\n  Updated: {updated}\n  Deleted: {deleted}\n";
}
