namespace ConsoleWeb.Features.Transfer;

/// <summary>A state file that somebody wants to bring in.</summary>
/// <param name="Text">YAML or JSON in decK's format.</param>
internal sealed record ImportInput(string Text)
{
    /// <summary>Whether what the file does not name is deleted (sync) or stays (apply).</summary>
    public bool Deletes { get; init; }

    /// <summary>Tags that every entity of the file gets, and within which deletions stay; empty: those of the file.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Values of variables for this import only, by name; they come before the server's own.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>A variable that a file refers to.</summary>
/// <param name="Name">Such as <c>DECK_OPENAI_API_KEY</c>.</param>
/// <param name="Line">Where it is named first, from 1.</param>
/// <param name="IsOnServer">Whether the server's environment has it.</param>
public sealed record ImportVariable(string Name, int Line, bool IsOnServer);
