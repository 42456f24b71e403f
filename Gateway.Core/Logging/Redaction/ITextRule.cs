namespace Gateway.Core.Logging.Redaction;

/// <summary>Takes something out of texts: the strings of a JSON body, a body that is no JSON, the value of a header.</summary>
internal interface ITextRule
{
    /// <summary>Stands in the place of what was taken out, as <c>[redacted:name]</c>.</summary>
    string Name { get; }

    /// <summary>Texts without any of these are never changed; empty where that cannot be said.</summary>
    IReadOnlyList<string> Anchors { get; }

    /// <returns>The same instance when nothing was found.</returns>
    string Replace(string text);
}
