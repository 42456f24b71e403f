namespace Gateway.Core.Llm.Json;

/// <summary>Kind of a JSON value.</summary>
internal enum JsonKind : byte
{
    /// <summary>The member is not there.</summary>
    Absent,
    Null,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

/// <summary>A member of the outermost object by its byte ranges.</summary>
/// <param name="KeyStart">Offset of the key's opening quote.</param>
/// <param name="KeyEnd">Offset just after the key's closing quote.</param>
/// <param name="ValueStart">Offset of the value's first byte.</param>
/// <param name="ValueEnd">Offset just after the value's last byte.</param>
internal readonly record struct JsonMember(int KeyStart, int KeyEnd, int ValueStart, int ValueEnd, JsonKind Kind)
{
    public bool IsPresent => Kind != JsonKind.Absent;

    /// <summary>Whether the member is there and not null.</summary>
    public bool HasValue => Kind > JsonKind.Null;

    public int ValueLength => ValueEnd - ValueStart;
}

/// <summary>Why a body is not a JSON object that the gateway accepts.</summary>
internal enum JsonFault
{
    None,

    /// <summary>Syntax error, or the body ends early.</summary>
    Malformed,

    /// <summary>Valid so far, but the outermost value is no object.</summary>
    NotAnObject,

    /// <summary>Nested deeper than <see cref="LlmRequestScanner.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A top-level key occurs twice: provider and gateway might read different values.</summary>
    DuplicateKey,

    /// <summary>More top-level members than <see cref="LlmRequestScanner.MaxMembers"/>.</summary>
    TooManyMembers,

    InvalidUtf8,
}
