using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>What a request consists of, in characters: how its tokens fall to the parts can only be estimated by their length.</summary>
/// <param name="System">The system prompt, and instructions that the agent's program adds to the words of its person.</param>
/// <param name="Tools">The descriptions of the tools.</param>
/// <param name="History">What person and agent have said, with the calls of tools.</param>
/// <param name="Results">What tools have answered, files left out.</param>
/// <param name="Files">What tools that read files have answered.</param>
public sealed record ContextParts(long System, long Tools, long History, long Results, long Files)
{
    /// <summary>How agents name their tools that read a file; a shell reads them as well, but that cannot be told.</summary>
    private static readonly string[] ReadsFiles = ["Read", "read_file", "NotebookRead", "view_file", "view", "read_many_files"];

    public long Sum => System + Tools + History + Results + Files;

    internal static ContextParts Of(Conversation conversation)
    {
        var (system, history, results, files) = (conversation.System.Sum(s => (long)s.Length), 0L, 0L, 0L);
        foreach (var turn in conversation.Turns.Take(conversation.AnswerFrom))
        {
            foreach (var part in turn.Parts)
            {
                var result = (long)(part.Result?.Length ?? 0);
                if (part.Kind == PartKind.Context || turn.Speaker == Speaker.System)
                {
                    system += part.Text.Length;
                }
                else if (part.Kind == PartKind.ToolResult)
                {
                    results += part.Text.Length;
                }
                else
                {
                    history += part.Text.Length;
                }

                if (Array.IndexOf(ReadsFiles, part.Title) >= 0)
                {
                    files += result;
                }
                else
                {
                    results += result;
                }
            }
        }

        return new(system, conversation.Tools.Sum(t => (long)t.Size), history, results, files);
    }
}
