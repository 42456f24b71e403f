using System.Buffers;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>
/// The tool calls of a chat stream in order of appearance. Upstreams interleave parallel calls; Messages clients want one block after
/// the other. Only the first call that is not closed streams, the others wait, and so does text that comes before they are complete.
/// </summary>
internal sealed class ChatToolQueue(ChatAnswerTranslation translation, AnthropicBlocks blocks)
{
    private readonly List<Tool> _tools = [];
    private readonly ArrayBufferWriter<byte> _pendingText = new();

    public bool Any => _tools.Count > 0;

    public bool HasUnclosed => _tools.Count > 0 && !_tools[^1].IsClosed;

    /// <summary>Takes a piece of a call.</summary>
    /// <returns>Characters of arguments in it.</returns>
    public int Add(ref ChatToolDelta delta)
    {
        var tool = Find(delta.Index, delta.Id, delta.Name);
        tool.Id ??= delta.Id;
        // Servers that repeat the name in every piece mean the same name, not more of it.
        tool.Name ??= delta.Name;
        if (tool.IsClosed)
        {
            return 0;
        }

        if (!delta.ArgumentsObject.IsEmpty)
        {
            var before = tool.Buffer.WrittenCount;
            new JsonEmitter(tool.Buffer).EscapedCompact(delta.ArgumentsObject);
            tool.Completion.Feed(tool.Buffer.WrittenSpan[before..]);
            return delta.ArgumentsObject.Length;
        }

        tool.Buffer.Write(delta.Arguments);
        tool.Completion.Feed(delta.Arguments);
        return JsonText.CountCharacters(delta.Arguments);
    }

    /// <summary>Keeps text back until the calls before it are complete.</summary>
    public void Hold(ReadOnlySpan<byte> text) => _pendingText.Write(text);

    /// <summary>Writes what can go out: the first open call, and the next ones as soon as those before are complete.</summary>
    public void Pump(in AnthropicEvents events)
    {
        for (var i = 0; i < _tools.Count; i++)
        {
            var tool = _tools[i];
            if (tool.IsClosed)
            {
                continue;
            }

            if (tool.Name is null)
            {
                return;
            }

            Flush(events, tool);
            var isAwaited = i + 1 < _tools.Count || _pendingText.WrittenCount > 0;
            if (!isAwaited || !tool.Completion.IsComplete)
            {
                return;
            }

            Close(events, tool);
        }

        FlushText(events);
    }

    /// <summary>The upstream has ended: writes and closes everything, complete or not.</summary>
    public void Finish(in AnthropicEvents events)
    {
        foreach (var tool in _tools)
        {
            if (!tool.IsClosed)
            {
                Flush(events, tool);
                Close(events, tool);
            }
        }

        FlushText(events);
    }

    private Tool Find(int? index, string? id, string? name)
    {
        Tool? found = null;
        if (index is { } wanted)
        {
            found = _tools.FindLast(tool => tool.Index == wanted);
            // Some servers say index 0 for every call; another id with a name is another call.
            if (found is { Id: not null } && id is not null && id != found.Id && name is not null)
            {
                found = null;
            }
        }
        else if (id is not null)
        {
            found = _tools.Find(tool => tool.Id == id);
        }
        else if (_tools.Count > 0)
        {
            found = _tools[^1];
        }

        if (found is null)
        {
            found = new Tool(index);
            _tools.Add(found);
        }

        return found;
    }

    private void FlushText(in AnthropicEvents events)
    {
        if (_pendingText.WrittenCount > 0)
        {
            blocks.Text(events, _pendingText.WrittenSpan);
            _pendingText.ResetWrittenCount();
        }
    }

    private void Flush(in AnthropicEvents events, Tool tool)
    {
        if (!tool.IsOpened)
        {
            tool.IsOpened = true;
            tool.Id ??= "call_" + translation.NewId();
            blocks.StartTool(events, tool.Id, translation.Names.Restore(tool.Name ?? ""));
        }

        if (tool.Buffer.WrittenCount > 0)
        {
            blocks.Input(events, tool.Buffer.WrittenSpan);
            tool.Buffer.ResetWrittenCount();
        }
    }

    private void Close(in AnthropicEvents events, Tool tool)
    {
        tool.IsClosed = true;
        blocks.Close(events);
    }

    private sealed class Tool(int? index)
    {
        /// <summary>Follows the arguments. A field, because it is a mutable struct.</summary>
        public JsonCompletion Completion;

        public int? Index { get; } = index;

        public string? Id { get; set; }

        public string? Name { get; set; }

        /// <summary>Arguments that are not sent yet.</summary>
        public ArrayBufferWriter<byte> Buffer { get; } = new();

        public bool IsOpened { get; set; }

        public bool IsClosed { get; set; }
    }
}
