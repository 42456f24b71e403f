namespace ConsoleWeb.Features.Sessions;

/// <summary>Which part a request has in its session. Stored by number: a number never changes its meaning.</summary>
public enum CallKind
{
    /// <summary>A turn of the conversation with the person.</summary>
    Main = 0,

    /// <summary>A turn of an agent that the main one has started.</summary>
    SubAgent = 1,

    /// <summary>What the agent's program asks for itself: titles, prefixes of commands, counts of tokens, warm-ups.</summary>
    Background = 2,
}
