namespace ConsoleWeb.Cli;

/// <summary>
/// Ends a command with <c>Error: …</c> on stderr and exit code 1. Caught in one place, <see cref="CommandLine"/>;
/// a command has no other way to go on after a failure, so a value would only be passed upwards unread.
/// </summary>
internal sealed class CommandFailureException : Exception
{
    public CommandFailureException(string message)
        : base(message)
    {
    }

    public CommandFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Several problems in decK's form: one as it is, more as <c>N errors occurred:</c> and one indented line each.</summary>
    public static CommandFailureException FromProblems(string prefix, IReadOnlyCollection<string> problems)
        => new(prefix + Join(problems));

    /// <summary>One problem as it is; more as <c>N errors occurred:</c> with one tab-indented line each.</summary>
    public static string Join(IReadOnlyCollection<string> problems)
        => problems.Count == 1
            ? problems.First()
            : $"{problems.Count} errors occurred:\n\t{string.Join("\n\t", problems)}";
}
