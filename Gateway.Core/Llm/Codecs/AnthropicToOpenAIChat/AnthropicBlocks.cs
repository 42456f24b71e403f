using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>The content blocks of a Messages stream: one open at a time, numbered in order.</summary>
internal sealed class AnthropicBlocks
{
    private readonly SurrogateJoiner _joiner = new();
    private AnthropicBlockKind? _open;
    private int _index;
    private int _next;
    private byte[]? _signature;

    /// <summary>Whether there has been a block at all; a message without one ends the client's turn with an error.</summary>
    public bool Any => _next > 0;

    public void Text(in AnthropicEvents events, ReadOnlySpan<byte> content)
    {
        if (_open != AnthropicBlockKind.Text)
        {
            Open(events, AnthropicBlockKind.Text);
            events.TextStart(_index);
        }

        Piece(events, content);
    }

    public void Thinking(in AnthropicEvents events, ReadOnlySpan<byte> content)
    {
        if (_open != AnthropicBlockKind.Thinking)
        {
            Open(events, AnthropicBlockKind.Thinking);
            events.ThinkingStart(_index);
        }

        Piece(events, content);
    }

    /// <summary>The signature of the thinking block, sent at its end.</summary>
    public void Sign(ReadOnlySpan<byte> signature) => _signature = signature.ToArray();

    public void StartTool(in AnthropicEvents events, string id, string name)
    {
        Open(events, AnthropicBlockKind.ToolUse);
        events.ToolStart(_index, id, name);
    }

    /// <summary>A piece of the open tool's input.</summary>
    public void Input(in AnthropicEvents events, ReadOnlySpan<byte> content) => Piece(events, content);

    public void Close(in AnthropicEvents events)
    {
        if (_open is not { } kind)
        {
            return;
        }

        if (_joiner.Flush() is { IsEmpty: false } rest)
        {
            Delta(events, rest);
        }

        if (kind == AnthropicBlockKind.Thinking && _signature is not null)
        {
            events.SignatureDelta(_index, _signature);
            _signature = null;
        }

        events.BlockStop(_index);
        _open = null;
    }

    private void Open(in AnthropicEvents events, AnthropicBlockKind kind)
    {
        Close(events);
        _open = kind;
        _index = _next++;
    }

    private void Piece(in AnthropicEvents events, ReadOnlySpan<byte> content)
    {
        if (_joiner.Join(content) is { IsEmpty: false } whole)
        {
            Delta(events, whole);
        }
    }

    private void Delta(in AnthropicEvents events, ReadOnlySpan<byte> content)
    {
        switch (_open)
        {
            case AnthropicBlockKind.Text:
                events.TextDelta(_index, content);
                break;
            case AnthropicBlockKind.Thinking:
                events.ThinkingDelta(_index, content);
                break;
            default:
                events.InputDelta(_index, content);
                break;
        }
    }
}
