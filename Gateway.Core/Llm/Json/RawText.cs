using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gateway.Core.Llm.Json;

/// <summary>
/// Text as the content of a JSON string, still escaped. Pieces join by appending, so that nothing is decoded on the way from one
/// format to the other.
/// </summary>
internal sealed class RawText
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public RawText()
    {
    }

    public RawText(JsonElement text) => Append(text);

    public bool IsEmpty => _bytes.WrittenCount == 0;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Appends the content of a string element.</summary>
    public RawText Append(JsonElement text)
    {
        _bytes.Write(text.RawContent());
        return this;
    }

    /// <summary>Appends content that is escaped already.</summary>
    public RawText AppendRaw(ReadOnlySpan<byte> content)
    {
        _bytes.Write(content);
        return this;
    }

    public RawText Append(string text)
    {
        new JsonEmitter(_bytes).Escaped(text);
        return this;
    }

    /// <summary>Appends with a separator (escaped) between what is there and what comes.</summary>
    public RawText Join(ReadOnlySpan<byte> separator, JsonElement text)
    {
        if (!IsEmpty)
        {
            _bytes.Write(separator);
        }

        return Append(text);
    }

    public override string ToString() => Encoding.UTF8.GetString(_bytes.WrittenSpan);
}
