using System.Collections;
using System.Text;

namespace ConsoleWeb.Cli;

/// <summary>What a command has of the process around it; tests give their own.</summary>
/// <param name="Stdin">Standard input.</param>
/// <param name="Stdout">Standard output.</param>
/// <param name="Stderr">Standard error.</param>
/// <param name="Environment">Environment variables.</param>
internal sealed record CliIo(
    TextReader Stdin, TextWriter Stdout, TextWriter Stderr, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Whether standard output is a terminal that shows colours.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal, where a line may be drawn over.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether somebody can answer a question.</summary>
    public bool CanAsk { get; init; }

    /// <summary>The next key of somebody at a terminal, not shown on it; null where nobody types.</summary>
    public Func<ConsoleKeyInfo>? ReadKey { get; init; }

    /// <summary>For the waits between repeated calls.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A variable's value; null when unset or empty.</summary>
    public string? Variable(string name)
        => Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Reads what nobody looking on should see: at a terminal without showing it, otherwise the next line of standard input.</summary>
    /// <param name="isNew">Whether it is made up now; then it is typed twice, as a slip would stay unseen.</param>
    public async Task<string> ReadSecretAsync(string name, bool isNew, CancellationToken cancellationToken)
    {
        if (ReadKey is null)
        {
            return await Stdin.ReadLineAsync(cancellationToken) ?? "";
        }

        var secret = await TypeAsync($"{name}: ");
        return !isNew || await TypeAsync("The same again: ") == secret
            ? secret
            : throw new CommandFailureException("the two are not the same; nothing was done");
    }

    private async Task<string> TypeAsync(string prompt)
    {
        await Stderr.WriteAsync(prompt);
        var typed = new StringBuilder();
        while (ReadKey!() is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        await Stderr.WriteLineAsync();
        return typed.ToString();
    }

    /// <summary>The streams and variables of this process.</summary>
    public static CliIo OfProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return new CliIo(Console.In, Console.Out, Console.Error, variables)
        {
            IsTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected && variables.GetValueOrDefault("TERM") != "dumb",
            CanAsk = !Console.IsInputRedirected,
            ReadKey = Console.IsInputRedirected ? null : () => Console.ReadKey(intercept: true),
        };
    }
}
