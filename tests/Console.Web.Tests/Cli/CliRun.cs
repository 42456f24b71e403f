using ConsoleWeb.Cli;
using ConsoleWeb.Tests.Hosting;

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

        return await RunAsync(environment, args, stdin);
    }

    /// <summary>Runs one word against the whole product, through the Admin API or through Konnect's paths.</summary>
    public static Task<CliRun> RunAsync(
        TestHost host, bool isKonnect, string[] args, string stdin = "", params (string Name, string Value)[] variables)
    {
        var address = host.AdminUrl.ToString().TrimEnd('/');
        (string Name, string Value)[] connection = isKonnect
            ? [("DECK_KONNECT_ADDR", address), ("DECK_KONNECT_TOKEN", host.Token), ("DECK_KONNECT_CONTROL_PLANE_NAME", "quickstart")]
            : [("DECK_KONG_ADDR", address), ("DECK_HEADERS", $"Authorization:Bearer {host.Token}")];
        return RunAsync(null, args, stdin, [.. connection, .. variables]);
    }

    /// <param name="terminal">Whether both outputs are terminals.</param>
    public static async Task<CliRun> RunAsync(
        IReadOnlyDictionary<string, string> environment, string[] args, string stdin, bool terminal = false)
    {
        var stdout = new StringWriter { NewLine = "\n" };
        var stderr = new StringWriter { NewLine = "\n" };
        var io = new CliIo(new StringReader(stdin), stdout, stderr, environment) { IsTerminal = terminal, IsErrorTerminal = terminal };
        var exitCode = await CommandLine.RunAsync(args, io, TestContext.Current.CancellationToken);
        return new CliRun(exitCode, stdout.ToString(), stderr.ToString());
    }

    public static string Summary(int created, int updated, int deleted)
        => $"Summary:\n  Created: {created}\n  Updated: {updated}\n  Deleted: {deleted}\n";
}
