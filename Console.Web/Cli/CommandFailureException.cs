using ConsoleWeb.Declarative;

namespace ConsoleWeb.Cli;

/// <summary>
/// Ends a command with <c>Error: …</c> on stderr and exit code 1. Caught in one place, <see cref="CommandLine"/>, with every other
/// <see cref="StateFailureException"/>.
/// </summary>
internal sealed class CommandFailureException : StateFailureException
{
    public CommandFailureException(string message)
        : base(message)
    {
    }

    public CommandFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
