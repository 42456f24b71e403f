namespace ConsoleWeb.Declarative;

/// <summary>
/// A state file cannot be read or compared. Says all that is wrong at once; whoever began has no other way to go on, so a value would only
/// be passed upwards unread.
/// </summary>
internal class StateFailureException : Exception
{
    public StateFailureException(string message)
        : this(message, [message])
    {
    }

    public StateFailureException(string message, Exception innerException)
        : base(message, innerException) => Problems = [message];

    private StateFailureException(string message, IReadOnlyList<string> problems)
        : base(message) => Problems = problems;

    /// <summary>One line for each thing that is wrong, with its place where it has one: <c>file:line:column: path: reason</c>.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Several problems in decK's form: one as it is, more as <c>N errors occurred:</c> and one indented line each.</summary>
    public static StateFailureException FromProblems(string prefix, IReadOnlyCollection<string> problems)
        => new(prefix + Join(problems), [.. problems]);

    /// <summary>As <see cref="FromProblems"/> under a heading of its own.</summary>
    public static StateFailureException Under(string heading, string word, IReadOnlyList<string> problems)
        => new(heading + string.Concat(problems.Select(p => $"\n\t{word}: {p}")), problems);

    /// <summary>One problem as it is; more as <c>N errors occurred:</c> with one tab-indented line each.</summary>
    public static string Join(IReadOnlyCollection<string> problems)
        => problems.Count == 1
            ? problems.First()
            : $"{problems.Count} errors occurred:\n\t{string.Join("\n\t", problems)}";
}
