using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>The tools that an answer calls, as the log keeps them beside its body: a name a line, each as often as it is called.</summary>
internal static class CalledTools
{
    private const int LongestName = 100;

    /// <param name="response">A logged answer.</param>
    /// <returns>Null for none.</returns>
    public static string? Read(string? response)
    {
        // Most answers call none, and need not be read to know that.
        if (response is null || !(response.Contains("\"tool_", StringComparison.Ordinal) || response.Contains("_call\"", StringComparison.Ordinal) || response.Contains("_tool_use\"", StringComparison.Ordinal)))
        {
            return null;
        }

        var names = Conversation.Read(null, response)?.Answer.SelectMany(Of).ToList();
        return names is { Count: > 0 } ? string.Join('\n', names) : null;
    }

    public static IEnumerable<string> Of(ConversationTurn turn) => turn.Parts.Where(p => p.Kind == PartKind.ToolCall).Select(p => NameOf(p.Title));

    public static IEnumerable<string> Split(string stored) => stored.Split('\n');

    public static string NameOf(string? title)
    {
        var name = title?.ReplaceLineEndings(" ").Trim();
        return string.IsNullOrEmpty(name) ? "?" : name.Length > LongestName ? name[..LongestName] : name;
    }
}
