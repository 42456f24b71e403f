namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Collects turns: what one speaker says without a break is one turn, and a result goes to the call that asked for it.</summary>
internal sealed class TurnList
{
    private readonly List<(Speaker Speaker, List<ConversationPart> Parts)> _turns = [];
    private readonly Dictionary<string, (List<ConversationPart> Parts, int Index)> _open = new(StringComparer.Ordinal);
    private readonly List<(List<ConversationPart> Parts, int Index)> _answered = [];
    private bool _isClosed;

    public int Count => _turns.Count;

    public void Add(Speaker speaker, IEnumerable<ConversationPart> parts)
    {
        foreach (var part in parts)
        {
            if (part.Kind == PartKind.ToolResult)
            {
                AddResult(part);
            }
            else
            {
                AddPart(speaker, part);
            }
        }
    }

    /// <summary>The calls that were answered since the agent last spoke.</summary>
    public IReadOnlyList<ConversationPart> LastAnswered() => [.. _answered.Select(c => c.Parts[c.Index])];

    /// <summary>Whatever comes next is a new turn, whoever speaks.</summary>
    public void Close() => _isClosed = true;

    public IReadOnlyList<ConversationTurn> ToList() => [.. _turns.Select(t => new ConversationTurn(t.Speaker, t.Parts))];

    private void AddPart(Speaker speaker, ConversationPart part)
    {
        if (_isClosed || _turns.Count == 0 || _turns[^1].Speaker != speaker)
        {
            _turns.Add((speaker, []));
            _isClosed = false;
        }

        if (speaker == Speaker.Agent)
        {
            _answered.Clear();
        }

        var parts = _turns[^1].Parts;
        parts.Add(part);
        if (part is { Kind: PartKind.ToolCall, CallId: { } id })
        {
            _open[id] = (parts, parts.Count - 1);
        }
    }

    private void AddResult(ConversationPart result)
    {
        if (result.CallId is { } id && _open.Remove(id, out var call))
        {
            call.Parts[call.Index] = call.Parts[call.Index] with { Result = result.Text, IsError = result.IsError };
            _answered.Add(call);
        }
        else
        {
            AddPart(Speaker.Tool, result);
        }
    }
}
