using System.CommandLine;
using ConsoleWeb.Declarative;
using ConsoleWeb.Hosting;

namespace ConsoleWeb.Cli;

/// <summary>
/// The words of <c>gatehouse</c> other than <c>serve</c>. Starts no web host: a word is done in the time of its calls.
/// </summary>
internal static class CommandLine
{
    /// <summary>
    /// Whether the arguments ask for the server: none, <c>serve</c>, or settings such as <c>--Gateway:Data=…</c> alone.
    /// </summary>
    public static bool IsServer(IReadOnlyList<string> args)
        => args.Count == 0
            || args[0] == "serve"
            || (args[0].StartsWith("--", StringComparison.Ordinal) && args[0].Contains(':', StringComparison.Ordinal));

    /// <summary>Runs one word with the process's own streams.</summary>
    /// <returns>The exit code: 0 done, 1 failed, 2 differences found by <c>diff --non-zero-exit-code</c>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        return await RunAsync(args, CliIo.OfProcess(), stop.Token);
    }

    /// <summary>Runs one word.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, CliIo io, CancellationToken cancellationToken)
    {
        var configuration = new InvocationConfiguration
        {
            Output = io.Stdout,
            Error = io.Stderr,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await CreateRoot(io).Parse(args).InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception e) when (e is StateFailureException or DataDirectoryException)
        {
            await io.Stderr.WriteLineAsync($"Error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await io.Stderr.WriteLineAsync("Error: interrupted");
            return 1;
        }
    }

    private static RootCommand CreateRoot(CliIo io)
    {
        var root = new RootCommand("Gatehouse, an AI gateway you can watch. Without a word it runs the gateway, the Admin API and the console.")
        {
            new Command("serve", "Run the gateway, the Admin API and the console (the same as no word at all)"),
            new GatewayWords(io).Create(),
            new StoreWords(io).CreateToken(),
            new StoreWords(io).CreateUser(),
            new StoreWords(io).CreateAudit(),
            new BackupWords(io).CreateBackup(),
            new BackupWords(io).CreateRestore(),
            CreateVersion(io, () => $"gatehouse {CliVersion.Product} ({CliVersion.Revision})"),
            CreateDeck(io),
        };
        return root;
    }

    /// <summary>What <c>bin/deck</c> calls: the gateway words, and answers to decK's other words.</summary>
    private static Command CreateDeck(CliIo io)
    {
        var file = new Command("file", "Not offered: these words work on files alone and need the real decK") { TreatUnmatchedTokensAsErrors = false };
        file.SetAction(int (ParseResult _) => throw new CommandFailureException(
            "'deck file' is not offered by Gatehouse's deck; install decK for it. 'deck gateway …' works here"));
        return new Command("deck", "decK's words, as bin/deck passes them")
        {
            new GatewayWords(io).Create(),
            CreateVersion(io, () => $"decK v{CliVersion.Deck} ({CliVersion.Revision}) "),
            file,
        }.Hide();
    }

    private static Command CreateVersion(CliIo io, Func<string> text)
    {
        var version = new Command("version", "Print the version");
        version.SetAction(_ => io.Stdout.WriteLine(text()));
        return version;
    }

    private static Command Hide(this Command command)
    {
        command.Hidden = true;
        return command;
    }
}
