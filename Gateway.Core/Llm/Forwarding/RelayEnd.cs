namespace Gateway.Core.Llm.Forwarding;

/// <summary>How the way of an answer ended.</summary>
internal enum RelayEnd
{
    Complete,

    /// <summary>Ended before it was whole.</summary>
    Cut,

    /// <summary>Nothing came for too long.</summary>
    Timeout,

    /// <summary>The call as a whole took too long.</summary>
    Deadline,

    TooLarge,

    /// <summary>Cannot be decoded.</summary>
    Invalid,

    ClientLeft,

    /// <summary>The client is there, but takes nothing.</summary>
    ClientStalled,

    /// <summary>A person ended the call.</summary>
    Stopped,
}
