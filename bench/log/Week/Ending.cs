namespace Gateway.LogBench.Week;

/// <summary>How an answer ends.</summary>
internal enum Ending
{
    Whole,

    /// <summary>An error instead of an answer.</summary>
    Refused,

    /// <summary>The client leaves in the middle of the stream.</summary>
    ClientLeaves,

    /// <summary>The provider breaks off in the middle of the stream.</summary>
    Cut,
}
