using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Logging.Replays;

/// <summary>
/// Marks requests that repeat a recorded one. The mark travels in a header whose value only this process knows and which counts once;
/// a client that makes one up is not believed, and no upstream ever sees the header.
/// </summary>
internal sealed class ReplayTickets
{
    public const string Header = "x-gatehouse-replay";

    private readonly ConcurrentDictionary<string, ReplayTicket> _open = new(StringComparer.Ordinal);

    /// <param name="replayOf">Id of the request that is sent again.</param>
    public ReplayTicket Issue(string replayOf)
    {
        var ticket = new ReplayTicket(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), replayOf);
        _open[ticket.Secret] = ticket;
        return ticket;
    }

    /// <summary>The request was sent or never will be.</summary>
    public void Withdraw(ReplayTicket ticket) => _open.TryRemove(ticket.Secret, out _);

    /// <summary>Takes the header off a request that has just arrived.</summary>
    /// <returns>Id of the request that it repeats; null when it repeats none.</returns>
    public string? Redeem(HttpRequest request, string requestId)
    {
        if (!request.Headers.TryGetValue(Header, out var secret))
        {
            return null;
        }

        request.Headers.Remove(Header);
        if (secret.Count != 1 || secret[0] is not { } text || !_open.TryRemove(text, out var ticket))
        {
            return null;
        }

        ticket.Arrived(requestId);
        return ticket.ReplayOf;
    }
}

/// <summary>Leave to send one request that repeats a recorded one.</summary>
/// <param name="secret">Value of the header.</param>
internal sealed class ReplayTicket(string secret, string replayOf)
{
    private readonly TaskCompletionSource<string> _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Secret { get; } = secret;

    public string ReplayOf { get; } = replayOf;

    /// <summary>Id of the new request, once it has arrived.</summary>
    public Task<string> RequestId => _arrival.Task;

    internal void Arrived(string requestId) => _arrival.TrySetResult(requestId);
}
