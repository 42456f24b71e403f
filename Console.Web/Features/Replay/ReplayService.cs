using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Logging.Replays;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Replay;

/// <summary>Who wants a request sent again.</summary>
/// <param name="Scopes">With everything that they include.</param>
internal sealed record ReplayCaller(Actor Actor, FrozenSet<string> Scopes)
{
    public bool MayReplay => Scopes.Contains(TokenScopes.LogsReplay) && Scopes.Contains(TokenScopes.PayloadsRead);
}

/// <summary>Sends recorded requests again, each once for each time that somebody asks.</summary>
internal sealed class ReplayService(
    IRequestLogStore store, ReplayBuilder builder, ReplayClient client, ReplayTickets tickets, AuditLog audit, TimeProvider time) : IDisposable
{
    /// <summary>Replays that may run at a time.</summary>
    private const int MostRunning = 16;

    private static readonly TimeSpan KeysLive = TimeSpan.FromMinutes(10);

    /// <summary>How long a record may take from its end to the store.</summary>
    private static readonly TimeSpan LongestStoring = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Actor, string Key), Asked> _asked = new();
    private readonly CancellationTokenSource _ending = new();
    private int _running;

    /// <summary>The recorded request as it would be sent; no rights are asked of, so that whoever shows it looks at them first.</summary>
    public async Task<Result<ReplayDraft>> PrepareAsync(string requestId, CancellationToken cancellationToken) =>
        await store.FindAsync(requestId, cancellationToken) is { } stored ? ReplayDraft.Read(stored) : new NotFoundError();

    /// <summary>Sends it.</summary>
    /// <param name="key">What the caller calls this sending. The same key again sends nothing, but tells what became of it; null: no key.</param>
    /// <returns>The request on its way, or why nothing was sent.</returns>
    public async Task<Result<ReplayRun>> StartAsync(ReplayCaller caller, string requestId, ReplayChanges changes, string? key, CancellationToken cancellationToken)
    {
        if (!caller.MayReplay)
        {
            audit.Post(new AuditEvent(AuditActions.LogReplay, caller.Actor, requestId) { IsRefused = true });
            return new ReplayForbidden($"sending a request again needs the scopes '{TokenScopes.LogsReplay}' and '{TokenScopes.PayloadsRead}'");
        }

        if (string.IsNullOrEmpty(key))
        {
            return await SendAsync(caller, requestId, changes, cancellationToken);
        }

        ForgetOldKeys();
        var name = (caller.Actor.Name, key);
        var mine = new Asked(requestId, time.GetUtcNow());
        var asked = _asked.GetOrAdd(name, mine);
        if (ReferenceEquals(asked, mine))
        {
            return await SendFirstAsync(name, mine, () => SendAsync(caller, requestId, changes, cancellationToken));
        }

        return asked.RequestId == requestId
            ? await asked.Answer.Task.WaitAsync(cancellationToken)
            : new ReplayChangeRefused("Idempotency-Key", "This key was used for another request.");
    }

    /// <summary>Waits until the new request's record can be read.</summary>
    /// <returns>Null when it does not come.</returns>
    public async Task<StoredRequest?> WaitForRecordAsync(ReplayRun run, CancellationToken cancellationToken)
    {
        await run.Completion.WaitAsync(cancellationToken);
        using var arrived = new SemaphoreSlim(0);
        using var subscription = store.OnAppended(() => arrived.Release());
        var started = time.GetTimestamp();
        while (true)
        {
            if (await store.FindAsync(run.RequestId, cancellationToken) is { } stored)
            {
                return stored;
            }

            if (time.GetElapsedTime(started) > LongestStoring)
            {
                return null;
            }

            await arrived.WaitAsync(TimeSpan.FromMilliseconds(250), cancellationToken);
        }
    }

    public void Dispose()
    {
        if (!_ending.IsCancellationRequested)
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }

    private async Task<Result<ReplayRun>> SendFirstAsync((string Actor, string Key) name, Asked mine, Func<Task<Result<ReplayRun>>> send)
    {
        var isSent = false;
        try
        {
            var sent = await send();
            isSent = !sent.IsError;
            mine.Answer.SetResult(sent);
            return sent;
        }
        catch (Exception exception)
        {
            mine.Answer.TrySetException(exception);
            throw;
        }
        finally
        {
            if (!isSent)
            {
                // Nothing was sent, so the key is free again.
                _asked.TryRemove(name, out _);
            }
        }
    }

    private async Task<Result<ReplayRun>> SendAsync(ReplayCaller caller, string requestId, ReplayChanges changes, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(requestId, cancellationToken);
        if (prepared.IsError)
        {
            return prepared.Error;
        }

        var built = builder.Apply(prepared.Value, changes);
        if (built.IsError)
        {
            return built.Error;
        }

        if (Interlocked.Increment(ref _running) > MostRunning)
        {
            Interlocked.Decrement(ref _running);
            return new ReplayUnsent($"There are {MostRunning} replays running; wait for one to end.");
        }

        var run = new ReplayRun(built.Value);
        var ticket = tickets.Issue(run.Of);
        var sending = RunAsync(run, ticket);
        run.Completion = sending;
        await Task.WhenAny((Task)ticket.RequestId, sending);
        if (!ticket.RequestId.IsCompletedSuccessfully)
        {
            run.Dispose();
            return new ReplayUnsent(await sending ?? "The gateway did not take the request.");
        }

        run.RequestId = await ticket.RequestId;
        audit.Post(new AuditEvent(AuditActions.LogReplay, caller.Actor, run.RequestId) { Details = Details(run.Draft, prepared.Value, changes) });
        return run;
    }

    /// <returns>Why it was not sent; null when it was.</returns>
    private async Task<string?> RunAsync(ReplayRun run, ReplayTicket ticket)
    {
        // Whoever asked is told of the start first.
        await Task.Yield();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping, _ending.Token);
        try
        {
            var sent = await client.SendAsync(run.Draft, ticket, either.Token);
            if (sent.IsError)
            {
                run.Ended(ReplayState.Broken);
                return sent.Error.Message;
            }

            using var response = sent.Value;
            await ReadAsync(run, response, either.Token);
            run.Ended(ReplayState.Done);
            return null;
        }
        catch (OperationCanceledException)
        {
            run.Ended(ReplayState.Stopped);
            return "It was stopped before it was sent.";
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // The record says what happened upstream.
            run.Ended(ReplayState.Broken);
            return exception.Message;
        }
        finally
        {
            tickets.Withdraw(ticket);
            Interlocked.Decrement(ref _running);
        }
    }

    private static async Task ReadAsync(ReplayRun run, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = new AnswerText(response.Content.Headers.ContentType?.MediaType == "text/event-stream");
        run.Began((int)response.StatusCode, answer);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                answer.Push(buffer.AsSpan(0, read));
                run.Grew();
            }

            answer.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static JsonObject Details(ReplayDraft sent, ReplayDraft recorded, ReplayChanges changes)
    {
        var details = new JsonObject { ["replay_of"] = sent.Of, ["path"] = sent.Path, ["model"] = sent.Model, ["edited"] = sent.Body != recorded.Body };
        if (changes.Credential is { } credential)
        {
            details["credential"] = credential.ToString();
        }

        return details;
    }

    private void ForgetOldKeys()
    {
        var oldest = time.GetUtcNow() - KeysLive;
        foreach (var (name, asked) in _asked)
        {
            if (asked.At < oldest)
            {
                _asked.TryRemove(name, out _);
            }
        }
    }

    /// <summary>A sending with a key.</summary>
    private sealed class Asked(string requestId, DateTimeOffset at)
    {
        public string RequestId { get; } = requestId;

        public DateTimeOffset At { get; } = at;

        public TaskCompletionSource<Result<ReplayRun>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
