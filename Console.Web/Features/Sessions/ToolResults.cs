using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>What tools have answered. An answer calls them; what came back stands in a later request, which may be on another page.</summary>
public sealed class ToolResults
{
    /// <summary>Calls of a request's past that are looked at when the answer that made them may be on a page that is not read yet.</summary>
    private const int MostOfPast = 32;

    /// <summary>More of a result is not shown.</summary>
    private const int Longest = 64 * 1024;

    private readonly Dictionary<string, ToolResult> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly HashSet<(CallKind, string?)> _agents = [];

    /// <summary>Calls that have failed, by the name of the tool, as far as requests were read.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failed.Values.CountBy(n => n, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    /// <returns>Null while nothing is known of it.</returns>
    public ToolResult? Find(string? callId) => callId is null ? null : _known.GetValueOrDefault(callId);

    /// <summary>Requests of another page are read from now on, oldest first.</summary>
    public void BeginPage() => _agents.Clear();

    /// <param name="agent">The name of a sub-agent; null for others.</param>
    internal void Read(CallKind kind, string? agent, Conversation conversation)
    {
        var answered = conversation.Turns.Take(conversation.AnswerFrom).SelectMany(t => t.Parts)
            .Where(p => p is { Kind: PartKind.ToolCall, CallId: not null, Result: not null }).ToList();
        foreach (var call in answered.Where(c => c.IsError))
        {
            _failed.TryAdd(call.CallId!, CalledTools.NameOf(call.Title));
        }

        var isFirst = _agents.Add((kind, agent));
        foreach (var call in isFirst ? answered.TakeLast(MostOfPast) : answered.Where(c => _open.Contains(c.CallId!)))
        {
            _open.Remove(call.CallId!);
            _known[call.CallId!] = new ToolResult(call.Result!.Length <= Longest ? call.Result : call.Result[..Longest], call.Result.Length, call.IsError);
        }

        _open.UnionWith(conversation.Answer.SelectMany(t => t.Parts).Where(p => p is { Kind: PartKind.ToolCall, CallId: not null, Result: null }).Select(p => p.CallId!));
    }
}

/// <summary>What came back of a call.</summary>
/// <param name="Text">Its beginning, when it is long.</param>
/// <param name="Length">Characters of all of it.</param>
public sealed record ToolResult(string Text, int Length, bool IsError);
