using System.Collections;

namespace ConsoleWeb.Features.Transfer;

/// <summary>The variables of the server's environment that a state file may refer to: those that begin with <c>DECK_</c>.</summary>
internal sealed class ServerVariables(IReadOnlyDictionary<string, string> values)
{
    private const string Prefix = "DECK_";

    public IReadOnlyDictionary<string, string> Values => values;

    public static ServerVariables OfProcess() => new(Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(v => ((string)v.Key).StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal));
}
