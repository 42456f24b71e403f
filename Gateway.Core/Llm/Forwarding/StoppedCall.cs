using System.Collections.Concurrent;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>What a client reads and a record says of a call that a person ended.</summary>
internal static class StoppedCall
{
    /// <summary>No agent tries again after it; they do after 408, 409, 429 and all from 500.</summary>
    public const int Status = StatusCodes.Status400BadRequest;

    public const string Message = "this request was stopped by an operator of the gateway";

    public static Refusal Refusal { get; } = new(Status, Message) { Headers = [new("x-should-retry", "false")] };

    /// <param name="phase"><c>wait</c>, <c>stream</c>, or <c>repeat</c> for one that was refused because it repeats a stopped one.</param>
    public static void Note(RequestRecord record, string phase) =>
        (record.Outcome, record.OutcomeDetail, record.ErrorMessage) = (RequestOutcome.Stopped, $"stopped/{phase}", Message);
}

/// <summary>
/// Remembers for a moment which sessions had a call stopped. Agents repeat a stream that broke off at once and by themselves (Codex five
/// times, Claude Code once without a stream), so that the stop would be worth nothing; the first such call is refused with a status
/// after which they give up.
/// </summary>
internal sealed class StoppedSessions(TimeProvider time)
{
    /// <summary>Longer than an agent waits before its first repetition, shorter than a person needs for the next prompt.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<(string Session, string? Model), long> _stopped = new();

    public void Add(RequestRecord record)
    {
        if (record.SessionId is { } session)
        {
            _stopped[(session, record.Llm?.RequestedModel)] = time.GetTimestamp();
        }
    }

    /// <summary>Whether a call repeats one that was stopped; true once per stop.</summary>
    public bool Take(RequestRecord record) =>
        !_stopped.IsEmpty
        && record.SessionId is { } session
        && _stopped.TryRemove((session, record.Llm?.RequestedModel), out var at)
        && time.GetElapsedTime(at) < Moment;
}
