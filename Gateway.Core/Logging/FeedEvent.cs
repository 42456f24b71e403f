using Gateway.Shared.Logging;

namespace Gateway.Core.Logging;

/// <summary>What happened to a request.</summary>
internal enum FeedEventKind
{
    Started,

    /// <summary>The upstream's status and headers have arrived.</summary>
    Headers,

    /// <summary>The first content of the answer has arrived.</summary>
    FirstToken,

    /// <summary>More output, or more is known of the call; at most two a second per request.</summary>
    Progress,

    /// <summary>The record is final.</summary>
    Finished,
}

/// <summary>One event of the live feed.</summary>
/// <param name="Sequence">Grows by one per event.</param>
/// <param name="Record">Still moving unless <paramref name="Kind"/> is <see cref="FeedEventKind.Finished"/>; carries no bodies then.</param>
internal sealed record FeedEvent(long Sequence, FeedEventKind Kind, RequestRecord Record);

/// <summary>Events read in one go.</summary>
/// <param name="Skipped">Events that were lost before these because the reader was too slow.</param>
internal readonly record struct FeedBatch(IReadOnlyList<FeedEvent> Events, long Skipped);
