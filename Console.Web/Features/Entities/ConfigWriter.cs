using System.Collections.Concurrent;
using ConsoleWeb.Data;
using ConsoleWeb.Options;
using Gateway.Core.Configuration;
using Gateway.Shared.Results;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Features.Entities;

/// <summary>
/// Holds the configuration and changes it, one commit at a time: a snapshot of the next state is made, stored, and only then serves.
/// Writes that arrive while a commit runs go into the next one together, so that many small writes share the snapshot and the disk.
/// </summary>
internal sealed class ConfigWriter(EntityStore store, GatewayActivator activator, ConfigStoreState database, IOptions<AdminLimits> limits) : IDisposable
{
    private const int MaxTogether = 200;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentQueue<PendingWrite> _pending = new();
    private readonly Signal _changed = new();
    private ConfigState _state = ConfigState.Empty;

    /// <summary>What serves now.</summary>
    public ConfigState State => Volatile.Read(ref _state);

    public void Dispose() => _gate.Dispose();

    public IDisposable OnChanged(Action callback) => _changed.Subscribe(callback);

    /// <summary>Reads the store and makes the first snapshot.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var state = await store.LoadAsync(cancellationToken);
        database.Opened();
        activator.Activate(state);
        Volatile.Write(ref _state, state);
    }

    /// <summary>Makes a change. Once this returns it is stored and live.</summary>
    /// <param name="prepare">
    /// Works the change out, or says why it is refused; a change without documents is none. May run more than once, each time with the state that the change would follow.
    /// </param>
    /// <param name="cancellationToken">Heeded until the change's turn comes.</param>
    /// <returns>Null when it was made.</returns>
    public async Task<Error?> WriteAsync(Func<ConfigState, Result<ConfigChange>> prepare, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.MayWrite)
        {
            return new WriteForbidden(actor.Name);
        }

        var write = new PendingWrite(prepare, actor, cancellationToken);
        _pending.Enqueue(write);
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            while (!write.Done.Task.IsCompleted)
            {
                await CommitAsync(Take());
            }
        }
        finally
        {
            _gate.Release();
        }

        return await write.Done.Task;
    }

    /// <summary>Works a change out as <see cref="WriteAsync"/> does, up to a snapshot that would serve, and makes nothing of it.</summary>
    /// <returns>Null when it would be made.</returns>
    public async Task<Error?> TryOutAsync(Func<ConfigState, Result<ConfigChange>> prepare, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var prepared = prepare(State);
            return prepared.IsError ? prepared.Error
                : prepared.Value.Documents.Count == 0 ? null
                : Follow(State, prepared.Value, out var next) is { } tooMany ? tooMany
                : Build(next, out _);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes the snapshot anew when a secret kept elsewhere has changed.</summary>
    /// <returns>Whether one had.</returns>
    public async Task<bool> RefreshSecretsAsync(CancellationToken cancellationToken)
    {
        if (!activator.HaveSecretsChanged())
        {
            return false;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            activator.Activate(State);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private List<PendingWrite> Take()
    {
        var taken = new List<PendingWrite>();
        while (taken.Count < MaxTogether && _pending.TryDequeue(out var write))
        {
            if (write.Cancelled.IsCancellationRequested)
            {
                write.Done.SetCanceled(write.Cancelled);
            }
            else
            {
                taken.Add(write);
            }
        }

        return taken;
    }

    private async Task CommitAsync(IReadOnlyList<PendingWrite> writes)
    {
        var next = State;
        var changes = new List<NumberedChange>(writes.Count);
        var accepted = new List<PendingWrite>(writes.Count);
        foreach (var write in writes)
        {
            try
            {
                var prepared = write.Prepare(next);
                if (prepared.IsError)
                {
                    write.Done.SetResult(prepared.Error);
                    continue;
                }

                if (prepared.Value.Documents.Count == 0)
                {
                    write.Done.SetResult(null);
                    continue;
                }

                if (Follow(next, prepared.Value, out var following) is { } tooMany)
                {
                    write.Done.SetResult(tooMany);
                    continue;
                }

                next = following;
                changes.Add(new NumberedChange(next.Version, prepared.Value, write.Actor));
                accepted.Add(write);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                write.Done.SetException(exception);
            }
        }

        if (accepted.Count == 0)
        {
            return;
        }

        try
        {
            var refusal = await CommitAsync(next, changes);
            if (refusal is null or StoreUnavailable || accepted.Count == 1)
            {
                accepted.ForEach(w => w.Done.SetResult(refusal));
                return;
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && accepted.Count == 1)
        {
            accepted[0].Done.SetException(exception);
            return;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One of them is to blame; alone each gets its own answer.
        }

        foreach (var write in accepted)
        {
            await CommitAsync([write]);
        }
    }

    private async Task<Error?> CommitAsync(ConfigState next, IReadOnlyList<NumberedChange> changes)
    {
        if (Build(next, out var snapshot) is { } refusal)
        {
            return refusal;
        }

        try
        {
            await store.SaveAsync(changes, CancellationToken.None);
            database.Recovered();
        }
        catch (Exception exception) when (StoreFault.Find(exception) is { } fault)
        {
            return new StoreUnavailable(fault.Text);
        }

        activator.Swap(snapshot!);
        Volatile.Write(ref _state, next);
        _changed.Raise();
        return null;
    }

    private TooManyEntities? Follow(ConfigState state, ConfigChange change, out ConfigState next)
    {
        next = change.ApplyTo(state);
        return limits.Value.MaxEntities is > 0 and var most && next.Count > most && next.Count > state.Count ? new TooManyEntities(most) : null;
    }

    private ConfigurationRefused? Build(ConfigState state, out GatewaySnapshot? snapshot)
    {
        snapshot = null;
        try
        {
            snapshot = activator.Build(state);
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new ConfigurationRefused($"the gateway cannot serve this configuration: {exception.Message}");
        }
    }

    private sealed record PendingWrite(Func<ConfigState, Result<ConfigChange>> Prepare, Actor Actor, CancellationToken Cancelled)
    {
        public TaskCompletionSource<Error?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
