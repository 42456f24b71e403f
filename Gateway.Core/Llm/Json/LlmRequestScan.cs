using System.Text;
using System.Text.Json;

namespace Gateway.Core.Llm.Json;

/// <summary>The top level of a request body: which members there are and where. Made by <see cref="LlmRequestScanner"/>; valid as long as the body's memory.</summary>
internal readonly struct LlmRequestScan
{
    private readonly JsonMember[] _members;

    internal LlmRequestScan(ReadOnlyMemory<byte> body, int objectStart, int objectEnd, JsonMember[] members, int count)
    {
        Body = body;
        ObjectStart = objectStart;
        ObjectEnd = objectEnd;
        _members = members;
        Count = count;
        Stream = Find("stream"u8).Kind == JsonKind.True;
        Model = Find("model"u8) is { Kind: JsonKind.String } model ? GetString(model) is { Length: > 0 } name ? name : null : null;
    }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Offset of the opening brace.</summary>
    public int ObjectStart { get; }

    /// <summary>Offset just after the closing brace.</summary>
    public int ObjectEnd { get; }

    /// <summary>Number of members.</summary>
    public int Count { get; }

    /// <summary>The members in the order of the body.</summary>
    public ReadOnlySpan<JsonMember> Members => _members.AsSpan(0, Count);

    /// <summary>The requested model; null when absent, empty or no string.</summary>
    public string? Model { get; }

    /// <summary>Whether <c>stream</c> is <c>true</c>.</summary>
    public bool Stream { get; }

    /// <summary>Kind of <c>messages</c>.</summary>
    public JsonKind MessagesKind => Find("messages"u8).Kind;

    /// <summary>Kind of <c>input</c>.</summary>
    public JsonKind InputKind => Find("input"u8).Kind;

    /// <summary>Kind of <c>prompt</c>.</summary>
    public JsonKind PromptKind => Find("prompt"u8).Kind;

    /// <summary>The output limit, whichever of <c>max_completion_tokens</c>, <c>max_tokens</c>, <c>max_output_tokens</c> is there; null for none.</summary>
    public long? MaxTokens => GetInt64("max_completion_tokens"u8) ?? GetInt64("max_tokens"u8) ?? GetInt64("max_output_tokens"u8);

    /// <summary>Whether the client asks for the usage chunk of a chat stream (<c>stream_options.include_usage</c>).</summary>
    public bool WantsUsageChunk
    {
        get
        {
            if (Find("stream_options"u8) is not { Kind: JsonKind.Object } options)
            {
                return false;
            }

            var reader = new Utf8JsonReader(Raw(options), LlmJson.ReaderOptions);
            while (reader.Read())
            {
                // Raw bytes: comparing by meaning would throw on half a surrogate pair.
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.SequenceEqual("include_usage"u8))
                {
                    reader.Read();
                    return reader.TokenType == JsonTokenType.True;
                }
            }

            return false;
        }
    }

    /// <summary>Whether the array is there and holds at least one element.</summary>
    public bool IsNonEmptyArray(ReadOnlySpan<byte> name)
    {
        if (Find(name) is not { Kind: JsonKind.Array } member)
        {
            return false;
        }

        var inner = Raw(member)[1..^1];
        return inner.IndexOfAnyExcept(" \t\r\n"u8) >= 0;
    }

    /// <summary>The member with that (unescaped) key; <see cref="JsonKind.Absent"/> when there is none.</summary>
    public JsonMember Find(ReadOnlySpan<byte> name)
    {
        var body = Body.Span;
        for (var i = 0; i < Count; i++)
        {
            ref readonly var member = ref _members[i];
            if (LlmRequestScanner.KeyEquals(body[(member.KeyStart + 1)..(member.KeyEnd - 1)], name))
            {
                return member;
            }
        }

        return default;
    }

    /// <summary>The value's bytes as they stand in the body.</summary>
    public ReadOnlySpan<byte> Raw(JsonMember member) => Body.Span[member.ValueStart..member.ValueEnd];

    /// <summary>The unescaped text; null when the member is no string or holds a lone surrogate.</summary>
    public string? GetString(JsonMember member)
    {
        if (member.Kind != JsonKind.String)
        {
            return null;
        }

        var raw = Raw(member)[1..^1];
        if (!raw.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(raw);
        }

        try
        {
            var reader = new Utf8JsonReader(Raw(member));
            reader.Read();
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The value as a whole number; null when absent, no number or not whole.</summary>
    public long? GetInt64(ReadOnlySpan<byte> name)
    {
        if (Find(name) is not { Kind: JsonKind.Number } member)
        {
            return null;
        }

        var reader = new Utf8JsonReader(Raw(member));
        return reader.Read() && reader.TryGetInt64(out var value) ? value : null;
    }
}
